"""Schema resources: what ``$id`` makes of parts of a document, and the anchors in each of them (JSON Schema Core, sections 8.2 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from specmill.frontend import dialects, uris
from specmill.frontend.parts import Part, parts
from specmill.frontend.source import Document
from specmill.ir import Json
from specmill.pointers import pointer as to_pointer
from specmill.pointers import unescaped

RECURSIVE: Final = ""
"""The name under which ``$recursiveAnchor`` is kept beside the names of ``$dynamicAnchor``."""

# A document without any of these (or a spelling of `$` that hides them) is one resource, and need not be walked.
_SIGNS: Final = (
    b"$id",
    b"$anchor",
    b"$dynamicAnchor",
    b"$recursiveAnchor",
    b"$self",
    b"draft-04",
    b"draft-03",
    b"\\u0024",
    b"\\x24",
    b"\\U00000024",
)


class Resource(Struct, eq=False):
    """A document, or the part of it that a ``$id`` makes a resource of its own."""

    uri: str  # the base of the references in it; without fragment
    document: Document
    pointer: str
    dialect: str | None  # the nearest `$schema`
    anchors: dict[str, str] = {}  # name -> pointer from the document's root
    dynamic: dict[str, str] = {}  # those among them that are dynamic
    entries: list[str] = []  # schemas that only a reference made known as such


class Resources:
    """All resources of the documents at hand."""

    def __init__(self) -> None:
        self.by_uri: dict[str, Resource] = {}
        self.only: Resource | None = None  # the one that there is, as long as there is no other
        self._of: dict[Document, dict[str, Resource]] = {}  # document -> the pointers of its resources
        self._schemas: dict[Document, set[str]] = {}  # the schemas that were walked, of the documents that are walked at all

    def add(self, document: Document, uri: str, dialect: str | None) -> Resource:
        """Take in a document that was found under the URI; ``dialect`` counts where it names none."""
        data = document.data if isinstance(document.data, dict) else {}
        part = Part.DOCUMENT if "openapi" in data or "swagger" in data else Part.SCHEMA
        said = data.get("$schema") if part is Part.SCHEMA else data.get("jsonSchemaDialect")
        root = Resource(uri, document, "", said if isinstance(said, str) else dialect)
        self.only = None if self._of else root
        self._of[document] = {"": root}
        self.by_uri.setdefault(uri, root)
        if data and _has_names(document):
            self._schemas[document] = set()
            own = data.get("$self")
            if part is Part.DOCUMENT and isinstance(own, str):  # OpenAPI 3.2, section 4.1.2.2.1
                self._rename(root, own)
            self._walk(document, "", part, root)
        return root

    @property
    def is_plain(self) -> bool:
        """Whether there is only one document, and nothing in it gives itself a name."""
        return self.only is not None and not self._schemas

    def __iter__(self) -> Iterator[Resource]:
        for of_document in self._of.values():
            yield from of_document.values()

    def around(self, document: Document, pointer: str) -> Resource:
        """The resource that the value at the pointer belongs to."""
        known = self._of[document]
        if len(known) == 1:
            return known[""]
        while pointer and pointer not in known:
            pointer = pointer.rpartition("/")[0]
        return known.get(pointer) or known[""]

    def is_root(self, document: Document, pointer: str) -> bool:
        """Whether a resource begins at the pointer."""
        return pointer in self._of[document]

    def enter(self, document: Document, pointer: str, node: Json) -> None:
        """Make known that the value at the pointer is a schema: a reference leads there."""
        walked = self._schemas.get(document)
        if walked is not None and pointer not in walked and isinstance(node, dict):
            resource = self.around(document, pointer)
            resource.entries.append(pointer)
            self._walk(document, pointer, Part.SCHEMA, resource)

    def _walk(self, document: Document, pointer: str, part: Part, resource: Resource) -> None:
        walked = self._schemas[document]
        waiting = [(pointer, at(document, pointer), part, resource)]
        while waiting:
            pointer, node, part, resource = waiting.pop()
            if part is Part.SCHEMA:
                if pointer in walked:
                    continue
                walked.add(pointer)
                resource = self._named(document, pointer, node, resource)
            inner = [(pointer + to_pointer(keys), held, kind, resource) for keys, held, kind in parts(part, node)]
            waiting += reversed(inner)

    def _named(self, document: Document, pointer: str, node: dict[str, Json], resource: Resource) -> Resource:
        """The resource that the schema belongs to, after noting the names that the schema gives itself."""
        said = node.get("$schema")
        uri = said if isinstance(said, str) else resource.dialect
        dialect = dialects.of_uri(uri) if uri else None
        old = dialect is not None and dialect.ref_hides_siblings
        if old and "$ref" in node:
            return resource
        name = node.get("id" if dialect is dialects.DRAFT4 else "$id")
        if isinstance(name, str):
            base, _, fragment = name.partition("#")
            if base and pointer:
                resource = self._new(document, pointer, uris.join(resource.uri, base), uri)
            elif base:
                self._rename(resource, base)
            if fragment and not fragment.startswith("/"):
                resource.anchors.setdefault(fragment, pointer)
        if not old:
            _anchors(node, pointer, resource)
        return resource

    def _new(self, document: Document, pointer: str, uri: str, dialect: str | None) -> Resource:
        made = Resource(uri, document, pointer, dialect)
        self.only = None
        self._of[document][pointer] = made
        self.by_uri.setdefault(uri, made)
        return made

    def _rename(self, root: Resource, name: str) -> None:
        root.uri = uris.join(root.uri, name)
        self.by_uri.setdefault(root.uri, root)


def at(document: Document, pointer: str) -> Json:
    """The value at a pointer that exists."""
    node = document.data
    for segment in pointer.split("/")[1:]:
        key = unescaped(segment)
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def _anchors(node: dict[str, Json], pointer: str, resource: Resource) -> None:
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = node.get(keyword)
        if isinstance(name, str):
            resource.anchors.setdefault(name, pointer)
            if keyword == "$dynamicAnchor":
                resource.dynamic.setdefault(name, pointer)
    if node.get("$recursiveAnchor") is True and pointer == resource.pointer:
        resource.dynamic[RECURSIVE] = pointer


def _has_names(document: Document) -> bool:
    data = document.data
    if isinstance(data, dict) and str(data.get("openapi", "")).startswith("3.0"):
        return False  # its schemas have no `$id`
    return not document.text or any(sign in document.text for sign in _SIGNS)
