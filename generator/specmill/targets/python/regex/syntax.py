"""The parts of a regular expression, as ECMA-262 defines them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, both ends included."""


class UnsupportedPatternError(ValueError):
    """The pattern is no ECMA-262 regular expression, or means something that Python's ``re`` cannot say."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set, or (``negated``) one out of all others."""

    ranges: Ranges
    negated: bool = False
    single: bool = False  # written as one character, not as a class


@dataclass(frozen=True, slots=True)
class Edge:
    r"""An assertion without a body: ``^``, ``$``, ``\b`` or ``\B``."""

    sign: str


@dataclass(frozen=True, slots=True)
class Group:
    """Parentheses; ``number`` counts those that capture."""

    body: Node
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A look ahead or behind."""

    body: Node
    ahead: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What a group has captured, once more."""

    number: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """A quantifier; ``most`` is None where there is no limit."""

    body: Node
    least: int
    most: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; nothing at all is the empty expression."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One or the other."""

    options: tuple[Node, ...]


Node: TypeAlias = Chars | Edge | Group | Look | Back | Repeat | Sequence | Choice
