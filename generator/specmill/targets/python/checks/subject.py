"""The value that a piece of generated code looks at: its variable, its path, and what is known of it by then."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from specmill.ir import Json
from specmill.targets.python.checks.lines import Code, Failure, If, Line
from specmill.targets.python.checks.predicates import ALWAYS, Test, negated
from specmill.targets.python.checks.sources import literal

_SHOWN = 60  # characters of a value from the spec in a message
KINDS: Final = ("null", "boolean", "number", "string", "array", "object")
"""The kinds of JSON values; an integer is a number here."""
ALL_KINDS: Final = frozenset(KINDS)


class Mode(enum.Enum):
    """What a generated function does: collect every error, or say at the first whether there is one."""

    CHECK = "check"
    TEST = "is"

    __hash__ = object.__hash__  # members are singletons, and are looked up often


class Subject(Struct, frozen=True):
    """A variable of the function being written.

    ``kinds``: what a type checker knows of it; ``possible``: what it can be at all, where tests for other kinds have nothing to say.
    ``returns``: nothing of interest follows for this value once it has failed, so the function may end.
    """

    name: str
    at: str
    mode: Mode
    kinds: frozenset[str] = ALL_KINDS
    level: int = 0
    returns: bool = False
    possible: frozenset[str] = ALL_KINDS

    def child(self, step: str) -> Subject:
        """The member or item that the source text ``step`` (a key or an index) leads to."""
        at = f"({self.at}, {step})"
        return Subject(local("item", self.level + 1), at, self.mode, level=self.level + 1, returns=self.mode is Mode.TEST)

    def narrowed(self, kinds: frozenset[str]) -> Subject:
        """The same value where it is known to be of one of these kinds."""
        return replace(self, kinds=self.kinds & kinds)

    def knowing(self, possible: frozenset[str]) -> Subject:
        """The same value where it can only be of one of these kinds."""
        return replace(self, possible=self.possible & possible)

    def staying(self) -> Subject:
        """The same value where code that follows still has something to say of it."""
        return replace(self, returns=self.mode is Mode.TEST)


def local(name: str, level: int) -> str:
    """The name of a local variable: ``item``, and ``item_2`` where blocks are nested."""
    return name if level < 2 else f"{name}_{level}"  # noqa: PLR2004


class Fault(Struct, frozen=True):
    """What is said of a value that fails: a stable word, and what was expected as source text."""

    code: str
    expected: str


@lru_cache(maxsize=4096)  # many schemas ask for the same keys
def missing(key: str) -> Fault:
    """A key that should be there is not."""
    return Fault("required", literal(f"the key {cut(told(key))}"))


def told(value: Json) -> str:
    """A JSON value as JSON writes it, in printable characters."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in json.dumps(value, ensure_ascii=False))


def cut(text: str) -> str:
    """The text, or its beginning where a message would get too long."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def fail(subject: Subject, fault: Fault) -> Code:
    """The statement for a value that fails."""
    if subject.mode is Mode.TEST:
        return Line("return False")
    return Failure((subject.at, f'"{fault.code}"', fault.expected, subject.name))


def unless(test: Test, subject: Subject, fault: Fault) -> Iterator[Code]:
    """``if not test: fail``; nothing where the test is always true."""
    yield from when(negated(test), (fail(subject, fault),))


def when(test: Test, body: tuple[Code, ...], otherwise: tuple[Code, ...] = ()) -> Iterator[Code]:
    """The body where the test holds, else the other one; either may be empty."""
    if not test.is_open:
        yield from body if test == ALWAYS else otherwise
    elif body:
        yield If(test, body, otherwise)
    elif otherwise:
        yield If(negated(test), otherwise)
