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


# From spec.yaml#/components/schemas/Overlapping
def check_overlapping(value: Json, at: At, errors: list[Error]) -> None:
    matches = 0
    if is_overlapping_one_of_0(value):
        matches += 1
    if is_overlapping_one_of_1(value):
        matches += 1
    if matches != 1:
        errors.append((at, "one_of", "exactly one of 2 alternatives", value))


# From spec.yaml#/components/schemas/Overlapping/oneOf/1
def is_overlapping_one_of_1(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    if "b" not in value:
        return False
    if "b" in value:
        item = value["b"]
        if not is_json_integer(item):
            return False
    if "a" in value:
        item = value["a"]
        if not is_json_integer(item):
            return False
    return True


# From spec.yaml#/components/schemas/Overlapping/oneOf/0
def is_overlapping_one_of_0(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    if "a" not in value:
        return False
    if "a" in value:
        item = value["a"]
        if not is_json_integer(item):
            return False
    if "b" in value:
        item = value["b"]
        if not is_json_integer(item):
            return False
    return True
