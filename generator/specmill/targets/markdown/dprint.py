"""Sample values laid out as dprint lays out TypeScript: 80 columns, two spaces, trailing commas, one element on a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

_WIDTH = 80
_LONGEST_IMPORT = 79  # a longer name stands on a line of its own


class Atom(Struct, frozen=True):
    """Code on one line. ``call`` is set for ``new Date("…")``: (what stands before the argument, the argument)."""

    text: str
    call: tuple[str, str] | None = None


class Fields(Struct, frozen=True):
    """An object; the keys are written as they are."""

    items: tuple[tuple[str, Node], ...]


class Items(Struct, frozen=True):
    """An array."""

    items: tuple[Node, ...]


Node: TypeAlias = Atom | Fields | Items


def import_line(name: str, module: str) -> str:
    """``import { Pet } from "sdk/models";``."""
    if len(name) > _LONGEST_IMPORT:
        return f'import {{\n  {name},\n}} from "{module}";'
    return f'import {{ {name} }} from "{module}";'


def declaration(keyword: str, type_: str, value: Node) -> str:
    """``let value: Pet = {…};``, broken where the head is too long for a line."""
    first, *rest = list(_lines(value, ""))
    tail = "" if rest else ";"
    head = f"{keyword} value: {type_} ="
    if len(f"{head} {first}{tail}") <= _WIDTH:
        return _joined(f"{head} {first}", rest, "")
    if len(head) <= _WIDTH:
        return _joined(f"{head}\n  {first}", rest, "  ")
    if len(f"  {type_} = {first}{tail}") <= _WIDTH:
        return _joined(f"{keyword} value:\n  {type_} = {first}", rest, "  ")
    return _joined(f"{keyword} value:\n  {type_} =\n    {first}", rest, "    ")


def _joined(start: str, rest: list[str], indent: str) -> str:
    return "\n".join([start, *(indent + line for line in rest)]) + ";"


def _lines(node: Node, indent: str) -> Iterator[str]:
    """The lines of a value; the first one has no indentation, since something stands before it."""
    match node:
        case Atom(text):
            yield text
        case Fields(()):
            yield "{}"
        case Items(()):
            yield "[]"
        case Fields(items):
            yield "{"
            for key, value in items:
                yield from _entry(f"{indent}  {key}:", value, indent + "  ")
            yield indent + "}"
        case Items(elements):
            yield "["
            for value in elements:
                first, *rest = _lines(value, indent + "  ")
                yield from _with_comma([f"{indent}  {first}", *rest])
            yield indent + "]"


def _entry(head: str, value: Node, indent: str) -> Iterator[str]:
    first, *rest = _lines(value, indent)
    if rest or len(f"{head} {first},") <= _WIDTH or not isinstance(value, Atom) or "\n" in first:
        yield from _with_comma([f"{head} {first}", *rest])
    elif value.call is not None:
        before, argument = value.call
        yield from (f"{head} {before}(", f"{indent}  {argument},", f"{indent}),")
    else:
        yield from (head, f"{indent}  {first},")


def _with_comma(lines: list[str]) -> list[str]:
    lines[-1] += ","
    return lines
