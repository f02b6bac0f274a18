"""References to schemas: every ``$ref`` becomes the canonical id of what it names, across files and ``$id`` resources."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from specmill.config import Limits
from specmill.diagnostics import Report, nearest
from specmill.frontend import dynamic, remote, uris
from specmill.frontend.documents import Documents, Wish
from specmill.frontend.limits import DEFAULT_LIMITS
from specmill.frontend.looks import Looks
from specmill.frontend.resources import Resource
from specmill.frontend.source import Document, Sources, segments
from specmill.frontend.unwritten import written
from specmill.ir import MISSING, Json, Missing, SchemaId
from specmill.pointers import escaped, unescaped
from specmill.pointers import pointer as to_pointer

_NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})
_HOPS: Final = 100  # references that one pointer may pass through
_CONTAINERS: Final = ("#/components/schemas/", "#/$defs/", "#/definitions/")


def child(id: SchemaId, *keys: str | int) -> SchemaId:
    """The id of what is below a place, by its keys (RFC 6901 escapes them)."""
    for key in keys:
        id = f"{id}/{escaped(str(key))}"
    return id


def children(id: SchemaId, keys: Iterable[str]) -> list[SchemaId]:
    """The ids of what is below a place, by the key of each."""
    above = f"{id}/"
    return [above + key if type(key) is str and "~" not in key and "/" not in key else child(id, key) for key in keys]


def is_place_of_its_own(id: SchemaId) -> bool:
    """Whether a schema stands where schemas are declared: in the components, in definitions, or as a whole document."""
    segments = id.partition("#")[2].split("/")[1:]
    return not segments or segments[-2:-1] in (["schemas"], ["$defs"], ["definitions"])


class Graph:
    """The documents of a spec as one graph of places that refer to one another."""

    def __init__(  # noqa: PLR0913 - most of them say by keyword what a run allows
        self,
        root: Document,
        report: Report,
        resources: Mapping[str, Json] = _NOTHING,
        *,
        allow_outside: bool = False,
        allow_remote: bool = False,
        lock: Mapping[str, str] = MappingProxyType({}),
        fetch: remote.Fetch = remote.fetch,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """``resources`` are further documents by URI; ``lock`` holds the sha256 that remote documents must have, by URI."""
        self.root_id: SchemaId = f"{root.name}#"
        self.report = report
        self.limits = limits
        self.looks = Looks()
        self._remote = remote.Remote(allow_remote, lock, fetch)
        self._documents = Documents(root, report, resources, self._remote, limits, allow_outside=allow_outside)
        self._nodes: dict[SchemaId, Json] = {}  # what stands at the places that were asked for
        self._resolved: dict[tuple[Resource, str], SchemaId] = {}
        self._ways = dynamic.Ways(self._documents.resources, self._entered)

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents that are read so far, by name."""
        return self._documents.by_name

    @property
    def sources(self) -> Sources:
        """What was read."""
        return Sources(self._documents.by_name, self._documents.consulted, self._remote.fetched)

    @property
    def is_plain(self) -> bool:
        """Whether there is only one document, and nothing in it gives itself a name."""
        return self._documents.resources.is_plain

    def forget(self) -> None:
        """Let go of all that was read, now that nobody asks any more: the graph refers to itself, and the collector is off."""
        self.__dict__.clear()

    def document_of(self, id: SchemaId) -> Document | None:
        """The document that a place is in."""
        return self._documents.by_name.get(self._split(id)[0])

    def node(self, id: SchemaId) -> Json:
        """The raw data at a place; None also where there is none."""
        self.looks.at(id)
        found = self._nodes.get(id)
        if found is None:
            found = self._looked_up(id)
            if found is MISSING:
                return None
            self._nodes[id] = found
        return found

    def know(self, id: SchemaId, raw: Json) -> None:
        """Take what stands at a place from a caller that has it at hand."""
        self._nodes[id] = raw

    def keywords(self, id: SchemaId) -> Mapping[str, Json]:
        """What the schema that somebody wrote at a place says; nothing for one that is a boolean, or that nobody wrote."""
        raw = self.node(id) if written(id) else None
        return raw if isinstance(raw, dict) else _NOTHING

    def _looked_up(self, id: SchemaId) -> Json | Missing:
        above, _, key = id.rpartition("/")
        if "#" in above and "#" not in key:
            return _step(self.node(above), unescaped(key))
        name, pointer = self._split(id)
        document = self._documents.by_name.get(name)
        found = MISSING if document is None else document.data
        for segment in segments(pointer):
            found = _step(found, segment)
        return found

    def is_bare(self, id: SchemaId, text: str) -> bool:
        """Whether a text stands at the place without quotes, as no text in JSON does."""
        document = self.document_of(id)
        return document is not None and document.is_bare(segments(self._split(id)[1]), text)

    def resource(self, id: SchemaId) -> Resource:
        """The resource that a place belongs to."""
        resources = self._documents.resources
        if resources.only is not None:
            return resources.only
        name, pointer = self._split(id)
        return resources.around(self._documents.by_name[name], pointer)

    def dialect_uri(self, id: SchemaId) -> str | None:
        """The ``$schema`` of the nearest resource around the place that has one; the root document's for documents that have none."""
        return self.resource(id).dialect

    def dialect_place(self, id: SchemaId) -> SchemaId:
        """Where that is said."""
        home = self.resource(id)
        tops = (f"{home.document.name}#{home.pointer}", f"{home.document.name}#", self.root_id)
        places = (child(top, keyword) for top in tops for keyword in ("$schema", "jsonSchemaDialect"))
        return next((place for place in places if self.node(place) == home.dialect), id)

    def at_hand(self, uri: str) -> Json:
        """The document that a URI names, where it is among the given ones; else None, without a finding."""
        return self._documents.at_hand(uri)

    # ---- references -------------------------------------------------------------------------------------------------------------

    def resolve(self, ref: str, at: SchemaId, keyword: str = "$ref") -> SchemaId | None:
        """What a reference names; ``at`` is the object that holds it. None after adding to the report why it names nothing."""
        home = self.resource(at)
        found = self._resolved.get((home, ref))
        if found is None:
            start = self.looks.now
            found = self._target(ref, home, child(at, keyword), _HOPS)
            if found is None:
                return None
            self._resolved[home, ref] = found
            self.looks.keep(found, start)
        else:
            self.looks.at(found)
        if keyword in ("$dynamicRef", "$recursiveRef"):
            return self._dynamic(ref, at, keyword, found)
        return found

    def _dynamic(self, ref: str, at: SchemaId, keyword: str, found: SchemaId) -> SchemaId | None:
        name = dynamic.anchor(self.resource(found), self._split(found)[1], ref, keyword)
        if name is None:
            return found
        meant = self._ways.outcomes(self._documents.root, self.resource(at), name) or {self.resource(found)}
        ids = sorted({found if resource is None else f"{resource.document.name}#{resource.dynamic[name]}" for resource in meant})
        if len(ids) == 1:
            return ids[0]
        self.report.error(
            "dynamic-ref",
            child(at, keyword),
            f"what {ref!r} means depends on the way that leads there",
            help="replace it by a $ref, or give each way a schema of its own",
            notes=[("it can be this", id) for id in ids],
        )
        return None

    def _entered(self, ref: str, at: SchemaId) -> Resource | None:
        found = self.resolve(ref, at)
        return None if found is None else self.resource(found)

    def _target(self, ref: str, home: Resource, where: SchemaId, hops: int) -> SchemaId | None:
        before, _, fragment = ref.partition("#")
        resource: Resource | None = home
        if before:
            resource = self._documents.find(Wish(ref, uris.join(home.uri, before), where, home, self._like_here(ref, home)))
        if resource is None:
            return None
        if fragment.startswith("/"):
            return self._walk(ref, resource, where, hops)
        pointer = resource.pointer if not fragment else resource.anchors.get(urllib.parse.unquote(fragment))
        if pointer is not None:
            return f"{resource.document.name}#{pointer}"
        self._unknown(ref, where, f"there is no anchor {fragment!r}", self._like_anchor(fragment, resource))
        return None

    def _walk(self, ref: str, resource: Resource, where: SchemaId, hops: int) -> SchemaId | None:
        """Follow a JSON Pointer, and the references that stand where it would go on."""
        here: SchemaId = f"{resource.document.name}#{resource.pointer}"
        raw = segments(ref.partition("#")[2])
        for index, segment in enumerate(raw):
            key = _decoded(segment, self.node(here))
            while key is None:
                node = self.node(here)
                onward = node.get("$ref") if isinstance(node, dict) else None
                beyond = None
                if isinstance(onward, str) and hops > 0:
                    hops -= 1
                    beyond = self._target(onward, self.resource(here), child(here, "$ref"), hops)
                if beyond is None:
                    self._unknown(ref, where, f"there is no {segment!r} in {here}", self._like(ref, node, raw, index))
                    return None
                here = beyond
                key = _decoded(segment, self.node(here))
            here = child(here, key)
        name, pointer = self._split(here)
        self._documents.resources.enter(self._documents.by_name[name], pointer, self.node(here))
        return here

    # ---- what is wrong with one that names nothing ------------------------------------------------------------------------------

    def _unknown(self, ref: str, where: SchemaId, why: str, like: str | None) -> None:
        self.report.error("unknown-ref", where, f"{ref!r} leads nowhere: {why}", help=f"did you mean {like!r}?" if like else None)

    def _like(self, ref: str, node: Json, raw: list[str], index: int) -> str | None:
        """A reference that was perhaps meant: a key of nearly the name, or the same name where schemas usually are."""
        before = ref.partition("#")[0]
        if isinstance(node, dict):
            near = nearest(raw[index], [key for key in node if isinstance(key, str)])
            if near:
                return f"{before}#{to_pointer((*raw[:index], near, *raw[index + 1 :]))}"
        return self._usual_place(raw[-1]) if not before else None

    def _like_anchor(self, fragment: str, resource: Resource) -> str | None:
        if "/" in fragment and self.node(f"{resource.document.name}#/{fragment}") is not None:
            return f"#/{fragment}"
        near = nearest(fragment, resource.anchors)
        return f"#{near}" if near else self._usual_place(fragment)

    def _like_here(self, ref: str, home: Resource) -> str | None:
        """A reference within the document, for one that lacks only its beginning."""
        if ref.startswith("/") and self.node(f"{home.document.name}#{ref}") is not None:
            return f"#{ref}"
        return self._usual_place(ref) if ref.replace("_", "").replace("-", "").isalnum() else None

    def _usual_place(self, name: str) -> str | None:
        document = self.root_id[:-1]
        places = [container + escaped(name) for container in _CONTAINERS]
        return next((place for place in places if self.node(document + place) is not None), None)

    # ---- ids --------------------------------------------------------------------------------------------------------------------

    def _split(self, id: SchemaId) -> tuple[str, str]:
        """The document's name and the pointer."""
        name, _, pointer = id.partition("#")
        if name in self._documents.by_name:
            return name, pointer
        return next(((known, id[len(known) + 1 :]) for known in self._documents.by_name if id.startswith(known + "#")), (name, pointer))


def _decoded(segment: str, node: Json) -> str | None:
    """The key of the node that a segment of a URI fragment names; None where there is none."""
    try:
        key = urllib.parse.unquote(segment, errors="strict")
    except UnicodeDecodeError:
        key = segment
    if _step(node, key) is not MISSING:
        return key
    return segment if _step(node, segment) is not MISSING else None  # many a spec forgets to percent-encode


def _step(node: Json, key: str) -> Json | Missing:
    if isinstance(node, dict):
        return node.get(key, MISSING)
    if isinstance(node, list) and key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 10:  # noqa: PLR2004
        return node[int(key)] if int(key) < len(node) else MISSING
    return MISSING
