"""The types of what is of one JSON type: scalars, arrays and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from specmill.frontend.octets import is_binary
from specmill.frontend.records import record_type
from specmill.ir import (
    UNCONSTRAINED,
    Anything,
    Checked,
    Constraints,
    Kind,
    ListOf,
    MapOf,
    ModelId,
    Nothing,
    Scalar,
    SchemaId,
    TupleOf,
    Type,
)

if TYPE_CHECKING:
    from specmill.frontend.merge import Merged
    from specmill.frontend.shapes import Shapes

KINDS: Final = {"string": Kind.STRING, "integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN, "null": Kind.NULL}
_STRING_KINDS: Final = {kind.value: kind for kind in (Kind.DATE_TIME, Kind.DATE, Kind.TIME, Kind.UUID, Kind.BYTES, Kind.DECIMAL)}


def scalar_type(shapes: Shapes, merged: Merged, name: str) -> Type:
    """The type of a string, number, boolean or null."""
    kind, own = KINDS[name], UNCONSTRAINED
    if name == "string":
        kind = Kind.BINARY if _is_octets(shapes, merged) else _STRING_KINDS.get(merged.format or "", Kind.STRING)
        own = _some(merged.constraints, "min_length", "max_length", "pattern")
    elif name in {"integer", "number"}:
        own = _some(merged.constraints, "minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of")
    exact = merged.exact
    if name == "string" and merged.format is not None and kind is Kind.STRING:
        exact = False  # a format that is asserted, and has no type of its own
    if kind in _STRING_KINDS.values() and own is not UNCONSTRAINED:
        own, exact = UNCONSTRAINED, False
    shape = Scalar(kind, own, _written_format(shapes, merged))
    return shape if exact else Checked(shape, shapes.check(merged.id))


def _some(constraints: Constraints, *names: str) -> Constraints:
    """The constraints of these names alone."""
    if constraints is UNCONSTRAINED:
        return constraints
    own = Constraints(**{name: getattr(constraints, name) for name in names})
    return own if own != UNCONSTRAINED else UNCONSTRAINED


def _is_octets(shapes: Shapes, merged: Merged) -> bool:
    """Whether a string is raw octets, as in a part of a multipart body."""
    return any(is_binary(shapes.graph.keywords(part)) for part in merged.parts) and merged.id in shapes.octets


def _written_format(shapes: Shapes, merged: Merged) -> str | None:
    formats = (shapes.graph.keywords(part).get("format") for part in merged.parts)
    return next((format for format in formats if isinstance(format, str)), None)


def array_type(shapes: Shapes, merged: Merged) -> Type:
    """The type of an array: a list, or a tuple where the first items are all there."""
    c = merged.constraints
    own = _some(c, "min_items", "max_items", "unique_items")
    exact = merged.exact and merged.exact_array
    shape: Type
    if not merged.prefix_items:
        item = shapes.mention(merged.items) if merged.items else Anything()
        exact &= not c.unique_items or isinstance(item, Anything) or _is_plain(item)
        shape = ListOf(item, own)
    elif c.min_items is not None and c.min_items >= len(merged.prefix_items):
        is_full = c.max_items == len(merged.prefix_items)
        rest = Nothing() if is_full else shapes.mention(merged.items) if merged.items else Anything()
        shape = TupleOf(tuple(shapes.mention(place) for place in merged.prefix_items), None if rest == Nothing() else rest)
        full = c.min_items == len(merged.prefix_items) and not c.unique_items and (c.max_items is None or rest == Nothing())
        exact &= full and (c.max_items is None or c.max_items >= len(merged.prefix_items))
    else:
        shape, exact = ListOf(Anything(), own), False
    return shape if exact else Checked(shape, shapes.check(merged.id))


def object_type(shapes: Shapes, merged: Merged, model: ModelId) -> Type:
    """The type of an object: a record where properties are known, else a map."""
    if merged.properties or merged.required or _is_closed(shapes, merged):
        return record_type(shapes, merged, model)
    own = _some(merged.constraints, "min_properties", "max_properties")
    exact = merged.exact and merged.exact_object
    places = [merged.additional] if merged.additional else []
    if merged.patterns:
        alone = len(merged.patterns) == 1 and any(_is_closed_part(shapes, part) for part in merged.parts)
        places, exact = [merged.patterns[0][1]] if alone else [], False
    shape = MapOf(shapes.mention(places[0]) if places else Anything(), own)
    return shape if exact else Checked(shape, shapes.check(merged.id))


def _is_closed(shapes: Shapes, merged: Merged) -> bool:
    return merged.additional is not None and shapes.vocabulary.schema(merged.additional).types == ()


def _is_closed_part(shapes: Shapes, id: SchemaId) -> bool:
    place = shapes.vocabulary.schema(id).additional_properties
    return place is not None and shapes.vocabulary.schema(place).types == ()


def _is_plain(type_: Type) -> bool:
    """Whether values of the type are the same in JSON and in a program, so that items can be compared after decoding."""
    return isinstance(type_, Scalar) and type_.kind in KINDS.values()
