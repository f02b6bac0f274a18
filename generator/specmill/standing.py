"""What was drawn of a target and stands on the disk: the next run in the same process does not look at what has not changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from specmill.config import TargetConfig
from specmill.diagnostics import Diagnostic
from specmill.output import File, Known
from specmill.output.kept import Kept
from specmill.targets import Page
from specmill.targets.batches import Batch

_STEP: Final = 500  # files to look at before asking whether there is something else to do


class Made(NamedTuple):
    """The files of one batch, the ids that it looked up, and its findings."""

    files: list[File]
    seen: list[str]
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

    def __init__(self, kept: Kept, jobs: list[Job]) -> None:
        self.kept, self._jobs, self._is_settled = kept, jobs, False

    def again(self, asked: Sequence[Page | Batch], now: Kept) -> list[Job | None]:
        """For each of what is asked for the former job, where it is the very same and nothing that was looked up for it has changed."""
        reads = next((one.reads for one in asked if isinstance(one, Batch)), None)
        if reads is None or not self._is_settled:
            return [None] * len(asked)
        same = now.untouched(reads)
        jobs = [*self._jobs, *[None] * len(asked)]
        found = [
            job if job is not None and job.asked is one and job.made is not None and isinstance(one, Batch) and one.name in same else None
            for one, job in zip(asked, jobs, strict=False)
        ]
        now.go_on([job.asked.name for job in found if job is not None and isinstance(job.asked, Batch)])
        return found

    def settle(self) -> None:
        """Let go of what was drawn, now that it is written and noted."""
        for job in self._jobs:
            if (
                isinstance(job.asked, Batch)
                and job.made is not None
                and not all(isinstance(file.content, Known) for file in job.made.files)
            ):
                job.made = Made(self.kept.files(job.asked), [], job.made.said)
        self._is_settled = True

    def look(self) -> Iterator[str | None]:
        """See, step by step, whether the files are still as they were drawn; the names of batches for which they are not, which are to be drawn again."""
        for number, job in enumerate(self._jobs):
            if isinstance(job.asked, Batch) and job.made is not None:
                files = self.kept.look(job.asked, job.made.files)
                job.made = None if files is None else Made(files, [], job.made.said)
                if files is None:
                    yield job.asked.name
            if number % _STEP == 0:
                yield None
