"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from typing import TypeAlias

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


# From spec.yaml#/components/schemas/OtherEvent/properties/type
def check_other_event_type(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, str):
        errors.append((at, "type", "a string", value))
        return
    if value in ("created", "deleted"):
        errors.append((at, "not", "a value that the schema under `not` refuses", value))
