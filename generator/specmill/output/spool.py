"""Where the contents of drawn files wait until they are compared and written: all of them together are as large as all else that a run holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from io import FileIO
from typing import IO, Final

from msgspec import Struct

_PART: Final = 200_000  # bytes of a content that are read at a time, or written
_BLOCK: Final = 2_000_000  # bytes; up to so many are kept in memory, and need no file


class Spooled(Struct, frozen=True):
    """The content of a file as it was drawn, and where it lies."""

    spool: Spool
    start: int
    size: int  # in bytes
    digest: str  # its sha256

    def parts(self) -> Iterator[bytes]:
        """The content itself, part by part."""
        for start in range(0, self.size, _PART):
            yield self.spool.read(self.start + start, min(_PART, self.size - start))


class Spool:
    """Contents one after the other: the first ones in a file without a name, which is gone however we end; the rest in memory, as long as it is small."""

    def __init__(self, file: IO[bytes] | None = None, in_file: int = 0, rest: bytes = b"") -> None:
        self._file = file
        self._in_file = in_file  # bytes
        self._rest = bytearray(rest)
        self._has_room = True

    def put(self, parts: Iterable[bytes]) -> Spooled:
        """Take a content, part by part."""
        start, digest = self.size, sha256()
        for part in parts:
            digest.update(part)
            room = _BLOCK if self._file is None else _PART
            if len(self._rest) + len(part) <= room or not self._has_written(self._rest, part):
                self._rest += part
        return Spooled(self, start, self.size - start, digest.hexdigest())

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return self._in_file + len(self._rest)

    def read(self, start: int, size: int) -> bytes:
        """A content again."""
        if start + size <= self._in_file:
            return self._written(start, size)
        in_memory = max(0, start - self._in_file), max(0, start + size - self._in_file)
        return self._written(start, size - in_memory[1] + in_memory[0]) + self._rest[slice(*in_memory)]

    def _written(self, start: int, size: int) -> bytes:
        if self._file is None or not size:
            return b""
        if hasattr(os, "pread"):  # two processes that read at the same time share the place in the file
            return os.pread(self._file.fileno(), size, start)
        self._file.seek(start)
        return self._file.read(size)

    def open(self) -> None:
        """Make the file. Where that cannot be, all stays in memory."""
        from tempfile import TemporaryFile  # takes longer to import than a small spec to draw

        try:
            self._file = self._file or TemporaryFile(buffering=0)  # noqa: SIM115 - it is closed with us
        except OSError:
            self._has_room = False

    def _has_written(self, *contents: bytes | bytearray) -> bool:
        """Whether they are in the file now, in place of what is in memory."""
        self.open()
        if self._file is None or not self._has_room:
            return False
        try:
            self._file.seek(self._in_file)
            write_all(self._file.write, contents)
        except OSError:  # the disk is full: what was written does not count
            self._has_room = False
            return False
        self._in_file += sum(map(len, contents))
        self._rest = bytearray()
        return True

    def __reduce__(self) -> tuple[Callable[..., Spool], tuple[int | None, int, bytes]]:
        """For a process that was forked after the file was made: there the descriptor has the same number."""
        return _again, (None if self._file is None else self._file.fileno(), self._in_file, bytes(self._rest))

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()


def write_all(write: Callable[[bytes | bytearray | memoryview], int], parts: Iterable[bytes | bytearray]) -> None:
    """Write the parts one behind the other, however little of them is taken at a time."""
    for part in parts:
        written = write(part)
        while written < len(part):
            written += write(memoryview(part)[written:])


def _again(number: int | None, in_file: int, rest: bytes) -> Spool:
    return Spool(None if number is None else FileIO(os.dup(number), "r+"), in_file, rest)
