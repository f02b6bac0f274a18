"""A run that changes nothing is answered from a record, and only where that is true: real runs, in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from specmill import user_cache

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths: {}
components:
  schemas:
    Pet:
      type: object
      oddity: 1
      properties:
        name: {$ref: "common/name.yaml"}
"""
CONFIG = """\
spec = "api.yaml"
templates = "own"
[targets.python]
path = "out/pets"
"""
# Runs a command, and leaves the names of what it imported that takes time in the file `spy`.
SPY = """\
import os, sys, time
now = time.time_ns
time.time_ns = lambda: now() + int(os.environ.get("SKEW", 0)) * 10**9
from specmill import cli
code = cli.main(sys.argv[1:])
heavy = {"yaml", "jinja2", "msgspec", "pathlib", "dataclasses", "re", "argparse", "json"} & set(sys.modules)
open("spy", "w").write(",".join(sorted(heavy)))
sys.exit(code)
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with all that a run can read."""
    (tmp_path / "common").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "api.yaml").write_text(SPEC)
    (tmp_path / "common/name.yaml").write_text("type: string\n")
    (tmp_path / "specmill.toml").write_text(CONFIG)
    return tmp_path


def run(here: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-S", "-c", SPY, *arguments],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        env=_environment() | environment,
    )
    return done.returncode, done.stdout, done.stderr


def _environment() -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "generator"), *(path for path in sys.path if path.endswith("-packages"))])
    }


def is_answered(here: Path, *arguments: str) -> bool:
    """Whether the command is answered from a record, with success."""
    code = run(here, *(arguments or ("check",)))[0]
    return code == 0 and (here / "spy").read_text() == ""


def whole_run(here: Path, *arguments: str) -> tuple[int, str, str]:
    """What the command says where there is no record."""
    return run(here, *arguments, XDG_CACHE_HOME=str(here / "no-cache" / str(time.time_ns())))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_that_changes_nothing_imports_nothing(here: Path) -> None:
    assert not is_answered(here, "generate")
    assert is_answered(here, "generate")
    assert is_answered(here, "check"), "what one command found out, the other one knows"
    assert is_answered(here, "generate", "--force")
    assert is_answered(here, "generate", "--dry-run")
    assert is_answered(here, "check", "-q")
    assert not is_answered(here, "check", "--set", "strict=false"), "another command line has a record of its own"


COMMAND_LINES = [
    ("generate",), ("check",), ("generate", "-v"), ("check", "--verbose"), ("check", "-q"), ("generate", "--output-format", "json"),
    ("check", "--output-format=json", "-v"), ("generate", "--output-format", "github"), ("check", "--color", "always"),
    ("check", "--color=never"), ("generate", "--force"), ("generate", "--dry-run"), ("generate", "--dry-run", "-v"),
    ("generate", "-q", "-v"), ("check", "--force"), ("generate", "--output-format", "xml"), ("generate", "--color"), ("generate", "extra"),
]  # fmt: skip


def test_the_answer_is_what_a_whole_run_says(here: Path) -> None:
    assert "warning[unknown-keyword]" in run(here, "generate")[2]
    for arguments in COMMAND_LINES:
        assert run(here, *arguments) == whole_run(here, *arguments), arguments


def test_warnings_are_told_again_and_still_stop_a_strict_run(here: Path) -> None:
    first = run(here, "generate")[2]
    assert first == run(here, "generate")[2] == run(here, "check")[2]
    assert run(here, "check", "--strict")[0] == 2
    assert run(here, "check", "--strict")[0] == 2


def edit_spec(here: Path) -> None:
    (here / "api.yaml").write_text(SPEC.replace("Pet:", "Cat:"))


def edit_referenced(here: Path) -> None:
    (here / "common/name.yaml").write_text("type: number\n")


def edit_config(here: Path) -> None:
    (here / "specmill.toml").write_text(CONFIG + "frozen = true\n")


def edit_output(here: Path) -> None:
    with (here / "out/pets/models.py").open("a") as file:
        file.write("# mine\n")


def delete_output(here: Path) -> None:
    (here / "out/pets/models.py").unlink()


def delete_manifest(here: Path) -> None:
    (here / "out/pets/.specmill.json").unlink()


def add_template(here: Path) -> None:
    (here / "own/python").mkdir()
    ours = (ROOT / "templates/python/models.py.jinja").read_text()
    (here / "own/python/models.py.jinja").write_text(ours + "# own\n")


def delete_spec(here: Path) -> None:
    (here / "api.yaml").unlink()


def nearer_config(here: Path) -> None:
    shutil.move(here / "specmill.toml", here / "pyproject.toml")
    (here / "pyproject.toml").write_text((here / "pyproject.toml").read_text().replace("[targets", "[tool.specmill.targets"))


def leave_staging(here: Path) -> None:
    (here / "out/pets/.specmill-new").mkdir()


CHANGES = [
    edit_spec, edit_referenced, edit_config, edit_output, delete_output, delete_manifest, add_template, delete_spec, nearer_config, leave_staging,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(change: Callable[[Path], None], here: Path) -> None:
    run(here, "generate")
    assert is_answered(here, "check")
    change(here)
    assert not is_answered(here, "check")
    assert run(here, "check") == whole_run(here, "check")
    assert run(here, "generate", "--force")[0] == whole_run(here, "check")[0]


def test_an_edited_template_is_noticed(here: Path) -> None:
    add_template(here)
    run(here, "generate")
    assert is_answered(here)
    file = here / "own/python/models.py.jinja"
    file.write_text(file.read_text().replace("# own", "# new"))
    assert not is_answered(here)
    assert run(here, "generate")[0] == 0
    assert (here / "out/pets/models.py").read_text().endswith("# new\n")


@pytest.mark.parametrize("path", ["api.yaml", "common/name.yaml", "out/pets/models.py", "specmill.toml"])
def test_an_edit_of_the_same_size_at_the_same_time_is_noticed(path: str, here: Path) -> None:
    """As often as it takes to hit the tick of the clock in which the record was written."""
    for _ in range(5):
        run(here, "generate")
        assert is_answered(here)
        before = (here / path).stat()
        text = (here / path).read_text()
        (here / path).write_text(text.replace("p", "q", 1))
        os.utime(here / path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (here / path).stat().st_size == before.st_size
        assert not is_answered(here)
        (here / path).write_text(text)
        assert run(here, "check")[0] == 0


@pytest.mark.parametrize(("before", "after"), [("86400", "0"), ("0", "-86400"), ("-86400", "0"), ("0", "86400")])
def test_a_clock_that_jumps_hides_no_edit(before: str, after: str, here: Path) -> None:
    """Back or ahead by a day between two runs, or against the clock of the file system."""
    run(here, "generate", SKEW=before)
    assert run(here, "check", SKEW=after)[0] == 0
    for path in ("api.yaml", "out/pets/models.py"):
        stat, text = (here / path).stat(), (here / path).read_text()
        (here / path).write_text(text.replace("p", "q", 1))
        os.utime(here / path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert run(here, "check", SKEW=after) == whole_run(here, "check")
        assert (here / "spy").read_text() != "", path
        (here / path).write_text(text)
    assert run(here, "check", SKEW=after)[0] == 0
    assert run(here, "generate", SKEW=after)[0] == 0


def test_a_touched_file_is_not_a_changed_one(here: Path) -> None:
    run(here, "generate")
    time.sleep(0.1)
    for path in ("api.yaml", "out/pets/models.py", "specmill.toml"):
        (here / path).touch()
    assert is_answered(here)
    (record,) = Path(os.environ["XDG_CACHE_HOME"], "specmill").glob("????????")
    time.sleep(0.1)
    assert is_answered(here)
    written = record.stat().st_mtime_ns
    assert is_answered(here)
    assert record.stat().st_mtime_ns == written, "what was looked into once is trusted from then on"


def test_a_link_that_leads_elsewhere_is_noticed(here: Path) -> None:
    shutil.copytree(here / "common", here / "other")
    shutil.move(here / "common", here / "one")
    (here / "common").symlink_to("one")
    run(here, "generate")
    assert is_answered(here)
    (here / "common").unlink()
    (here / "common").symlink_to("other")
    assert not is_answered(here)
    assert run(here, "generate")[0] == 0
    assert is_answered(here)


def test_no_record_hangs_on_the_seed_of_hashes(here: Path) -> None:
    run(here, "generate", PYTHONHASHSEED="1")
    assert run(here, "check", PYTHONHASHSEED="2")[0] == 0
    assert (here / "spy").read_text() == ""


def test_records_say_nothing_in_another_folder_and_leave_none_in_the_output(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(here, "generate")
    assert set(files(here / "out/pets")) == {*json.loads((here / "out/pets/.specmill.json").read_text())["files"], ".specmill.json"}
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(here, copy)
    assert not is_answered(copy)
    assert is_answered(copy)


def test_a_record_that_is_damaged_is_not_used(here: Path) -> None:
    run(here, "generate")
    (record,) = Path(os.environ["XDG_CACHE_HOME"], "specmill").glob("????????")
    whole = record.read_bytes()
    for damaged in (b"", whole[:5], whole[:100], b"\0" * len(whole), b"\xff" * 64, whole[:-200]):
        record.write_bytes(damaged)
        edit_output(here)
        assert run(here, "check")[0] == 1
        assert run(here, "generate", "--force")[0] == 0


def test_nothing_is_lost_where_no_record_can_be_kept(here: Path) -> None:
    (here / "file").write_text("")
    assert run(here, "generate", XDG_CACHE_HOME=str(here / "file"))[0] == 0
    assert run(here, "check", XDG_CACHE_HOME=str(here / "file")) == whole_run(here, "check")


def test_a_run_that_found_fault_leaves_no_record(here: Path) -> None:
    run(here, "generate")
    edit_output(here)
    assert run(here, "generate")[0] == 3
    assert run(here, "generate")[0] == 3
    assert run(here, "check")[0] == 1
    assert run(here, "check")[0] == 1


def test_another_run_may_remove_old_records_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "record").touch()
    seen = list(os.scandir(tmp_path))
    (tmp_path / "record").unlink()
    monkeypatch.setattr(os, "scandir", lambda _: seen)
    user_cache.tidy(0)
