"""What is said about data that a model does not accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

At: TypeAlias = "tuple[At, str | int] | None"
"""A place in a JSON value: the place that holds it and the key or index there; None for the value as a whole."""
Error: TypeAlias = tuple[At, str, str, object]
"""A finding: where, the code, what was expected, and the value that was received."""

_SHOWN_ERRORS = 20
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class DecodeProblem:
    """One thing that is wrong: where, with which rule, and what stood there."""

    pointer: str
    """The JSON Pointer of the value (RFC 6901); empty for the value as a whole."""
    code: str
    """The rule that was broken: `type`, `required`, `minimum`, `pattern`, ..."""
    expected: str
    """What the rule asks for."""
    received: str
    """The beginning of what was found."""

    def __str__(self) -> str:
        """The problem in one line."""
        where = self.pointer or "(the whole value)"
        return (
            f"{where}: expected {self.expected}, received {self.received} [{self.code}]"
        )


class DecodeError(ValueError):
    """Data that is not JSON, or not what the model accepts; `errors` says all that is wrong."""

    def __init__(
        self, errors: Iterable[DecodeProblem], line: int | None = None
    ) -> None:
        """Keep the problems, in the order of the data; `line` is the number of the line in JSON Lines."""
        self.errors: tuple[DecodeProblem, ...] = tuple(errors)
        self.line = line
        super().__init__(self.errors, line)

    def __str__(self) -> str:
        """All problems, one on a line."""
        number = len(self.errors)
        shown = [f"  {problem}" for problem in self.errors[:_SHOWN_ERRORS]]
        if number > _SHOWN_ERRORS:
            shown.append(f"  ... and {number - _SHOWN_ERRORS} more")
        where = "" if self.line is None else f"line {self.line}: "
        return "\n".join([f"{where}{number} error{'' if number == 1 else 's'}", *shown])


class RefusedError(ValueError):
    """The fast path does not accept the data; the exact path will say why, or accept it."""


def decode_error(errors: Iterable[Error]) -> DecodeError:
    """The exception for findings."""
    return DecodeError(
        DecodeProblem(pointer(at), code, expected, shortened(value))
        for at, code, expected, value in errors
    )


def pointer(at: At) -> str:
    """The JSON Pointer of a place."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in _steps(at)]
    return "".join(f"/{step}" for step in reversed(steps))


def _steps(at: At) -> Iterator[str | int]:
    while at is not None:
        at, step = at
        yield step


def told(value: Any) -> str:
    """A JSON value as JSON writes it, in printable characters."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            text = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{_printable(text)}"'
        case dict():
            return "{" + ", ".join(_pairs(value)) + "}"
        case list() | tuple():
            return "[" + ", ".join(_items(value)) + "]"
        case _:
            return repr(value)


def _pairs(value: Any) -> list[str]:
    return [f"{told(key)}: {told(value[key])}" for key in value]


def _items(value: Any) -> list[str]:
    return [told(item) for item in value]


def shortened(value: Any) -> str:
    """The beginning of a value as JSON would show it, in printable characters."""
    match value:
        case None | bool():
            return told(value)
        case dict():
            return f"an object with {_counted(_size(value), 'key')}"
        case list() | tuple():
            return f"an array of {_counted(_size(value), 'item')}"
        case str():
            text = value[: _SHOWN_CHARACTERS + 1]
            return f'"{_cut(text)}"'
        case int():
            digits = value.bit_length() * 3 // 10
            return str(value) if digits < _SHOWN_CHARACTERS else "a huge integer"
        case _ if hasattr(value, "__dataclass_fields__"):
            return f"an object of the class {type(value).__name__}"
        case _:
            return _cut(repr(value))


def _size(value: Any) -> int:
    return len(value)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _cut(text: str) -> str:
    shown = _printable(text)
    more = len(shown) > _SHOWN_CHARACTERS
    return f"{shown[:_SHOWN_CHARACTERS]}..." if more else shown
