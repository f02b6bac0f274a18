"""What somebody probably meant who wrote something that the schema language does not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from specmill.diagnostics import nearest
from specmill.frontend.dialects import TYPES
from specmill.frontend.formats import COMMON, KNOWN
from specmill.ir import Json

_NEAR: Final = 0.8
_LITERAL: Final = r"-?\d+(\.\d+)?|true|false|null"
_OTHER_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(["float", "double", "decimal", "long"], "type: number (or integer)"),
    **dict.fromkeys(["dict", "map", "hash", "struct", "record"], "type: object"),
    **dict.fromkeys(["list", "tuple", "set"], "type: array"),
    **dict.fromkeys(["date", "time", "date-time", "uuid", "byte", "binary", "email", "uri"], "type: string, and the name as its format"),
    **dict.fromkeys(["datetime", "timestamp"], "type: string, and format: date-time"),
    **dict.fromkeys(["str", "text", "char", "enum"], "type: string"),
    "file": "type: string, and format: binary",
    **dict.fromkeys(["any", "mixed", "unknown"], "no type at all: without one, every value is accepted"),
    **dict.fromkeys(["none", "nil", "undefined", "void"], 'type: "null"'),
}
"""What programming languages call a type, and how a schema says it."""


def among(word: str, known: Collection[str], cutoff: float = _NEAR) -> str | None:
    """The nearest of the words that are known."""
    near = nearest(word, sorted(known), cutoff)
    return f"did you mean {near!r}?" if near else None


def for_type(name: Json) -> str | None:
    """What to write in place of a type that does not exist."""
    text = str(name).lower()
    return f"write {_OTHER_NAMES[text]}" if text in _OTHER_NAMES else among(text, TYPES, 0.6)


def for_value(value: Json) -> str | None:
    """What to write in place of a value that cannot stand there."""
    return f"write {value}, without quotes" if isinstance(value, str) and re.fullmatch(_LITERAL, value) else None


def for_format(name: str) -> str | None:
    """The format that was probably meant; None where the name is one of its own."""
    return None if name in KNOWN else among(name.lower().replace("_", "-"), COMMON)
