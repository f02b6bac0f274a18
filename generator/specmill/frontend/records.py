"""Objects with known properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from specmill import names
from specmill.frontend.alike import is_alike, whole
from specmill.frontend.docs import docs_in, filled
from specmill.frontend.graph import child
from specmill.frontend.unwritten import written
from specmill.ir import MISSING, Anything, Field, Json, ModelId, Nullable, Record, SchemaId, Type

if TYPE_CHECKING:
    from specmill.frontend.merge import Merged
    from specmill.frontend.shapes import Shapes


_ONWARD: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "allOf"})  # what a schema says of the value by way of others


def record_type(shapes: Shapes, merged: Merged, model: ModelId) -> Type:
    """Declare the record of a merged schema."""
    fields = list(_fields(shapes, merged))
    fields += [_bare(shapes, merged, name) for name in merged.required if name not in merged.properties]
    raw = shapes.graph.keywords(merged.id)
    c = merged.constraints
    exact = merged.exact and merged.exact_object and c.min_properties is None and c.max_properties is None
    record = Record(
        id=model,
        name=(),
        fields=tuple(fields),
        additional=_additional(shapes, merged),
        check=None if exact else shapes.check(merged.id),
        docs=docs_in(raw),
    )
    _mention_lone_discriminator(shapes, merged.id, raw)
    return shapes.declare(record)


def _mention_lone_discriminator(shapes: Shapes, id: SchemaId, raw: Mapping[str, Json]) -> None:
    if isinstance(raw.get("discriminator"), dict) and raw.keys().isdisjoint(("oneOf", "anyOf")):
        shapes.report.note(
            "discriminator-alone",
            child(id, "discriminator"),
            "a discriminator without oneOf or anyOf chooses nothing: a value of this schema is decoded as this schema alone",
            help="list the schemas that it chooses from in a oneOf",
        )


def _fields(shapes: Shapes, merged: Merged) -> Iterator[Field]:
    """The fields of the properties; those of simple values and references are made once for all that say the same."""
    above, listed, resource, is_written = "", {}, None, False
    for name, place in merged.properties.items():
        if place != above + name:  # it is not beside the one before, or its name stands there in another way
            above, is_written = place[: place.rindex("/") + 1], written(place)
            listed, resource = (shapes.graph.node(above[:-1]), shapes.graph.resource(above[:-1])) if is_written else ({}, None)
        raw = listed[name] if is_written else None
        said = whole(raw)
        key = None if said is None else (name, name in merged.required, said, resource)
        found = shapes.fields.get(key)
        if found is None:
            findings, start = len(shapes.report.asked), shapes.graph.looks.now
            found = _field(shapes, merged, name, place, raw)
            if key is not None and len(shapes.report.asked) == findings and is_alike(found.type):
                shapes.fields[key] = found
                if found.ref is not None:
                    shapes.graph.looks.keep(id(found), start)
        elif found.ref is not None:
            shapes.graph.looks.at(id(found))
        yield found


def _field(shapes: Shapes, merged: Merged, name: str, place: SchemaId, own: Json) -> Field:
    type_ = shapes.mention(place, own)
    others: Sequence[Mapping[str, Json]] = ()
    if not isinstance(own, dict) or not own.keys().isdisjoint(_ONWARD):
        own, *others = _raws(shapes, place) or [{}]
    default, docs = own.get("default", MISSING), docs_in(own)
    read_only, write_only = own.get("readOnly") is True, own.get("writeOnly") is True
    if others:
        default = next((raw["default"] for raw in (own, *others) if "default" in raw), MISSING)
        read_only = read_only or any(raw.get("readOnly") is True for raw in others)
        write_only = write_only or any(raw.get("writeOnly") is True for raw in others)
        docs = filled(docs, map(docs_in, others)) if own else docs
    return Field(
        name=names.words(_pinned(own) or name),
        wire_name=name,
        type=type_,
        required=name in merged.required,
        default=MISSING if default is None and not isinstance(type_, Nullable | Anything) else default,
        docs=docs,
        read_only=read_only,
        write_only=write_only,
        ref=shapes.vocabulary.schema(place).ref if "$ref" in own else None,
    )


def _bare(shapes: Shapes, merged: Merged, name: str) -> Field:
    """A property that `required` names and `properties` does not: typed by what may stand beside the known ones."""
    additional = _additional(shapes, merged)
    return Field(names.words(name), name, additional if additional is not None else Anything(), required=True, implied=True)


def _additional(shapes: Shapes, merged: Merged) -> Type | None:
    if merged.patterns:
        return Anything()
    return None if merged.additional is None else shapes.mention(merged.additional)


def _raws(shapes: Shapes, place: SchemaId) -> list[Mapping[str, Json]]:
    """The schemas that a property's annotations may stand in: what is written there, then what it refers to."""
    found: list[Mapping[str, Json]] = []
    pending, seen = [place], set()
    while pending:
        id = pending.pop(0)
        if id in seen:
            continue
        seen.add(id)
        if raw := shapes.graph.keywords(id):
            found.append(raw)
        schema = shapes.vocabulary.schema(id)
        pending += [schema.ref] if schema.ref is not None else list(schema.all_of)
    return found


def _pinned(raw: Mapping[str, Json]) -> str | None:
    found = raw.get("x-specmill-name")
    return found if isinstance(found, str) and found.strip() else None
