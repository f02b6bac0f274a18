"""How much input specmill takes on, and how a reader says what is wrong with a text."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from specmill.config import Limits

DEFAULT_LIMITS: Final = Limits()
DIGITS: Final = 4300  # of an integer: what Python converts to and from text


class Exhausted(Exception):
    """There is more than a limit allows; the text says of what."""


class Fault(Struct, frozen=True):
    """What is wrong with a text; offsets count characters. ``notes`` are (text, offset) of other places that matter."""

    code: str
    message: str
    start: int = 0
    end: int = 0
    help: str | None = None
    notes: tuple[tuple[str, int], ...] = ()
    pointer: str | None = None  # the JSON Pointer of the place, where it has one


class Unreadable(Exception):
    """The text cannot be read as data; ``faults`` says why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults
