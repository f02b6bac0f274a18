"""`specmill generate --watch`: generates again whenever something that it reads is saved, until it is interrupted."""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from typing import Final, TypeAlias

from specmill.cli_arguments import Exit
from specmill.cli_commands import run
from specmill.cli_crash import report
from specmill.cli_saves import Saves
from specmill.cli_text import Printer
from specmill.diagnostics import counted, shown
from specmill.warm import Warm

State: TypeAlias = tuple[int, int, int] | None

_PAUSE: Final = 0.05  # seconds between two looks at the files
_QUIET: Final = 20  # looks without a save; then there is time to collect what a run has left, a fifth of a second for a large spec
_CALM: Final = 0.02  # seconds for which a file must stay as it is, unless it is known to be complete: some write in several steps


def watch(told: argparse.Namespace, printer: Printer) -> Exit:
    """Generate, and again after each save; mistakes in a save are reported, and the next one is awaited."""
    told.words = [word for word in told.words if word != "--watch"]
    known: set[Path] = set()
    warm, saves = Warm(), Saves()
    try:
        while True:
            before = _states(known)
            start, moment = time.perf_counter(), time.time_ns()
            seen = _round(told, warm)
            printer.tell(f"{time.perf_counter() - start:.2f} s; watching {counted(len(seen | known), 'file')}, Ctrl-C ends")
            new = seen - known
            known |= seen
            saves.watch(path.parent for path in known)
            before |= {path: state for path, state in _states(new).items() if state is None or max(state[1:]) < moment}
            _rest(told, warm, known, before)
            if warm.lost:
                printer.tell("generated files have been changed or removed")
                continue
            saved = _changed(known, before, saves)
            printer.tell(f"{shown(saved)} {'was saved' if saved.exists() else 'is gone'}")
    except KeyboardInterrupt:
        return Exit.OK


def _round(told: argparse.Namespace, warm: Warm) -> set[Path]:
    """One run; the files that it has read or looked for."""
    seen: set[Path] = set()
    printer = Printer(told.output_format, told.color, told.quiet, told.verbose)
    try:
        printer.finish(run(told, printer, seen.update, warm))
    except Exception as error:  # noqa: BLE001 - a bug of ours ends a run, not the watch
        report(error, verbose=told.verbose)
    return seen


def _rest(told: argparse.Namespace, warm: Warm, known: set[Path], before: dict[Path, State]) -> None:
    """Prepare for the next run, until something is saved."""
    try:
        for _ in warm.rest():
            if any(before.get(path, state) != state for path, state in _states(known).items()):
                break
    except Exception as error:  # noqa: BLE001 - as above
        report(error, verbose=told.verbose)


def _changed(known: set[Path], before: dict[Path, State], saves: Saves) -> Path:
    """Wait until a file differs from before and is complete; one that had no state before counts as changed."""
    complete: set[Path] = set()
    looks = 0
    while True:
        now = _states(known)
        changed = [path for path in sorted(known) if path not in before or now[path] != before[path]]
        if changed and complete.issuperset(changed):
            return changed[0]
        if changed:
            time.sleep(_CALM)
            if _states(known) == now:
                return changed[0]
        else:
            looks += 1
            if looks == _QUIET:
                gc.collect()
            complete = saves.wait(_PAUSE)


def _states(paths: set[Path]) -> dict[Path, State]:
    found: dict[Path, State] = {}
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            found[path] = None
        else:
            found[path] = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return found
