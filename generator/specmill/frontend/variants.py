"""What the variants of a union are by themselves: null, one value each, or nothing but a narrowing of what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from specmill.frontend.merge import Merged
from specmill.frontend.values import frozen
from specmill.ir import Json, Schema, SchemaId
from specmill.json_values import is_type

if TYPE_CHECKING:
    from specmill.frontend.shapes import Shapes


def null_variants(shapes: Shapes, merged: Merged) -> list[SchemaId]:
    """The variants that are null and nothing else, where null can stand beside the union: where no check speaks of it."""
    if not merged.unions or not (merged.exact and merged.exact_object and merged.exact_array):
        return []
    keyword, listed = merged.unions[0]
    schemas = {place: shapes.vocabulary.schema(place) for place in listed}
    found = [place for place, schema in schemas.items() if _is_null(schema)]
    others = [schema for place, schema in schemas.items() if place not in found]
    if not found or not others or len(merged.unions) > 1 or (merged.types is not None and "null" not in merged.types):
        return []
    if keyword == "oneOf" and (len(found) > 1 or any(_may_be_null(shapes, shapes.merged(schema.id)) for schema in others)):
        return []
    return [] if only_narrow(merged, others) else found


def _may_be_null(shapes: Shapes, part: Merged) -> bool:
    if part.nullable:
        return True
    if part.enum is not None:
        return None in part.enum
    return "null" in part.types if part.types is not None else part.taken_for(shapes.vocabulary) is None


def _is_null(schema: Schema) -> bool:
    says_null = (schema.types, schema.enum) in ((("null",), None), (("null",), (None,)), (None, (None,)))
    return says_null and schema == Schema(schema.id, types=schema.types, enum=schema.enum)


def single_values(variants: Iterable[Schema]) -> tuple[Json, ...] | None:
    """The values of variants that are nothing but one value each, all different: an enum whose members have descriptions of their own."""
    values: list[Json] = []
    for schema in variants:
        if schema.enum is None or len(schema.enum) != 1 or schema != Schema(schema.id, types=schema.types, enum=schema.enum):
            return None
        if schema.types is not None and not any(is_type(name, schema.enum[0]) for name in schema.types):
            return None
        values += schema.enum
    return tuple(values) if len(set(map(frozen, values))) == len(values) else None


def only_narrow(base: Merged, variants: list[Schema]) -> bool:
    """Whether the variants say nothing of the shape that the schema itself does not say better."""
    if any(_shapeless(variant) for variant in variants):
        return True
    if base.properties:
        inline = all(v.ref is None and not (v.all_of or v.any_of or v.one_of) for v in variants)
        return inline and all({name for name, _ in v.properties} <= base.properties.keys() for v in variants)
    if base.types is None or {"object", "array"} & set(base.types):
        return False
    kinds = len({*base.types} - {"null"})
    return kinds == 0 or (kinds == 1 and all(v.ref is None and v.enum is None for v in variants))


def _shapeless(schema: Schema) -> bool:
    lists = schema.all_of or schema.any_of or schema.one_of or schema.properties or schema.prefix_items or schema.pattern_properties
    single = schema.ref, schema.types, schema.enum or None, schema.items, schema.additional_properties
    return not lists and single.count(None) == len(single) and schema != Schema(schema.id)
