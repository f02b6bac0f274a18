"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from typing import TypeAlias

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


# From spec.yaml#
def check_spec(value: Json, at: At, errors: list[Error]) -> None:
    if isinstance(value, dict):
        if "name" not in value:
            errors.append((at, "required", 'the key "name"', value))
        if "name" in value:
            item = value["name"]
            if not isinstance(item, str):
                errors.append(((at, "name"), "type", "a string", item))
