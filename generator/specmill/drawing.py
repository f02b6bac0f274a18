"""Pages become files: only those that may have changed since the last run, and on two cores where they are many."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from specmill import ir, targets, two_cores
from specmill.config import Config, TargetConfig
from specmill.deep import deep
from specmill.diagnostics import Diagnostic, Place, Report, Severity
from specmill.output import File
from specmill.output.kept import Kept
from specmill.output.render import Renderer, Text
from specmill.output.spool import Spool, Spooled
from specmill.output.templates import TemplateFault
from specmill.standing import Job, Made, Standing
from specmill.targets import Page
from specmill.targets.batches import Batch

_SOME: Final = 1_000  # pieces of a text that become bytes at a time; most are a line or a few
MANY: Final = 1000  # models and pages; below that, a child costs about as much as it saves (a twentieth of a second)
_NOTHING: Final[list[Diagnostic]] = []  # was found


class Drawing:
    """Draws the pages of all targets. Findings are kept with the job that they belong to, so that their order does not depend on who does it."""

    def __init__(self, config: Config, *, keeps: bool, kept: dict[str, Kept], last: Mapping[str, Standing]) -> None:
        """It ``keeps`` what the last run drew wherever the same would be drawn again: ``kept``, by the name of the target.

        What the ``last`` run of the same process drew, it knows without reading that from the disk.
        """
        self.config = config
        self.renderer = Renderer(config.templates)
        self._keeps, self._kept, self._last = keeps, kept, last
        self._report = Report(config.strict)
        self._spool = Spool()

    def jobs(self, target: TargetConfig, package: ir.Package) -> list[Job]:
        """The pages and batches of a target."""
        kept = self._kept_of(target, package)
        asked, said = list[Page | Batch](), list[list[Diagnostic]]()
        for one in targets.load(target.kind)(package, target, self._report):
            asked.append(one)
            said.append(self._heard() if self._report.asked else _NOTHING)
        before: list[Job | None] = [None] * len(asked)
        if kept is not None and target.name in self._last:
            before = self._last[target.name].again(asked, kept)
        return [
            job if job is not None and job.asked is one and not heard and not job.said else self._job(target, one, heard, kept, job)
            for one, heard, job in zip(asked, said, before, strict=True)
        ]

    def _job(self, target: TargetConfig, asked: Page | Batch, said: list[Diagnostic], kept: Kept | None, before: Job | None) -> Job:
        if before is not None:
            return Job(target, asked, said, before.made)
        same = kept.same(asked, self._report) if kept is not None and isinstance(asked, Batch) else None
        return Job(target, asked, said, None if same is None else Made(same, (), self._heard()))

    def by_two(self, todo: Sequence[Job]) -> list[Made] | None:
        """Do jobs on two cores; None where that does not pay, cannot be done, or failed."""
        # Templates and targets that are not ours may do anything, such as write to a file.
        if self.config.templates is not None or any(target.kind not in targets.TARGETS for target in self.config.targets):
            return None
        here, theirs = os.getpid(), Spool()

        def work(half: Sequence[Job]) -> list[Made]:
            if os.getpid() != here:
                self._spool = theirs  # in one file, the halves would overwrite each other
            return deep(lambda: list(map(self.make, half)))

        made = two_cores.shared(work, todo, [job.weight for job in todo], MANY, theirs.open)
        self._heard()  # the findings from before it failed
        return made

    def make(self, job: Job) -> Made:
        """Do one job."""
        pages, seen = ([job.asked], ()) if isinstance(job.asked, Page) else job.asked.made()
        files = list(self._rendered(pages, job.target))
        return Made(files, seen, self._heard())

    def note(self, job: Job, made: Made) -> None:
        """A job is done: remember what was drawn for the next run."""
        job.made = Made(made.files, (), made.said)
        if isinstance(job.asked, Batch) and job.target.name in self._kept:
            self._kept[job.target.name].note(job.asked, made.seen, made.files, made.said)

    def _heard(self) -> list[Diagnostic]:
        """The findings since the last call."""
        said, self._report.asked = self._report.asked, []
        return said

    def _rendered(self, pages: Iterable[Page], target: TargetConfig) -> Iterator[File]:
        for page in pages:
            try:
                drawn = self.renderer.render(page)
                text = self._formatted(drawn) if drawn.custom else drawn
                file = File(text.path, self._spooled(text), text.custom)
            except TemplateFault as error:
                at = Place(error.template, error.line, 1)
                note = (f"it was to draw {target.name}/{page.path}", None)
                self._report.add(Diagnostic("template-error", Severity.ERROR, error.reason, help=error.help, notes=(note,), place=at))
                continue
            yield file

    def _spooled(self, drawn: Text) -> Spooled:
        start = self._spool.size

        def parts() -> Iterator[bytes]:
            pieces = iter(drawn.pieces)
            while some := list(islice(pieces, _SOME)):
                part = "".join(some)
                yield (part.replace("\r\n", "\n") if "\r" in part else part).encode()  # a lone character is found many times as fast

        try:
            return self._spool.put(parts())
        except UnicodeEncodeError as error:
            half = error.object[error.start]
            before = self._spool.read(start, self._spool.size - start).count(b"\n")
            where = f"{drawn.path}, line {1 + before + error.object.count(chr(10), 0, error.start)}"
            self._report.error(
                "lone-surrogate", None, f"{where}: half of a surrogate pair, {half!r}, is no character and cannot be written"
            )
            return self._spool.put([])

    def _formatted(self, drawn: Text) -> Text:
        """What a user's own template drew, as black formats it; as it is, after adding why, where that cannot be done."""
        try:
            from specmill.output import format as formatting  # black takes long to import, and only custom templates need it
        except ImportError:
            hint = "pip install 'specmill[templates]'"
            self._report.warning("no-formatter", None, "black is not installed: what your own templates draw stays as it is", help=hint)
            return drawn
        try:
            return formatting.format_page(drawn)
        except ValueError as error:
            self._report.error("template-error", None, f"your own template does not make Python of {drawn.path}: {error}")
            return drawn

    def _kept_of(self, target: TargetConfig, package: ir.Package) -> Kept | None:
        """What the last run drew for a target; None with templates or a target that are not ours, where everything is drawn each time."""
        if not self._keeps or self.config.templates is not None or target.kind not in targets.TARGETS:
            return None
        last = self._last.get(target.name)
        depends = (target.kind, repr(target.options), self.config.strict, package.title, package.version)
        found = self._kept[target.name] = Kept(target.path, *depends, last=None if last is None else last.kept)
        return found
