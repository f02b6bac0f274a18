"""The names of models, from where their schemas stand: a name depends on its own place, so that adding a schema renames no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from specmill import names
from specmill.frontend.graph import Graph
from specmill.frontend.parts import DEFINITIONS
from specmill.frontend.unwritten import written
from specmill.ir import Json, ModelId, SchemaId, Words
from specmill.json_values import equal
from specmill.pointers import unescaped

_COMPONENT_WORDS: Final = {
    "parameters": "Parameter",
    "responses": "Response",
    "requestBodies": "RequestBody",
    "headers": "Header",
    "callbacks": "Callback",
    "pathItems": "PathItem",
    "mediaTypes": "MediaType",
}
_ORDINALS: Final = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_PARTS: Final = {
    "additionalProperties": "Value",
    "unevaluatedProperties": "Value",
    "propertyNames": "Name",
    "contains": "Item",
    "not": "Not",
    "if": "If",
    "then": "Then",
    "else": "Else",
    "~core": "Value",
    "~object": "Object",
    "~array": "Array",
    "~string": "String",
    "~number": "Number",
    "~integer": "Integer",
    "~boolean": "Boolean",
}
_SCHEMA: Final = frozenset({"schema", "itemSchema"})
IN_COMPONENT: Final = "#/components/schemas/"  # what stands below it is in no operation
_ASKED: Final = ("x-specmill-name", "x-speakeasy-name-override")
_KEYED: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_DATA: Final = frozenset({"const", "default", "enum", "example", "examples"})
_LISTED: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NONE: Final[Mapping[SchemaId, Words]] = {}


class InlineNames:
    """Finds the names that a model may have, shortest first; equal inline schemas of one operation share one."""

    def __init__(self, graph: Graph, style: str, root_name: Words, operations: Mapping[SchemaId, Words] = _NONE) -> None:
        """``style``: "context" or "short" (the bare property name where that is unique in the spec); ``operations``: those whose names are known."""
        self._graph = graph
        self._style = style
        self._root_name = root_name
        self._operations = dict(operations)
        self._places: dict[SchemaId, _Place] = {}  # of schemas: what stands above them is read once for all that is below
        self._shared: defaultdict[tuple[Words, Words], list[tuple[Json, SchemaId]]] = defaultdict(list)

    def add_operation(self, pointer: SchemaId, name: Words) -> None:
        """Take note of the name of the operation at the pointer."""
        self._operations[pointer] = name

    def pinned(self, id: SchemaId) -> str | None:
        """The name that the schema itself asks for."""
        raw = self._graph.keywords(id)
        if not raw.keys().isdisjoint(_ASKED):
            return next((asked for key in _ASKED if isinstance(asked := raw.get(key), str) and asked.strip()), None)
        return None

    def canonical(self, id: SchemaId) -> SchemaId:
        """The first schema in the same operation that would have the same name and says the same; the id itself where there is none."""
        if IN_COMPONENT in id:
            return id
        place = self._place(id)
        name = place.slot if not place.pieces else place.pieces[-1] if place.in_operation else ()
        if not name or not written(id):
            return id
        raw = self._graph.node(id)
        same = self._shared[place.owner, name]
        for other, first in same:
            # Two media types of one body may differ in how it looks in XML alone.
            self._graph.looks.at(first)
            if equal(raw, other) or (not place.pieces and equal(_in_json(raw), _in_json(other))):
                return first
        same.append((raw, id))
        return id

    def candidates(self, id: ModelId) -> tuple[Words, ...]:
        """The names for the model, from the one it should have to the one that says everything about where it stands."""
        pinned = self.pinned(id)
        if pinned is not None:
            return (names.words(pinned),)
        place = self._place(id)
        below = [word for piece in place.pieces for word in piece]
        whole = (*place.owner, *below)
        if not (place.in_operation or place.slot or place.qualifier or self._style == "short"):
            return (whole,)
        found: list[Words] = []
        if place.pieces and self._style == "short":
            title = self._graph.keywords(id).get("title")
            found += [names.words(title)] if isinstance(title, str) and names.pascal(names.words(title)).isidentifier() else []
            found += [place.pieces[-1], (*place.owner, *place.pieces[-1])]
        if place.in_operation and place.pieces:
            found += [(*place.owner, *place.pieces[-1]), whole]
        elif not place.in_operation:
            found.append(whole)
        found.append((*place.owner, *place.slot, *below))
        found.append((*place.qualifier, *place.owner, *place.slot, *below))
        return tuple(dict.fromkeys(found))

    def _place(self, id: SchemaId) -> _Place:
        """Where a schema stands, read step by step from the nearest place above it that is known."""
        at, found = id, self._places.get(id)
        while found is None and "#/" in at:
            at = at.rpartition("/")[0]
            found = self._places.get(at)
        if at == id and found is not None:
            return found
        place = found or _Place(self._root_name if at == self._graph.root_id else _stem(at.partition("#")[0]))
        rest = iter(id[len(at) + 1 :].split("/") if len(id) > len(at) else ())
        for segment in rest:
            at = f"{at}/{segment}"
            if at in self._operations:
                place = _Place(self._operations[at], in_operation=True)
                at = self._slot(place, at, rest)
            elif segment == "components":
                at = self._component(place, at, rest)
            else:
                place = replace(place)
                at = self._step(place, at, segment, rest)
                self._places[at] = place
        return place

    def _component(self, place: _Place, at: SchemaId, rest: Iterator[str]) -> SchemaId:
        kind, name = next(rest, "schemas"), next(rest, "")
        place.owner = names.words(unescaped(name))
        place.qualifier = ()
        if kind in _COMPONENT_WORDS:
            place.slot = (_COMPONENT_WORDS[kind],)
        at = f"{at}/{kind}/{name}"
        if kind == "schemas":
            self._places[at] = place
        segments: list[str] = []
        while kind != "schemas" and at not in self._operations and (segment := next(rest, None)) is not None:
            at = f"{at}/{segment}"
            segments.append(segment)
            if segment in _SCHEMA:
                self._places[at] = place
                break
        match segments:
            case [*_, "headers", header, _] | [*_, "headers", header, "content", _, _]:
                place.owner += names.words(unescaped(header))
            case ["content", media, *_]:
                place.qualifier = names.words(unescaped(media))
        if at in self._operations:
            place.owner, place.in_operation = self._operations[at], True
            at = self._slot(place, at, rest)
        return at

    def _slot(self, place: _Place, at: SchemaId, rest: Iterator[str]) -> SchemaId:
        """Read where in the operation the schema stands: its body, a response, a parameter."""
        segments: list[str] = []
        for segment in rest:
            at = f"{at}/{segment}"
            segments.append(segment)
            if at in self._operations:  # a callback
                place.owner, segments = self._operations[at], []
            elif segment in _SCHEMA:
                self._places[at] = place
                break
        match segments:
            case [*_, "encoding", part, "headers", header, _]:
                place.slot, place.qualifier = names.words(unescaped(header)), names.words(unescaped(part))
            case ["requestBody", "content", media, *_]:
                place.slot, place.qualifier = ("Request", "Body"), names.words(unescaped(media))
            case ["responses", status, "content", media, *_]:
                place.slot, place.qualifier = self._response(at, status), names.words(unescaped(media))
            case ["responses", status, "headers", header, *_]:
                place.slot, place.qualifier = names.words(unescaped(header)), ("Response", *names.words(unescaped(status)))
            case ["parameters", *_]:
                place.slot, place.qualifier = self._parameter(at), ("Parameter",)
            case [] | _:
                place.slot = ("Request",)
        return at

    def _response(self, at: SchemaId, status: str) -> Words:
        responses = self._graph.node(at.split("/responses/")[0] + "/responses")
        first = min((code for code in responses if str(code).startswith("2")), default=status)
        return ("Response", "Body") if status == first else (*names.words(unescaped(status).capitalize()), "Response", "Body")

    def _parameter(self, at: SchemaId) -> Words:
        head, _, tail = at.rpartition("/parameters/")
        raw = self._graph.node(f"{head}/parameters/{tail.split('/')[0]}")
        return names.words(str(raw.get("name", "parameter")))

    def _step(self, place: _Place, at: SchemaId, segment: str, rest: Iterator[str]) -> SchemaId:
        """Read one keyword of a schema, with the key or index that belongs to it."""
        if segment in DEFINITIONS:
            key = next(rest, "")
            place.qualifier = (*place.qualifier, *place.owner, *(word for piece in place.pieces for word in piece))
            place.owner, place.pieces, place.in_operation = names.words(unescaped(key)), (), False
            return f"{at}/{key}"
        if segment in _KEYED or segment in _LISTED:
            key = next(rest, "")
            at = f"{at}/{key}"
            piece = self._variant(at, key) if segment in {"anyOf", "oneOf"} else names.words(unescaped(key))
            if segment == "prefixItems":
                piece = ("Item", str(int(key) + 1))
            if segment != "allOf":
                place.pieces += (("Value",) if segment == "patternProperties" else piece,)
        elif segment == "items":
            *before, last = place.pieces or (("Item",),)  # items are named after their list: a list by itself is no model
            place.pieces = (*before, (*last[:-1], names.singular(last[-1])))
        elif segment in _PARTS:
            place.pieces += ((_PARTS[segment],),)
        elif segment.startswith("~") or place.pieces or place.in_operation:
            pass
        elif segment in _SCHEMA:  # of a parameter, a header or a body in a file of its own
            place.slot = names.words(segment)
        elif segment == "content":
            media = next(rest, "")
            at = f"{at}/{media}"
            place.qualifier = names.words(unescaped(media))
        else:
            place.owner = (*place.owner, *names.words(unescaped(segment)))
        return at

    def _variant(self, id: SchemaId, index: str) -> Words:
        """What to call an unnamed variant: its title, the one value of its tag, or its position."""
        raw = self._graph.keywords(id)
        if isinstance(raw.get("title"), str):
            return names.words(raw["title"])
        if isinstance(raw.get("$ref"), str):
            return names.words(unescaped(raw["$ref"].rpartition("/")[2]))
        properties = raw.get("properties")
        for value in properties.values() if isinstance(properties, dict) else ():
            tag = value.get("const", value.get("enum", [])) if isinstance(value, dict) else None
            tag = tag[0] if isinstance(tag, list) and len(tag) == 1 else tag
            if isinstance(tag, str) and tag:
                return names.words(tag)
        number = int(index) if index.isdigit() else 0
        return (_ORDINALS[number],) if number < len(_ORDINALS) else (str(number + 1),)


class _Place(Struct):
    """Where a schema stands, in words."""

    owner: Words  # the component or operation that it belongs to
    in_operation: bool = False
    slot: Words = ()  # which body or parameter of the operation
    qualifier: Words = ()  # said only when all else is not enough
    pieces: tuple[Words, ...] = ()  # the properties and items below


def resolve(wanted: Mapping[ModelId, tuple[Words, ...]]) -> dict[ModelId, Words]:
    """Give each model the first of its names that no other model has; where all are taken, its last one (a target tells them apart)."""
    level = dict.fromkeys(wanted, 0)
    groups: defaultdict[str, list[ModelId]] = defaultdict(list)
    moved = list(wanted)
    while moved:
        met: dict[str, None] = {}
        for id in moved:
            name = names.pascal(wanted[id][level[id]]).casefold()
            groups[name].append(id)
            met[name] = None
        crowded = {name: groups[name] for name in met if len(groups[name]) > 1}
        groups |= {name: [id for id in ids if level[id] + 1 == len(wanted[id])] for name, ids in crowded.items()}
        moved = [id for ids in crowded.values() for id in ids if level[id] + 1 < len(wanted[id])]
        for id in moved:
            level[id] += 1
    return {id: wanted[id][at] for id, at in level.items()}


def _in_json(schema: Json, *, keyed: bool = False) -> Json:
    """What a schema, or each schema below a keyword, says of JSON; data are left as they are."""
    match schema:
        case dict():
            said = ((key, one) for key, one in schema.items() if keyed or key != "xml")
            return {key: one if key in _DATA and not keyed else _in_json(one, keyed=key in _KEYED and not keyed) for key, one in said}
        case list():
            return [_in_json(one) for one in schema]
        case _:
            return schema


def _stem(document: str) -> Words:
    """The name of a document that is a schema as a whole: its file's name."""
    return names.words(document.rpartition("/")[2].split(".")[0] or document)
