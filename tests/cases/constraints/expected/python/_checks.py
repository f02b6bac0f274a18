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


# From spec.yaml#/components/schemas/Limits/properties/even
def check_limits_even(value: Json, at: At, errors: list[Error]) -> None:
    if not is_json_integer(value):
        errors.append((at, "type", "an integer", value))
        return
    if value == 4:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))
