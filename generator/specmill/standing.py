"""What was drawn of a target and stands on the disk: the next run in the same process does not look at what has not changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Final, NamedTuple

from msgspec import Struct

from specmill.config import TargetConfig
from specmill.diagnostics import Diagnostic
from specmill.output import File
from specmill.output.kept import Kept
from specmill.output.spool import Spooled
from specmill.targets import Page
from specmill.targets.batches import Batch

_STEP: Final = 500  # files to look at before asking whether there is something else to do


class Made(NamedTuple):
    """The files of one batch, the ids that it looked up (until they are noted), and its findings."""

    files: list[File]
    seen: tuple[str, ...]
    said: list[Diagnostic]


class Job(Struct):
    """A page or a batch to draw, and the findings that came before it; ``made`` once it is drawn, or where all is as it was in the last run."""

    target: TargetConfig
    asked: Page | Batch
    said: list[Diagnostic]
    made: Made | None = None

    @property
    def weight(self) -> int:
        """How long it takes compared with others: about equally long for each model."""
        return len(self.asked.about) or 1 if isinstance(self.asked, Batch) else 1


class Standing:
    """The jobs of one target, all of them done and written."""

    def __init__(self, kept: Kept, jobs: list[Job], last: Standing | None) -> None:
        """``last`` is the one that was there before, if there was one in this process."""
        self.kept, self._jobs = kept, jobs
        self._is_settled = False
        self._lost: set[str] = set()  # batches of which a file is not as it was written
        self.readers: dict[str, list[str]] | None = None  # id -> the batches that looked it up now or once
        if last is not None and kept.goes_on(last.kept):
            self.readers = last.readers

    def again(self, asked: Sequence[Page | Batch], now: Kept) -> list[Job | None]:
        """For each of what is asked for the former job, where that was told the same and nothing that was looked up for it has changed."""
        reads = next((one.reads for one in asked if isinstance(one, Batch)), None)
        if reads is None or self.readers is None or not (self._is_settled and now.goes_on(self.kept)):
            return [None] * len(asked)
        touched = self._lost.union(*[self.readers.get(id, ()) for id in now.changed(reads)])
        jobs = chain(self._jobs, repeat(None))
        found = [job if job is not None and job.asked is one else None for one, job in zip(asked, jobs, strict=False)]
        if not any(found):
            named = {job.asked.name: job for job in self._jobs if isinstance(job.asked, Batch)}
            found = [named.get(one.name) if isinstance(one, Batch) and now.is_told_alike(one) else None for one in asked]
        if touched:
            found = [None if isinstance(one, Batch) and one.name in touched else job for one, job in zip(asked, found, strict=True)]
        now.go_on([job.asked.name for job in found if job is not None and isinstance(job.asked, Batch)])
        return found

    def settle(self) -> None:
        """Let go of what was drawn, now that it is written and noted, and note who looked up what."""
        is_first = self.readers is None
        readers = self.readers = self.readers or defaultdict(list)
        for job in self._jobs:
            if not isinstance(job.asked, Batch) or job.made is None:
                continue
            name = job.asked.name
            is_drawn = any(isinstance(file.content, Spooled) for file in job.made.files)
            for id in self.kept.seen(job.asked) if is_first or is_drawn else ():
                if is_first or name not in readers[id]:
                    readers[id].append(name)
            if is_drawn:
                job.made = Made(self.kept.files(job.asked), (), job.made.said)
                if not all(file.content.digest for file in job.made.files):  # somebody was faster than the record
                    self._lost.add(name)
        self._is_settled = True

    def look(self) -> Iterator[str | None]:
        """See, step by step, whether the files are still as they were drawn; the names of batches for which they are not, which are to be drawn again."""
        for number, job in enumerate(self._jobs):
            if isinstance(job.asked, Batch) and job.made is not None and job.asked.name not in self._lost:
                files = self.kept.look(job.asked, job.made.files)
                if files is None:
                    self._lost.add(job.asked.name)
                    yield job.asked.name
                elif files is not job.made.files:
                    job.made = Made(files, (), job.made.said)
            if number % _STEP == 0:
                yield None
