"""OpenAPI operations: their parameters, bodies and responses, with the models that only they describe."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from specmill import names
from specmill.frontend.bodies import request_body, responses
from specmill.frontend.docs import docs_in, filled
from specmill.frontend.graph import Graph, child
from specmill.frontend.parts import METHODS
from specmill.frontend.places import Place, entries, schema_of, target_of
from specmill.frontend.shapes import Shapes
from specmill.frontend.source import segments
from specmill.ir import MISSING, Docs, Field, Json, Kind, Operation, Record, Scalar, SchemaId, Words
from specmill.pointers import unescaped

Tell: TypeAlias = Callable[[SchemaId, Words], None]

IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})  # OpenAPI 3.1, section 4.8.12.2


class Source(Struct, frozen=True):
    """One operation as it is written: where, and under which path."""

    pointer: SchemaId
    item: SchemaId  # the path item
    method: str
    path: str
    name: Words
    webhook: bool = False


def _silent(_: SchemaId, __: Words) -> None:
    """Nobody wants to hear."""


def find(graph: Graph, tell: Tell = _silent) -> list[Source]:
    """All operations of the document, in its order; ``tell`` hears the name of each, and of each path item, unused components included."""
    search, found = _Search(graph, tell, set()), list[Source]()
    root = graph.root_id, graph.node(graph.root_id)
    for keyword in ("paths", "webhooks"):
        for path, place in entries(root, keyword):
            found += search.of_item(place, path, webhook=keyword == "webhooks")
    for name, place in entries(root, "components", "pathItems"):
        deque(search.of_item(place, name, webhook=False), maxlen=0)
    for name, place in entries(root, "components", "callbacks"):
        deque(search.of_callback(place, names.words(name)), maxlen=0)
    return found


def of_path(graph: Graph, id: SchemaId, tell: Tell) -> list[Source]:
    """The operations of one path, as ``find`` finds them if it comes there first."""
    path = unescaped(id.rpartition("/")[2])
    return [*_Search(graph, tell, set()).of_item((id, graph.node(id)), path, webhook=False)]


class _Search(Struct, frozen=True):
    """What ``find`` searches, and the operations whose callbacks it has followed: a callback may lead back to itself."""

    graph: Graph
    tell: Tell
    followed: set[SchemaId]

    def of_item(self, place: Place, path: str, *, webhook: bool, above: Words = ()) -> Iterator[Source]:
        item, raw = target_of(self.graph, place)
        if not isinstance(raw, dict) or str(path).startswith("x-"):
            return
        stem = _shared_name(item) or (*above, *names.words(path))
        self.tell(item, stem)
        places = [(key, (child(item, key), written)) for key, written in raw.items() if key in METHODS]
        places += entries((item, raw), "additionalOperations")
        for method, (pointer, written) in places:
            if not isinstance(written, dict):
                continue
            given = written.get("operationId")
            verb = () if webhook else names.words(method)
            name = names.words(given) if isinstance(given, str) and given else (*verb, *stem)
            self.tell(pointer, name)
            yield Source(pointer, item, method.lower(), path, name, webhook)
            yield from self._callbacks((pointer, written), name)

    def _callbacks(self, operation: Place, name: Words) -> Iterator[Source]:
        if operation[0] in self.followed:
            return
        self.followed.add(operation[0])
        for callback, group in entries(operation, "callbacks"):
            yield from self.of_callback(group, (*name, *names.words(callback)))

    def of_callback(self, place: Place, name: Words) -> Iterator[Source]:
        for expression, item in entries(target_of(self.graph, place)):
            yield from self.of_item(item, expression, webhook=True, above=name)


def _shared_name(item: SchemaId) -> Words:
    """The name of a path item that stands among the components, whatever paths lead to it."""
    match segments(item.partition("#")[2]):
        case ["components", "pathItems", name]:
            return names.words(name)
        case ["components", "callbacks", name, expression]:
            return (*names.words(name), *names.words(expression))
        case _:
            return ()


def lower_operation(shapes: Shapes, source: Source) -> Operation:
    """One operation, with its parameter object, bodies and responses."""
    raw = shapes.graph.node(source.pointer)
    place = source.pointer, raw
    shapes.met[source.pointer] = None
    bodies, required, body_field = request_body(shapes, place)
    fields = [_parameter(shapes, place) for place in _parameters(shapes, source)]
    request = None
    if fields:
        request = source.pointer
        everything = _distinct(shapes, source, [*fields, *([body_field] if body_field else [])])
        shapes.declare(Record(request, (), everything, docs=Docs()))
    told = operation_of(source, raw)
    return replace(told, request=request, bodies=bodies, body_required=required, responses=tuple(responses(shapes, place)))


def operation_of(source: Source, raw: Mapping[str, Json]) -> Operation:
    """What an operation says of itself; its parameters, bodies and responses are left out."""
    return Operation(
        id=id_of(source, raw),
        name=source.name,
        method=source.method,
        path=source.path,
        docs=docs_in(raw),
        summary=raw["summary"] if isinstance(raw.get("summary"), str) else None,
        tags=tags_of(raw),
        webhook=source.webhook,
    )


def id_of(source: Source, raw: Mapping[str, Json]) -> str:
    """The ``operationId``, or else the method and the path."""
    return raw["operationId"] if isinstance(raw.get("operationId"), str) else f"{source.method} {source.path}"


def tags_of(raw: Mapping[str, Json]) -> tuple[str, ...]:
    """The tags of an operation."""
    tags = raw.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


# ---- parameters -----------------------------------------------------------------------------------------------------------------


def _parameters(shapes: Shapes, source: Source) -> Iterable[Place]:
    """The parameters of the path and of the operation; the operation's take the place of the path's of the same name and location."""
    found: dict[tuple[Json, Json], Place] = {}
    for owner in (source.item, source.pointer):
        listed = shapes.graph.node(owner).get("parameters")
        for index, written in enumerate(listed if isinstance(listed, list) else ()):
            place, parameter = target_of(shapes.graph, (child(owner, "parameters", index), written))
            if (
                not isinstance(parameter, dict)
                or not isinstance(parameter.get("name"), str)
                or not isinstance(parameter.get("in"), str | None)
            ):
                shapes.report.error("invalid-parameter", place, "a parameter is an object with a name and a location (`in`)")
                continue
            if parameter.get("in") == "header" and parameter["name"].lower() in IGNORED_HEADERS:
                continue
            found[parameter["name"], parameter.get("in")] = place, parameter
    return found.values()


def _parameter(shapes: Shapes, place: Place) -> Field:
    """The field of a parameter, which many operations may share."""
    found = shapes.parameters.get(place[0])
    if found is None:
        start = shapes.graph.looks.now
        found = shapes.parameters[place[0]] = _described(shapes, place)
        shapes.graph.looks.keep(place[0], start)
    shapes.graph.looks.at(place[0])
    return found


def _described(shapes: Shapes, place: Place) -> Field:
    raw = place[1]
    schema = schema_of(place)
    written = schema[1] if schema else {}
    default = written.get("default", MISSING) if isinstance(written, dict) else MISSING
    return Field(
        name=names.words(pinned if isinstance(pinned := raw.get("x-specmill-name"), str) else raw["name"]),
        wire_name=raw["name"],
        type=shapes.mention(*schema) if schema else Scalar(Kind.STRING),
        required=raw.get("required") is True,
        default=MISSING if default is None else default,
        docs=filled(docs_in(raw), [docs_in(written)], text=True) if isinstance(written, dict) else docs_in(raw),
        location=raw.get("in") if isinstance(raw.get("in"), str) else None,
    )


def _distinct(shapes: Shapes, source: Source, fields: list[Field]) -> tuple[Field, ...]:
    """The fields with a wire name each: where two locations share a name, the location is added to it."""
    wire = [field.wire_name for field in fields]
    out = []
    for field in fields:
        if wire.count(field.wire_name) > 1:
            wire_name = f"{field.wire_name} ({field.location})"
            shapes.report.note("renamed", source.pointer, f"several parameters are called {field.wire_name!r}; one is now {wire_name!r}")
            out.append(replace(field, wire_name=wire_name, name=(*field.name, *names.words(field.location or "body"))))
        else:
            out.append(field)
    return tuple(out)
