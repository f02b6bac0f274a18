"""Where the values of a text stand: lines and columns of offsets, and a tree of offsets that follows the data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final

from msgspec import Struct

from specmill.diagnostics import Place
from specmill.frontend.limits import Fault
from specmill.pointers import pointer

_AROUND: Final = 2  # lines of the frame before and after the place
_PART: Final = 100_000  # bytes, of which the line ends are counted at once
_WIDE: Final = 160  # characters of a line that a frame shows; of longer lines it shows a window


class Spot(Struct):
    """The place of one value, of the key before it, and of what it holds, by the segments of a JSON Pointer."""

    start: int
    end: int
    key: tuple[int, int] | None = None
    children: dict[str, Spot] = {}

    def child(self, segment: str) -> Spot | None:
        """The place of a member or item, be it one that ``<<`` brings in."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            spot = waiting.pop()
            if segment in spot.children:
                return spot.children[segment]
            merge = spot.children.get("<<")
            if merge is not None and id(merge.children) not in seen:
                seen.add(id(merge.children))
                waiting += [*(spot for spot in reversed(merge.children.values()) if spot.key is None), merge]
        return None

    def in_bytes(self, text: str, before: int = 0) -> Spot:
        """The spot, of which the text knows the characters, in bytes that begin so many bytes before the text; without what it holds."""
        at = {offset: before + size for offset, size in in_bytes(text, [self.start, self.end, *(self.key or ())]).items()}
        return Spot(at[self.start], at[self.end], None if self.key is None else (at[self.key[0]], at[self.key[1]]))


class Tree:
    """Builds the tree of spots from what a parser meets, in its order, and notes the keys that repeat."""

    def __init__(self) -> None:
        self.root: Spot | None = None
        self._open: list[tuple[Spot, bool]] = []  # the lists and mappings around; True for mappings
        self._path: list[str] = []  # the segments that lead to each of them
        self._key: tuple[str, tuple[int, int]] | None = None
        self._repeats: dict[tuple[str, ...], list[tuple[int, int]]] = {}

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._open)

    @property
    def awaits_key(self) -> bool:
        """Whether the next thing is a key."""
        return self._key is None and bool(self._open) and self._open[-1][1]

    def key(self, text: str, start: int, end: int) -> None:
        """A key; its value comes next."""
        self._key = text, (start, end)

    def value(self, spot: Spot) -> str:
        """A value that holds nothing (or whose inside is known); gives the segment of the pointer that leads to it."""
        if not self._open:
            self.root = spot
            return ""
        above = self._open[-1][0]
        segment = self._key[0] if self._key else str(len(above.children))
        if self._key:
            spot.key = self._key[1]
            before = above.children.get(segment)
            if before is not None and before.key is not None:
                self._repeats.setdefault((*self._path[1:], segment), [before.key]).append(spot.key)
                spot = before
            self._key = None
        above.children[segment] = spot
        return segment

    def open(self, spot: Spot, *, mapping: bool) -> None:
        """The start of a list or mapping."""
        self._path.append(self.value(spot))
        self._open.append((spot, mapping))

    def close(self, end: int) -> Spot:
        """The end of the innermost one."""
        self._path.pop()
        spot, _ = self._open.pop()
        spot.end = max(spot.end, end)
        return spot

    def repeats(self) -> Iterator[Fault]:
        """One finding per repeated key: it marks the second, and says where the others are."""
        for path, (first, second, *others) in self._repeats.items():
            notes = [("the first one is here", first[0])] + [("another one is here", other[0]) for other in others]
            text = f"the key {path[-1]!r} stands more than once in one mapping"
            yield Fault("duplicate-key", text, *second, help="remove or rename all but one", notes=tuple(notes), pointer=pointer(path))


class Lines:
    """A text by its lines. Offsets are those of its bytes in UTF-8: as characters it would take up to four times the memory."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._some = _Some(0, -1, [])  # none so far

    @cached_property
    def _before(self) -> list[int]:
        """How many lines end before each part of the text."""
        return [*accumulate((ends(self.text, start, start + _PART) for start in range(0, len(self.text), _PART)), initial=0)]

    def _around(self, offset: int) -> _Some:
        """The line of an offset, those around it that a frame shows, and perhaps a few more."""
        first, last = offset, offset
        for _ in range(_AROUND + 1):
            first = self.text.rfind(b"\n", 0, max(first, 0))
            last = self.text.find(b"\n", last) + 1 or len(self.text)
        if (self._some.start, self._some.end) != (first + 1, last):
            lines = self.text[first + 1 : last].splitlines(keepends=True)
            if last == len(self.text) and (not lines or lines[-1].endswith((b"\n", b"\r"))):
                lines.append(b"")  # what begins behind the last line feed
            self._some = _Some(first + 1, last, lines)
        return self._some

    def place(self, file: str, start: int, end: int = 0) -> Place:
        """The place in a file, with the lines around it; line and column (in characters) are counted from 1."""
        part = start // _PART
        some = self._around(start)
        at, before = some.find(start)
        line = self._before[part] + ends(self.text, part * _PART, start) + 1
        column = len(some.lines[at][:before].decode()) + 1
        texts = some.texts[max(0, at - _AROUND) : at + _AROUND + 1]
        here = min(at, _AROUND)
        marked = some.lines[at][before : max(before, before + end - start)].decode()
        width = max(1, min(len(marked), len(texts[here]) - column + 1))
        shift = max(0, column - _WIDE // 2) if len(texts[here]) > _WIDE else 0
        frame = tuple((line - here + number, text[shift : shift + _WIDE]) for number, text in enumerate(texts))
        return Place(file, line, column, _without_last_blank(frame, line), width, shift)


def ends(text: bytes, start: int, stop: int) -> int:
    """How many lines end between two offsets: in a line feed, a carriage return, or both."""
    feeds = text.count(b"\n", start, stop)
    if text.find(b"\r", start, stop) < 0:  # much quicker to see than to count
        return feeds
    return feeds + text.count(b"\r", start, stop) - text.count(b"\r\n", start, stop + 1)


class _Some(Struct, dict=True):
    """Lines that follow one another, from and to an offset. In a text that is all one line, they are the same for every finding."""

    start: int
    end: int
    lines: list[bytes]  # with what ends them

    @cached_property
    def texts(self) -> list[str]:
        """The lines without what ends them."""
        return [line.decode().rstrip("\r\n") for line in self.lines]

    def find(self, offset: int) -> tuple[int, int]:
        """Which of the lines an offset is in, and where in it."""
        at, before = 0, offset - self.start
        while at < len(self.lines) - 1 and before >= len(self.lines[at]):
            at, before = at + 1, before - len(self.lines[at])
        return at, before


def _without_last_blank(frame: tuple[tuple[int, str], ...], line: int) -> tuple[tuple[int, str], ...]:
    """The end of a file is not a line of its own."""
    return frame[:-1] if frame[-1][0] != line and not frame[-1][1] else frame


def in_bytes(text: str, offsets: Iterable[int]) -> dict[int, int]:
    """Where characters of a text begin in its bytes."""
    found: dict[int, int] = {}
    before = size = 0
    for offset in sorted(set(offsets)):
        size += len(text[before:offset].encode())
        before, found[offset] = offset, size
    return found


def find(root: Spot, segments: list[str]) -> tuple[Spot, bool]:
    """The place of a value, and whether it is there at all; else the place of the nearest one around it that is."""
    spot = root
    for segment in segments:
        below = spot.child(segment)
        if below is None:
            return spot, False
        spot = below
    return spot, True


# ---- JSON -----------------------------------------------------------------------------------------------------------------------

TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+', re.DOTALL)


def of_json(text: str) -> Tree:
    """The places in a well-formed JSON text."""
    tree = Tree()
    for token in TOKEN.finditer(text):
        mark, start, end = token[0], token.start(), token.end()
        if mark in "[{":
            tree.open(Spot(start, end), mapping=mark == "{")
        elif mark in "]}":
            tree.close(end)
        elif tree.awaits_key:
            tree.key(json.loads(mark), start, end)
        else:
            tree.value(Spot(start, end))
    return tree
