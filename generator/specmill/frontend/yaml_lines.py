"""Reads the lines that make up nearly all of a large YAML spec without a parser.

Such a line holds a key or a dash, or both, then a text on the same line (quoted or plain) or nothing. Each different line is taken apart
once, however often it occurs. An entry that holds more (a block of text, several lines, flow style, an anchor) goes to the parser together
with everything indented below it. Where a line fits neither, or the parser finds anything wrong, nothing is read here: the parser then
reads the whole text from the start, and reports what is wrong.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from specmill.config import Limits
from specmill.frontend import core_schema
from specmill.frontend.core_schema import NumberRange
from specmill.frontend.limits import Unreadable
from specmill.ir import MISSING, Json, Missing

_NONE: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"  # not allowed in YAML, or read as something else
_REST: Final = rf"[^:#{_NONE}]*"
_PLAIN: Final = rf"(?:[A-Za-z0-9_$/^(<~+\\;\xa1-\u2027\u202a-\ud7ff]|-(?=[0-9])|\.(?!\.)){_REST}(?:(?::(?! |\Z)|(?<! )#){_REST})*"
_TEXT: Final = rf"(?:{_PLAIN}|'[^'{_NONE}]*'|\"[^\"\\{_NONE}]*\")(?<! )"
_LINE: Final = re.compile(rf"( *)(-(?: +|\Z))?(?:({_TEXT}):(?: +|\Z))?(?:({_TEXT}|\{{\}}|\[\]) *|(.+))?")
_SILENT: Final = re.compile(rf" *(?:#[^{_NONE}]*)?")

_DEEPEST: Final = 100  # lists and mappings within one another; the parser reports what is nested too deeply
_LONGEST: Final = 500  # characters of a key; libyaml refuses keys from 1,000 on
_EVENTS: Final = 8  # that the parser makes of a line, at most

_OPEN: Final = type(None)  # the value of an entry unless something stands below it
_EMPTY: Final = {"{}": dict, "[]": list}
_NO_ENTRY: Final = -1  # the width of the dash of a line that begins no entry


class _Hard:
    """A placeholder for a value that the parser will read."""


class _Odd(Exception):
    """A line is not one of those read here, or does not fit the lines before it."""


_Row: TypeAlias = tuple[int, int, str | None, Any]
"""A line: its column, the width of its dash, its key, and its value or the class of its value."""


def load(text: bytes, limits: Limits) -> Json | Missing:
    """The data of a UTF-8 text, exactly as ``yaml12.load`` reads it; ``MISSING`` where only that can read it."""
    values = limits.values - _EVENTS * (text.count(b"\n") + 2)
    left = replace(limits, values=values, nesting=limits.nesting - 2 * _DEEPEST, document_bytes=limits.document_bytes - len(text))
    if left.values < 0 or left.nesting < 0:
        return MISSING
    try:
        return _Reader().read(text.replace(b"\r\n", b"\n"), left)
    except (_Odd, Unreadable, NumberRange, UnicodeDecodeError):
        return MISSING


class _Reader:
    """Builds the data, line by line."""

    def __init__(self) -> None:
        self._around: list[tuple[Any, int]] = []  # the lists and mappings around the current one, each with its column
        self._hard: list[tuple[Any, Any, int, list[bytes]]] = []  # what is left to the parser: where it belongs, its column and its lines

    def read(self, text: bytes, limits: Limits) -> Json:
        """Read all lines. It is a single loop because this is where the time goes."""
        rows, once = dict[bytes, _Row | tuple[()]](), dict[str, str]()  # nearly all lines and texts occur many times
        known = rows.get
        root: list[Json] = [MISSING]
        # Of the entry before: the list or mapping that holds it, its index or key there, and its value; its column and its lines; and, where
        # it is left to the parser, how any further lines of it begin.
        current: Any = root
        place: Any = 0
        value: Any = _OPEN
        depth, lines, below = -1, list[bytes](), b""
        for line in io.BytesIO(text.removeprefix(b"---\n")):
            row = () if below and line.startswith(below) else known(line)
            if row is None:
                row = rows[line] = _row(line.decode().removesuffix("\n"), once)
            if not row:
                lines.append(line)
                continue
            column, dash, key, new = row
            if column > depth and (value is not _OPEN or dash == _NO_ENTRY):
                below, value = self._leave(current, place, depth, lines), _Hard
                lines.append(line)
                continue
            if column != depth or dash or type(current) is list:
                current, depth = self._holder(row, current, place, depth, value)
            if dash:
                place = len(current)
                current.append(None)
                if key is not None:
                    current, depth = self._inside({}, column + dash, current, place, depth)
            if key is not None:
                if key in current:
                    raise _Odd
                place = key
            current[place] = new() if type(new) is type else new
            lines, value = [line], new
            below = self._leave(current, place, depth, lines) if new is _Hard else b""
        self._fill(limits)
        return root[0]

    def _holder(self, row: _Row, current: Any, place: Any, depth: int, value: Any) -> tuple[Any, int]:
        """The list or mapping that an entry belongs to, and its column; the arguments are those of the entry before."""
        column, dash = row[:2]
        while column < depth or (column == depth and not dash and type(current) is list):  # a list may begin in the column of its key
            (current, depth), value = self._around.pop(), None
        if column == depth and dash >= 0 and type(current) is (list if dash else dict):
            return current, depth
        if dash == _NO_ENTRY or value is not _OPEN or len(self._around) > _DEEPEST:
            raise _Odd
        return self._inside([] if dash else {}, column, current, place, depth)

    def _inside(self, value: Any, column: int, current: Any, place: Any, depth: int) -> tuple[Any, int]:
        """Make a list or mapping the value of the current entry; it and its column."""
        self._around.append((current, depth))
        current[place] = value
        return value, column

    def _leave(self, current: Any, place: Any, depth: int, lines: list[bytes]) -> bytes:
        """Leave the value of an entry to the parser; how further lines that belong to it begin."""
        if depth < 1:  # the parser is given it as an item of a list, so it must stand to the right of the dash
            raise _Odd
        self._hard.append((current, place, depth, lines))
        return b" " * (depth + 1)

    def _fill(self, limits: Limits) -> None:
        """Have the parser read what was left to it, as the items of one list: of what is around an entry, only its column makes a difference."""
        if not self._hard:
            return
        from specmill.frontend import yaml12  # slow to import, and small specs can do without it

        parts = [b"-\n" + b" " * depth + lines[0][depth:] + b"".join(lines[1:]) for _, _, depth, lines in self._hard]
        found = yaml12.load(b"".join(parts).decode(), limits)
        if type(found) is not list or len(found) != len(parts):
            raise _Odd
        for (current, place, _, _), one in zip(self._hard, found, strict=True):
            if type(one) is not type(current) or len(one) != 1 or (type(one) is dict and place not in one):
                raise _Odd
            current[place] = one[place if type(one) is dict else 0]


def _row(line: str, once: dict[str, str]) -> _Row | tuple[()]:
    """What a line says; an empty tuple if it says nothing."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise _Odd
    indent, dash, key, text, more = found.groups()
    if dash is None and key is None:
        return () if _SILENT.fullmatch(line) else (len(indent), _NO_ENTRY, None, None)
    if key is not None:
        if key == "<<" or len(key) > _LONGEST:
            raise _Odd
        key = key[1:-1] if key[0] in "'\"" else key
        key = once.setdefault(key, key)
    value = _Hard if more else _OPEN if text is None else _value(text)
    return len(indent), len(dash or ""), key, once.setdefault(value, value) if type(value) is str else value


def _value(text: str) -> Any:
    """The value of a text on one line."""
    first = text[0]
    if first in core_schema.STARTS:
        return core_schema.plain(text)
    return text[1:-1] if first in "'\"" else _EMPTY.get(text, text)
