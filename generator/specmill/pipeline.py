"""The stages in their order, stopping between two of them when something is wrong: the only module that knows them all."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from specmill import ir, targets
from specmill.config import Config, TargetConfig
from specmill.deep import deep
from specmill.diagnostics import MOST, Diagnostic, Report, Severity, SpecError, shown
from specmill.drawing import Drawing
from specmill.findings import Findings
from specmill.frontend import graph as graphs
from specmill.frontend import lower, remote, source
from specmill.frontend.limits import Exhausted
from specmill.output import File, changes, write
from specmill.output.changes import REFUSED, Change, Changes, Status, diff
from specmill.output.kept import Kept
from specmill.output.lock import hold
from specmill.output.manifest import digest
from specmill.output.paths import MANIFEST, STAGING
from specmill.output.templates import installed, templates_folder
from specmill.proof import prove
from specmill.recalled import Recalled
from specmill.standing import Job, Made, Standing
from specmill.uncollected import uncollected

if TYPE_CHECKING:
    from specmill.warm import Warm  # only a run that watches has one

__all__ = [
    "MANIFEST",
    "REFUSED",
    "STAGING",
    "Change",
    "Changes",
    "Drawn",
    "Run",
    "Status",
    "diff",
    "dump",
    "installed",
    "prove",
    "templates_folder",
]

T = TypeVar("T")
Drawn: TypeAlias = dict[str, list[File]]  # target name -> its files

_FORCE = "move what you want to keep elsewhere and remove the file, or say --force to give it up"


def dump(package: ir.Package) -> str:
    """What was understood of a spec, as JSON."""
    from specmill.targets.dump import text  # only one command needs it

    return text(package)


def _silent(_: object) -> None:
    """Ignore what nobody asked to hear."""


class Run:
    """One spec on its way through the stages. Every stage gives None after adding to the report why the next one cannot run."""

    def __init__(
        self,
        config: Config,
        progress: Callable[[str], None] = _silent,
        waiting: Callable[[Path], None] = _silent,
        *,
        keeps: bool = False,
        warm: Warm | None = None,
    ) -> None:
        """``progress`` is told the name of each stage as it starts, ``waiting`` the folder that another run holds.

        It ``keeps`` what the last run drew wherever the same would be drawn again; in the same process it is ``warm`` from that.
        """
        self.config = config
        self.report = Report(config.strict, config.silence)
        self.progress = progress
        self.settled: list[Changes] | None = None  # the plans of all folders, once the disk agrees with them
        self._waiting = waiting
        self._keeps = keeps
        self._warm = warm
        self._graph: graphs.Graph | None = None
        self._findings = Findings(config.spec.parent)
        self._kept: dict[str, Kept] = {}  # target name -> what it had drawn, ...
        self._jobs: dict[str, list[Job]] = {}  # ... and what there is to draw

    @uncollected()
    def package(self, data: ir.Json = ir.MISSING, resources: Mapping[str, ir.Json] | None = None) -> ir.Package | None:
        """Read the spec (or take the data that are given in its place) and lower it to the description that targets see."""
        self.progress("reading")
        spec = self.config.spec
        root = self._read(spec) if data is ir.MISSING else self._document(data)
        if root is None or self.report.errors:
            return None
        remote_allowed = self.config.allow_remote
        lock = remote.read_lock(self.config.root / remote.LOCK_FILE, self.report) if remote_allowed else {}
        if lock is None:
            return None
        self._graph = graphs.Graph(
            root,
            self.report,
            resources or {},
            allow_outside=self.config.allow_outside,
            allow_remote=remote_allowed,
            lock=lock,
            limits=self.config.limits,
        )
        self.progress("understanding")
        graph = self._graph
        self._findings.sources = graph.sources
        package = self._deep(lambda: self._understood(graph))
        return None if self.report.errors else package

    @uncollected()
    def draw(self, package: ir.Package) -> Drawn | None:
        """Let every target make its pages and draw them."""
        drawing = Drawing(self.config, keeps=self._keeps, kept=self._kept, last={} if self._warm is None else self._warm.standing)
        if self._deep(lambda: self._ask(drawing, package)) is None:
            return None
        jobs = [job for found in self._jobs.values() for job in found]
        if self._warm is None:
            self._let_go(finding for job in jobs for finding in job.said if finding.code not in self.config.silence)
        todo = [job for job in jobs if job.made is None]
        made = drawing.by_two(todo)
        drawn = self._deep(lambda: self._collected(drawing, todo, map(drawing.make, todo) if made is None else made))
        for name, near in drawing.renderer.unused() if not self.report.errors else ():
            hint = f"did you mean {near}?" if near else None
            self.report.warning("unused-template", None, f"{name} takes the place of no template of ours", help=hint)
        return None if self.report.errors else drawn

    def _ask(self, drawing: Drawing, package: ir.Package) -> bool:
        """Ask every target what there is to draw."""
        for target in self.config.targets:
            self.progress(f"drawing {target.name}")
            self._jobs[target.name] = drawing.jobs(target, self._seen_by(target, package))
        return True

    def _let_go(self, more: Iterable[Diagnostic]) -> None:
        """Let go of the data of the spec and everything derived from it: nobody needs it once the targets know what to draw.

        The findings so far are placed first, as many of them as are usually printed: for any others, the data are read again.
        """
        self._findings.few([*self.report, *more], MOST)
        self._findings.sources = self._findings.sources and self._findings.sources.without_data()
        if self._graph is not None:
            self._graph.forget()
            self._graph = None

    def _collected(self, drawing: Drawing, todo: list[Job], done: Iterable[Made]) -> Drawn:
        """The files of all jobs, in their order, once those that are left are done, and after reporting their findings."""
        known = [job.made.files for jobs in self._jobs.values() for job in jobs if job.made]
        size = sum([file.content.size for file in chain.from_iterable(known)])
        for job, made in zip(todo, done, strict=True):
            drawing.note(job, made)
            size += sum(file.content.size for file in made.files)
            if size > self.config.limits.output_bytes:
                raise Exhausted(f"what it makes has more than {self.config.limits.output_bytes} bytes")
        found: Drawn = {}
        for name, jobs in self._jobs.items():
            for job in [job for job in jobs if job.said or (job.made and job.made.said)]:
                for finding in (*job.said, *(job.made.said if job.made else ())):
                    self.report.add(finding)
            found[name] = [*chain.from_iterable([job.made.files for job in jobs if job.made])]
        return found

    def _read(self, spec: Path) -> source.Document | None:
        if self._warm is not None:
            return self._warm.read(self.config, self.report)
        return source.read(spec, spec.name, self.report, self.config.limits)

    def _understood(self, graph: graphs.Graph) -> ir.Package:
        def understand() -> ir.Package:
            return lower.lower(graph, self.config, self.report)

        if self._warm is None:
            return self._recalled(graph, understand) if self._keeps else understand()
        package = self._warm.understood(self.config, self.report, understand)
        if not self.report.errors:
            self._findings.known = self._warm.placed
        return package

    def _recalled(self, graph: graphs.Graph, understand: Callable[[], ir.Package]) -> ir.Package:
        """The description, with the help of the last run."""
        recalled, said = Recalled(self.config), len(self.report.asked)
        document = graph.document_of(graph.root_id)
        package = None if document is None else recalled.understood(document, self.report)
        if package is None:
            package = understand()
            if not self.report.errors:
                recalled.keep(graph, package, self.report.asked[said:])
        return package

    def _document(self, data: ir.Json) -> source.Document | None:
        """Data as if it had been read: written out, so that a finding can be shown in its place."""
        import json  # only a program gives data

        name = self.config.spec.name
        try:
            return source.Document(name, None, data, json.dumps(data, indent=2, default=str).encode())
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, or data that hold themselves
            self.report.error("too-large", name, f"the data cannot be written as JSON: {error}")
            return None

    def _deep(self, work: Callable[[], T]) -> T | None:
        """Do work that recurses as deep as the document; where the stack is too small even so, the document is at fault."""
        try:
            return deep(work)
        except RecursionError:
            self.report.error("too-large", None, f"{shown(self.config.spec)}: its schemas are nested too deeply to be followed")
        except Exhausted as error:
            self.report.error(
                "too-large", None, f"{shown(self.config.spec)}: {error}", help="where that is meant, raise the limit in [limits]"
            )
        return None

    def _seen_by(self, target: TargetConfig, package: ir.Package) -> ir.Package:
        """The package as a target describes it: TypeScript pages with short names are about the classes of an SDK."""
        is_sdk = target.options.get("language") == "typescript" and self.config.inline_names == "short"
        if not is_sdk or self._graph is None or not package.operations:
            return package
        from specmill.frontend.classes import lowering
        from specmill.frontend.classes.naming import Rules

        folders = {group: str(target.options.get(f"{group.value}-path") or group.value) for group in ir.Group}
        in_order = target.options.get("name-resolution") == "ordered"
        tags = target.options.get("union-tags", "as-written" if in_order else "constants")
        rules = Rules(folders, in_order, constant_tags=tags == "constants")
        return lowering.describe(self._graph, self.config, rules, package)

    @uncollected()
    def plan(self, drawn: Drawn) -> list[Changes] | None:
        """Compare the files with what is in the folders; what would be written is proven first."""
        self.progress("comparing")
        made = []
        for target in self.config.targets:
            last = None if self._warm is None else self._warm.left.get(target.path)
            change = changes.plan(target.path, drawn[target.name], self.report, last)
            if change is not None:
                differing = {one.path for one in change.differing}
                prove(target, (file for file in drawn[target.name] if file.path in differing))
                made.append(change)
        if self.report.errors:
            return None
        self.settled = made if all(change.is_settled for change in made) else None
        return made

    def refuse(self, planned: Iterable[Changes], *, force: bool) -> None:
        """Report the files that must not be touched; with ``force`` there are none."""
        for plan in planned:
            for change in plan.refused if not force else ():
                path = shown(plan.folder / change.path)
                if change.status is Status.FOREIGN:
                    self.report.error("foreign-file", None, f"{path} was not written by specmill and is in the way", help=_FORCE)
                else:
                    self.report.error("edited-file", None, f"{path} was changed by hand since specmill wrote it", help=_FORCE)

    @contextlib.contextmanager
    def folders(self) -> Iterator[bool]:
        """Hold the folders of all targets for this run alone."""
        with hold([target.path for target in self.config.targets], self.report, self._waiting) as held:
            yield held

    def resume(self) -> None:
        """Finish what an earlier run was writing when it was killed: whatever the spec says by now, the files are consistent again."""
        if any(os.path.lexists(target.path / STAGING) for target in self.config.targets):
            with self.folders() as held:
                for target in self.config.targets if held else ():
                    write.resume(target.path, self.report)

    def apply(self, planned: list[Changes], *, force: bool) -> bool:
        """Write what was planned; True when all of it is there."""
        self.progress("writing")
        if not (write.apply(planned, self.report, force=force) and self._keep_lock()):
            return False
        self.settled = planned
        if self._warm is not None:
            self.later(partial(self._warm.leave, planned))
            last = self._warm.standing
            self._warm.standing = {name: Standing(kept, self._jobs[name], last.get(name)) for name, kept in self._kept.items()}
        for target, plan in zip(self.config.targets, planned, strict=True):
            if target.name in self._kept:
                self.later(partial(self._kept[target.name].save, plan, time.time_ns()))
        return True

    def later(self, work: Callable[[], None]) -> None:
        """Do what nobody waits for: at once, where nothing comes after this run."""
        if self._warm is None:
            work()
        else:
            self._warm.later(work)

    def _keep_lock(self) -> bool:
        """Write down what was fetched, so that a later run gets the same bytes or an error."""
        sources = self._findings.sources
        if sources is None or not sources.fetched:
            return True
        return write.replace(self.config.root / remote.LOCK_FILE, remote.lock_text(sources.fetched), self.report)

    def consulted(self) -> Iterable[Path]:
        """The files that the run has read or looked for."""
        return () if self._findings.sources is None else self._findings.sources.consulted

    def inputs(self) -> dict[Path, str] | None:
        """What the run has read: the sha256 of each file, empty for one that is not there. None where it depends on more than files."""
        sources = self._findings.sources
        if sources is None or any(target.kind not in targets.TARGETS for target in self.config.targets):
            return None
        read = {path: "" if document is None else document.digest for path, document in sources.consulted.items()}
        if sources.fetched:
            read[self.config.root / remote.LOCK_FILE] = digest(remote.lock_text(sources.fetched).encode())
        return read

    @uncollected()
    def diagnostics(self, most: int | None = None) -> list[Diagnostic]:
        """The findings so far, each with its place in the source; of each kind no more than ``most``, and then how many more there are."""
        return self._findings.few(self.report, most)

    def raise_errors(self) -> None:
        """Raise ``SpecError`` where there are errors."""
        errors = [diagnostic for diagnostic in self.diagnostics() if diagnostic.severity is Severity.ERROR]
        if errors:
            raise SpecError(errors)
