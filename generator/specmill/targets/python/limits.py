"""Constraints in msgspec's words where it has them, and in rules of our own where it has not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from specmill.ir import Constraints
from specmill.targets.python.code import Code, Need, code, number
from specmill.targets.python.tree import Atom, Prefixed, call

MSGSPEC: Final[Need] = ("msgspec", "")
INT64: Final = range(-(2**63), 2**63)
"""What msgspec holds in enums, literals and bounds, and type checkers in a Literal."""
_BOUNDS: Final = (("ge", "minimum"), ("gt", "exclusive_minimum"), ("le", "maximum"), ("lt", "exclusive_maximum"))


class Limits(Struct, frozen=True):
    """What a number must meet: as keywords of ``Meta`` for ints and for floats, and as rules for both."""

    ints: tuple[tuple[str, str], ...] = ()
    floats: tuple[tuple[str, str], ...] = ()
    between: tuple[tuple[str, str], ...] = ()
    multiple_of: str | None = None


def number_limits(constraints: Constraints, *, integer: bool) -> Limits:
    """The limits of an integer, or of any number."""
    ints: dict[str, str] = {}
    floats: dict[str, str] = {}
    between: dict[str, str] = {}
    for keyword, field in _BOUNDS:
        bound = getattr(constraints, field)
        if bound is None:
            continue
        clash = {"gt": "ge", "lt": "le"}.get(keyword, "") in ints
        if clash or not _msgspec_holds(keyword, bound):
            between[keyword] = _source(bound)
        else:
            ints[keyword] = number(_whole_bound(keyword, bound))
            floats[keyword] = _source(bound)
    factor = constraints.multiple_of
    whole = factor is not None and (isinstance(factor, int) or factor.is_integer()) and int(factor) in INT64
    if factor is not None and integer and whole:
        ints["multiple_of"] = number(int(factor))
        factor = None
    text = None if factor is None else repr(factor)
    if not integer and floats:
        floats |= _finite(floats)
    return Limits(tuple(ints.items()), () if integer else tuple(floats.items()), tuple(between.items()), text)


def _finite(limits: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The bounds that keep out the infinities, which only Python has, where the spec gives none."""
    if not {"ge", "gt"} & limits.keys():
        yield "ge", "-_wire.LARGEST"
    if not {"le", "lt"} & limits.keys():
        yield "le", "_wire.LARGEST"


def _msgspec_holds(keyword: str, bound: float) -> bool:
    """Whether msgspec can compare with the bound exactly: as an int within 64 bits, and as a float."""
    try:
        return math.isfinite(bound) and float(bound) == bound and _whole_bound(keyword, bound) in INT64
    except OverflowError:
        return False


def _whole_bound(keyword: str, bound: float) -> int:
    """The bound for integers: at least 1.5 is at least 2, more than 1.5 is more than 1."""
    return math.ceil(bound) if keyword in ("ge", "lt") else math.floor(bound)


def _source(bound: float) -> str:
    return number(bound) if isinstance(bound, int) or math.isfinite(bound) else f'float("{bound}")'


def meta(keywords: tuple[tuple[str, str], ...]) -> Iterator[Code]:
    """``msgspec.Meta(ge=1)``; nothing, where there is nothing to say."""
    if keywords:
        yield code(call("msgspec.Meta", *(Prefixed(f"{key}=", Atom(text)) for key, text in keywords)), needs=[MSGSPEC])


def size_limits(least: int | None, most: int | None) -> Iterator[tuple[str, str]]:
    """The keywords for a length or a number of items."""
    if least is not None and least > 0:
        yield "min_length", number(least)
    if most is not None:
        yield "max_length", number(most)
