"""Finds the place of a single value by the entries of the mappings around it, without reading the whole text.

The tree of all places (`positions`) is the definition; this is a shortcut to single places in large texts. It is taken only where the keys found on
the way are exactly those of the data, in the same order; everywhere else the answer is None, and the tree is built. Offsets count bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias

import msgspec

from specmill.frontend.positions import Spot, find
from specmill.ir import Json

Span: TypeAlias = tuple[int, int]


class Landmarks(Protocol):
    """The mappings of a text, as far as they have been asked for."""

    def find(self, data: Json, segments: list[str]) -> Spot | None:
        """The place of the value that the segments of a pointer lead to; None where only the whole tree can tell."""
        ...

    def held(self, data: Json, path: Sequence[str]) -> dict[str, Span]:
        """Where the entries of the mapping at a path begin and end (in YAML, including their keys); empty where only the whole tree can tell."""
        ...


def of(text: bytes) -> Landmarks:
    """The landmarks of a text that has been read without fault."""
    try:
        return JsonValues(text)
    except (ValueError, RecursionError):
        return YamlBlocks(text)


# ---- YAML -----------------------------------------------------------------------------------------------------------------------

_FIRST: Final = re.compile(rb"^( *)(?!\Z|[ #\r\n]|---[ \r\n])", re.MULTILINE)
_KEY: Final = rb"(?=[^ #\r\n])(?!-[ \r\n]|---[ \r\n])"
_ITEM: Final = rb"(?=-[ \r\n])"
_OPENS: Final = re.compile(rb".*:(?: &[\w-]+)?\r?\n")  # a line that ends in a key, and perhaps an anchor for what follows
_DASH: Final = re.compile(rb"- *(?:\r?\n)?")


class YamlBlocks:
    """Lists and mappings in block style: their entries begin in one column, and everything else in them stands further to the right."""

    def __init__(self, text: bytes) -> None:
        """Begin with nothing known."""
        self._text = text
        self._known: dict[Span, dict[str, Span] | None] = {}

    def find(self, data: Json, segments: list[str]) -> Spot | None:
        """The place of the value that the segments of a pointer lead to; None where only the whole tree can tell."""
        value: Span | None = (0, len(self._text))
        entry, is_item, count = None, False, 0
        for segment in segments:
            held = None if value is None else self._held(value, data)
            if held is None or segment not in held:
                break
            entry, is_item, count = held[segment], isinstance(data, list), count + 1
            data = data[int(segment)] if is_item else data[segment]
            value = self._value(entry, is_item=is_item)
        if entry is None:
            return None
        return self._in_item(entry, segments[count:]) if is_item else self._in_entry(entry, segments[count - 1 :])

    def held(self, data: Json, path: Sequence[str]) -> dict[str, Span]:
        """Where the entries of the mapping at a path begin and end, including their keys; empty where an alias may refer to something around them."""
        value = 0, len(self._text)
        for key in path:
            entry = (self._held(value, data) or {}).get(key)
            inner = None if entry is None else self._value(entry, is_item=False)
            if entry is None or inner is None or b"&" in self._text[entry[0] : inner[0]]:
                return {}
            value, data = inner, data[key]
        return (self._held(value, data) or {}) if isinstance(data, dict) else {}

    def _held(self, value: Span, data: Json) -> dict[str, Span] | None:
        """Where each entry of a list or mapping begins and ends; None where its lines do not agree with the data."""
        if not isinstance(data, dict | list):
            return None
        if value not in self._known:
            keys = list(data) if isinstance(data, dict) else list(map(str, range(len(data))))
            starts = self._starts(value, _KEY if isinstance(data, dict) else _ITEM)
            fits = len(starts) == len(keys) and (isinstance(data, list) or all(map(self._begins, starts, keys)))
            ends = [self._text.rfind(b"\n", 0, start) + 1 for start in starts[1:]] + [value[1]]
            self._known[value] = dict(zip(keys, zip(starts, ends, strict=True), strict=True)) if fits else None
        return self._known[value]

    def _starts(self, value: Span, what: bytes) -> list[int]:
        """Where keys or dashes stand in the column of the first one."""
        start, end = value
        column = start - self._text.rfind(b"\n", 0, start) - 1  # not 0 for what begins behind a dash
        first = None if column else _FIRST.search(self._text, start, end)
        if column and what is _ITEM:
            return []  # a list in a list: the whole item is read
        before = [start] if column else []
        column = column if first is None else len(first[1])
        line = b" " * column + what
        if start == 0 and (found := re.match(line, self._text)):
            before.append(found.end())
        entry = re.compile(b"\n" + line)  # several times as fast as `^`, which is tried at every character
        return before + [found.end() for found in entry.finditer(self._text, max(start - 1, 0), end)]

    def _begins(self, at: int, key: str) -> bool:
        """Whether this key stands here."""
        quote, written = self._text[at : at + 1], key.encode("utf-8", "surrogatepass")
        if quote in b"\"'":
            return b"\\" not in written and quote not in written and self._text.startswith(written + quote + b":", at + 1)
        return self._text.startswith(written + b":", at)

    def _value(self, entry: Span, *, is_item: bool) -> Span | None:
        """Where the value of an entry begins and ends, if it is in block style."""
        found = (_DASH if is_item else _OPENS).match(self._text, *entry)
        return None if found is None else (found.end(), entry[1])

    # The lines of one entry are a YAML text of their own, unless they refer to something before them. Block style need not be read to its
    # end: a finding marks a single line.

    def _in_entry(self, entry: Span, segments: list[str]) -> Spot | None:
        return self._read(self._text[slice(*entry)], entry[0], segments, depth=None if len(segments) > 1 else 1)

    def _in_item(self, entry: Span, segments: list[str]) -> Spot | None:
        found = _DASH.match(self._text, *entry)
        start = entry[0] if found is None else found.end()
        column = start - self._text.rfind(b"\n", 0, start) - 1
        return self._read(b" " * column + self._text[start : entry[1]], start - column, segments, depth=None if segments else 0)

    def _read(self, part: bytes, offset: int, segments: list[str], depth: int | None) -> Spot | None:
        from specmill.frontend import yaml_events  # imported only once it is clear that the text is YAML

        text = part.decode()
        try:
            root = yaml_events.of_part(text, depth)
        except (yaml_events.YAMLError, KeyError, IndexError):
            return None
        if root is None:
            return None
        spot, is_there = find(root, segments)
        return spot.in_bytes(text, offset) if is_there else None


# ---- JSON -----------------------------------------------------------------------------------------------------------------------

_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_EITHER: Final[dict[bytes, msgspec.json.Decoder[Any]]] = {
    b"{": msgspec.json.Decoder(dict[str, msgspec.Raw]),
    b"[": msgspec.json.Decoder(list[msgspec.Raw]),
}


class JsonValues:
    """Objects and lists whose members the decoder skips, which is much faster than looking at every token."""

    def __init__(self, text: bytes) -> None:
        """Decode the text once, which proves that it is JSON; ``ValueError`` where it is not."""
        self._text = text
        self._root = self._space(0)
        try:
            self._raw = {self._root: msgspec.json.decode(text, type=msgspec.Raw)}  # where a value begins -> its text
        except msgspec.DecodeError as error:
            raise ValueError("it is not JSON") from error
        self._members: dict[int, dict[str, Spot]] = {}

    def find(self, data: Json, segments: list[str]) -> Spot | None:
        """The place of the value that the segments of a pointer lead to; None where only the whole tree can tell."""
        del data
        spot = None
        for segment in segments:
            spot = self._below(self._root if spot is None else spot.start).get(segment)
            if spot is None:
                return None
        return spot

    def held(self, data: Json, path: Sequence[str]) -> dict[str, Span]:
        """Where the values in the object at a path begin and end."""
        spot = self.find(data, [*path]) if path else Spot(self._root, 0)
        if spot is None or not self._text.startswith(b"{", spot.start):
            return {}
        return {key: (one.start, one.end) for key, one in self._below(spot.start).items()}

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _below(self, start: int) -> dict[str, Spot]:
        if start not in self._members:
            self._members[start] = self._read(start)
        return self._members[start]

    def _read(self, start: int) -> dict[str, Spot]:
        """The members of the object or list that begins here."""
        text, found = self._text, dict[str, Spot]()
        decoder = _EITHER.get(text[start : start + 1])
        held = decoder.decode(self._raw[start]) if decoder is not None else {}
        at = start
        for key, raw in held.items() if isinstance(held, dict) else enumerate(held):
            at, span = self._space(at + 1), None  # behind a bracket or a comma
            if isinstance(held, dict) and (name := _STRING.match(text, at)):
                span = name.span()
                at = self._space(self._space(name.end()) + 1)
            end = at + len(raw)
            found[str(key)] = Spot(at, end, span)
            self._raw[at] = raw
            at = self._space(end)
        return found
