"""`generate --watch`, in a process of its own: files are really saved, and what comes of it is waited for."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from specmill.cli_saves import Saves

SPEC = '{"title": "Pet", "type": "object", "properties": {"name": {"$ref": "name.json"}}}'


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A watch over a folder with a spec of two files."""
    (tmp_path / "pet.json").write_text(SPEC)
    (tmp_path / "name.json").write_text('{"type": "string"}')
    (tmp_path / "specmill.toml").write_text('spec = "pet.json"\n[targets.dump]\npath = "out"\n')
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-u", "-m", "specmill", "generate", "--watch"],
            cwd=tmp_path, stdout=log, stderr=log, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "generator")},
        )  # fmt: skip
    yield running
    running.kill()
    running.wait()


def until(told: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not told():
        assert time.monotonic() < end
        time.sleep(0.02)


def save(path: Path, text: str) -> None:
    """Save in one step, as many editors do: on a busy machine, a file that is emptied first can stay empty for long enough to count as saved."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_saves_are_heard_of_once_they_are_complete(tmp_path: Path) -> None:
    saves, (near, far) = Saves(), (tmp_path / "a", tmp_path / "b")
    near.mkdir()
    saves.watch([near, far])
    far.mkdir()
    saves.watch([near, far])
    assert saves.wait(0) == set()
    with (near / "open.json").open("w") as file:
        file.write("{")
        file.flush()
        assert saves.wait(0) == set()
    assert saves.wait(9) == {near / "open.json"}
    save(far / "moved.json", "{}")
    assert saves.wait(9) == {far / "moved.new", far / "moved.json"}
    assert saves.wait(0.01) == set()


def test_where_the_system_does_not_tell_of_saves_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    saves = Saves()
    saves.watch([tmp_path])
    save(tmp_path / "moved.json", "{}")
    assert saves.wait(0.01) == set()


def test_each_save_is_generated_and_a_broken_one_survived(watching: subprocess.Popen[str], tmp_path: Path) -> None:
    made = tmp_path / "out/ir.json"

    def rounds() -> int:
        return (tmp_path / "log").read_text().count("Ctrl-C ends")

    until(lambda: rounds() == 1)
    assert '"Pet"' in made.read_text()
    for count, (file, text, expected) in enumerate(
        [
            ("pet.json", SPEC.replace("Pet", "Cat"), '"Cat"'),
            ("name.json", '{"type": "number"}', '"number"'),
            ("pet.json", SPEC[:-5], '"number"'),
            ("pet.json", SPEC.replace("Pet", "Dog"), '"Dog"'),
            ("specmill.toml", 'spec = "pet.json"\nroot = "Horse"\n[targets.dump]\npath = "out"\n', '"Horse"'),
        ],
        2,
    ):
        save(tmp_path / file, text)
        until(lambda count=count: rounds() == count)  # type: ignore[misc]
        assert expected in made.read_text(), file
    (tmp_path / "name.json").unlink()
    until(lambda: rounds() == 7)
    save(tmp_path / "name.json", '{"type": "string"}')
    until(lambda: rounds() == 8)
    log = (tmp_path / "log").read_text()
    assert log.count("pet.json was saved") == 3
    assert log.count("name.json is gone") == 1
    assert log.count("name.json was saved") == 2
    assert log.count("error[invalid-json]") == 1
    assert "1 file: 1 updated" in log
    watching.send_signal(signal.SIGINT)
    assert watching.wait(20) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
