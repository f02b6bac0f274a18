"""What the command line prints: findings, changes and progress, for people, programs and GitHub."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import astuple

from specmill.diagnostics import MOST, Diagnostic, Place, Severity, format_diagnostic, printable

if TYPE_CHECKING:
    from specmill.cli_unchanged import Asked

_COLORS: Final = {
    "error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m", "bold": "\x1b[1m",
    "+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m", "dim": "\x1b[2m",
}  # fmt: skip
_RESET: Final = "\x1b[0m"


class Printer(Struct):
    """Results go to stdout, findings to stderr; in JSON all of it is one document on stdout."""

    form: str = "text"  # text, json or github
    color: str = "auto"  # auto, always or never
    quiet: bool = False
    verbose: bool = False
    _data: dict[str, Any] = {}

    @property
    def most(self) -> int | None:
        """How many findings of one code to print; None: all of them."""
        return None if self.verbose or self.form != "text" else MOST

    @property
    def itemizes(self) -> bool:
        """Whether each written file is told, of which there may be thousands."""
        return self.verbose or self.form == "json"

    def findings(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Print the findings; when quiet, only errors."""
        shown = [d for d in diagnostics if not self.quiet or d.severity is Severity.ERROR]
        match self.form:
            case "json":
                self._data.setdefault("diagnostics", []).extend(map(_as_data, shown))
            case "github":
                for diagnostic in shown:
                    print(github(diagnostic))
            case _:
                for diagnostic in shown:
                    print(self._painted(diagnostic), file=sys.stderr)

    def _painted(self, diagnostic: Diagnostic) -> str:
        text = format_diagnostic(diagnostic)
        if not self.colored(sys.stderr):
            return text
        head, *rest = text.split("\n")
        label = f"{diagnostic.severity}[{diagnostic.code}]"
        before, found, after = head.partition(label)
        painted = f"{before}{_COLORS[diagnostic.severity]}{found}{_RESET}{_COLORS['bold']}{after}{_RESET}"
        return "\n".join([painted, *rest])

    def colored(self, stream: IO[str]) -> bool:
        """Whether to colour a stream: NO_COLOR (https://no-color.org) and a dumb terminal say no."""
        if self.color != "auto":
            return self.color == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def result(self, text: str) -> None:
        """Print what the command was asked for, as it is."""
        sys.stdout.write(text)
        self.form = "text" if self.form == "json" else self.form  # the result is the document then; findings go to stderr

    def say(self, text: str) -> None:
        """Print a line of the result, unless quiet or read by a program."""
        if self.form == "text" and not self.quiet:
            print(printable(text))

    def annotate(self, path: str, message: str) -> None:
        """Mark a file for GitHub."""
        if self.form == "github":
            print(f"::error file={_property(path)},title=specmill check::{_data(message)}")

    def tell(self, text: str) -> None:
        """Print a line about the run itself."""
        if self.form == "text" and not self.quiet:
            print(printable(text), file=sys.stderr)

    def diff(self, lines: Iterable[str]) -> None:
        """Print a unified diff."""
        if self.form != "text" or self.quiet:
            return
        colored = self.colored(sys.stdout)
        for line in lines:
            color = _COLORS.get(line[:1]) if colored else None
            print(f"{color}{printable(line)}{_RESET}" if color else printable(line))

    def record(self, key: str, value: Any) -> None:
        """Add to the JSON document."""
        self._data[key] = value

    def finish(self, code: int) -> None:
        """Print the JSON document, where one is wanted."""
        if self.form == "json":
            import json  # only this form needs it

            print(json.dumps({"exit_code": code, "diagnostics": []} | self._data, indent=2))


def _as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    place = diagnostic.place
    data: dict[str, Any] = {"code": diagnostic.code, "severity": diagnostic.severity.value, "message": diagnostic.message}
    if place is not None:
        data |= {"file": place.file, "line": place.line or None, "column": place.column or None}
    data |= {"pointer": diagnostic.pointer, "help": diagnostic.help}
    return data | {"notes": [{"text": text, "where": where} for text, where in diagnostic.notes]}


def plain(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """The finding as plain data, for a record."""
    code, severity, *others, place = astuple(diagnostic)
    return (code, str(severity), *others, place and astuple(place))


def _finding(values: tuple[Any, ...]) -> Diagnostic:
    code, severity, message, pointer, help, notes, at_key, place = values
    return Diagnostic(code, Severity(severity), message, pointer, help, notes, at_key, Place(*place) if place else None)


def retell(summary: str, files: list[str], findings: list[tuple[Any, ...]], asked: Asked) -> None:
    """Print what was recorded of a run that changes nothing, as the run itself would."""
    printer = Printer(asked.form, asked.color, asked.quiet, asked.verbose)
    listed = files if asked.verbose else []
    for path in listed:
        printer.say(f"unchanged: {path}")
    printer.record("changes", [{"path": path, "status": "unchanged"} for path in listed])
    printer.say(summary)
    printer.findings(map(_finding, findings))
    printer.finish(0)


def github(diagnostic: Diagnostic) -> str:
    """The finding as a workflow command; text of the spec can neither end it nor start another one."""
    level = "notice" if diagnostic.severity is Severity.NOTE else diagnostic.severity.value
    parts = []
    if place := diagnostic.place:
        parts.append(f"file={_property(place.file)}")
        parts += [f"line={place.line}", f"col={place.column}"] if place.line else []
    parts.append(f"title={_property(diagnostic.code)}")
    message = diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")
    return f"::{level} {','.join(parts)}::{_data(message)}"


def _data(text: str) -> str:
    lines = (printable(line) for line in text.split("\n"))
    return "%0A".join(line.replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class Progress:
    """One line on a terminal that says what is being done, once the work takes longer than a second. Nothing in a pipe."""

    def __init__(self, printer: Printer) -> None:
        """Start watching the clock, where there is a terminal to write to, and people who read it."""
        self._stage = ""
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        if printer.form == "text" and not printer.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def stage(self, name: str) -> None:
        """Say what is being done now."""
        self._stage = name

    def _run(self) -> None:
        for spinner in _spinner():
            if self._ended.wait(1.0 if time.monotonic() - self._started < 1 else 0.1):
                break
            seconds = int(time.monotonic() - self._started)
            sys.stderr.write(f"\r\x1b[K{spinner} {self._stage} ({seconds} s)")
            sys.stderr.flush()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None


def _spinner() -> Iterator[str]:
    while True:
        yield from "|/-\\"
