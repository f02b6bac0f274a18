"""Where each key of a TOML document stands: read again with positions only when there is a mistake to show."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from specmill.diagnostics import Place

Keys: TypeAlias = tuple[str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*""")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL)
_BARE = re.compile(r"[^\s,\]}#]+(?:[ ]\d[^\s,\]}#]*)?")  # a date and a time may be separated by a space
_FRAME = 2  # lines of source shown on either side


def place_of(file: str, text: str, keys: Keys) -> Place:
    """The place of a key; for one that is not in the file, that of the nearest table around it."""
    starts = _Scan(text).starts
    while keys and keys not in starts:
        keys = keys[:-1]
    return at_offset(file, text, *starts[keys]) if keys else Place(file)


def at_offset(file: str, text: str, offset: int, width: int = 1) -> Place:
    """The place of a character."""
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    lines = text.splitlines()
    numbers = range(max(1, line - _FRAME), min(len(lines), line + _FRAME) + 1)
    return Place(file, line, column, tuple((n, lines[n - 1]) for n in numbers), width)


def fault_offset(text: str, error: tomllib.TOMLDecodeError) -> int:
    """The offset of the character that a TOML error is about; before Python 3.14 only its message tells."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    if found is None:
        return max(0, len(text.rstrip()) - 1)
    line, column = map(int, found.groups())
    return sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column - 1


class _Scan(Struct):
    """Walks a document that tomllib has already accepted, so it may take for granted that it is well formed."""

    text: str
    starts: dict[Keys, tuple[int, int]] = {}  # key -> offset and width
    at: int = 0

    def __post_init__(self) -> None:
        table: Keys = ()
        while self._skip() < len(self.text):
            if self.text[self.at] == "[":
                self.at += 2 if self.text.startswith("[[", self.at) else 1
                table = self._keys(())
                self.at = self.text.index("]", self.at)
                self.at += 2 if self.text.startswith("]]", self.at) else 1
            else:
                self._pair(table)

    def _skip(self) -> int:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _keys(self, table: Keys) -> Keys:
        """Read a dotted key; every part of it is a place of its own."""
        for part, start in self._parts():
            table = (*table, part)
            self.starts.setdefault(table, (start, self.at - start))
        return table

    def _parts(self) -> Iterator[tuple[str, int]]:
        while found := _PART.match(self.text, self.at):
            raw = found[1]
            self.at = found.end(1)
            yield (tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw), found.start(1)
            self.at = found.end()
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _pair(self, table: Keys) -> None:
        keys = self._keys(table)
        self.at = self.text.index("=", self.at) + 1
        self._value(keys)

    def _value(self, keys: Keys) -> None:
        self._skip()
        opening = self.text[self.at]
        if opening not in "[{":
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = found.end() if found else len(self.text)
            return
        self.at += 1
        while self.text[self._skip()] not in "]}":
            if opening == "[":
                self._value(keys)
            else:
                self._pair(keys)
            if self.text[self._skip()] == ",":
                self.at += 1
        self.at += 1
