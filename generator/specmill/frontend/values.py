"""JSON values: when two are equal, and how a message shows one."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Final

from specmill.ir import Json

_SHORT: Final = 40  # characters


def equal(a: Json, b: Json) -> bool:
    """Equality of JSON values as JSON Schema defines it (Core, section 4.2.2): 1 equals 1.0, true does not equal 1."""
    return bool(a == b) and frozen(a) == frozen(b)  # to Python, true equals 1, too


def frozen(value: Json) -> Hashable:
    """A form of a JSON value that can be a member of a set, and is the same for equal values."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, frozen(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("array", *map(frozen, value))
    return value  # type: ignore[no-any-return]


def is_of(value: Json, name: str) -> bool:
    """Whether a JSON value is of the type."""
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def shown(value: Json) -> str:
    """How a message shows a JSON value: short ones as they are, others by their kind."""
    if isinstance(value, dict | list):
        kind = "object" if isinstance(value, dict) else "list"
        return f"an empty {kind}" if not value else "an object" if kind == "object" else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
