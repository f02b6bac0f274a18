"""Where shortcuts are kept between runs, private to the user and the machine; and when a file counts as unchanged."""

from __future__ import annotations

import os
import stat
import sys

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that happens here
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO, Final

_FINE: Final = 50_000_000  # ns; the clocks of file systems go on in ticks of up to 16 ms, ...
_COARSE: Final = 2_000_000_000  # ... and some know whole seconds only, or every second one
NONE: Final = (-1, -1)  # the stamp of no file


def folder() -> str:
    """The folder of specmill in the user's cache; it need not be there, and removing it is always safe."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return os.path.join(base, "specmill")


def read(file: str) -> bytes | None:
    """The content of a file of ours; None where there is none, or another user wrote it. So it may be unmarshalled, as ``__pycache__`` is."""
    try:
        with open(file, "rb") as stream:
            return stream.read() if is_own(stream) else None
    except OSError:
        return None


def is_own(stream: IO[bytes]) -> bool:
    """Whether an open file is the user's own; Windows keeps those of others away from us."""
    return os.name == "nt" or os.fstat(stream.fileno()).st_uid == os.getuid()


def write(file: str, content: Iterable[bytes]) -> bool:
    """Write a file of some pieces, whole or not at all; where that fails, the next run only takes longer."""
    fresh = f"{file}-{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(fresh, "wb") as stream:
            stream.writelines(content)
        os.replace(fresh, file)
    except OSError:
        return False
    return True


def tidy(most: int, beginning: str = "") -> None:
    """Remove the oldest files whose names begin so, where there are more than ``most``; if another run does so at the same time, one is enough."""
    try:
        found = [entry for entry in os.scandir(folder()) if entry.is_file() and entry.name.startswith(beginning)]
        for entry in sorted(found, key=lambda entry: entry.stat().st_mtime)[: len(found) - most] if len(found) > most else ():
            os.unlink(entry.path)
    except OSError:
        return


def stamp(found: os.stat_result, moment: int) -> tuple[int, int]:
    """The size of a file and when it was last changed, which nobody can set back; ``NONE`` where that was just before the moment.

    Within a tick of its clock a file can be written again without a trace (git calls such an entry racy): only its content tells then.
    """
    return trusted((found.st_size, changed(found)), moment)


def stamp_at(path: str) -> tuple[int, int]:
    """The size of the file that a path leads to and when it was last changed; ``OSError`` where there is none."""
    found = os.stat(path)
    return found.st_size, changed(found)


def trusted(stamp: tuple[int, int], moment: int) -> tuple[int, int]:
    """The stamp, if it was old enough at the moment; otherwise ``NONE``."""
    _, when = stamp
    slack = _FINE if when % 1_000_000_000 else _COARSE
    return stamp if when + slack < moment else NONE


def changed(found: os.stat_result) -> int:
    """When a file was changed, by the clock that nobody can set back; Windows has none."""
    return found.st_mtime_ns if os.name == "nt" else found.st_ctime_ns


def stamp_of(path: str) -> tuple[int, int] | None:
    """The size of a file and when it was last changed; None where there is no regular file (a link to one is none)."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return (found.st_size, changed(found)) if stat.S_ISREG(found.st_mode) else None
