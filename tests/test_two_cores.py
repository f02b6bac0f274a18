"""A large spec is drawn by two processes, and nobody can tell by what comes out."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import openapi

from specmill import cli, drawing, proof, two_cores

COUNT = 40
SCHEMAS = {
    f"M{i}": {
        "type": "object",
        "description": f"Number {i}.",
        "properties": {"other": {"$ref": f"#/components/schemas/M{(i * 7) % COUNT}"}, "s": {"type": "string", "pattern": f"(a+)+{i}$"}},
    }
    for i in range(COUNT)
}
SPEC = openapi(SCHEMAS)
CONFIG = """spec = "spec.json"
[targets.python]
path = "out/many"
layout = "package"
[targets.docs]
kind = "markdown"
path = "out/docs"
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all is done by one process")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The children that were made; there is always reason to make some."""
    made: list[int] = []
    fork = os.fork

    def counted() -> int:
        child = fork()
        made.append(child)
        return child

    monkeypatch.setattr(drawing, "MANY", 0)
    monkeypatch.setattr(proof, "LONG", 0)
    monkeypatch.setattr(two_cores, "_can_fork", lambda: True)
    monkeypatch.setattr(os, "fork", counted)
    yield made
    for child in made:
        with pytest.raises(ChildProcessError):  # all have been seen off
            os.waitpid(child, os.WNOHANG)


def generated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], config: str = CONFIG
) -> tuple[int, dict[str, bytes], str]:
    """The exit code, all files, and what is printed."""
    folder.mkdir()
    (folder / "spec.json").write_text(json.dumps(SPEC))
    (folder / "specmill.toml").write_text(config)
    monkeypatch.chdir(folder)
    code = cli.main(["generate", "--force"])
    return (
        code,
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "out").rglob("*.*")},
        "".join(capfd.readouterr()),
    )


def test_two_processes_make_what_one_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], children: list[int]
) -> None:
    by_two = generated(tmp_path / "two", monkeypatch, capfd)
    assert len(children) == 2, "one draws, one holds the modules against the grammar"
    monkeypatch.setattr(two_cores, "_can_fork", lambda: False)
    assert by_two == generated(tmp_path / "one", monkeypatch, capfd)
    assert by_two[0] == 0
    assert by_two[2].count("warning[pattern-slow]") == COUNT, "those of both halves are told, once"


def test_what_fails_in_a_child_fails_as_it_does_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], children: list[int]
) -> None:
    config = CONFIG + "[limits]\noutput-bytes = 100000\n"
    by_two = generated(tmp_path / "two", monkeypatch, capfd, config)
    monkeypatch.setattr(two_cores, "_can_fork", lambda: False)
    assert by_two == generated(tmp_path / "one", monkeypatch, capfd, config)
    assert children
    assert "too-large" in by_two[2]


def test_a_result_comes_whole_or_not_at_all(children: list[int]) -> None:
    home = os.getpid()

    def dies(jobs: Sequence[int]) -> list[int]:
        if os.getpid() != home:
            os._exit(0)
        return [*jobs]

    def fails(jobs: Sequence[int]) -> list[int]:
        return [1 // (os.getpid() == home) for _ in jobs]

    def fails_here(jobs: Sequence[int]) -> list[int]:
        return [1 // (os.getpid() != home) for _ in jobs]

    assert two_cores.shared(list, range(10), [1] * 10, 0) == [*range(10)]
    assert [two_cores.shared(work, range(10), [1] * 10, 0) for work in (dies, fails, fails_here)] == [None] * 3
    assert len(children) == 4


def test_a_process_with_threads_is_never_doubled() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert two_cores.shared(list, range(10), [1] * 10, 0) is None
    finally:
        stop.set()
        thread.join()


def test_little_work_is_not_shared(children: list[int]) -> None:
    assert two_cores.shared(list, range(10), [1] * 10, 11) is None
    assert two_cores.shared(list, [1], [100], 0) is None
    assert not children
