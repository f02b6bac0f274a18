"""What was drawn lies in a file without a name, and comes out as it went in, wherever it went in and whatever becomes of the disk."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from specmill import two_cores
from specmill.output import spool as spools
from specmill.output.spool import Spool, Spooled

CHANCE = random.Random(19)
CONTENTS = [CHANCE.randbytes(CHANCE.choice([0, 1, 40, 99, 100, 101, 1000])) for _ in range(300)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; nothing is ever seen in it."""
    monkeypatch.setattr(spools, "_BLOCK", 100)
    monkeypatch.setattr(spools, "_PART", 30)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def holds(spool: Spool, contents: list[bytes]) -> bool:
    """Whether contents come out as they went in, also those that went in long before."""
    put = [spool.put(content[start : start + 70] for start in range(0, len(content), 70)) for content in contents]
    return [(b"".join(one.parts()), one.size, one.digest) for one in put] == [(one, len(one), sha256(one).hexdigest()) for one in contents]


@pytest.mark.usefixtures("folder")
def test_contents_come_out_as_they_went_in(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool()
    assert holds(spool, CONTENTS)
    monkeypatch.delattr(os, "pread", raising=False)  # as on Windows
    assert holds(spool, CONTENTS)


def test_where_no_file_can_be_made_all_stays_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "nowhere"))
    assert holds(Spool(), CONTENTS)


@pytest.mark.usefixtures("folder")
def test_what_does_not_go_onto_a_full_disk_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small(FileIO):
        """A file on a disk that takes a part of what is written, and soon nothing more."""

        def write(self, content: Any, /) -> int:
            if self.tell() > 1000:
                raise OSError(errno.ENOSPC, "")
            return super().write(memoryview(content)[:64])

    with tempfile.TemporaryFile(buffering=0) as file:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Small(os.dup(file.fileno()), "r+"))
        assert holds(Spool(), CONTENTS)
        assert 1000 < os.fstat(file.fileno()).st_size < 2000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all is done by one process")
@pytest.mark.usefixtures("folder")
def test_what_a_child_puts_into_its_own_is_there_when_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_cores, "_can_fork", lambda: True)
    ours, theirs, here = Spool(), Spool(), os.getpid()

    def work(contents: Sequence[bytes]) -> list[Spooled]:
        spool = ours if os.getpid() == here else theirs
        return [spool.put([content]) for content in contents]

    found = two_cores.shared(work, CONTENTS, [1] * len(CONTENTS), 0, theirs.open)
    assert found is not None
    assert [b"".join(one.parts()) for one in found] == CONTENTS
    assert found[0].spool is not found[-1].spool
    assert found[-2].spool is found[-1].spool


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
def test_nothing_is_left_of_one_that_is_killed(folder: Path) -> None:
    script = f"""
import os, signal, tempfile
from specmill.output import spool
spool._BLOCK, tempfile.tempdir = 100, {str(folder)!r}
made = spool.Spool()
made.put([bytes(1000)])
assert made.put([b"x"]).start == 1000
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
