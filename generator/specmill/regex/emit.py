"""Writes a regular expression in the words of Python's ``re``, to be used with ``search`` and without flags."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final, assert_never

from msgspec import Struct

from specmill.regex.classes import complement
from specmill.regex.parse import parse
from specmill.regex.syntax import (
    Back,
    Chars,
    Choice,
    Edge,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    UnsupportedPatternError,
)

_EDGES: Final = {"^": "^", "$": r"\Z", r"\b": r"(?a:\b)", r"\B": r"(?!(?a:\b))"}  # Python's own \B never matches in an empty text
_NAMED: Final = {0x09: r"\t", 0x0A: r"\n", 0x0B: r"\v", 0x0C: r"\f", 0x0D: r"\r"}
_SPECIAL: Final = frozenset(map(ord, ".^$*+?{}[]\\|()"))
# Python warns of doubled signs in a class, which may come to mean set operations.
_SPECIAL_IN_CLASS: Final = frozenset(map(ord, "[]\\^-&~|"))
_LIMIT: Final = 2**32 - 1  # Python's own number for "without limit"


@functools.cache
def translate(pattern: str) -> str:
    """The expression for ``re.compile``; ``UnsupportedPatternError`` where Python cannot say it."""
    node = parse(pattern)
    places = dict(_groups(node, ()))
    return _text(node, _Writer(places, ()))


class _Place(Struct, frozen=True):
    """Where a group stands: the nodes that lead to it, from the outside to the inside."""

    path: tuple[Node, ...]


class _Writer(Struct, frozen=True):
    """What is known while writing: all groups, and the nodes around the one being written."""

    places: dict[int, _Place]
    path: tuple[Node, ...]

    def inside(self, node: Node) -> _Writer:
        return _Writer(self.places, (*self.path, node))


def _groups(node: Node, path: tuple[Node, ...]) -> Iterator[tuple[int, _Place]]:
    if isinstance(node, Group) and node.number is not None:
        yield node.number, _Place((*path, node))
    for child in children(node):
        yield from _groups(child, (*path, node))


def children(node: Node) -> tuple[Node, ...]:
    """The expressions that a node holds."""
    match node:
        case Group(body) | Look(body) | Repeat(body):
            return (body,)
        case Sequence(items) | Choice(items):
            return items
        case Chars() | Edge() | Back():
            return ()
        case _:
            assert_never(node)


def _text(node: Node, writer: _Writer) -> str:
    inner = writer.inside(node)
    match node:
        case Chars():
            return _chars(node)
        case Edge(sign):
            return _EDGES[sign]
        case Sequence(items):
            return "".join(_text(item, inner) for item in items)
        case Choice(options):
            return "|".join(_text(option, inner) for option in options)
        case Group(body, number):
            return f"({'?:' if number is None else ''}{_text(body, inner)})"
        case Look(body, ahead, negated):
            sign = "!" if negated else "="
            return f"(?{sign}{_text(body, inner)})" if ahead else _behind(body, sign, inner)
        case Repeat():
            return _repeat(node, inner)
        case Back(number):
            return _back(number, inner)
        case _:
            assert_never(node)


def _repeat(node: Repeat, inner: _Writer) -> str:
    body = _text(node.body, inner)
    least, most = node.least, node.most
    if least >= _LIMIT:
        raise UnsupportedPatternError(f"it repeats something {least} times")
    if most is not None and most >= _LIMIT:
        most = None
    if isinstance(node.body, (Look, Back)):
        body = f"(?:{body})"
    counts = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
    if counts is None:
        counts = f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
    return f"{body}{counts}{'?' if node.lazy else ''}"


def _behind(body: Node, sign: str, inner: _Writer) -> str:
    """Python wants every look behind to have one width; several alternatives are several looks."""
    options = body.options if isinstance(body, Choice) else (body,)
    looks = []
    for option in options:
        low, high = width(option)
        if low != high:
            raise UnsupportedPatternError("it looks behind for something of no fixed width")
        looks.append(f"(?<{sign}{_text(option, inner)})")
    if len(looks) == 1:
        return looks[0]
    return "".join(looks) if sign == "!" else f"(?:{'|'.join(looks)})"


def width(node: Node) -> tuple[int, int | None]:
    """The fewest and the most characters that the expression takes; None: without limit."""
    match node:
        case Chars():
            return 1, 1
        case Edge() | Look():
            return 0, 0
        case Back():
            return 0, None
        case Group(body):
            return width(body)
        case Repeat(body, least, most):
            low, high = width(body)
            return low * least, 0 if high == 0 else None if high is None or most is None else high * most
        case Sequence(items):
            low, high = 0, 0
            for one in map(width, items):
                low, high = low + one[0], None if high is None or one[1] is None else high + one[1]
            return low, high
        case Choice(options):
            widths = [width(option) for option in options]
            highs = [high for _, high in widths]
            return min(low for low, _ in widths), None if None in highs else max(high for high in highs if high is not None)
        case _:
            assert_never(node)


def _back(number: int, writer: _Writer) -> str:
    """A back reference: to nothing it matches nothing in ECMA-262, and never in Python."""
    if any(isinstance(node, Look) and not node.ahead for node in writer.path):
        raise UnsupportedPatternError("it refers back to a group while it looks behind")
    group = writer.places[number].path
    shared = [one for one, other in zip(group, writer.path, strict=False) if one is other]
    own = group[len(shared) :]
    if not own or not _is_before(shared, group, writer.path) or any(isinstance(node, Look) and node.negated for node in own):
        return "(?:)"
    if any(isinstance(node, Look) and not node.ahead for node in own):
        raise UnsupportedPatternError("it refers back to a group that looks behind")
    if any(isinstance(node, Repeat) and node.most != 1 for node in shared) and not all(map(_surely_entered, own)):
        raise UnsupportedPatternError("it repeats a group that need not match together with a reference to it")
    return f"(?({number})\\{number})"


def _is_before(shared: list[Node], group: tuple[Node, ...], reference: tuple[Node, ...]) -> bool:
    """Whether the group has been tried when the reference is: both stand in one sequence, the group first."""
    parent = shared[-1] if shared else None
    if not isinstance(parent, Sequence):
        return False
    steps = [id(item) for item in parent.items]
    return steps.index(id(group[len(shared)])) < steps.index(id(reference[len(shared)]))


def _surely_entered(node: Node) -> bool:
    return not isinstance(node, Choice) and not (isinstance(node, Repeat) and node.least == 0)


def _chars(node: Chars) -> str:
    if node.single:
        return _char(node.ranges[0][0], _SPECIAL)
    ranges = dict.fromkeys(node.ranges)
    if not ranges:
        return r"[\s\S]" if node.negated else "(?!)"
    if not complement(ranges):
        return "(?!)" if node.negated else r"[\s\S]"
    return f"[{'^' if node.negated else ''}{''.join(map(_range, ranges))}]"


def _range(pair: tuple[int, int]) -> str:
    low, high = (_char(code, _SPECIAL_IN_CLASS) for code in pair)
    if pair[0] == pair[1]:
        return low
    return low + high if pair[1] == pair[0] + 1 else f"{low}-{high}"


def _char(code: int, special: frozenset[int]) -> str:
    if code in _NAMED:
        return _NAMED[code]
    if code in special:
        return "\\" + chr(code)
    if 0x20 <= code < 0x7F:  # noqa: PLR2004
        return chr(code)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
