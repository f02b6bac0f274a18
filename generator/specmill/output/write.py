"""Changes reach the disk: all or nothing where the system allows it, and in an order in which being killed does no harm."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from specmill.diagnostics import Report, shown
from specmill.output.changes import Change, Changes
from specmill.output.manifest import Manifest, digest
from specmill.output.paths import MANIFEST, STAGING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than the system allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.ENAMETOOLONG: "the path is too long",
    errno.ENOTDIR: "a part of the path is a file",
    errno.EEXIST: "a part of the path is a file",
}


def apply(changes: Changes, report: Report, *, force: bool = False) -> bool:
    """Make the folder what the plan says; False after adding why not. Call it, and ``plan``, while holding the ``lock``.

    The order is what makes it safe to be killed: all new files are written beside the old ones first (a full disk shows here, with nothing
    touched); then the manifest names the old and the new digests; then files go and come, each in one step; then the manifest is final. Whatever
    is there after a kill is either an old or a new file of ours, so the next run knows it.
    """
    if changes.refused and not force:
        raise ValueError("refused files need force")
    if changes.is_settled:
        return True
    done = Manifest(changes.digests)
    staging = changes.folder / STAGING
    try:
        _clear(staging)
        new = [change for change in changes.differing if change.after is not None]
        _stage(new, staging)
        if _edited_since(changes, report):
            return False
        if changes.differing:
            there = {change.path: digest(change.before) for change in changes.files if change.before is not None}
            _write_manifest(changes.folder, Manifest(there, done.files))
        _remove(changes.folder, [change.path for change in changes.differing if change.after is None])
        _place(changes.folder, new, staging)
        _write_manifest(changes.folder, done)
    except OSError as error:
        _cannot_write(error, changes.folder, report)
        return False
    finally:
        with contextlib.suppress(OSError):
            _clear(staging)
    return True


def _edited_since(changes: Changes, report: Report) -> bool:
    """Whether somebody was at work on the files since the plan was made; added to the report, for what they did must not be lost."""
    before = len(report.errors)
    for change in changes.differing:
        path = changes.folder / change.path
        if (path.read_bytes() if path.is_file() else None) != change.before:
            report.error(
                "edited-file",
                None,
                f"{shown(path)} was changed by somebody else during this run",
                help="look at it and run the same command again",
            )
    return len(report.errors) > before


def _cannot_write(error: OSError, folder: Path, report: Report) -> None:
    reason = _REASONS.get(error.errno or 0) or error.strerror or str(error)
    message = f"{shown(Path(error.filename2 or error.filename or folder))} cannot be written: {reason}"
    report.error("cannot-write", None, message, help="mend that and run the same command again")


def _stage(changes: list[Change], staging: Path) -> None:
    """Write the new files, numbered, into a folder of their own on the same file system."""
    staging.mkdir(parents=True)
    for number, change in enumerate(changes):
        _write(f"{staging}/{number}", change.after or b"")


def _write(path: str | Path, content: bytes) -> None:
    """Write a file that is not there yet; it is never followed to elsewhere and never half of it mistaken for the whole."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(descriptor)


def _place(folder: Path, changes: list[Change], staging: Path) -> None:
    made: set[str] = set()
    for number, change in enumerate(changes):
        inner = change.path.rpartition("/")[0]
        if inner not in made:
            (folder / inner).mkdir(parents=True, exist_ok=True)
            made.add(inner)
        os.replace(f"{staging}/{number}", f"{folder}/{change.path}")  # noqa: PTH105 - making paths would take longer than moving the files


def _remove(folder: Path, paths: list[str]) -> None:
    """Remove files of ours, and the folders that are empty without them."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
    parents = {parent for path in paths for parent in (folder / path).parents if parent.is_relative_to(folder) and parent != folder}
    for parent in sorted(parents, key=lambda p: len(p.parts), reverse=True):
        with contextlib.suppress(OSError):  # not empty: somebody else's files are in it
            parent.rmdir()


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step. It alone is forced to the disk: the files can be made again, what we know of them cannot."""
    fresh = folder / STAGING / MANIFEST
    _write(fresh, manifest.dump().encode())
    with fresh.open("rb+") as stream:
        os.fsync(stream.fileno())
    fresh.replace(folder / MANIFEST)


def replace(path: Path, text: str, report: Report) -> bool:
    """Write one file beside the targets, in one step and only where it differs; False after adding why that cannot be."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        if path.is_file() and path.read_bytes() == text.encode():
            return True
        _write(fresh, text.encode())
        fresh.replace(path)
    except OSError as error:
        _cannot_write(error, path, report)
        fresh.unlink(missing_ok=True)
        return False
    return True


def _clear(staging: Path) -> None:
    """Remove what a run left behind that was stopped; the name is ours alone."""
    if staging.is_symlink():
        staging.unlink()
    elif staging.exists():
        shutil.rmtree(staging)


@contextlib.contextmanager
def lock(folders: Iterable[Path], report: Report, waiting: Callable[[Path], None]) -> Iterator[bool]:
    """Hold the folders for one run alone, making those that are not there yet; False after adding why that cannot be.

    ``waiting`` is told when another run has a folder. The lock ends with the process, however it ends. The folders are taken in one order
    everywhere, so two runs never wait for each other.
    """
    with contextlib.ExitStack() as held:
        for folder in sorted({folder.resolve() for folder in folders}):
            try:
                _make(folder, held)
                descriptor = held.enter_context(_lockable(folder))
            except OSError as error:
                _cannot_write(error, folder, report)
                yield False
                return
            if not _try_lock(descriptor, blocking=False):
                waiting(folder)
                _try_lock(descriptor, blocking=True)
        yield True


def _make(folder: Path, held: contextlib.ExitStack) -> None:
    """Make a folder and its parents; those that stay empty are removed at the end."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for parent in reversed(missing):
        held.callback(_remove_empty, parent)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


if sys.platform == "win32":

    @contextlib.contextmanager
    def _lockable(folder: Path) -> Iterator[int]:
        """A file outside the folder: Windows opens no folders."""
        name = digest(str(folder).casefold().encode())[:16]
        with (Path(tempfile.gettempdir()) / f"specmill-{name}.lock").open("ab") as stream:
            yield stream.fileno()

    def _try_lock(descriptor: int, *, blocking: bool) -> bool:
        while True:
            try:
                os.lseek(descriptor, 0, os.SEEK_SET)
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if blocking else msvcrt.LK_NBLCK, 1)
            except OSError:  # LK_LOCK gives up after ten seconds
                if not blocking:
                    return False
            else:
                return True

else:

    @contextlib.contextmanager
    def _lockable(folder: Path) -> Iterator[int]:
        """The folder itself, so that no file of the lock's own stays behind."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _try_lock(descriptor: int, *, blocking: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if blocking else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
