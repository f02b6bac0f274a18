"""Only one run at a time has the output folders; any other one waits."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from specmill.diagnostics import Report
from specmill.output.manifest import digest
from specmill.output.write import cannot_write

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def hold(folders: Iterable[Path], report: Report, waiting: Callable[[Path], None]) -> Iterator[bool]:
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
                cannot_write(error, folder, report)
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
        import tempfile  # takes long to import, and only Windows needs it

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
