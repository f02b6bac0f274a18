"""The parts of a regular expression, as ECMA-262 defines them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, both ends included."""


class UnsupportedPatternError(ValueError):
    """The pattern is no ECMA-262 regular expression, or means something that Python's ``re`` cannot say."""


class Chars(Struct, frozen=True):
    """One character out of a set, or (``negated``) one out of all others."""

    ranges: Ranges
    negated: bool = False
    single: bool = False  # written as one character, not as a class


class Edge(Struct, frozen=True):
    r"""An assertion without a body: ``^``, ``$``, ``\b`` or ``\B``."""

    sign: str


class Group(Struct, frozen=True):
    """Parentheses; ``number`` counts those that capture."""

    body: Node
    number: int | None = None


class Look(Struct, frozen=True):
    """A look ahead or behind."""

    body: Node
    ahead: bool
    negated: bool


class Back(Struct, frozen=True):
    """What a group has captured, once more."""

    number: int


class Repeat(Struct, frozen=True):
    """A quantifier; ``most`` is None where there is no limit."""

    body: Node
    least: int
    most: int | None
    lazy: bool = False


class Sequence(Struct, frozen=True):
    """One after the other; nothing at all is the empty expression."""

    items: tuple[Node, ...]


class Choice(Struct, frozen=True):
    """One or the other."""

    options: tuple[Node, ...]


Node: TypeAlias = Chars | Edge | Group | Look | Back | Repeat | Sequence | Choice


_CASES: Final = ((0x41, 0x5A, 0x20), (0x61, 0x7A, -0x20))  # A-Z, a-z, and how far the other case is


def in_either_case(node: Node) -> Node:
    """The expression with every ASCII letter in either case."""
    match node:
        case Chars(ranges):
            return replace(node, ranges=(*ranges, *_swapped(ranges)), single=False)
        case Group(body) | Look(body) | Repeat(body):
            return replace(node, body=in_either_case(body))
        case Sequence(items):
            return Sequence(tuple(map(in_either_case, items)))
        case Choice(options):
            return Choice(tuple(map(in_either_case, options)))
        case Back():
            raise UnsupportedPatternError("it repeats what a group has captured, in either case")
        case Edge():
            return node
        case _:
            assert_never(node)


def _swapped(ranges: Ranges) -> Iterator[tuple[int, int]]:
    for low, high in ranges:
        for first, last, other in _CASES:
            if low <= last and first <= high:
                yield max(low, first) + other, min(high, last) + other
