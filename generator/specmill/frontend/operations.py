"""OpenAPI operations: their parameters, bodies and responses, with the models that only they describe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from specmill import names
from specmill.frontend.docs import docs_in, filled
from specmill.frontend.graph import Graph, child
from specmill.frontend.parts import METHODS
from specmill.frontend.shapes import Shapes
from specmill.frontend.unwritten import lone_reference
from specmill.ir import MISSING, Anything, Body, Docs, Field, Json, Kind, Operation, Record, Ref, Response, Scalar, SchemaId, Type, Words

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
    """All operations of the document, in its order; ``tell`` hears the name of each, and of each path."""
    search, found = _Search(graph, tell, set()), []
    for keyword in ("paths", "webhooks"):
        for path, place in _children(graph, child(graph.root_id, keyword)):
            found += list(search.of_item(place, path, webhook=keyword == "webhooks"))
    return found


class _Search(Struct, frozen=True):
    """What ``find`` looks through, and the operations whose callbacks it has looked through: a callback may refer to itself."""

    graph: Graph
    tell: Tell
    followed: set[SchemaId]

    def of_item(self, place: SchemaId, path: str, *, webhook: bool, above: Words = ()) -> Iterator[Source]:
        graph = self.graph
        item = _target(graph, place)
        raw = graph.node(item)
        if not isinstance(raw, dict) or str(path).startswith("x-"):
            return
        self.tell(item, (*above, *names.words(path)))
        places = [(key, child(item, key)) for key in raw if key in METHODS]
        places += _children(graph, child(item, "additionalOperations")) if "additionalOperations" in raw else []
        for method, pointer in places:
            written = graph.node(pointer)
            if not isinstance(written, dict):
                continue
            given = written.get("operationId")
            name = (
                names.words(given)
                if isinstance(given, str) and given
                else (*above, *(names.words(method) if not webhook else ()), *names.words(path))
            )
            self.tell(pointer, name)
            yield Source(pointer, item, method.lower(), path, name, webhook)
            yield from self._callbacks(pointer, name)

    def _callbacks(self, operation: SchemaId, name: Words) -> Iterator[Source]:
        if operation in self.followed:
            return
        self.followed.add(operation)
        for callback, group in _children(self.graph, child(operation, "callbacks")):
            for expression, inner in _children(self.graph, _target(self.graph, group)):
                yield from self.of_item(inner, expression, webhook=True, above=(*name, *names.words(callback)))


def lower_operation(shapes: Shapes, source: Source) -> Operation:
    """One operation, with its parameter object, bodies and responses."""
    graph = shapes.graph
    raw = graph.node(source.pointer)
    shapes.met[source.pointer] = None
    bodies, required, body_field = _request_body(shapes, source)
    fields = [_parameter(shapes, place) for place in _parameters(shapes, source)]
    request = None
    if fields:
        request = source.pointer
        everything = _distinct(shapes, source, [*fields, *([body_field] if body_field else [])])
        shapes.declare(Record(request, (), everything, docs=Docs()))
    return Operation(
        id=raw["operationId"] if isinstance(raw.get("operationId"), str) else f"{source.method} {source.path}",
        name=source.name,
        method=source.method,
        path=source.path,
        docs=docs_in(raw),
        summary=raw["summary"] if isinstance(raw.get("summary"), str) else None,
        tags=tags_of(raw),
        request=request,
        bodies=bodies,
        body_required=required,
        responses=tuple(_responses(shapes, source)),
        webhook=source.webhook,
    )


def tags_of(raw: Mapping[str, Json]) -> tuple[str, ...]:
    """The tags of an operation."""
    tags = raw.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


# ---- parameters -----------------------------------------------------------------------------------------------------------------


def _parameters(shapes: Shapes, source: Source) -> list[SchemaId]:
    """The parameters of the path and of the operation; the operation's take the place of the path's of the same name and location."""
    found: dict[tuple[Json, Json], SchemaId] = {}
    for owner in (source.item, source.pointer):
        raw = shapes.graph.node(owner).get("parameters")
        for index in range(len(raw) if isinstance(raw, list) else 0):
            place = _target(shapes.graph, child(owner, "parameters", str(index)))
            parameter = shapes.graph.node(place)
            if (
                not isinstance(parameter, dict)
                or not isinstance(parameter.get("name"), str)
                or not isinstance(parameter.get("in"), str | None)
            ):
                if place is not None:
                    shapes.report.error("invalid-parameter", place, "a parameter is an object with a name and a location (`in`)")
                continue
            if parameter.get("in") == "header" and parameter["name"].lower() in IGNORED_HEADERS:
                continue
            found[parameter["name"], parameter.get("in")] = place
    return list(found.values())


def _parameter(shapes: Shapes, place: SchemaId) -> Field:
    raw = shapes.graph.node(place)
    schema = _schema_of(shapes.graph, place)
    written = shapes.graph.node(schema) if schema else {}
    default = written.get("default", MISSING) if isinstance(written, dict) else MISSING
    return Field(
        name=names.words(pinned if isinstance(pinned := raw.get("x-specmill-name"), str) else raw["name"]),
        wire_name=raw["name"],
        type=shapes.mention(schema) if schema else Scalar(Kind.STRING),
        required=raw.get("required") is True,
        default=MISSING if default is None else default,
        docs=filled(docs_in(raw), [docs_in(written)], text=True) if isinstance(written, dict) else docs_in(raw),
        location=raw.get("in") if isinstance(raw.get("in"), str) else None,
    )


def _distinct(shapes: Shapes, source: Source, fields: list[Field]) -> tuple[Field, ...]:
    """The fields with a wire name each: one name in two locations is told apart by the location."""
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


def _schema_of(graph: Graph, place: SchemaId) -> SchemaId | None:
    """Where a parameter's or header's schema stands: in `schema`, or in the one entry of `content`."""
    raw = graph.node(place)
    if "schema" in raw:
        return child(place, "schema")
    for _, media in _children(graph, child(place, "content")):
        written = graph.node(media)
        if isinstance(written, dict) and "schema" in written:
            return child(media, "schema")
    return None


# ---- bodies ---------------------------------------------------------------------------------------------------------------------


def _request_body(shapes: Shapes, source: Source) -> tuple[tuple[Body, ...], bool, Field | None]:
    if "requestBody" not in shapes.graph.node(source.pointer):
        return (), False, None
    place = _target(shapes.graph, child(source.pointer, "requestBody"))
    raw = shapes.graph.node(place)
    if not isinstance(raw, dict):
        return (), False, None
    bodies, schemas = _bodies(shapes, place)
    required = raw.get("required") is True
    if not bodies:
        return (), required, None
    target = lone_reference(shapes.vocabulary.schema(schemas[0])) if schemas[0] else None
    name = names.words(target.rpartition("/")[2]) if target else ("request", "body")
    return bodies, required, Field(name, "requestBody", bodies[0].type, required, docs=docs_in(raw), location="body")


def _bodies(shapes: Shapes, place: SchemaId) -> tuple[tuple[Body, ...], list[SchemaId | None]]:
    """What each media type carries, those of JSON first; with the places of their schemas."""
    found: list[tuple[Body, SchemaId | None]] = []
    for media_type, media in _children(shapes.graph, child(place, "content")):
        target = _target(shapes.graph, media)
        raw = shapes.graph.node(target)
        keyword = next((k for k in ("schema", "itemSchema") if isinstance(raw, dict) and k in raw), None)
        schema = child(target, keyword) if keyword else None
        found.append((Body(media_type, _carried(shapes, media_type, schema)), schema))
    found.sort(key=lambda pair: not is_json(pair[0].media_type))
    return tuple(body for body, _ in found), [schema for _, schema in found]


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259) or of the ``+json`` kin (RFC 6839)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in {"application/json", "text/json", "*/*"} or essence.endswith("+json") or "ndjson" in essence or "jsonl" in essence


def _carried(shapes: Shapes, media_type: str, schema: SchemaId | None) -> Type:
    if schema is None:
        return Anything() if is_json(media_type) else Scalar(Kind.BINARY)
    type_ = shapes.mention(schema)
    if isinstance(type_, Scalar) and type_.kind is Kind.STRING and type_.format == "binary":
        return Scalar(Kind.BINARY, format="binary")
    return type_


def _responses(shapes: Shapes, source: Source) -> Iterator[Response]:
    for status, written in _children(shapes.graph, child(source.pointer, "responses")):
        if str(status).startswith("x-"):
            continue
        place = _target(shapes.graph, written)
        raw = shapes.graph.node(place)
        if not isinstance(raw, dict):
            continue
        bodies, _ = _bodies(shapes, place)
        description = str(raw.get("description") or "")
        for body in bodies:
            _describe(shapes, body.type, description, place)
        yield Response(str(status), description, bodies, tuple(_headers(shapes, place)))


def _describe(shapes: Shapes, type_: Type, description: str, place: SchemaId) -> None:
    """A body that is described nowhere else has the description of its response."""
    if isinstance(type_, Ref) and type_.model.startswith(place) and description:
        model = shapes.models.get(type_.model)
        if model is not None and model.docs.description is None:
            shapes.declare(replace(model, docs=replace(model.docs, description=description)))


def _headers(shapes: Shapes, place: SchemaId) -> Iterator[Field]:
    for name, header in _children(shapes.graph, child(place, "headers")):
        target = _target(shapes.graph, header)
        raw = shapes.graph.node(target)
        if isinstance(raw, dict) and name.lower() != "content-type":
            schema = _schema_of(shapes.graph, target)
            type_ = shapes.mention(schema) if schema else Scalar(Kind.STRING)
            yield Field(names.words(name), name, type_, raw.get("required") is True, docs=docs_in(raw), location="header")


# ---- the document ---------------------------------------------------------------------------------------------------------------


def _children(graph: Graph, place: SchemaId) -> list[tuple[str, SchemaId]]:
    """The entries of the object at the place; none where there is no object."""
    parent, _, key = place.rpartition("/")
    above: Mapping[str, Json] = graph.node(parent)
    raw = (
        above.get(key.replace("~1", "/").replace("~0", "~"))
        if isinstance(above, dict) and "/" in place.partition("#")[2]
        else graph.node(place)
    )
    return [(str(name), child(place, str(name))) for name in raw] if isinstance(raw, dict) else []


def _target(graph: Graph, place: SchemaId) -> SchemaId:
    """The place itself, or what the `$ref` there leads to."""
    seen = {place}
    while isinstance(raw := graph.node(place), dict) and isinstance(raw.get("$ref"), str):
        found = graph.resolve(raw["$ref"], place, "$ref")
        if found is None or found in seen:
            return place
        seen.add(found)
        place = found
    return place
