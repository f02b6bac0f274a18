"""What a schema says, as SDK generators read it: references win over what stands beside them, `allOf` is merged key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from specmill.frontend.graph import Graph, child
from specmill.ir import Json, SchemaId

_PLACED: Final = frozenset({"allOf", "properties", "required", "oneOf", "anyOf", "items", "additionalProperties", "$ref"})
_VARIANTS: Final = ("oneOf", "anyOf")
_ASKED: Final = ("x-specmill-name", "x-speakeasy-name-override")
_TITLES: Final = ("title", "$anchor")
_NAMES: Final = frozenset({*_TITLES, *_ASKED})
_NOTES: Final = frozenset({"title", "description", "nullable", "default", "example", "examples", "deprecated"})


class Said(Struct):
    """One schema with its `allOf` merged; subschemas by their places."""

    id: SchemaId
    plain: dict[str, Json] = {}  # the keywords without subschemas
    properties: dict[str, SchemaId] = {}
    required: dict[str, None] = {}
    keyword: str = ""  # "oneOf" or "anyOf"
    variants: tuple[SchemaId, ...] = ()  # those that are not null
    items: SchemaId | None = None
    additional: SchemaId | bool | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types but null."""
        found = self.plain.get("type")
        named = found if isinstance(found, list) else [found]
        return tuple(name for name in named if isinstance(name, str) and name != "null")

    @property
    def is_union(self) -> bool:
        """Whether it is one of several; a variant chosen by a property is a choice even where it is the only one listed."""
        return len(self.variants) > 1 or (len(self.variants) == 1 and self.keyword == "oneOf" and self.discriminator is not None)

    @property
    def discriminator(self) -> str | None:
        """The property that tells the variants apart."""
        found = self.plain.get("discriminator")
        name = found.get("propertyName") if isinstance(found, dict) else None
        return name if isinstance(name, str) else None

    @property
    def name(self) -> str | None:
        """The name that it asks for: by an extension, else by its title or anchor."""
        return next((found for key in (*_ASKED, *_TITLES) if isinstance(found := self.plain.get(key), str) and found.strip()), None)


class Reader:
    """Reads schemas out of the graph, each once."""

    def __init__(self, graph: Graph) -> None:
        """Start with nothing read."""
        self.graph = graph
        self._known: dict[SchemaId, Said] = {}
        self._raws: dict[SchemaId, Mapping[str, Json]] = {}
        self._referred: dict[SchemaId, SchemaId | None] = {}

    def raw(self, id: SchemaId) -> Mapping[str, Json]:
        """The object at a place; empty where there is none."""
        found = self._raws.get(id)
        if found is None:
            node = self.graph.node(id)
            found = self._raws[id] = node if isinstance(node, dict) else {}
        return found

    def asked(self, id: SchemaId) -> str | None:
        """The name that an extension at the place asks for."""
        raw = self.raw(id)
        return next((found for key in _ASKED if isinstance(found := raw.get(key), str) and found.strip()), None)

    def referred(self, id: SchemaId) -> SchemaId | None:
        """The place that a schema stands for: the end of its `$ref`, or of an `allOf` with one reference and only notes beside it."""
        if id not in self._referred:
            self._referred[id] = self._followed(id)
        return self._referred[id]

    def _followed(self, id: SchemaId) -> SchemaId | None:
        seen = {id}
        target = None
        while (at := self._reference(id)) is not None:
            found = self.graph.resolve(self.raw(at)["$ref"], at, "$ref")
            if found is None or found in seen:
                break
            seen.add(found)
            id = target = found
        return target

    def parts(self, id: SchemaId) -> list[SchemaId]:
        """The places of what is merged by `allOf`."""
        return [child(id, "allOf", str(index)) for index in range(len(_list(self.raw(id).get("allOf"))))]

    def said(self, id: SchemaId) -> Said:
        """All that the schema at a place says; references are followed."""
        found = self._known.get(id)
        if found is None:
            found = self._known[id] = Said(id)  # a circle of `allOf` says nothing more the second time
            target = self.referred(id)
            if target is not None:
                found = self._known[id] = self.said(target)
            else:
                for part in self.parts(id):
                    _merge(found, self.said(part), named="$ref" in self.raw(part))
                _merge(found, self._own(id))
        return found

    def tags(self, id: SchemaId) -> Iterator[tuple[str, Json]]:
        """The properties that have one possible value, with it, by name."""
        properties = self.said(id).properties
        for name in sorted(properties):
            inner = self.said(properties[name]).plain
            values = [inner["const"]] if "const" in inner else _list(inner.get("enum"))
            if len(values) == 1:
                yield name, values[0]

    def _reference(self, id: SchemaId) -> SchemaId | None:
        raw = self.raw(id)
        if isinstance(raw.get("$ref"), str):
            return id
        parts = self.parts(id) if raw.keys() - _NOTES == {"allOf"} else []
        return parts[0] if len(parts) == 1 and isinstance(self.raw(parts[0]).get("$ref"), str) else None

    def _own(self, id: SchemaId) -> Said:
        raw = self.raw(id)
        own = Said(id, {key: value for key, value in raw.items() if key not in _PLACED})
        own.properties = {name: child(id, "properties", name) for name in self.raw(child(id, "properties"))}
        own.required = dict.fromkeys(name for name in _list(raw.get("required")) if isinstance(name, str))
        own.items = child(id, "items") if isinstance(raw.get("items"), dict) else None
        additional = raw.get("additionalProperties")
        own.additional = (
            child(id, "additionalProperties") if additional and isinstance(additional, dict) else additional == {} or additional
        )
        own.keyword = next((keyword for keyword in _VARIANTS if _list(raw.get(keyword))), "")
        listed = [child(id, own.keyword, str(index)) for index in range(len(_list(raw.get(own.keyword))))]
        own.variants = tuple(place for place in listed if not self._is_null(place))
        if own.properties and not any(map(self._is_shape, own.variants)):
            own.variants = ()  # they only narrow what the properties allow
        return own

    def _is_null(self, id: SchemaId) -> bool:
        raw = self.raw(id)
        return raw.get("type") in ("null", ["null"]) or (raw.get("enum") == [None] and "type" not in raw)

    def _is_shape(self, id: SchemaId) -> bool:
        return bool({"$ref", "type", "properties", "enum", "const", "items", "allOf", "oneOf", "anyOf"} & self.raw(id).keys())


def _merge(into: Said, part: Said, *, named: bool = False) -> None:
    """Add what a further part says; where two speak of one thing, the later counts. A part that is named elsewhere keeps its name."""
    into.plain.update({key: value for key, value in part.plain.items() if not (named and key in _NAMES)})
    into.properties.update(part.properties)
    into.required.update(part.required)
    if part.variants:
        into.keyword, into.variants = part.keyword, part.variants
    into.items = part.items or into.items
    into.additional = part.additional if part.additional is not None else into.additional


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
