"""Reads a document again after an edit within one of its entries: only that entry is parsed, and replaces the old one.

It is a shortcut, and never reports anything: unless it is certain that reading the whole text would give the same data, the whole text is read.
It is certain if nothing around the entry has changed, if its lines by themselves are one key and its value, as the old lines were, and if nothing
in them is referred to by an alias elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from specmill.config import Limits
from specmill.diagnostics import Place
from specmill.frontend import landmarks
from specmill.frontend.landmarks import Span
from specmill.frontend.limits import Unreadable
from specmill.frontend.positions import ends
from specmill.frontend.source import Document
from specmill.ir import MISSING, Json, Missing

Path: TypeAlias = tuple[str, ...]

_PARTED: Final = ("components", "paths", "webhooks", "$defs", "definitions")  # whose members count as entries of their own
_NAMED: Final = re.compile(rb"&(?<![^\s\[{,]&)\S|\n(?:---|\.\.\.)")  # an anchor; the start or the end of a document
_MARKS: Final = (b":", b"-", b",", b"[", b"{", b"?")  # each of them stands for at most three keys and values
_EACH: Final = 3
_PIECE: Final = 1 << 16  # bytes; so few are copied within the processor


class Edit(Struct, frozen=True):
    """What has become of the lines of a text: those from ``first`` to ``last`` are no longer the same, and there are ``more`` of them."""

    first: int
    last: int
    more: int

    def moved(self, place: Place) -> Place | None:
        """Where a place is now; None if it is at the edited lines."""
        shown = [number for number, _ in place.frame] or [place.line]
        if shown[-1] < self.first:
            return place
        if shown[0] <= self.last:
            return None
        return replace(place, line=place.line + self.more, frame=tuple((number + self.more, text) for number, text in place.frame))


class Entries(Struct):
    """A document, and where in its text its entries stand; ``changed`` is the one in which it differs from the document before."""

    document: Document
    paths: list[Path]
    spans: list[Span]
    lines: list[int]  # in which each of them begins
    is_json: bool
    room: int  # how many more values it may hold
    changed: Path | None = None
    edit: Edit = Edit(0, 0, 0)  # that led to it

    def again(self, text: bytes) -> Entries | None:
        """The document with a new text, if that differs in one entry or in none; else None."""
        old = self.document.text
        if text == old:
            return replace(self, changed=None, edit=Edit(0, 0, 0))
        near = bisect_right(self.spans, (_alike(old, text), len(old))) - 1
        for number in (near, near - 1):  # text added at the end of an entry may begin as the next entry does
            found = self._spliced(number, text) if number >= 0 else None
            if found is not None:
                return found
        return None

    def _spliced(self, number: int, text: bytes) -> Entries | None:
        """The document with another text that begins as this one does, up to the entry, if it ends so, too, and only the entry differs."""
        old, (start, end) = self.document.text, self.spans[number]
        more = len(text) - len(old)
        pieces = range(end, len(old), _PIECE)
        if end + more < start or not all(text.startswith(old[at : at + _PIECE], at + more) for at in pieces):
            return None
        path, part = self.paths[number], text[start : end + more]
        room = self.room - _most_values(part)
        value = MISSING if room < 0 else self._json(part, len(path)) if self.is_json else self._yaml(part, number)
        if value is MISSING:
            return None
        document = Document(
            self.document.name, self.document.path, with_value(self.document.data, path, value), text, limits=self.document.limits
        )
        first, lost = self.lines[number], ends(old, start, end)
        edit = Edit(first, first + lost, ends(part, 0, len(part)) - lost)
        spans = [*self.spans[:number], (start, end + more), *((first + more, last + more) for first, last in self.spans[number + 1 :])]
        lines = [*self.lines[: number + 1], *(line + edit.more for line in self.lines[number + 1 :])]
        return Entries(document, self.paths, spans, lines, self.is_json, room, path, edit)

    def _json(self, part: bytes, depth: int) -> Json | Missing:
        from specmill.frontend import strict_json  # a run needs only one of the two parsers, and each is slow to import

        return strict_json.sound(part, self._limits(depth))

    def _yaml(self, part: bytes, number: int) -> Json | Missing:
        from specmill.frontend import yaml12  # as above

        path, (start, end), text = self.paths[number], self.spans[number], self.document.text
        old = text[start:end]
        if (part[:1], part[-1:]) != (old[:1], old[-1:]) or _NAMED.search(b"\n" + part + b"\n" + old):
            return MISSING  # where it begins or ends may have moved, or an alias may refer into it
        column = start - text.rfind(b"\n", 0, start) - 1
        try:
            data = yaml12.load(" " * column + part.decode(), self._limits(len(path) - 1))
        except (Unreadable, UnicodeDecodeError):
            return MISSING
        return data[path[-1]] if isinstance(data, dict) and list(data) == [path[-1]] else MISSING

    def _limits(self, depth: int) -> Limits:
        return replace(self.document.limits, nesting=self.document.limits.nesting - depth)


def entries(document: Document) -> Entries | None:
    """The entries of a document; None where they cannot be told from its text."""
    if not document.text or not isinstance(document.data, dict):
        return None
    found = landmarks.of(document.text)
    places = dict(_places(found, document.data, ()))
    room = document.limits.values - _most_values(document.text)
    starts = [start for start, _ in places.values()]
    lines = [*accumulate((ends(document.text, *between) for between in pairwise([0, *starts])), initial=1)][1:]
    return Entries(document, [*places], [*places.values()], lines, isinstance(found, landmarks.JsonValues), room) if places else None


def _places(found: landmarks.Landmarks, data: Json, path: Path) -> Iterator[tuple[Path, Span]]:
    """The entries at a path and below, in the order of the text."""
    for key, span in found.held(data, path).items():
        inner = (*path, key)
        is_parted = path == ("components",) or (not path and key in _PARTED)
        below = [*_places(found, data, inner)] if is_parted else []
        yield from below or [(inner, span)]


def _alike(old: bytes, new: bytes) -> int:
    """How many bytes both begin with; they are compared in pieces, which are halved where they differ."""
    at, step = 0, _PIECE
    while step:
        if at + step <= len(old) and new.startswith(old[at : at + step], at):
            at += step
        else:
            step >>= 1
    return at


def _most_values(text: bytes) -> int:
    """An upper bound for the number of keys and values in a text."""
    return _EACH * sum(map(text.count, _MARKS)) + _EACH


def with_value(data: Json, path: Path, value: Json) -> Json:
    """The data with another value at a path; everything else is shared, not copied."""
    return {**data, path[0]: with_value(data[path[0]], path[1:], value)} if path else value
