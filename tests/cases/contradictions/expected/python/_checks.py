"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from typing import TypeAlias, TypeGuard

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


def is_json_number(value: Json) -> TypeGuard[float]:
    """Whether it is a JSON number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_json_integer(value: Json) -> TypeGuard[float]:
    """Whether it is a whole JSON number: 1 and 1.0 are the same."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


# From spec.yaml#/components/schemas/Counts
def check_counts(value: Json, at: At, errors: list[Error]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not is_json_integer(item):
                errors.append(((at, key), "type", "an integer", item))
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
    else:
        if "name" not in value:
            errors.append((at, "required", 'the key "name"', value))
        if "size" not in value:
            errors.append((at, "required", 'the key "size"', value))
        if "name" in value:
            item = value["name"]
            if not isinstance(item, str):
                errors.append(((at, "name"), "type", "a string", item))
        if "size" in value:
            item = value["size"]
            if not is_json_number(item):
                errors.append(((at, "size"), "type", "a number", item))


# From spec.yaml#/components/schemas/Closed
def check_closed(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
    else:
        if "id" in value:
            item = value["id"]
            if not isinstance(item, str):
                errors.append(((at, "id"), "type", "a string", item))
        for key, item in value.items():
            if key != "id":
                errors.append(((at, key), "additional_properties", "no such key", item))
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
    else:
        if "name" not in value:
            errors.append((at, "required", 'the key "name"', value))
        if "name" in value:
            item = value["name"]
            if not isinstance(item, str):
                errors.append(((at, "name"), "type", "a string", item))
        if "id" in value:
            item = value["id"]
            if not is_json_integer(item):
                errors.append(((at, "id"), "type", "an integer", item))
