"""Changes reach the disk: all or nothing where the system allows it, and in an order in which being killed does no harm."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Final

from specmill.diagnostics import Report, shown
from specmill.output import File
from specmill.output.changes import Changes, edited_meanwhile, plan
from specmill.output.manifest import Digests, Manifest, ManifestFault, digest, read
from specmill.output.paths import MANIFEST, STAGING
from specmill.output.spool import Spool, write_all

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


def apply(planned: Sequence[Changes], report: Report, *, force: bool = False) -> bool:
    """Make the folders what their plans say, all of them or none; False after adding why not. Call it, and ``plan``, while holding the lock.

    The order is what makes it safe to be stopped. All new files are written beside the old ones first: a full disk or an edit by somebody else
    shows here, with nothing touched. Then each manifest names the old and the new digests. With that it is decided: files go and come, each in
    one step, and the manifests become final. Whatever is there when this is cut short is an old or a new file of ours, and ``resume`` ends it.
    """
    if any(changes.refused for changes in planned) and not force:
        raise ValueError("refused files need force")
    planned = [changes for changes in planned if not changes.is_settled]
    undecided = list(planned)
    try:
        for changes in planned:
            _stage(changes)
        if any(_edited_since(changes, report) for changes in planned):
            return False
        with _undisturbed():
            while undecided:
                _decide(undecided[0])
                undecided.pop(0)
            for changes in planned:
                _carry_out(changes)
    except OSError as error:
        cannot_write(error, planned[0].folder, report)
        return False
    finally:
        for changes in undecided:
            with contextlib.suppress(OSError):
                _clear(changes.folder / STAGING)
    return True


def resume(folder: Path, report: Report) -> None:
    """Finish what an interrupted run had decided on, where all that it needs is still there and nobody has edited anything since."""
    staging = folder / STAGING
    if not staging.is_dir() or any(path.is_symlink() for path in (staging, *staging.rglob("*"))):
        return
    try:
        manifest = read(folder)
        spool = Spool()
        waiting = [File(path, spool.put([content])) for path, content in _decided(folder, manifest.pending) if content is not None]
        changes = plan(folder, waiting, Report())
        if manifest.pending and len(waiting) == len(manifest.pending) and changes is not None and not changes.refused:
            with _undisturbed():
                _carry_out(changes)
        else:
            _clear(staging)
    except ManifestFault:
        return  # whoever plans says so
    except OSError as error:
        cannot_write(error, folder, report)


def _decided(folder: Path, digests: Digests) -> Iterator[tuple[str, bytes | None]]:
    """Each file as it was to be, from where it waits or from its own place; None for one that is in neither."""
    for path in digests:
        places = (folder / STAGING / path, folder / path)
        found = (place.read_bytes() for place in places if place.is_file() and not place.is_symlink())
        yield path, next((content for content in found if digest(content) == digests[path]), None)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let those who ask us to stop wait for the few moments in which the files change places."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # only the main thread hears of signals
        yield
        return
    before = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in asked:
            signal.raise_signal(number)


_STOPS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def _edited_since(changes: Changes, report: Report) -> bool:
    """Whether somebody edited the files since the plan was made; reported, for their work must not be lost."""
    before = len(report.errors)
    bare = {inner for inner in _folders(change.path for change in changes.differing) if not os.path.exists(f"{changes.folder}/{inner}")}
    for change in changes.differing:
        if change.before is None and change.path.rpartition("/")[0] in bare:
            continue
        path = f"{changes.folder}/{change.path}"
        if (digest(Path(path).read_bytes()) if os.path.isfile(path) else None) != change.before:
            edited_meanwhile(Path(path), report)
    return len(report.errors) > before


def cannot_write(error: OSError, folder: Path, report: Report) -> None:
    """Add to the report why a file cannot be written."""
    reason = _REASONS.get(error.errno or 0) or error.strerror or str(error)
    message = f"{shown(Path(error.filename2 or error.filename or folder))} cannot be written: {reason}"
    report.error("cannot-write", None, message, help="mend that and run the same command again")


def _stage(changes: Changes) -> None:
    """Write the new files into a folder of their own on the same file system, after checking that they could move from there."""
    staging = changes.folder / STAGING
    _clear(staging)
    for inner in ("", *_folders(change.path for change in changes.differing if change.after is not None)):
        (staging / inner).mkdir(parents=True, exist_ok=True)
    for change in changes.differing:
        if change.after is not None:
            _write(f"{staging}/{change.path}", change.after.parts())
    for inner in ("", *_folders(change.path for change in changes.differing)):
        above = changes.folder / inner
        if above.is_dir() and not os.access(above, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "", str(above))


def _folders(paths: Iterable[str]) -> list[str]:
    """The folders of files, but for the one that all are in; those around others come first."""
    return sorted({path.rpartition("/")[0] for path in paths} - {""})


def _decide(changes: Changes) -> None:
    if changes.differing:
        there = changes.digests.but({change.path: change.before for change in changes.differing})
        _write_manifest(changes.folder, Manifest(there, changes.digests).dump())


def _carry_out(changes: Changes) -> None:
    _remove(changes.folder, [change.path for change in changes.differing if change.after is None])
    _place(changes)
    _write_manifest(changes.folder, changes.record)
    with contextlib.suppress(OSError):
        _clear(changes.folder / STAGING)


def _write(path: str | Path, parts: Iterable[bytes]) -> None:
    """Write a file that is not there yet; it is never followed to elsewhere and never half of it mistaken for the whole."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        write_all(partial(os.write, descriptor), parts)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(descriptor)


def _place(changes: Changes) -> None:
    """Move the new files to their places: together with a folder of theirs, where that is not there yet."""
    folder, staging = changes.folder, changes.folder / STAGING
    come = [change.path for change in changes.differing if change.after is not None]
    whole: set[str] = set()
    for inner in _folders(come):
        for above in accumulate(inner.split("/"), "{}/{}".format):
            if above not in whole and not (folder / above).is_dir():
                (staging / above).replace(folder / above)
                whole.add(above)
            if above in whole:
                whole.add(inner)
    for path in come:
        if path.rpartition("/")[0] not in whole:
            os.replace(f"{staging}/{path}", f"{folder}/{path}")  # noqa: PTH105 - making paths would take longer


def _remove(folder: Path, paths: list[str]) -> None:
    """Remove files of ours, and the folders that are empty without them."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
    parents = {parent for path in paths for parent in (folder / path).parents if parent.is_relative_to(folder) and parent != folder}
    for parent in sorted(parents, key=lambda p: len(p.parts), reverse=True):
        with contextlib.suppress(OSError):  # not empty: somebody else's files are in it
            parent.rmdir()


def _write_manifest(folder: Path, text: bytes) -> None:
    """Replace the manifest in one step. It alone is forced to the disk: the files can be made again, what we know of them cannot."""
    fresh = folder / STAGING / MANIFEST
    fresh.unlink(missing_ok=True)  # of a run that was cut short
    _write(fresh, [text])
    with fresh.open("rb+") as stream:
        os.fsync(stream.fileno())
    fresh.replace(folder / MANIFEST)


def replace(path: Path, text: str, report: Report) -> bool:
    """Write one file beside the targets, in one step and only where it differs; False after adding why that cannot be."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        if path.is_file() and path.read_bytes() == text.encode():
            return True
        _write(fresh, [text.encode()])
        fresh.replace(path)
    except OSError as error:
        cannot_write(error, path, report)
        fresh.unlink(missing_ok=True)
        return False
    return True


def _clear(staging: Path) -> None:
    """Remove what an interrupted run left behind; the name is ours alone."""
    if staging.is_symlink():
        staging.unlink()
    elif staging.exists():
        try:
            for folder, *_ in os.walk(staging, topdown=False):
                os.rmdir(folder)  # noqa: PTH106 - making paths would take longer
        except OSError:
            import shutil  # takes long to import, and hardly ever is anything left

            shutil.rmtree(staging)
