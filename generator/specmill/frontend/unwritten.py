"""Schemas that nobody wrote: parts and mergers of those that somebody did, under ids below theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from specmill.ir import Schema, SchemaId

# Pointer segments that no JSON Pointer can hold (RFC 6901: `~` is followed by 0 or 1).
NULL_PART: Final = "~null"
VALUE_PART: Final = "~value"  # what a nullable schema says of all but null
PARENT_PART: Final = "~parent"  # a schema as those see it that it lists and that extend it: without the list
BASE_PART: Final = "~base"  # what a schema says beside its anyOf or oneOf
BOTH_PART: Final = "~and"  # a schema as its children see it, which it lists and which extend it: without the list
OBJECT_PART: Final = "~object"  # any object
OTHERS_PART: Final = "~others"  # what a schema says of all but objects
CORE_PART: Final = "~core"  # what a name stands for beside null or further assertions

_PART: Final = re.compile(r"/~[a-z]")


def within(id: SchemaId, part: str) -> SchemaId:
    """The id of a part that nobody wrote, below a schema that somebody did."""
    return f"{id}/{part}" if "#" in id else f"{id}#/{part}"


def own_place(id: SchemaId) -> SchemaId:
    """The id of the written schema that the id is, or is a part of."""
    part = _PART.search(id)
    return id if part is None else id[: part.start()]


def written(id: SchemaId) -> bool:
    """Whether the id is that of a schema in the spec, not of a part that nobody wrote."""
    return "/~" not in id or _PART.search(id) is None


def lone_reference(schema: Schema) -> SchemaId | None:
    """The schema that this one only refers to: a `$ref` that stands alone, or an `allOf` of nothing but one."""
    only = schema.ref if schema.ref is not None else schema.all_of[0] if len(schema.all_of) == 1 else None
    if only is None:
        return None
    if schema.types is not None or schema.enum is not None or schema.properties or schema.any_of or schema.one_of:
        return None  # as nearly all that say more
    plain = Schema(schema.id, ref=schema.ref, all_of=schema.all_of if schema.ref is None else ())
    return only if schema == plain else None


def or_null(schema: Schema, add: Callable[[Schema], Schema]) -> Schema:
    """The schema with null beside whatever else it says; ``add`` makes known the parts that this takes."""
    if schema.types is not None and "null" not in schema.types:
        schema = replace(schema, types=(*schema.types, "null"))
    if schema.enum is not None and None not in schema.enum:
        schema = replace(schema, enum=(*schema.enum, None))
    if schema.ref is None and not (schema.all_of or schema.any_of or schema.one_of):
        return schema
    null = add(Schema(within(schema.id, NULL_PART), types=("null",)))
    value = add(replace(schema, id=within(schema.id, VALUE_PART)))
    return Schema(schema.id, any_of=(value.id, null.id))


def beside_null(schema: Schema) -> SchemaId | None:
    """The part that ``or_null`` made for all but null; None where it made no parts."""
    return schema.any_of[0] if schema.any_of and schema.any_of[0] == within(schema.id, VALUE_PART) else None
