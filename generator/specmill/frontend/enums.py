"""Enumerated values: named members where all are strings or all are integers, literals where they are mixed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from specmill import names
from specmill.frontend import suggestions
from specmill.frontend.assertions import is_open
from specmill.frontend.docs import docs_of
from specmill.frontend.graph import child
from specmill.frontend.values import frozen, shown
from specmill.ir import UNCONSTRAINED, Checked, Enum, Json, Kind, Literal, Member, ModelId, Nothing, Nullable, Ref, Scalar, SchemaId, Type
from specmill.json_values import is_type

if TYPE_CHECKING:
    from specmill.frontend.merge import Merged
    from specmill.frontend.shapes import Shapes


_CURES: Final[Mapping[type, str]] = {
    type(None): "correct the value or the type; a nullable enum lists null and says nullable",
    **dict.fromkeys([int, float, bool], "correct the type, or put the value into quotes"),
}
_LABELS: Final = ("x-enum-varnames", "x-enumNames", "x-enum-names", "x-speakeasy-enums")
_DESCRIPTIONS: Final = ("x-enum-descriptions", "x-enumDescriptions", "x-speakeasy-enum-descriptions")
_OF_MEMBERS: Final = frozenset({*_LABELS, *_DESCRIPTIONS, "x-enum-deprecated"})
_OF_TEXTS: Final = (None, ("string",))  # the types of nearly all enums


def enum_type(shapes: Shapes, merged: Merged, model: ModelId) -> Type:
    """The type of a schema with `enum` or `const`; values that its own `type` excludes are left out, with a warning."""
    values = _possible(shapes, merged)
    rest = tuple(value for value in values if value is not None) if None in values else values
    shape = _shape(shapes, merged, rest, model)
    if len(rest) < len(values):
        shape = Nullable(shape) if rest else Scalar(Kind.NULL)
    c = merged.constraints
    plain = merged.exact and merged.exact_object and merged.exact_array and c == UNCONSTRAINED and not merged.unions
    plain &= not (merged.properties or merged.required or merged.items or merged.prefix_items or merged.additional or merged.format)
    return shape if plain else Checked(shape, shapes.check(merged.id))


def _shape(shapes: Shapes, merged: Merged, values: tuple[Json, ...], model: ModelId) -> Type:
    if not values:
        return Nothing()
    if len(values) == 1 and any("const" in shapes.graph.keywords(part) for part in merged.parts):
        return Literal(values)
    if all(isinstance(value, str) for value in values):
        return _enum(shapes, merged, Kind.STRING, values, model)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return _enum(shapes, merged, Kind.INTEGER, values, model)
    if {type(value) for value in values} == {bool} and {*values} == {True, False}:
        return Scalar(Kind.BOOLEAN)
    return Literal(values)


def _possible(shapes: Shapes, merged: Merged) -> tuple[Json, ...]:
    """The values that the types allow, each once."""
    if merged.enum and merged.types in _OF_TEXTS and {*map(type, merged.enum)} == {str} and len({*merged.enum}) == len(merged.enum):
        return merged.enum
    kept: dict[Hashable, Json] = {}
    for value in merged.enum or ():
        if merged.types is not None and not any(is_type(name, value) for name in merged.types):
            shapes.report.warning(
                "enum-value-type",
                child(merged.id, "enum"),
                f"the value {shown(value)} is not of type {' or '.join(merged.types)}, so it can never be valid; it is left out",
                help=suggestions.for_value(value) or _CURES.get(type(value), "correct the value or the type"),
            )
        elif frozen(value) in kept:
            shapes.report.warning("enum-value-twice", child(merged.id, "enum"), f"the value {shown(value)} is listed more than once")
        else:
            kept[frozen(value)] = value
    return tuple(kept.values())


def _enum(shapes: Shapes, merged: Merged, kind: Kind, values: tuple[Json, ...], model: ModelId) -> Type:
    _, raw = _raw(shapes, merged)
    own = _own_texts(shapes, merged)
    is_plain = not own and raw.keys().isdisjoint(_OF_MEMBERS)
    members = _plain_members(values) if is_plain else _told_members(shapes, merged, values, own)
    others = any(is_open(shapes.graph, part) for part in merged.parts)
    no_others = raw.get("x-speakeasy-unknown-values") == "disallow"
    shapes.declare(Enum(model, (), kind, members, others, docs_of(shapes.graph, merged.id), closed=no_others))
    return Ref(model)


@lru_cache(maxsize=4096)
def _plain_members(values: tuple[str | int, ...]) -> tuple[Member, ...]:
    """The members of an enum that says nothing but its values, made once for the hundreds of places that it may stand in."""
    return tuple([Member(names.words(_member_name(value)), value) for value in values])


def _told_members(shapes: Shapes, merged: Merged, values: tuple[Json, ...], own: Mapping[object, str]) -> tuple[Member, ...]:
    owner, raw = _raw(shapes, merged)
    labels = _listed(shapes, owner, raw, *_LABELS)
    texts = _listed(shapes, owner, raw, *_DESCRIPTIONS)
    gone = raw.get("x-enum-deprecated", ())
    is_listed = isinstance(labels, list) or isinstance(texts, list)
    positions = {_key(value): i for i, value in reversed(list(enumerate(merged.enum or ())))} if is_listed else {}
    return tuple(
        Member(
            names.words(_at(labels, value, positions) or _member_name(value)),
            value,
            _at(texts, value, positions) or own.get(_key(value)),
            isinstance(gone, list) and value in gone,
        )
        for value in values
    )


def _member_name(value: str | int) -> str:
    if isinstance(value, str):
        return value
    return f"minus {-value}" if value < 0 else f"value {value}"


def _raw(shapes: Shapes, merged: Merged) -> tuple[SchemaId | None, Mapping[str, Json]]:
    for part in merged.parts:
        raw = shapes.graph.keywords(part)
        if "enum" in raw or "x-extensible-enum" in raw:
            return part, raw
    return None, {}


def _own_texts(shapes: Shapes, merged: Merged) -> dict[object, str]:
    """The descriptions of values that have a schema each (`oneOf` of `const`)."""
    found: dict[object, str] = {}
    for part in merged.parts:
        raw = shapes.graph.keywords(part)
        if "const" in raw and isinstance(text := raw.get("description") or raw.get("title"), str):
            found[_key(raw["const"])] = text
    return found


def _listed(shapes: Shapes, owner: SchemaId | None, raw: Mapping[str, Json], *keys: str) -> Json:
    """What the first of the keys lists about the values; a list that is not as long as theirs is reported."""
    key = next((key for key in keys if key in raw), None)
    if owner is None or key is None:
        return None
    table, count = raw[key], len(raw.get("enum") or raw.get("x-extensible-enum") or ())
    if not isinstance(table, list | dict) or (isinstance(table, list) and len(table) != count):
        found = f"{len(table)}" if isinstance(table, list) else shown(table)
        text = f"{key} must have an entry for each of the {count} values, or be an object by value; found {found}"
        shapes.report.warning("invalid-keyword-value", child(owner, key), text)
    return table


def _at(table: Json, value: Json, positions: Mapping[object, int]) -> str | None:
    """The entry of a list by position, or of a map by value."""
    if table is None:
        return None
    if isinstance(table, dict):
        found = table.get(str(value))
    else:
        position = positions.get(_key(value), -1)
        found = table[position] if isinstance(table, list) and 0 <= position < len(table) else None
    return found if isinstance(found, str) and found else None


def _key(value: Json) -> object:
    return (type(value).__name__, repr(value))
