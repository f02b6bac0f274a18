"""A short string that matches a regular expression, for examples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from specmill.json_values import compiled_pattern
from specmill.regex import is_found

# The parser of the standard library is not documented; what it makes has kept its form since Python 2, and a form that is not known here
# only means that there is no sample.
_LONGEST = 2_000
_WORD = "abcdefghijklmnopqrstuvwxyz"
_CATEGORIES = {
    codes.CATEGORY_DIGIT: "1234567890",
    codes.CATEGORY_WORD: _WORD + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_DIGIT: _WORD,
    codes.CATEGORY_NOT_WORD: "-",
    codes.CATEGORY_NOT_SPACE: _WORD,
}
_PREFERRED = _WORD + "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890-_. /:@"


class _NoSampleError(Exception):
    """The expression has a form that no sample is made for."""


def matching(pattern: str, min_length: int = 0, max_length: int | None = None) -> str | None:
    """A string in which the pattern is found, of a length in the range; None where none is found easily."""
    compiled = compiled_pattern(pattern)
    if compiled is None:
        return None
    for repeats in (1, 2, 0, min_length, max_length or 0, 3, 8):
        walk = _Walk(min(repeats, _LONGEST))
        try:
            made = walk.sequence(parser.parse(compiled.pattern, compiled.flags))
        except (_NoSampleError, RecursionError, re.error):
            return None
        for one in (made, walk.ahead + made[len(walk.ahead) :]):
            long_enough = one + "a" * (min_length - len(one))
            found = long_enough if is_found(pattern, long_enough) else one
            if len(found) >= min_length and (max_length is None or len(found) <= max_length) and is_found(pattern, found):
                return found
    return None


class _Walk:
    """Makes one string; a repetition without a fixed count is done ``repeats`` times."""

    def __init__(self, repeats: int) -> None:
        self.repeats = repeats
        self.groups: dict[int, str] = {}
        self.size = 0
        self.ahead = ""  # what must be found ahead of a place, as in (?=.*[0-9]): it may well stand at the very beginning

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> str:
        return "".join([self.one(op, argument) for op, argument in items])

    def one(self, op: Any, argument: Any) -> str:
        self.size += 1
        if self.size > _LONGEST:
            raise _NoSampleError
        if op is codes.LITERAL:
            return chr(argument)
        if op is codes.NOT_LITERAL:
            return next(c for c in _PREFERRED if ord(c) != argument)
        if op is codes.ANY:
            return "a"
        if op is codes.IN:
            return _from_set(argument, self.size)
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, getattr(codes, "POSSESSIVE_REPEAT", None)):
            return self._repeat(*argument)
        if op is codes.SUBPATTERN:
            group, _, _, inner = argument
            made = self.sequence(inner)
            if group is not None:
                self.groups[group] = made
            return made
        if op is codes.BRANCH:
            return self.sequence(argument[1][0])
        if op is codes.GROUPREF:
            return self.groups.get(argument, "")
        if op is codes.ASSERT and argument[0] > 0:
            self.ahead += _Walk(0).sequence(argument[1])
        if op is codes.AT or op in (codes.ASSERT, codes.ASSERT_NOT):
            return ""  # whether it holds is seen when the whole is tried
        raise _NoSampleError

    def _repeat(self, low: int, high: int, inner: Any) -> str:
        count = max(low, min(int(high), self.repeats))
        if count > _LONGEST:
            raise _NoSampleError
        return "".join([self.sequence(inner) for _ in range(count)])


def _from_set(items: Any, turn: int) -> str:
    """A character of a class, not always the same one."""
    found = _readable(tuple(items))
    return found[turn % len(found)]


@lru_cache(maxsize=256)
def _readable(items: Any) -> list[str]:
    """The characters of a class that are like the most readable one."""
    if items and items[0][0] is codes.NEGATE:
        candidates = [c for c in _PREFERRED if not _holds(items[1:], c)]
    else:
        candidates = [c for c in _PREFERRED if _holds(items, c)] or [_first_of(items)]
    if not candidates:
        raise _NoSampleError
    return [c for c in candidates if c.isalpha() == candidates[0].isalpha() and c.islower() == candidates[0].islower()]


def _holds(items: Any, character: str) -> bool:
    for op, argument in items:
        if op is codes.LITERAL and argument == ord(character):
            return True
        if op is codes.RANGE and argument[0] <= ord(character) <= argument[1]:
            return True
        if op is codes.CATEGORY and character in _CATEGORIES.get(argument, ""):
            return True
    return False


def _first_of(items: Any) -> str:
    op, argument = items[0]
    if op is codes.LITERAL:
        return chr(argument)
    if op is codes.RANGE:
        return chr(argument[0])
    raise _NoSampleError
