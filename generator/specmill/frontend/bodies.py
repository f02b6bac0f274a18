"""What the requests and responses of OpenAPI operations carry: bodies of every media type, and headers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from msgspec.structs import replace

from specmill import names
from specmill.frontend.docs import docs_in
from specmill.frontend.media_types import is_json, is_multipart, is_octets, is_plain
from specmill.frontend.places import Place, below, entries, schema_of, target_of
from specmill.frontend.shapes import Shapes
from specmill.frontend.unwritten import lone_reference
from specmill.ir import Anything, Body, Field, Kind, Ref, Response, Scalar, SchemaId, Type


def request_body(shapes: Shapes, operation: Place) -> tuple[tuple[Body, ...], bool, Field | None]:
    """What each media type of the request carries, whether a body is required, and the body as one more parameter."""
    place = target_of(shapes.graph, below(operation, "requestBody"))
    raw = place[1]
    if not isinstance(raw, dict):
        return (), False, None
    bodies, schemas = _bodies(shapes, place)
    required = raw.get("required") is True
    if not bodies:
        return (), required, None
    target = lone_reference(shapes.vocabulary.schema(schemas[0])) if schemas[0] else None
    name = names.words(target.rpartition("/")[2]) if target else ("request", "body")
    return bodies, required, Field(name, "requestBody", bodies[0].type, required, docs=docs_in(raw), location="body")


def _bodies(shapes: Shapes, place: Place) -> tuple[tuple[Body, ...], list[SchemaId | None]]:
    """What each media type carries, those of JSON first; with the places of their schemas."""
    found: list[tuple[Body, SchemaId | None]] = []
    for media_type, media in entries(place, "content"):
        target = target_of(shapes.graph, media)
        keyword = next((k for k in ("schema", "itemSchema") if isinstance(target[1], dict) and k in target[1]), None)
        schema = below(target, keyword) if keyword else None
        found.append((Body(media_type, _carried(shapes, media_type, schema)), schema[0] if schema else None))
        for _, encoding in entries(target, "encoding"):
            deque(_headers(shapes, encoding), maxlen=0)  # headers of a part: no call takes or gives them, but their models are there
    found.sort(key=lambda pair: not is_json(pair[0].media_type))
    return tuple(body for body, _ in found), [schema for _, schema in found]


def _carried(shapes: Shapes, media_type: str, schema: Place | None) -> Type:
    """The type of a body; where the schema names none, the media type decides (OpenAPI 3.1, section 4.8.14.3)."""
    type_ = Anything() if schema is None else shapes.mention(*schema)
    match type_:
        case Anything() if is_plain(media_type):
            return Scalar(Kind.STRING)
        case Anything() if is_octets(media_type) and not is_multipart(media_type):
            return Scalar(Kind.BINARY)
        case Scalar(kind=Kind.STRING, format="binary"):
            return Scalar(Kind.BINARY, format="binary")
        case _:
            return type_


def responses(shapes: Shapes, operation: Place) -> Iterator[Response]:
    """The responses, ranges (``4XX``) and ``default`` among them; many operations share some."""
    for status, written in entries(operation, "responses"):
        if status.startswith("x-"):
            continue
        place = target_of(shapes.graph, written)
        if place[0] not in shapes.responses:
            start = shapes.graph.looks.now
            shapes.responses[place[0]] = _response(shapes, place)
            shapes.graph.looks.keep(place[0], start)
        shapes.graph.looks.at(place[0])
        if (found := shapes.responses[place[0]]) is not None:
            yield replace(found, status=status)


def _response(shapes: Shapes, place: Place) -> Response | None:
    raw = place[1]
    if not isinstance(raw, dict):
        return None
    bodies, _ = _bodies(shapes, place)
    description = str(raw.get("description") or "")
    for body in bodies:
        _describe(shapes, body.type, description, place[0])
    return Response("", description, bodies, tuple(_headers(shapes, place)))


def _describe(shapes: Shapes, type_: Type, description: str, place: SchemaId) -> None:
    """A body that is described nowhere else has the description of its response."""
    if isinstance(type_, Ref) and type_.model.startswith(place) and description:
        model = shapes.models.get(type_.model)
        if model is not None and model.docs.description is None:
            shapes.declare(replace(model, docs=replace(model.docs, description=description)))


def _headers(shapes: Shapes, place: Place) -> Iterator[Field]:
    for name, header in entries(place, "headers"):
        target = target_of(shapes.graph, header)
        raw = target[1]
        if isinstance(raw, dict) and name.lower() != "content-type":
            schema = schema_of(target)
            type_ = shapes.mention(*schema) if schema else Scalar(Kind.STRING)
            yield Field(names.words(name), name, type_, raw.get("required") is True, docs=docs_in(raw), location="header")
