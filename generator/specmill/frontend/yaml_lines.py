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

_PLAIN: Final = r"(?:[^ \-?:,\[\]{}#&*!|>'\"%@`=.]|-(?=[0-9])|\.(?!\.))[^:#]*(?:(?::(?! |\Z)|(?<! )#)[^:#]*)*"
_TEXT: Final = rf"(?:{_PLAIN}|'[^']*'|\"[^\"\\]*\")(?<! )"
_LINE: Final = re.compile(rf"( *)(-(?: +|\Z))?(?:({_TEXT}):(?: +|\Z))?(?:({_TEXT}|\{{\}}|\[\]) *|(.+))?")

_WIDEST: Final = 100  # columns before an entry, so that twice as many lists and mappings at most are nested
_LONGEST: Final = 500  # characters of a key; libyaml refuses keys from 1,000 on
_MANY: Final = 100_000  # lines; to remember more of them, where so many differ, would take more memory than it is worth
_EVENTS: Final = 8  # that the parser makes of a line, at most

_OPEN: Final = type(None)  # the value of an entry, unless something stands below it
_GONE: Final = type[None]  # the value of an entry of a list or mapping that has ended
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
    left = replace(limits, values=values, nesting=limits.nesting - 2 * (_WIDEST + 2), document_bytes=limits.document_bytes - len(text))
    text = text.replace(b"\r\n", b"\n")
    if left.values < 0 or left.nesting < 0 or b"\r" in text:  # a line that ends by itself may be within a text
        return MISSING
    try:
        return _Reader().read(text, left)
    except (_Odd, Unreadable, NumberRange, UnicodeDecodeError):
        return MISSING


class _Rows(dict[bytes, _Row | tuple[()]]):
    """What each line says; nearly all lines, and the texts in them, occur many times."""

    def __init__(self) -> None:
        super().__init__()
        self._once: dict[str, str] = {}

    def __missing__(self, line: bytes) -> _Row | tuple[()]:
        if len(self) == _MANY:
            self.clear()
        row = self[line] = _row(line.decode().removesuffix("\n"), self._once)
        return row


class _Reader:
    """Builds the data, line by line."""

    def __init__(self) -> None:
        self._hard: list[tuple[Any, Any, int, list[bytes]]] = []  # what is left to the parser: where it belongs, its column and its lines

    def read(self, text: bytes, limits: Limits) -> Json:
        """Read all lines. It is a single loop because this is where the time goes."""
        rows = _Rows()
        root: list[Json] = [MISSING]
        around: list[tuple[Any, int]] = []  # the lists and mappings around the current one, each with its column
        # Of the entry before: the list or mapping that holds it, its index or key there, and its value; its column and its lines; and, where
        # it is left to the parser, how any further lines of it begin.
        current: Any = root
        place: Any = 0
        value: Any = _OPEN
        depth, lines, below = -1, list[bytes](), b""
        for line in io.BytesIO(text.removeprefix(b"---\n")):
            row = () if below and line.startswith(below) else rows[line]
            if not row:
                lines.append(line)
                continue
            column, dash, key, new = row
            while column < depth:
                (current, depth), value = around.pop(), _GONE
            if column > depth or (dash and type(current) is dict):
                if value is not _OPEN or dash == _NO_ENTRY:  # it goes on in further lines
                    if value is _GONE or column == depth:
                        raise _Odd
                    below, value = self._leave(current, place, depth, lines), _Hard
                    lines.append(line)
                    continue
                around.append((current, depth))
                inner: Any = [] if dash else {}
                current[place] = inner
                current, depth = inner, column
            elif type(current) is list and not dash:  # it stands in the column of its key
                current, depth = around.pop()
            if column != depth or dash == _NO_ENTRY:
                raise _Odd
            if dash:
                place = len(current)
                current.append(None)
                if key is not None:
                    around.append((current, depth))
                    current[place] = inner = {}
                    current, depth = inner, column + dash
            if key is not None:
                if key in current:
                    raise _Odd
                place = key
            current[place] = new() if type(new) is type else new
            lines, value = [line], new
            below = self._leave(current, place, depth, lines) if new is _Hard else b""
        self._fill(limits)
        return root[0]

    def _leave(self, current: Any, place: Any, depth: int, lines: list[bytes]) -> bytes:
        """Leave the value of an entry to the parser; how further lines that belong to it begin."""
        if depth < 0:  # all of the text
            raise _Odd
        self._hard.append((current, place, depth, lines))
        return b" " * (depth + 1)

    def _fill(self, limits: Limits) -> None:
        """Have the parser read what was left to it, as the items of one list: of what is around an entry, only its column makes a difference."""
        if not self._hard:
            return
        from specmill.frontend import yaml12  # slow to import, and small specs can do without it

        parts = [b" ".join([b"-\n", b" " * depth + lines[0][depth:], *lines[1:]]) for _, _, depth, lines in self._hard]
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
    assert found is not None  # every part is optional, and the last one takes all the rest
    indent, dash, key, text, more = found.groups()
    is_odd = not line.isprintable()  # tabs and breaks of YAML 1.1 mean something, and some characters may not stand in a text
    is_entry = dash is not None or key is not None
    if not (is_entry or is_odd or text) and (more or "#")[0] == "#":
        return ()
    if not is_entry or len(indent) > _WIDEST:
        return len(indent), _NO_ENTRY, None, None
    if key is not None:
        if key == "<<" or len(key) > _LONGEST or not key.isprintable():
            raise _Odd
        key = key[1:-1] if key[0] in "'\"" else key
        key = once.setdefault(key, key)
    value = _Hard if more or is_odd else _OPEN if text is None else _value(text)
    return len(indent), len(dash or ""), key, once.setdefault(value, value) if type(value) is str else value


def _value(text: str) -> Any:
    """The value of a text on one line."""
    first = text[0]
    if first in core_schema.STARTS:
        return core_schema.plain(text)
    return text[1:-1] if first in "'\"" else _EMPTY.get(text, text)
