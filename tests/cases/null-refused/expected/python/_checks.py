"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from typing import TypeAlias, TypeGuard

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


def is_json_integer(value: Json) -> TypeGuard[float]:
    """Whether it is a whole JSON number: 1 and 1.0 are the same."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


# From spec.yaml#/components/schemas/One
def check_one(value: Json, at: At, errors: list[Error]) -> None:
    matches = 0
    if value is None or isinstance(value, str):
        matches += 1
    if value is None or is_json_integer(value):
        matches += 1
    if matches != 1:
        errors.append((at, "one_of", "exactly one of 2 alternatives", value))


# From spec.yaml#/components/schemas/Part
def check_part(value: Json, at: At, errors: list[Error]) -> None:
    if value is not None and not isinstance(value, dict):
        errors.append((at, "type", "null or an object", value))
        return
    if value is not None and "size" in value:
        item = value["size"]
        if not is_json_integer(item):
            errors.append(((at, "size"), "type", "an integer", item))
    if value is None:
        errors.append((at, "any_of", "at least one of 1 alternatives", value))


# From spec.yaml#/components/schemas/Shade
def check_shade(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, str) and not is_json_integer(value):
        errors.append((at, "any_of", "at least one of 2 alternatives", value))
    if value != "light" and value != "dark" and value is not None:
        errors.append((at, "enum", 'one of "light", "dark", null', value))


# From spec.yaml#/components/schemas/Answer/anyOf/0
def check_answer_any_of_0(value: Json, at: At, errors: list[Error]) -> None:
    if value is not None and not isinstance(value, bool):
        errors.append((at, "type", "null or a boolean", value))
        return
    if value is None:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/components/schemas/Decided
def check_decided(value: Json, at: At, errors: list[Error]) -> None:
    if value is not None and not isinstance(value, bool):
        errors.append((at, "type", "null or a boolean", value))
        return
    if value is None:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/components/schemas/Holder/properties/never_null/anyOf/0
def check_holder_never_null_any_of_0(value: Json, at: At, errors: list[Error]) -> None:
    if value is None:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))
    if value is not None:
        errors.append((at, "const", "null", value))
