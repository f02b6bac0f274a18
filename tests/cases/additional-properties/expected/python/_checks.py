"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

import re
from typing import TypeAlias

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


HEADERS_PATTERN = re.compile(r"^x-")


# From spec.yaml#/components/schemas/Headers
def check_headers(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    for key, item in value.items():
        if HEADERS_PATTERN.search(key) and not isinstance(item, str):
            errors.append(((at, key), "type", "a string", item))
        if not HEADERS_PATTERN.search(key):
            errors.append(((at, key), "additional_properties", "no such key", item))
