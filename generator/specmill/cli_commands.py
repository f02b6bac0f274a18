"""The commands that run the pipeline: generate, check and dump."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from specmill.cli_arguments import Exit
from specmill.cli_memory import take_from_one_heap
from specmill.cli_record import Witness
from specmill.cli_settings import config_from
from specmill.cli_text import Printer, Progress
from specmill.diagnostics import Report, counted, shown
from specmill.pipeline import Change, Changes, Drawn, Run, Status, diff, dump

if TYPE_CHECKING:
    from specmill.warm import Warm  # only a run that watches has one

Words: TypeAlias = Mapping[Status, str]
Listed: TypeAlias = list[tuple[Path, Change]]

_DONE: Words = {
    Status.CREATED: "written", Status.UPDATED: "updated", Status.STALE: "removed", Status.EDITED: "overwritten though edited by hand",
    Status.FOREIGN: "overwritten though not ours", Status.UNCHANGED: "unchanged",
}  # fmt: skip
_TO_DO: Words = {
    Status.CREATED: "to be written", Status.UPDATED: "to be updated", Status.STALE: "to be removed", Status.EDITED: "edited by hand",
    Status.FOREIGN: "not ours", Status.UNCHANGED: "unchanged",
}  # fmt: skip
_FOUND: Words = {
    Status.CREATED: "missing", Status.UPDATED: "changed", Status.STALE: "stale", Status.EDITED: "edited by hand",
    Status.FOREIGN: "not ours", Status.UNCHANGED: "unchanged",
}  # fmt: skip


def _unwatched(_: Iterable[Path]) -> None:
    """Nobody waits for a change."""


def run(told: argparse.Namespace, printer: Printer, saw: Callable[[Iterable[Path]], None] = _unwatched, warm: Warm | None = None) -> Exit:
    """Run generate, check or dump; ``saw`` is called with the files that were read or looked for, and a run that is not the first is ``warm`` from the last."""
    report = Report()
    witness = Witness(told.words)
    config = config_from(told, report, witness.see)
    saw(witness.paths())
    if config is None:
        printer.findings(report)
        return Exit.BAD_INPUT
    witness.see_templates(config)
    if told.alone:
        take_from_one_heap(config.spec)
    saw([*witness.paths(), config.spec])
    progress = Progress(printer)
    made = Run(
        config,
        progress=progress.stage,
        waiting=lambda folder: printer.tell(f"another run is writing into {shown(folder)}: waiting for it"),
        keeps=not getattr(told, "force", False),
        warm=warm,
    )
    try:
        if told.verb == "dump":
            return _dump(made, printer, progress)
        compares = told.verb == "check" or told.dry_run
        if not compares:
            made.resume()
        drawn = _drawn(made)
        if drawn is None:
            return Exit.BAD_INPUT
        code = (_compare if compares else _generate)(made, drawn, told, printer, progress)
        if code is Exit.OK and made.settled is not None:
            made.later(partial(witness.keep, made, made.settled, time.time_ns()))
        return code
    finally:
        progress.end()
        saw(made.consulted())
        printer.findings(made.diagnostics(printer.most))


def _dump(made: Run, printer: Printer, progress: Progress) -> Exit:
    package = made.package()
    if package is None:
        return Exit.BAD_INPUT
    progress.end()
    printer.result(dump(package))
    return Exit.OK


def _drawn(made: Run) -> Drawn | None:
    if not made.config.targets:
        hint = "add [tool.specmill.targets.python] with a path, or say --target python=src/models"
        made.report.error("missing-config-key", None, "no target is given: there is nothing to make", help=hint)
        return None
    package = made.package()
    return None if package is None else made.draw(package)


def _generate(made: Run, drawn: Drawn, told: argparse.Namespace, printer: Printer, progress: Progress) -> Exit:
    with made.folders() as held:
        planned = made.plan(drawn) if held else None
        if planned is None:
            return Exit.BAD_INPUT
        made.refuse(planned, force=told.force)
        if made.report.errors:
            progress.end()
            refused = [(plan.folder, change) for plan in planned for change in plan.refused]
            _show(refused, printer)
            _list(refused, printer, _FOUND)
            return Exit.REFUSED
        written = made.apply(planned, force=told.force)
    progress.end()
    if not written:
        return Exit.BAD_INPUT
    if printer.itemizes:
        _list(_listed(planned, printer), printer, _DONE)
    printer.say(_summary(planned, _DONE))
    return Exit.OK


def _compare(made: Run, drawn: Drawn, told: argparse.Namespace, printer: Printer, progress: Progress) -> Exit:
    """Say what differs. A dry run fails only where `generate` would be refused."""
    planned = made.plan(drawn)
    progress.end()
    if planned is None:
        return Exit.BAD_INPUT
    words = _FOUND if told.verb == "check" else _TO_DO
    listed = _listed(planned, printer)
    _show(listed, printer)
    _list(listed, printer, words)
    printer.say(_summary(planned, words))
    if told.verb != "check":
        made.refuse(planned, force=told.force)
        return Exit.REFUSED if made.report.errors else Exit.OK
    if not any(plan.differing for plan in planned):
        return Exit.OK
    refused = any(plan.refused for plan in planned)
    command = f"specmill generate{' --force' if refused else ''}{_arguments(told)}"
    printer.say(f"to mend it: {command}" + (" (which gives up what was written by hand)" if refused else ""))
    printer.record("command", command)
    return Exit.FINDINGS


def _listed(planned: list[Changes], printer: Printer) -> Listed:
    """The files that differ, and when verbose the others too."""
    return [(plan.folder, change) for plan in planned for change in (plan.files if printer.verbose else plan.differing)]


def _show(listed: Listed, printer: Printer) -> None:
    """Print the differences of the files that are there and would be replaced."""
    for folder, change in listed:
        if change.before is not None and change.after is not None:
            printer.diff(diff(change, folder))


def _list(listed: Listed, printer: Printer, words: Words) -> None:
    """List the files by status."""
    order = {status: number for number, status in enumerate(words)}
    folders = {folder: shown(folder) for folder in {folder for folder, _ in listed}}
    named = [(f"{folders[folder]}/{change.path}", change) for folder, change in sorted(listed, key=lambda item: order[item[1].status])]
    for path, change in named:
        printer.say(f"{words[change.status]}: {path}")
        if words is _FOUND and change.status is not Status.UNCHANGED:
            printer.annotate(path, f"{words[change.status]}: {path}")
    printer.record("changes", [{"path": path, "status": change.status.value} for path, change in named])


def _summary(planned: list[Changes], words: Words) -> str:
    counts = sum((plan.counts for plan in planned), Counter[Status]())
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return f"{counted(sum(counts.values()), 'file')}: {', '.join(parts)}" if parts else "nothing to write"


def _arguments(told: argparse.Namespace) -> str:
    """The arguments that say what to make, to be repeated in another command."""
    import shlex  # only what cannot be done needs it

    pairs = [
        ("--config", told.config),
        ("--spec", told.spec),
        *(("--target", t) for t in told.targets),
        *(("--set", s) for s in told.settings),
    ]
    return "".join(f" {flag} {shlex.quote(value)}" for flag, value in pairs if value)
