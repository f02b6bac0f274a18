"""From a URI to the document there: given with the call, a file in the spec's folder, a meta-schema, or (when asked for) the network."""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from specmill.config import Limits
from specmill.diagnostics import Report, nearest
from specmill.frontend import source, uris
from specmill.frontend.remote import Remote
from specmill.frontend.resources import Resource, Resources
from specmill.frontend.source import Document
from specmill.ir import Json, SchemaId

_META_SCHEMAS: Final = r"https?://json-schema\.org/"


class Wish(Struct, frozen=True):
    """A reference whose document is wanted."""

    ref: str
    uri: str  # the reference resolved, without its fragment
    where: SchemaId  # the place of the reference
    home: Resource  # the resource that it stands in
    like: str | None = None  # another reference, which was perhaps meant


class Documents:
    """The documents of a run: those that are read, and where others come from."""

    def __init__(
        self, root: Document, report: Report, given: Mapping[str, Json], remote: Remote, limits: Limits, *, allow_outside: bool
    ) -> None:
        self.by_name = {root.name: root}
        self.resources = Resources()
        self._report = report
        self._given = {uris.without_fragment(uri): data for uri, data in given.items()}
        self._remote = remote
        self._limits = limits
        self._allow_outside = allow_outside
        self._folder = root.path.parent.resolve() if root.path is not None else None
        self._files: dict[Path, Document | None] = {}
        self.consulted: dict[Path, Document | None] = {}  # the files that were looked at, as they were named
        uri = ""
        if root.path is not None and self._folder is not None:
            self._files[root.path.resolve()] = root
            self.consulted[root.path] = root
            uri = (self._folder / root.path.name).as_uri()
        self.root = self.resources.add(root, uri, None)

    def find(self, wish: Wish) -> Resource | None:
        """The resource that a reference names; None after adding to the report why there is none."""
        uri = wish.uri
        known = self._known(uri)
        if known is not None:
            return known
        scheme = uris.split(uri).scheme
        if scheme == "file":
            return self._file(wish)
        if scheme in ("http", "https"):
            return self._meta_schema(uri) or self._sibling(wish) or self._fetched(wish)
        near = nearest(uri, [*self.resources.by_uri, *self._given])
        hint = f"did you mean {near!r}?" if near else None
        if scheme is None:
            hint = hint or "a relative reference needs a document with a file or a $id around it"
        self._report.error("unknown-ref", wish.where, f"{wish.ref!r} leads nowhere: no document or $id is {uri!r}", help=hint)
        return None

    def at_hand(self, uri: str) -> Json:
        """The document of the URI, where it is there without looking further; else None."""
        known = self._known(uri.partition("#")[0])
        return None if known is None else known.document.data

    # ---- what is at hand --------------------------------------------------------------------------------------------------------

    def _known(self, uri: str) -> Resource | None:
        if uri not in self.resources.by_uri and uri in self._given:
            return self._add(uri, self._given.pop(uri))
        if uri not in self.resources.by_uri:
            for name in list(self._given):  # one of them may hold a `$id` that is the URI
                self._add(name, self._given.pop(name))
        return self.resources.by_uri.get(uri)

    def _add(self, uri: str, data: Json) -> Resource:
        return self._taken(Document(uri, None, data), uri)

    def _taken(self, document: Document, uri: str) -> Resource:
        self.by_name[document.name] = document
        resource = self.resources.add(document, uri, self.root.dialect)
        self.resources.by_uri.setdefault(uri, resource)
        return resource

    def _meta_schema(self, uri: str) -> Resource | None:
        if not re.match(_META_SCHEMAS, uri):
            return None
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # takes a tenth of a second, and hardly any spec refers to a meta-schema

        data = REGISTRY[uri].contents if uri in REGISTRY else None
        return None if data is None else self._add(uri, data)

    # ---- files ------------------------------------------------------------------------------------------------------------------

    def _file(self, wish: Wish) -> Resource | None:
        named = _named(wish.uri)
        path = None if named is None else _resolved(named)
        if named is None or path is None:
            self._report.error("unknown-ref", wish.where, f"{wish.ref!r} is not the name of a file")
            return None
        if not self._allow_outside and not self._is_inside(path):
            self._report.error(
                "ref-outside",
                wish.where,
                f"{uris.presentable(wish.ref)!r} leads out of the folder of the spec",
                help=_meant(wish) or "move the file into the folder, or say --allow-outside",
            )
            return None
        if path not in self._files:
            if not os.path.isfile(path):
                self._report.error(
                    "unknown-ref",
                    wish.where,
                    f"{wish.ref!r} leads nowhere: there is no such file",
                    help=_meant(wish) or source.near_file(path),
                )
                return None
            document = self._files[path] = source.read(path, self._name(path), self._report, self._limits)
            if document is not None:
                self._taken(document, wish.uri)
        document = self.consulted[named] = self._files[path]
        return None if document is None else self.resources.around(document, "")

    def _sibling(self, wish: Wish) -> Resource | None:
        """A file beside the referring one that says by its own id that it is the document wanted."""
        home, ref = wish.home.document, uris.split(wish.ref)
        if home.path is None or ref.scheme is not None or ref.authority is not None:
            return None
        beside = uris.join(home.path.resolve().as_uri(), wish.ref)
        named = _named(beside)
        path = None if named is None else _resolved(named)
        if named is None or path is None or path in self._files or not (self._allow_outside or self._is_inside(path)):
            return None
        document = source.read(path, self._name(path), Report(), self._limits) if os.path.isfile(path) else None
        self.consulted[named] = document
        if document is None or not isinstance(document.data, dict):
            return None
        names = [document.data.get(keyword) for keyword in ("$id", "id")]  # drafts up to 4 have `id`
        if wish.uri not in [uris.join(beside, name) for name in names if isinstance(name, str)]:
            return None
        self._files[path] = document
        return self._taken(document, beside)

    def _is_inside(self, path: Path) -> bool:
        return self._folder is not None and path.is_relative_to(self._folder)

    def _name(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._folder)).as_posix() if self._folder is not None else path.as_posix()

    # ---- the network ------------------------------------------------------------------------------------------------------------

    def _fetched(self, wish: Wish) -> Resource | None:
        if not self._remote.allowed:
            self._report.error(
                "remote-ref",
                wish.where,
                f"{uris.presentable(wish.ref)!r} names {uris.presentable(wish.uri)}, which is not part of the input",
                help=_meant(wish) or "keep a copy in the folder of the spec and refer to that, or say --allow-remote to have it fetched",
            )
            return None
        text = self._remote.get(wish.uri, wish.where, self._report)
        document = None if text is None else source.load(text, wish.uri, self._report, limits=self._limits)
        return None if document is None else self._taken(document, wish.uri)


def _meant(wish: Wish) -> str | None:
    return f"did you mean {wish.like!r}?" if wish.like else None


def _named(uri: str) -> Path | None:
    """The file that a ``file:`` URI names; None for what cannot be a file here."""
    parts = uris.split(uri)
    try:
        path = urllib.parse.unquote(parts.path, errors="strict")
    except UnicodeDecodeError:
        return None
    if parts.authority not in (None, "", "localhost") or "\0" in path:
        return None
    if os.name == "nt":
        path = path.lstrip("/")
    return Path(path)


def _resolved(path: Path) -> Path | None:
    """The file itself, behind all symbolic links; None where these go round in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of symbolic links
        return None
