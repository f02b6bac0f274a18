"""What a run would do to a folder: every file of ours that is missing, changed, stale, edited by hand, or in a stranger's way."""

from __future__ import annotations

import enum
import os
import stat
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import compress
from operator import is_not
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct

from specmill.diagnostics import Report, shown
from specmill.names import folded
from specmill.output import File, Known
from specmill.output.manifest import Listing, Manifest, ManifestFault, digest, read
from specmill.output.paths import MANIFEST, STAGING, collisions, fault
from specmill.output.spool import Spooled
from specmill.user_cache import stamp_at, stamp_of

_LONGEST_DIFF = 20_000  # lines; difflib needs minutes for more


class Status(enum.StrEnum):
    """What is to happen to one file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"  # ours, and no longer made: removed
    EDITED = "edited"  # ours, but changed by hand since: refused
    FOREIGN = "foreign"  # not ours, and in the way: refused


REFUSED: Final = frozenset({Status.EDITED, Status.FOREIGN})


class Change(Struct, frozen=True):
    """One file: the sha256 of what is there now (None: nothing that can be read), and what is to be there (None: nothing, or the same)."""

    path: str
    status: Status
    before: str | None = None
    after: Spooled | None = None


Contents: TypeAlias = Mapping[str, Spooled | Known]  # by path


class Left(Struct, frozen=True):
    """What a run left in a folder, for the next one in the same process."""

    digests: Listing
    files: list[File | None]  # in the same order; None for one that was drawn

    def new(self, files: Sequence[File]) -> Contents | None:
        """Which of the files are not the very same as before; None where others are wanted."""
        if len(files) != len(self.files):
            return None
        differing = [*compress(zip(files, self.digests, strict=True), map(is_not, files, self.files))]
        return {path: file.content for file, path in differing} if all(file.path == path for file, path in differing) else None


class Changes(Struct, frozen=True, dict=True):
    """All files of one folder, those of ours that are to go included."""

    folder: Path
    manifest: Manifest
    differing: tuple[Change, ...]  # everything but the unchanged files
    digests: Listing  # what the manifest will say
    drawn: Sequence[File]
    interrupted: bool = False  # an earlier run was stopped half-way: the manifest is to be written again in any case

    @property
    def refused(self) -> tuple[Change, ...]:
        """The files that only ``--force`` may touch."""
        return tuple(change for change in self.differing if change.status in REFUSED)

    @property
    def files(self) -> list[Change]:
        """Everything, the unchanged files last."""
        differing = {change.path for change in self.differing}
        return [*self.differing, *(Change(path, Status.UNCHANGED) for path in self.digests if path not in differing)]

    @cached_property
    def stamps(self) -> dict[str, tuple[int, int]]:
        """The size of each file and when it was changed, once all is written; ``OSError`` where one is gone already."""
        found = {file.path: file.content for file in self.drawn}
        return {path: one.stamp if isinstance(one, Known) else stamp_at(f"{self.folder}/{path}") for path, one in found.items()}

    @property
    def left(self) -> Left:
        """What is there once all is written."""
        return Left(self.digests, [file if isinstance(file.content, Known) else None for file in self.drawn])

    @property
    def counts(self) -> Counter[Status]:
        """How many files there are of each status."""
        made = sum(change.after is not None for change in self.differing)
        return Counter(change.status for change in self.differing) + Counter({Status.UNCHANGED: len(self.digests) - made})

    @cached_property
    def written(self) -> frozenset[str]:
        """The paths that are to be written, that of the manifest included; all others may be edited by hand once they have been compared."""
        return frozenset([change.path for change in self.differing] + [MANIFEST] * (not self.is_settled))

    @property
    def is_settled(self) -> bool:
        """Whether the folder is already what it is to be, the manifest included."""
        return not self.differing and not self.interrupted and self.digests == self.manifest.files

    @cached_property
    def record(self) -> bytes:
        """The text of the manifest, once all is written."""
        return Manifest(self.digests).dump()

    @property
    def settled(self) -> dict[str, str]:
        """The digest of every file of ours, the manifest included, once all is written."""
        return {**self.digests, MANIFEST: digest(self.record)}


def plan(folder: Path, files: Sequence[File], report: Report, last: Left | None = None) -> Changes | None:
    """Compare the files with what is in the folder; None after adding why they cannot be put there.

    ``last`` is what this process itself has left there.
    """
    before = len(report.errors)
    new = None if last is None else last.new(files)
    wanted = {file.path: file.content for file in files} if new is None else new
    digests = Listing({path: content.digest for path, content in wanted.items()})
    if last is None or new is None:
        _check_paths(folder, wanted, report)
    else:
        digests = last.digests.but(digests)
    manifest = _manifest(folder, digests, report, last)
    if len(report.errors) > before or manifest is None:
        return None
    try:
        if last is None or manifest.files is not last.digests:  # another run has written since
            wanted = {file.path: file.content for file in files}
        stale = [path for path in {**manifest.files, **manifest.pending} if path not in digests]
        made = tuple(_compare(folder, wanted, stale, manifest, report))
    except OSError as error:
        report.error("output-unreadable", None, f"{shown(Path(error.filename or folder))} cannot be read: {error.strerror}")
        return None
    interrupted = bool(manifest.pending) or (folder / STAGING).exists()
    return None if len(report.errors) > before else Changes(folder, manifest, made, digests, files, interrupted)


def _check_paths(folder: Path, wanted: Contents, report: Report) -> None:
    for path, content in wanted.items():
        if not isinstance(content, Known) and (reason := fault(path)):
            report.error(
                "unsafe-path", None, f"{folder.name}/{path!r} {reason}", help="give the schema another name with [tool.specmill.names]"
            )
    for first, second in collisions(wanted):
        report.error("path-collision", None, f"{folder.name}: {first!r} and {second!r} cannot both be there on every file system")


def _manifest(folder: Path, wanted: Container[str], report: Report, last: Left | None) -> Manifest | None:
    try:
        return read(folder, wanted, None if last is None else last.digests)
    except ManifestFault as error:
        hint = "bring it back from version control; or delete it, look at the files, and run `specmill generate --force`"
        report.error("manifest-invalid", None, f"{shown(folder / MANIFEST)} cannot be used: {error}", help=hint)
    except NotADirectoryError:
        report.error(
            "output-in-the-way", None, f"{shown(folder)} is a file; a folder was expected", help="remove it, or choose another path"
        )
    except OSError as error:
        report.error("output-unreadable", None, f"{shown(folder / MANIFEST)} cannot be read: {error.strerror}")
    return None


def _compare(folder: Path, wanted: Contents, stale: list[str], manifest: Manifest, report: Report) -> Iterator[Change]:
    # What was not drawn was looked at before the folder was held; what another run has written since, its manifest tells.
    listed = {} if manifest.pending else manifest.files
    new = [item for item in wanted.items() if type(item[1]) is Spooled or listed.get(item[0]) != item[1].digest]
    going = set(filter(_Disk(folder, report).has, stale))
    renamed = {folded(path): path for path in going}
    disk = _Disk(folder, report, going)
    for path, after in new:
        if isinstance(after, Known):
            if stamp_of(f"{folder}/{path}") != after.stamp:
                edited_meanwhile(folder / path, report)
            continue
        if not disk.has(path):
            yield Change(path, Status.CREATED, None, after)
            continue
        content = (folder / path).read_bytes()
        # Only where the file system does not tell cases apart: the file's old name goes, so it is to be written anew.
        same = renamed.get(folded(path))
        is_recased = same is not None and (folder / path).samefile(folder / same)
        before = digest(content)
        if before != after.digest or is_recased:
            yield Change(path, Status.UPDATED if is_recased else _status(path, content, manifest), before, after)
    for path in stale:
        if path in going:
            content = (folder / path).read_bytes()
            yield Change(path, Status.STALE if manifest.owns(path, content) else Status.EDITED, digest(content))


def edited_meanwhile(path: Path, report: Report) -> None:
    """Add to the report that somebody was at work on a file: what they did must not be lost."""
    hint = "look at it and run the same command again"
    report.error("edited-file", None, f"{shown(path)} was changed by somebody else during this run", help=hint)


def _status(path: str, content: bytes, manifest: Manifest) -> Status:
    if manifest.owns(path, content):
        return Status.UPDATED
    return Status.EDITED if path in manifest else Status.FOREIGN


class _Disk:
    """What stands in a folder, as if the files of ours that are ``going`` had gone."""

    def __init__(self, folder: Path, report: Report, going: AbstractSet[str] = frozenset()) -> None:
        self._folder, self._report, self._going = folder, report, going
        self._folders = {"": True}  # path -> whether a folder is there

    def has(self, path: str) -> bool:
        """Whether a file stands at a path; anything else there, or on the way there, is an error: a link may lead outside."""
        return self._leads_to(path.rpartition("/")[0]) and self._is(path, "file")

    def _leads_to(self, path: str) -> bool:
        if path not in self._folders:
            self._folders[path] = self._leads_to(path.rpartition("/")[0]) and path not in self._going and self._is(path, "folder")
        return self._folders[path]

    def _is(self, path: str, wanted: str) -> bool:
        kind = _kind(f"{self._folder}/{path}")
        if kind not in (wanted, "nothing") and not (kind == "folder" and self._is_going(self._folder / path)):
            message = f"{shown(self._folder / path)} is a {kind}; a {wanted} was expected"
            self._report.error("output-in-the-way", None, message, help="remove it, or choose another path")
        return kind == wanted

    def _is_going(self, folder: Path) -> bool:
        """Whether a folder holds nothing but files of ours that are to be removed."""
        files = [file.relative_to(self._folder).as_posix() for file in folder.rglob("*") if _kind(str(file)) != "folder"]
        return bool(files) and self._going >= {*files}


def _kind(path: str) -> str:
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "symbolic link" if stat.S_ISLNK(mode) else "special file"


def diff(change: Change, folder: Path) -> list[str]:
    """The change as a unified diff from what is there to what is to be there."""
    old = None if change.before is None else (folder / change.path).read_bytes()
    return _diff(f"{shown(folder)}/{change.path}", old, None if change.after is None else b"".join(change.after.parts()))


def _diff(name: str, before: bytes | None, after: bytes | None) -> list[str]:
    old, new = _lines(before), _lines(after)
    if old is None or new is None:
        return [f"{name} is not text"]
    if len(old) + len(new) > _LONGEST_DIFF:
        return [f"{name}: the difference between {len(old)} and {len(new)} lines is too long to show"]
    names = ("/dev/null" if before is None else f"a/{name}", "/dev/null" if after is None else f"b/{name}")
    from difflib import unified_diff  # needed only where differences are shown

    return "\n".join(unified_diff(old, new, *names, lineterm="")).split("\n")


def _lines(content: bytes | None) -> list[str] | None:
    """The lines of a text; the last one says where it has no line feed, as ``diff`` does."""
    try:
        lines = [] if content is None else content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    if lines and lines[-1]:
        lines[-1] += "\n\\ No newline at end of file"
        return lines
    return lines[:-1]
