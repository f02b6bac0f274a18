"""What specmill has to say about its input: findings with stable codes, collected by stage, printed in one form."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct, field


class Severity(enum.StrEnum):
    """How much a finding weighs: an error stops the run between stages, a warning does not, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Place(Struct, frozen=True):
    """A position in a source file; lines and columns count from 1, columns in characters."""

    file: str
    line: int = 0  # 0: the file as a whole
    column: int = 0
    frame: tuple[tuple[int, str], ...] = ()  # the numbered source lines around the position
    width: int = 1  # how many characters to underline
    shift: int = 0  # how many characters of each line are left out at its start

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Notes: TypeAlias = Iterable[tuple[str, str | None]]


MOST: Final = 50
"""How many findings of one code are printed, unless the user asks for all."""

UNQUOTED: Final = frozenset({"ref-outside", "remote-ref"})
"""Findings that come without source lines: a reference that leads elsewhere may hold a password or a token. The message names the rest of it."""


class Diagnostic(Struct, frozen=True):
    """One finding: what was expected, what was found, and what to do about it.

    ``pointer`` is ``<file>#<JSON Pointer>`` (RFC 6901) until the source is read again with positions; then ``place`` is filled in.
    A pointer that ends in ``/<key>`` marks the key's value; ``at_key`` marks the key itself.
    """

    code: str
    severity: Severity
    message: str
    pointer: str | None = None
    help: str | None = None
    notes: tuple[tuple[str, str | None], ...] = ()  # (text, pointer): the other end of a conflict
    at_key: bool = False
    place: Place | None = None


class SpecError(Exception):
    """The spec, the configuration or the output folder cannot be used as it is; ``diagnostics`` says why, completely."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the findings; ``str()`` of the error prints them all."""
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(format_diagnostic(d) for d in self.diagnostics)


class Report(Struct):
    """The findings of one run, in the order in which they were made; each (code, place, message) once."""

    strict: bool = False  # warnings count as errors
    silenced: frozenset[str] = frozenset()  # codes of warnings and notes that the user does not want to hear
    diagnostics: list[Diagnostic] = field(default_factory=list)
    asked: list[Diagnostic] = field(default_factory=list)  # everything that was to be added, even if it was silenced or known already
    _seen: set[tuple[str, str | None, str, Place | None]] = field(default_factory=set)

    def error(
        self, code: str, pointer: str | None, message: str, *, help: str | None = None, notes: Notes = (), at_key: bool = False
    ) -> None:
        """Add a finding that makes the output impossible or wrong."""
        self.add(Diagnostic(code, Severity.ERROR, message, pointer, help, tuple(notes), at_key))

    def warning(
        self, code: str, pointer: str | None, message: str, *, help: str | None = None, notes: Notes = (), at_key: bool = False
    ) -> None:
        """Add a finding that the user should know of; the output is right all the same."""
        severity = Severity.ERROR if self.strict and code not in self.silenced else Severity.WARNING
        self.add(Diagnostic(code, severity, message, pointer, help, tuple(notes), at_key))

    def note(
        self, code: str, pointer: str | None, message: str, *, help: str | None = None, notes: Notes = (), at_key: bool = False
    ) -> None:
        """Add a piece of information."""
        self.add(Diagnostic(code, Severity.NOTE, message, pointer, help, tuple(notes), at_key))

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a finding unless it is silenced or known already."""
        self.asked.append(diagnostic)
        if diagnostic.severity is not Severity.ERROR and diagnostic.code in self.silenced:
            return
        key = (diagnostic.code, diagnostic.pointer, diagnostic.message, diagnostic.place)
        if key not in self._seen:
            self._seen.add(key)
            self.diagnostics.append(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that stop the run."""
        return [d for d in self.diagnostics if d.severity is Severity.ERROR]

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)


def format_diagnostic(diagnostic: Diagnostic) -> str:
    """Return the printed form of a finding, without colour: a headline, the source frame where there is one, and what to do."""
    where = str(diagnostic.place) if diagnostic.place else diagnostic.pointer
    head = f"{where}: " if where else ""
    lines = [f"{head}{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    if diagnostic.place and diagnostic.place.frame:
        lines += _frame(diagnostic.place)
    lines += [f"  note: {text}" + (f" ({pointer})" if pointer else "") for text, pointer in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"  help: {diagnostic.help}")
    return "\n".join(_clipped(printable(line)) for line in lines)


def _clipped(line: str) -> str:
    """A line without its middle where it is very long: its ends tell the most."""
    if len(line) <= _LONGEST_LINE:
        return line
    end = _LONGEST_LINE // 4
    start = _LONGEST_LINE - end
    return f"{line[:start]} … {len(line) - start - end} characters … {line[-end:]}"


_LONGEST_LINE = 1000  # characters


def printable(text: str) -> str:
    """Return the text with control, bidi and surrogate characters escaped, so that a spec cannot drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant; None where none is like it."""
    from difflib import get_close_matches  # needed only where something is wrong

    return next(iter(get_close_matches(word, list(known), 1, cutoff)), None)


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: "1 file", "2 files"; ``many`` is what several are called, where that is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def shown(path: Path) -> str:
    """The path as people write it: relative to the current folder where it lies below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _frame(place: Place) -> Iterator[str]:
    digits = len(str(place.frame[-1][0]))
    column = place.column - place.shift
    for number, text in place.frame:
        shown = text.expandtabs(1)
        yield f"  {number:>{digits}} | {shown}"
        if number == place.line:
            yield f"  {'':>{digits}} | {' ' * (column - 1)}{'^' * max(1, min(place.width, len(shown) - column + 1))}"
