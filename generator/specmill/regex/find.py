"""Looks for a pattern in a text in bounded time: not one way after the other, but all ways at once, as the places that they have come to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from msgspec import Struct

from specmill.regex.parse import parse
from specmill.regex.syntax import Back, Chars, Choice, Edge, Group, Look, Node, Repeat, Sequence, UnsupportedPatternError

Places: TypeAlias = frozenset[int]

_STEPS: Final = 20_000  # a place looked at by a part of the pattern; about as many take a hundredth of a second


@lru_cache(maxsize=4096)  # an example is tried where it is made, and judged as all others are
def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text; False where it cannot be read, or where finding out takes too many steps."""
    if len(text) > _STEPS:
        return False
    try:
        return bool(_Search(text).ends(_parsed(pattern), frozenset(range(len(text) + 1))))
    except (UnsupportedPatternError, RecursionError):
        return False


@lru_cache(maxsize=4096)
def _parsed(pattern: str) -> Node:
    return parse(pattern)


class _Search(Struct):
    text: str
    steps: int = _STEPS

    def ends(self, node: Node, starts: Places) -> Places:
        """Where the matches of an expression end that begin at any of the places."""
        self.steps -= len(starts) + 1
        if self.steps < 0:
            raise UnsupportedPatternError("it takes too long to find out")
        match node:
            case Chars(ranges):
                self.steps -= len(starts) * len(ranges) // 10
                return frozenset(at + 1 for at in starts if at < len(self.text) and _is_in(ord(self.text[at]), node))
            case Edge(sign):
                return frozenset(at for at in starts if _EDGES[sign](self.text, at))
            case Group(body):
                return self.ends(body, starts)
            case Look(body):
                return frozenset(at for at in starts if self._sees(node, at) != node.negated)
            case Back():
                raise UnsupportedPatternError("what a group has captured is not known here")
            case Repeat(body):
                return self._repeated(node, starts)
            case Sequence(items):
                for item in items:
                    starts = self.ends(item, starts) if starts else starts
                return starts
            case Choice(options):
                return frozenset[int]().union(*(self.ends(option, starts) for option in options))
            case _:
                assert_never(node)

    def _sees(self, look: Look, at: int) -> bool:
        if look.ahead:
            return bool(self.ends(look.body, frozenset([at])))
        return any(at in self.ends(look.body, frozenset([start])) for start in range(at + 1))

    def _repeated(self, node: Repeat, starts: Places) -> Places:
        here, count = starts, 0
        while count < node.least:
            before, here, count = here, self.ends(node.body, here), count + 1
            if here == before:  # and so it stays
                break
        found = here
        while here and (node.most is None or count < node.most):
            here, count = self.ends(node.body, here) - found, count + 1
            found |= here
        return found


def _is_in(character: int, node: Chars) -> bool:
    return any(low <= character <= high for low, high in node.ranges) != node.negated


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_")


def _is_boundary(text: str, at: int) -> bool:
    return _is_word(text, at - 1) != _is_word(text, at)


_EDGES: Final[dict[str, Callable[[str, int], bool]]] = {
    "^": lambda _, at: at == 0,
    "$": lambda text, at: at == len(text),
    r"\b": _is_boundary,
    r"\B": lambda text, at: not _is_boundary(text, at),
}
