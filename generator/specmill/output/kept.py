"""What is not drawn again: batches for which everything is as it was when the last run drew them, and whose files are still there.

The record lies in the user's cache, for it speaks of this machine alone. It is a shortcut, never a source: where there is none, or it was written by
another specmill or for another configuration, or a file is not what was written, the pages are drawn.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import time
from collections.abc import Iterable
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from specmill import user_cache
from specmill.diagnostics import Diagnostic, Report, Severity
from specmill.output import File, Known
from specmill.output.changes import Changes
from specmill.output.paths import MANIFEST
from specmill.output.templates import edition
from specmill.targets.batches import Batch, Prints, Reads, Table, fingerprint
from specmill.user_cache import NONE, stamp_of, trusted

_FORMAT: Final = 4  # of a record; another one is not read
# of a batch: what it was told, what it looked up, what it had to say, and its files: path, size, sha256, stamp
_Record = tuple[bytes, tuple[str, ...], list[tuple[Any, ...]], list[tuple[str, int, str, tuple[int, int]]]]
_Batches = dict[str, _Record]


class Kept:
    """The batches of one target: those of the last run, and those of this one."""

    def __init__(self, folder: Path, *depends: object, last: Kept | None = None) -> None:
        """``depends`` is what everything depends on besides our own modules and templates, as data; ``last`` was saved by this process."""
        self._folder = str(folder)
        self._key = fingerprint([_FORMAT, self._folder, *edition(), *depends])
        self._file = f"{user_cache.folder()}/pages-{fingerprint(self._folder).hex()}"
        self._prints, self._before = self._read(last)
        self._now: _Batches = {}
        self._start = time.time_ns()
        self._changed: set[str] | None = None
        self._fresh: Prints = []

    def same(self, batch: Batch, report: Report) -> list[File] | None:
        """The files of a batch, without their contents, where nothing that it depends on has changed and they are still as they were drawn.

        Its findings are reported again, each time.
        """
        if not (self.is_told_alike(batch) and self.changed(batch.reads).isdisjoint(self._before[batch.name][1])):
            return None
        known = self._before[batch.name]
        files = self._there(batch.name, known)
        for code, severity, *more in known[2] if files is not None else ():
            report.add(Diagnostic(code, Severity(severity), *more))
        return files

    def is_told_alike(self, batch: Batch) -> bool:
        """Whether a batch was told the same in the last run."""
        known = self._before.get(batch.name)
        return known is not None and known[0] == batch.print()

    def _there(self, name: str, known: _Record) -> list[File] | None:
        """The files of a batch, where they are still as they were drawn; then that is what there is to remember of it."""
        files = known[3]
        there = [stamp_of(f"{self._folder}/{path}") for path, _, _, _ in files]
        if there != [stamp for _, _, _, stamp in files]:
            moment = time.time_ns()
            found = [
                stamp for (path, _, digest, _), stamp in zip(files, there, strict=True) if stamp is not None and self._is(path, digest)
            ]
            if len(found) < len(files):
                return None
            files = [(*file[:3], trusted(stamp, moment)) for file, stamp in zip(files, found, strict=True)]
        self._now[name] = (*known[:3], files)
        return [File(path, Known(stamp, size, digest)) for (path, size, digest, _), stamp in zip(files, there, strict=True) if stamp]

    def note(self, batch: Batch, seen: tuple[str, ...], files: Iterable[File], findings: Iterable[Diagnostic]) -> None:
        """Remember a batch that was drawn, and its findings."""
        self._tell(batch.reads)
        said = [(one.code, one.severity.value, one.message, one.pointer, one.help, one.notes, one.at_key) for one in findings]
        self._now[batch.name] = batch.print(), seen, said, [(file.path, file.content.size, "", NONE) for file in files]

    def save(self, changes: Changes, now: int) -> None:
        """Keep the record for the next run, now that everything is written since a moment; without it, that run only takes longer."""
        digests, written = changes.digests, changes.written
        with contextlib.suppress(OSError):
            stamps = changes.stamps
            for *_, files in self._now.values():
                for number, (path, size, digest, _) in enumerate(files):
                    if not digest:  # it was drawn; what was kept may have been edited since it was looked at
                        files[number] = path, size, digests[path], trusted(stamps[path], now if path in written else self._start)
            user_cache.write(self._file, [marshal.dumps(self.record)])

    def changed(self, reads: Reads) -> set[str]:
        """The ids of which the tables say something else than in the last run."""
        if self._changed is None:
            nothing: Table = {}
            pairs = zip_longest(self._tell(reads), self._prints, fillvalue=nothing)
            tables = [(new, old) for new, old in pairs if new is not old and new != old]
            self._changed = {id for new, old in tables for id, one in new.items() if id not in old or old[id] != one}
            self._changed.update(*[old.keys() - new.keys() for new, old in tables])
        return self._changed

    def _tell(self, reads: Reads) -> Prints:
        """What the tables say now, found once."""
        self._fresh = self._fresh or reads.prints()
        return self._fresh

    def _is(self, path: str, digest: str) -> bool:
        """Whether a file is as it was written, by its content."""
        return sha256(Path(self._folder, path).read_bytes()).hexdigest() == digest

    @property
    def record(self) -> tuple[bytes, Prints, _Batches]:
        """What the next run is to know."""
        return self._key, self._fresh, self._now

    # ---- for the next run in the same process ------------------------------------------------------------------------------------

    def goes_on(self, last: Kept) -> bool:
        """Whether it takes up what that one has left."""
        return self._before is last.record[2]

    def go_on(self, names: Iterable[str]) -> None:
        """Remember batches as in the last run."""
        self._now |= {name: self._before[name] for name in names}

    def seen(self, batch: Batch) -> tuple[str, ...]:
        """What was looked up for a batch."""
        return self._now[batch.name][1]

    def files(self, batch: Batch) -> list[File]:
        """The files of a batch once it is written."""
        return [File(path, Known(stamp, size, digest)) for path, size, digest, stamp in self._now[batch.name][3]]

    def look(self, batch: Batch, files: list[File]) -> list[File] | None:
        """The files again, where they are still there as they were drawn."""
        if all(isinstance(one.content, Known) and stamp_of(f"{self._folder}/{one.path}") == one.content.stamp for one in files):
            return files
        return self._there(batch.name, self._now[batch.name])

    def _read(self, last: Kept | None) -> tuple[Prints, _Batches]:
        """The last record: of this process; or marshalled, and trusted where it is the user's own, as Python's ``__pycache__`` is."""
        if not os.path.exists(f"{self._folder}/{MANIFEST}"):
            return [], {}  # no file is as it was written, and the record of a large spec takes long to read, and much memory
        with contextlib.suppress(EOFError, ValueError, TypeError):
            key, prints, batches = last.record if last is not None else marshal.loads(user_cache.read(self._file) or b"")  # noqa: S302
            return (prints, batches) if key == self._key else ([], {})
        return [], {}
