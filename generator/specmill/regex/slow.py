"""Finds patterns that take time exponential in the length of the text: those with a repetition that can share a text in many ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from specmill.regex.classes import complement, merged
from specmill.regex.emit import children
from specmill.regex.parse import parse
from specmill.regex.syntax import Chars, Choice, Group, Look, Node, Ranges, Repeat, Sequence, UnsupportedPatternError

_MANY: Final = 12  # a repetition with a limit is no danger below it
_LARGEST: Final = 100  # a loop with more places for characters is not looked at


def is_catastrophic(pattern: str) -> bool:
    """Whether a text surely exists on which matching takes exponential time; False where that is only possible."""
    try:
        return any(_is_ambiguous(node.body) for node in _loops(parse(pattern), may_fail=False))
    except UnsupportedPatternError:
        return False


def _loops(node: Node, *, may_fail: bool) -> Iterator[Repeat]:
    """The repetitions after which the match may still fail: only then are other ways tried."""
    if isinstance(node, Repeat) and _is_endless(node) and may_fail:
        yield node
    if isinstance(node, Sequence):
        for item in reversed(node.items):
            yield from _loops(item, may_fail=may_fail)
            may_fail = may_fail or _can_fail(item)
        return
    for child in children(node):
        yield from _loops(child, may_fail=may_fail or isinstance(node, Look))


def _is_endless(node: Repeat) -> bool:
    return node.most is None or node.most > _MANY


def _can_fail(node: Node) -> bool:
    match node:
        case Repeat(body, least):
            return least > 0 and _can_fail(body)
        case Group(body):
            return _can_fail(body)
        case Sequence(items):
            return any(map(_can_fail, items))
        case Choice(options):
            return all(map(_can_fail, options))
        case _:
            return True


class _UnclearError(Exception):
    """What the loop takes is not told by its characters alone, or it is too large."""


class _Part(Struct, frozen=True):
    """A part of a loop: the places for its first and for its last character, and whether it may be empty."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    empty: bool = True


class _Places(Struct):
    """The places for characters in a loop, and which of them may follow each; twice where there are two ways (Glushkov's automaton)."""

    sets: list[Ranges] = []
    after: list[list[int]] = []

    def add(self, node: Node) -> _Part:
        """The places of an expression."""
        match node:
            case Chars(ranges, negated):
                if len(self.sets) == _LARGEST:
                    raise _UnclearError
                self.sets.append(complement(ranges) if negated else merged(ranges))
                self.after.append([])
                return _Part((len(self.sets) - 1,), (len(self.sets) - 1,), empty=False)
            case Group(body):
                return self.add(body)
            case Sequence(items):
                return self._in_a_row(items)
            case Choice(options):
                parts = [self.add(option) for option in options]
                ends = sum((part.first for part in parts), ()), sum((part.last for part in parts), ())
                return _Part(*ends, empty=any(part.empty for part in parts))
            case Repeat():
                return self.again(node.body, node.least) if _is_endless(node) else self._counted(node)
            case _:
                raise _UnclearError

    def again(self, body: Node, least: int) -> _Part:
        """The places of an expression that may follow itself."""
        part = self.add(body)
        self._join(part.last, part.first)
        return _Part(part.first, part.last, empty=part.empty or least == 0)

    def _counted(self, node: Repeat) -> _Part:
        """Written out as often as it may come."""
        most = node.most or 0
        copies = (node.body,) * node.least
        whole: Node = Sequence(())
        for _ in range(most - node.least):
            whole = Choice((Sequence((node.body, whole)), Sequence(())))
        return self._in_a_row((*copies, whole))

    def _in_a_row(self, items: tuple[Node, ...]) -> _Part:
        found = _Part()
        for item in items:
            part = self.add(item)
            self._join(found.last, part.first)
            first = found.first + part.first if found.empty else found.first
            last = found.last + part.last if part.empty else part.last
            found = _Part(first, last, empty=found.empty and part.empty)
        return found

    def _join(self, last: tuple[int, ...], first: tuple[int, ...]) -> None:
        for place in last:
            self.after[place] += first


def _is_ambiguous(body: Node) -> bool:
    """Whether one text leads through turns of the loop in two ways, from one place and back to one: then n such texts in 2ⁿ ways."""
    places = _Places()
    try:
        places.again(body, 0)
    except _UnclearError:
        return False
    sets, after = places.sets, places.after
    if any(len(set(one)) < len(one) for one in after):
        return True
    waiting = [(place, place) for place in range(len(sets))]
    seen = set(waiting)
    for one, other in waiting:  # which grows
        if one != other and not set(after[one]).isdisjoint(after[other]):
            return True
        for pair in ((p, q) for p in after[one] for q in after[other]):
            if pair not in seen and _overlap(sets[pair[0]], sets[pair[1]]):
                seen.add(pair)
                waiting.append(pair)
    return False


def _overlap(one: Ranges, other: Ranges) -> bool:
    return any(low <= high2 and low2 <= high for low, high in one for low2, high2 in other)
