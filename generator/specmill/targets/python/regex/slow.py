"""Finds patterns that take time exponential in the length of the text: a repetition within a repetition that can share the text in many ways."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.targets.python.regex.classes import complement, merged
from specmill.targets.python.regex.emit import children, width
from specmill.targets.python.regex.parse import parse
from specmill.targets.python.regex.syntax import Chars, Choice, Group, Look, Node, Ranges, Repeat, Sequence, UnsupportedPatternError

_MANY = 12  # a repetition with a limit is no danger below it


def is_catastrophic(pattern: str) -> bool:
    """Whether a text surely exists on which matching takes exponential time; False where that is only possible."""
    try:
        return any(_is_ambiguous(node.body) for node in _loops(parse(pattern), may_fail=False))
    except UnsupportedPatternError:
        return False


def _loops(node: Node, *, may_fail: bool) -> Iterator[Repeat]:
    """The repetitions after which the match may still fail: only then are other ways tried."""
    if isinstance(node, Repeat) and (node.most is None or node.most > _MANY) and may_fail:
        yield node
    if isinstance(node, Sequence):
        for item in reversed(node.items):
            yield from _loops(item, may_fail=may_fail)
            may_fail = may_fail or _can_fail(item)
        return
    for child in children(node):
        yield from _loops(child, may_fail=may_fail or isinstance(node, Look))


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


def _is_ambiguous(body: Node) -> bool:
    """Whether a text of several turns can also be one turn: ``(a+)+``, ``(a|a)*``, ``(a*b?)*``."""
    match body:
        case Group(inner):
            return _is_ambiguous(inner)
        case Repeat(_, _, most):
            return most is None or most > _MANY
        case Choice(options):
            sets = [_sets(option) for option in options]
            known = [one for one in sets if one is not None]
            return any(_overlap(one, other) for place, one in enumerate(known) for other in known[:place]) or any(
                map(_is_ambiguous, options)
            )
        case Sequence(items):
            wide = [item for item in items if width(item)[0] > 0]  # where there is one, only it can fill several turns
            alone = wide if len(wide) == 1 else [] if wide else items
            return any(isinstance(item, (Repeat, Group)) and _is_ambiguous(item) for item in alone)
        case _:
            return False


def _sets(node: Node) -> Ranges | None:
    """The characters of an expression that takes exactly one; None for every other."""
    match node:
        case Chars(ranges, negated):
            return complement(ranges) if negated else merged(ranges)
        case Group(body):
            return _sets(body)
        case Repeat(body, 1, _) | Repeat(body, 0, _):
            return _sets(body)
        case _:
            return None


def _overlap(one: Ranges, other: Ranges) -> bool:
    return any(low <= high2 and low2 <= high for low, high in one for low2, high2 in other)
