"""How much input specmill takes on, and how a reader says what is wrong with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The budgets of reading. The largest public specs (70 MB, 2 million values, 32 levels) fit; what attacks a parser does not."""

    bytes: int = 128 * 1024 * 1024  # of one document
    nodes: int = 10_000_000  # values and keys of one document, each alias counted as what it stands for
    nesting: int = 500  # lists and objects inside one another


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Fault:
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
