"""The module-level constants of a checks module: sets of keys and values, compiled patterns, long keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from specmill.targets.python.checks.lines import Call, Display, layout, width, wrapped
from specmill.targets.python.checks.sources import literal, regex_literal
from specmill.targets.python.layout import WIDTH


class Pattern(Struct, frozen=True):
    """A compiled regular expression."""

    text: str


class Names(Struct, frozen=True):
    """A set of strings."""

    names: tuple[str, ...]


class Values(Struct, frozen=True):
    """A set of JSON values of any kind, as a JSON array in source form."""

    display: Display


class Text(Struct, frozen=True):
    """A string that is too long to stand where it is used."""

    text: str


Constant: TypeAlias = Pattern | Names | Values | Text


def assignment(name: str, constant: Constant) -> Iterator[str]:
    """The lines of ``NAME = value``."""
    match constant:
        case Pattern(text):
            yield from layout((Call(f"{name} = re.compile(", (regex_literal(text),)),), 0)
        case Text(text):
            fits = width(literal(text)) + 4 <= WIDTH
            yield from (
                layout((Call(f"{name} = (", (literal(text),)),), 0)
                if fits and width(f"{name} = {literal(text)}") > WIDTH
                else (f"{name} = {literal(text)}",)
            )
        case Names(names):
            yield from _collection(f"{name} = frozenset(", Display("{", tuple(map(literal, names)), "}"))
        case Values(values):
            yield from _collection(f"{name} = frozen_values(", values)


def _collection(before: str, values: Display) -> Iterator[str]:
    if width(f"{before}{values})") <= WIDTH:
        yield f"{before}{values})"
    else:
        yield from wrapped(before, values, 0)
