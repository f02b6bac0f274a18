"""JSON values and regular expressions as Python source text."""

from __future__ import annotations

from collections.abc import Iterable

from specmill.ir import Json
from specmill.targets.python.checks.lines import Display
from specmill.targets.python.code import json_node
from specmill.targets.python.code import literal as string


def literal(value: Json) -> str:
    """The JSON value as a Python expression, in one line, written as black writes it."""
    return json_node(value).text


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


def regex_literal(text: str) -> str:
    """The regular expression as a raw string where that is possible."""
    if '"' in text or not text.isprintable() or text.endswith("\\"):
        return string(text)
    return f'r"{text}"'
