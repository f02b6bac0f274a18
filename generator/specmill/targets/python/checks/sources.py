"""JSON values and regular expressions as Python source text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from specmill.ir import Json
from specmill.targets.python.checks.lines import Display
from specmill.targets.python.code import literal as string
from specmill.targets.python.code import number


def literal(value: Json) -> str:
    """The JSON value as a Python expression, in one line, written as black writes it."""
    match value:
        case str():
            return string(value)
        case bool() | None:
            return str(value)
        case int():
            return number(value)
        case float():
            return _float(value)
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case _:
            return "{" + ", ".join(_entries(value)) + "}"


def _entries(value: dict[str, Any]) -> Iterator[str]:
    return (f"{literal(key)}: {literal(item)}" for key, item in value.items())


def display(values: Iterable[Json]) -> Display:
    """The JSON values as a list that can be wrapped."""
    return Display("[", tuple(map(_item, values)), "]")


def _item(value: Json, key: str = "") -> str | Display:
    match value:
        case list():
            return Display("[", tuple(map(_item, value)), "]", key)
        case dict():
            return Display("{", tuple(_item(item, f"{literal(name)}: ") for name, item in value.items()), "}", key)
        case _:
            return key + literal(value)


def _float(value: float) -> str:
    if math.isinf(value):
        return 'float("inf")' if value > 0 else 'float("-inf")'
    return number(value)


def regex_literal(text: str) -> str:
    """The regular expression as a raw string where that is possible."""
    if '"' in text or not text.isprintable() or text.endswith("\\"):
        return string(text)
    return f'r"{text}"'
