"""Boolean expressions of the generated code, which know their own opposite and the constants true and false."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Operator: TypeAlias = Literal["and", "or"]


class Part(Struct, frozen=True):
    """An expression and its opposite; neither has an ``and`` or ``or`` outside of parentheses."""

    yes: str
    no: str


class Test(Struct, frozen=True):
    """Expressions joined by ``and`` or ``or``; without any it is a constant: all of nothing hold, none of nothing does."""

    parts: tuple[Part, ...]
    operator: Operator = "and"

    @property
    def is_open(self) -> bool:
        """Whether the value decides; else the test is a constant."""
        return bool(self.parts)

    @property
    def text(self) -> str:
        """The expression in one line."""
        return f" {self.operator} ".join([part.yes for part in self.parts]) if self.parts else str(self == ALWAYS)


ALWAYS: Final = Test((), "and")
NEVER: Final = Test((), "or")


def test(yes: str, no: str) -> Test:
    """One expression and its opposite; neither has a top-level ``and`` or ``or``."""
    return Test((Part(yes, no),))


def call(expression: str) -> Test:
    """A call that returns a bool."""
    return test(expression, f"not {expression}")


def both(tests: Iterable[Test]) -> Test:
    """Whether all are true."""
    return _joined(tests, "and", NEVER)


def either(tests: Iterable[Test]) -> Test:
    """Whether one is true."""
    return _joined(tests, "or", ALWAYS)


def any_order(tests: Iterable[Test]) -> list[Test]:
    """Calls first: black wraps a long condition that ends in a bracket in a way that nobody would choose."""
    return sorted(tests, key=lambda one: not one.text.endswith(")"))


def _joined(tests: Iterable[Test], operator: Operator, decisive: Test) -> Test:
    parts: dict[Part, None] = {}
    kept: list[Test] = []
    for one in tests:
        if one == decisive:
            return decisive
        if one.parts:
            kept.append(one)
            parts.update(dict.fromkeys(one.parts if one.operator == operator or len(one.parts) == 1 else (_enclosed(one),)))
    return kept[0] if len(set(kept)) == 1 else Test(tuple(parts), operator)


def _enclosed(one: Test) -> Part:
    return Part(f"({one.text})", f"({negated(one).text})")


def negated(one: Test) -> Test:
    """The opposite: De Morgan's law keeps it flat."""
    return Test(tuple(Part(part.no, part.yes) for part in one.parts), "or" if one.operator == "and" else "and")
