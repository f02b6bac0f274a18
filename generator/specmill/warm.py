"""What a run leaves to the next one in the same process: the spec as read and understood, and the work that could wait until everything was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from specmill.config import Config
from specmill.deep import deep
from specmill.diagnostics import Diagnostic, Report
from specmill.findings import moved
from specmill.frontend import source, spliced
from specmill.frontend.limits import Exhausted
from specmill.frontend.mended import Mended
from specmill.frontend.source import Document
from specmill.frontend.spliced import Entries
from specmill.ir import Package
from specmill.output.changes import Changes, Left
from specmill.standing import Standing
from specmill.targets.batches import after

_STEPS = 50  # schemas and operations to look at before asking whether there is something else to do


class Warm:
    """It begins empty, and everything in it is a shortcut."""

    def __init__(self) -> None:
        self._config: Config | None = None
        self._document: Document | None = None  # the spec as it was last understood, ...
        self._entries: Entries | None = None  # ... where its entries stand, ...
        self._mended: Mended | None = None  # ... what became of each of them, ...
        self._package: Package | None = None  # ... and of the whole spec, ...
        self._told: list[Diagnostic] = []  # ... with these findings, ...
        self.placed: dict[Diagnostic, Diagnostic] = {}  # ... whose places were looked up
        self._read: tuple[Document, Entries | None] | None = None  # the spec as it was last read, not yet understood
        self.left: dict[Path, Left] = {}  # folder -> what was written there
        self.standing: dict[str, Standing] = {}  # target name -> what was drawn of it and is written
        self.lost: list[str] = []  # the files of these batches are not as they were written: they are to be drawn again at once
        self._waiting: list[Callable[[], object]] = []

    def read(self, config: Config, report: Report) -> Document | None:
        """The spec; only what has changed since it was understood is parsed, where it is clear what that is."""
        before = self._entries if config == self._config else None
        found: list[Entries] = []

        def again(text: bytes) -> Document | None:
            found.extend(filter(None, [before and before.again(text)]))
            return found[0].document if found else None

        document = source.read(config.spec, config.spec.name, report, config.limits, again)
        self._read = None if document is None else (document, found[0] if found else None)
        return document

    def understood(self, config: Config, report: Report, understand: Callable[[], Package]) -> Package:
        """The description of what was last read: the former one mended where that is certain to be right, else the whole spec understood again."""
        assert self._read is not None
        document, entries = self._read
        package = None if entries is None or self._mended is None else self._mended.again(document, entries.changed)
        if package is None:
            before = len(report.asked)
            package = understand()
            if report.errors:
                return package  # a broken save is soon mended, so what came before it is worth keeping
            package = package if self._package is None else after(package, self._package)
            self._mended, self._told, self.placed = None, report.asked[before:], {}
        else:
            assert entries is not None
            self.placed = moved(self.placed, entries.edit)
            for one in self._told:
                report.add(one)
        self._config, self._document, self._entries, self._package = config, document, entries, package
        return package

    def _look(self) -> Iterator[None]:
        """See whether what was written is still there."""
        for one in self.standing.values():
            for name in one.look():
                self.lost += [name] if name is not None else []
                yield

    def leave(self, written: Iterable[Changes]) -> None:
        """Note what was written, for the next run to compare with."""
        self.left = {one.folder: one.left for one in written}

    def later(self, work: Callable[[], object]) -> None:
        """Put off work that nobody waits for; ``rest`` does it."""
        self._waiting.append(work)

    def rest(self) -> Iterator[None]:
        """Do what was put off and prepare for the next run, step by step; to be called once everything is written and reported, and left when something is saved."""
        self.lost.clear()
        while self._waiting:
            self._waiting.pop(0)()
        for one in self.standing.values():
            one.settle()
        yield from self._look()
        if self._config is None or self._document is None or self._package is None:
            return
        yield
        self._entries = self._entries or spliced.entries(self._document)
        yield
        if self._entries is not None and self._mended is None:
            mended = Mended(self._document, self._config, self._package)
            steps = mended.steps()
            try:
                while deep(lambda: sum(1 for _ in zip(steps, range(_STEPS), strict=False))) == _STEPS:
                    yield
            except (Exhausted, RecursionError):
                return
            self._mended = mended
