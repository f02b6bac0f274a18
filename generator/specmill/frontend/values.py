"""JSON values as members of sets, and as a message shows them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from specmill.ir import Json

_SHORT: Final = 40  # characters


def frozen(value: Json) -> Hashable:
    """A form of a JSON value that can be a member of a set, and is the same for equal values."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, frozen(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("array", *map(frozen, value))
    return value  # type: ignore[no-any-return]


def shown(value: Json) -> str:
    """How a message shows a JSON value: short ones as they are, others by their kind."""
    if isinstance(value, dict | list):
        kind = "object" if isinstance(value, dict) else "list"
        return f"an empty {kind}" if not value else "an object" if kind == "object" else "a list"
    import json  # only findings need it

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
