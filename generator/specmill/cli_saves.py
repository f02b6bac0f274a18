"""Hears of saved files at once, where the system tells: Linux does. Elsewhere, and for file systems whose changes it does not see, one has to look."""

from __future__ import annotations

import os
import select
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_IS_COMPLETE: Final = 0x08 | 0x80  # IN_CLOSE_WRITE, IN_MOVED_TO: whoever was writing has ended (inotify(7))
_EVENT: Final = struct.Struct("iIII")  # the number of the folder, what happened, a number that links two events, the size of the name
_MANY: Final = 1 << 16  # bytes of events


class Saves:
    """The saves in some folders."""

    def __init__(self) -> None:
        """Ask the system, where it can be asked."""
        self._folders: dict[int, Path] = {}
        self._queue = -1
        if sys.platform == "linux":
            try:
                import ctypes  # not every Python has it

                self._system = ctypes.CDLL(None)
                self._queue = self._system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            except (ImportError, OSError, AttributeError):
                return  # time and again, one looks anyway

    def watch(self, folders: Iterable[Path]) -> None:
        """Hear of files in these folders from now on, too."""
        for folder in set(folders).difference(self._folders.values()) if self._queue >= 0 else ():
            number = self._system.inotify_add_watch(self._queue, os.fsencode(folder), _IS_COMPLETE)
            if number >= 0:
                self._folders[number] = folder

    def wait(self, seconds: float) -> set[Path]:
        """Wait for a save, but no longer than that; the files that are complete again."""
        if self._queue < 0:
            time.sleep(seconds)
            return set()
        ready, _, _ = select.select([self._queue], [], [], seconds)
        events = os.read(self._queue, _MANY) if ready else b""
        return {self._folders[number] / name for number, name in _read(events) if number in self._folders}


def _read(events: bytes) -> Iterator[tuple[int, str]]:
    while events:
        number, _, _, size = _EVENT.unpack_from(events)
        yield number, os.fsdecode(events[_EVENT.size : _EVENT.size + size].rstrip(b"\0"))
        events = events[_EVENT.size + size :]
