"""What reaches the disk: only what we wrote is ours, and whatever happens, nothing is lost and a rerun ends in the right state."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specmill.diagnostics import Report
from specmill.output import File, write
from specmill.output.changes import Change, Changes, Status, diff, plan
from specmill.output.paths import MANIFEST, STAGING, collisions, fault


def planned(folder: Path, files: dict[str, str]) -> Changes:
    report = Report()
    made = plan(folder, [File(path, text) for path, text in files.items()], report)
    assert made is not None, report.errors
    return made


def put(folder: Path, files: dict[str, str], *, force: bool = False) -> Changes:
    """Plan and apply; must succeed."""
    made, report = planned(folder, files), Report()
    assert write.apply(made, report, force=force), report.errors
    return made


def there(folder: Path) -> dict[str, str]:
    """Every file but the manifest."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST}


def statuses(changes: Changes) -> dict[str, Status]:
    return {change.path: change.status for change in changes.files}


def codes(folder: Path, files: dict[str, str]) -> list[str]:
    report = Report()
    assert plan(folder, [File(path, text) for path, text in files.items()], report) is None
    return [d.code for d in report.errors]


def test_files_are_created_then_unchanged_then_updated_then_removed(tmp_path: Path) -> None:
    assert statuses(put(tmp_path, {"a.py": "1\n", "deep/er/b.py": "2\n"})) == {"a.py": Status.CREATED, "deep/er/b.py": Status.CREATED}
    assert set(statuses(put(tmp_path, {"a.py": "1\n", "deep/er/b.py": "2\n"})).values()) == {Status.UNCHANGED}
    assert statuses(put(tmp_path, {"a.py": "3\n"})) == {"a.py": Status.UPDATED, "deep/er/b.py": Status.STALE}
    assert there(tmp_path) == {"a.py": "3\n"}
    assert not (tmp_path / "deep").exists(), "a folder that only we filled goes with its files"


def test_an_unchanged_file_and_manifest_are_not_touched(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "1\n"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    inodes = {path: path.stat().st_ino for path in tmp_path.iterdir()}
    put(tmp_path, {"a.py": "1\n"})
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert {path: path.stat().st_ino for path in tmp_path.iterdir()} == inodes


def test_a_folder_with_files_of_others_stays(tmp_path: Path) -> None:
    put(tmp_path, {"deep/a.py": "1\n"})
    (tmp_path / "deep/mine.txt").write_text("mine")
    put(tmp_path, {})
    assert there(tmp_path) == {"deep/mine.txt": "mine"}


def test_a_file_edited_by_hand_is_refused_and_only_force_overwrites_it(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "1\n", "b.py": "1\n"})
    (tmp_path / "a.py").write_text("mine\n")
    changes = planned(tmp_path, {"a.py": "2\n", "b.py": "2\n"})
    assert statuses(changes) == {"a.py": Status.EDITED, "b.py": Status.UPDATED}
    with pytest.raises(ValueError, match="force"):
        write.apply(changes, Report())
    assert there(tmp_path) == {"a.py": "mine\n", "b.py": "1\n"}
    put(tmp_path, {"a.py": "2\n", "b.py": "2\n"}, force=True)
    assert there(tmp_path) == {"a.py": "2\n", "b.py": "2\n"}


def test_a_stale_file_edited_by_hand_is_refused_and_only_force_removes_it(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "1\n"})
    (tmp_path / "a.py").write_text("mine\n")
    assert statuses(planned(tmp_path, {})) == {"a.py": Status.EDITED}
    put(tmp_path, {}, force=True)
    assert there(tmp_path) == {}


def test_an_edit_by_hand_that_is_what_we_would_write_is_no_edit(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "1\n"})
    (tmp_path / "a.py").write_text("2\n")
    assert statuses(put(tmp_path, {"a.py": "2\n"})) == {"a.py": Status.UNCHANGED}
    assert statuses(put(tmp_path, {"a.py": "3\n"})) == {"a.py": Status.UPDATED}


def test_a_strangers_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("theirs\n")
    assert statuses(planned(tmp_path, {"a.py": "1\n"})) == {"a.py": Status.FOREIGN}


def test_a_strangers_file_beside_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text("theirs\n")
    put(tmp_path, {"a.py": "1\n"})
    put(tmp_path, {})
    assert there(tmp_path) == {"theirs.py": "theirs\n"}


def test_a_file_that_a_checkout_gave_other_newlines_or_a_power_failure_emptied_is_still_ours(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "1\n2\n", "b.py": "1\n"})
    (tmp_path / "a.py").write_bytes(b"1\r\n2\r\n")
    (tmp_path / "b.py").write_bytes(b"")
    assert statuses(put(tmp_path, {"a.py": "3\n", "b.py": "3\n"})) == {"a.py": Status.UPDATED, "b.py": Status.UPDATED}


def test_files_are_utf8_with_line_feeds(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "é\r\n😀\n"})
    assert (tmp_path / "a.py").read_bytes() == "é\n😀\n".encode()


def test_half_a_surrogate_pair_is_an_error_with_its_line(tmp_path: Path) -> None:
    report = Report()
    assert plan(tmp_path, [File("a.md", "x\ny \ud800\n")], report) is None
    assert [(d.code, "a.md, line 2" in d.message) for d in report.errors] == [("lone-surrogate", True)]


def test_a_name_that_changes_only_its_case_is_renamed(tmp_path: Path) -> None:
    put(tmp_path, {"Foo.py": "1\n"})
    put(tmp_path, {"foo.py": "1\n"})
    assert there(tmp_path) == {"foo.py": "1\n"}
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".py"] == ["foo.py"]


def test_a_file_becomes_a_folder_and_a_folder_a_file(tmp_path: Path) -> None:
    put(tmp_path, {"a": "1\n"})
    put(tmp_path, {"a/b": "2\n"})
    assert there(tmp_path) == {"a/b": "2\n"}
    put(tmp_path, {"a": "3\n"})
    assert there(tmp_path) == {"a": "3\n"}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "", "a/", "C:/a", "c:a", "a\\b", "a:b", "nul", "CON.md", "x/aux.py", "com1.txt", "LPT³", "a.",
        "a ", "a/b /c", "a\nb", "a\x00b", "a?b", "x" * 256, "é" * 128, "\ud800", MANIFEST, f"{STAGING}/a",
    ],
)  # fmt: skip
def test_a_path_that_leaves_the_folder_or_cannot_be_everywhere_is_refused(path: str, tmp_path: Path) -> None:
    assert fault(path)
    assert "unsafe-path" in codes(tmp_path / "out", {path: "1\n"})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "path", ["a", "con_.md", "console.py", "a.b/c.d", ".hidden", "é" * 127, "com10.txt", "naïve.md", "日本.md", "-a", "a b"]
)
def test_an_ordinary_path_is_allowed(path: str) -> None:
    assert fault(path) is None


def test_paths_that_some_file_systems_take_for_one_collide() -> None:
    assert collisions(["Foo.py", "foo.py"]) == [("Foo.py", "foo.py")]
    assert collisions(["caf\u00e9", "cafe\u0301"]) == [("caf\u00e9", "cafe\u0301")]
    assert collisions(["a/b", "A"]) == [("A", "a/b")]
    assert collisions(["a/b/c", "a/B/d"]) == []
    assert collisions(["a.py", "b.py", "a/c.py"]) == []


def test_a_symbolic_link_is_never_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    out.mkdir()
    (out / "deep").symlink_to(outside)
    assert codes(out, {"deep/a.py": "1\n"}) == ["output-in-the-way"]
    (out / "a.py").symlink_to(outside / "a.py")
    assert codes(out, {"a.py": "1\n"}) == ["output-in-the-way"]
    assert list(outside.iterdir()) == []


def test_a_planted_staging_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    (outside / "precious").write_text("x")
    out.mkdir()
    (out / STAGING).symlink_to(outside)
    put(out, {"a.py": "1\n"})
    assert there(outside) == {"precious": "x"}
    assert there(out) == {"a.py": "1\n"}


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    assert codes(tmp_path, {"a.py": "1\n"}) == ["output-in-the-way"]


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    assert codes(tmp_path / "out", {"a.py": "1\n"}) == ["output-in-the-way"]
    report = Report()
    with write.lock([tmp_path / "out"], report, print) as held:
        assert not held
    assert [d.code for d in report.errors] == ["cannot-write"]


@pytest.mark.parametrize(
    "text",
    [
        "not json", "[]", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": []}', '{"version": 1, "files": {"a": "x"}}',
        '{"version": 1, "files": {"../precious": "' + "0" * 64 + '"}}', "<<<<<<< HEAD\n",
    ],
)  # fmt: skip
def test_a_manifest_that_is_not_ours_is_an_error_and_touches_nothing(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("x")
    (out / MANIFEST).write_text(text)
    assert codes(out, {"a.py": "1\n"}) == ["manifest-invalid"]
    assert there(tmp_path) == {"precious": "x"}


def test_the_manifest_is_sorted_and_says_nothing_of_time_or_place(tmp_path: Path) -> None:
    put(tmp_path / "x", {"b": "1\n", "a": "2\n"})
    put(tmp_path / "y", {"a": "2\n", "b": "1\n"})
    assert (tmp_path / "x" / MANIFEST).read_bytes() == (tmp_path / "y" / MANIFEST).read_bytes()
    assert list(json.loads((tmp_path / "x" / MANIFEST).read_text())["files"]) == ["a", "b"]


def test_a_diff_names_both_sides_and_leaves_alone_what_is_not_text() -> None:
    assert diff(Change("a", Status.UPDATED, b"1\n", b"2\n"), "out") == ["--- a/out/a", "+++ b/out/a", "@@ -1 +1 @@", "-1", "+2"]
    assert diff(Change("a", Status.UPDATED, b"1\n", b"1"), "out")[3:] == ["-1", "+1", "\\ No newline at end of file"]
    assert diff(Change("a", Status.CREATED, None, b"2\n"), "out")[0] == "--- /dev/null"
    assert diff(Change("a", Status.STALE, b"2\n", None), "out")[1] == "+++ /dev/null"
    assert diff(Change("a", Status.FOREIGN, b"\xff", b""), "out") == ["out/a is not text"]
    assert "too long" in diff(Change("a", Status.UPDATED, b"1\n" * 20_000, b"2\n" * 20_000), "out")[0]


def test_a_file_beside_the_targets_is_replaced_in_one_step_and_only_where_it_differs(tmp_path: Path) -> None:
    file = tmp_path / "specmill.lock"
    assert write.replace(file, "1\n", Report())
    inode = file.stat().st_ino
    assert write.replace(file, "1\n", Report())
    assert file.stat().st_ino == inode
    assert write.replace(file, "2\n", Report())
    assert there(tmp_path) == {"specmill.lock": "2\n"}
    report = Report()
    assert not write.replace(tmp_path / "nowhere/specmill.lock", "1\n", report)
    assert [d.code for d in report.errors] == ["cannot-write"]


# ---- faults ---------------------------------------------------------------------------------------------------------------------

OLD = {f"old/{n}.py": f"old {n}\n" for n in range(5)} | {f"both{n}.py": f"old {n}\n" for n in range(5)}
NEW = {f"new/{n}.py": f"new {n}\n" for n in range(5)} | {f"both{n}.py": f"new {n}\n" for n in range(5)}
THIRD = {"both1.py": "third\n", "new/1.py": "third\n", "old/1.py": "third\n"}
OPERATIONS = ("open", "replace", "rename", "unlink", "mkdir", "rmdir", "fsync")  # all that change a folder


def at_step(step: int, act: Callable[[], None], *, after: bool) -> list[int]:
    """Have ``act`` called before or after the ``step``-th system call that changes the disk; how many there were."""
    count = [0]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            count[0] += 1
            here = count[0] == step
            if here and not after:
                act()
            try:
                return real(*arguments, **options)
            finally:
                if here and after:
                    act()

        return call

    for name in OPERATIONS:
        setattr(os, name, wrapped(getattr(os, name)))
    return count


def in_child(work: Callable[[], int]) -> int:
    """The exit code of a forked process that does the work."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the fault is made in a forked process")


@needs_fork
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_a_rerun_ends_in_the_right_state(tmp_path: Path, *, after: bool) -> None:
    """The process ends without any cleaning up, as by ``kill -9``, at each step in turn."""
    steps = 0
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        put(folder, OLD)

        def work(step: int = step, folder: Path = folder) -> int:
            changes = planned(folder, NEW)
            at_step(step, lambda: os._exit(9), after=after)
            write.apply(changes, Report())
            return 0

        if in_child(work) == 0:
            break
        steps += 1
        assert not planned(folder, NEW).refused, f"step {step}: a file of ours looks like somebody else's"
        goal = (OLD, NEW, THIRD)[step % 3]  # so that old, half-new and newest meet
        put(folder, goal)
        assert there(folder) == goal, f"step {step}"
        assert not (folder / STAGING).exists()
    assert steps > 30


@needs_fork
def test_killed_twice_a_rerun_ends_in_the_right_state(tmp_path: Path) -> None:
    chance = random.Random(1)
    for round_ in range(60):
        folder = tmp_path / str(round_)
        put(folder, OLD)
        for goal in (NEW, THIRD):

            def work(goal: dict[str, str] = goal, folder: Path = folder, step: int = chance.randint(10, 60)) -> int:
                changes = planned(folder, goal)
                at_step(step, lambda: os._exit(9), after=False)
                write.apply(changes, Report())
                return 0

            in_child(work)
        assert not planned(folder, OLD).refused, f"round {round_}"
        put(folder, OLD)
        assert there(folder) == OLD, f"round {round_}"


@needs_fork
def test_a_disk_that_fills_at_any_step_is_one_finding_and_nothing_is_lost(tmp_path: Path) -> None:
    """The errors are made up, one system call at a time; real full disks are below."""

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    untouched = 0
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        put(folder, OLD)

        def work(step: int = step, folder: Path = folder) -> int:
            changes, report = planned(folder, NEW), Report()
            count = at_step(step, full, after=False)
            if write.apply(changes, report):
                return 1 if count[0] < step else 0
            return 2 if [d.code for d in report.errors] == ["cannot-write"] and "the disk is full" in report.errors[0].message else 3

        code = in_child(work)
        if code == 1:
            break
        assert code in (0, 2), f"step {step}"  # 0: it failed while cleaning up, when all was done
        assert all(text in (OLD.get(path), NEW.get(path)) for path, text in there(folder).items() if not path.startswith(STAGING))
        untouched += there(folder) == OLD
        put(folder, NEW)
        assert there(folder) == NEW
    assert untouched > 10, "as long as the new files are only being gathered, a full disk changes nothing"


@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX systems")
def test_a_file_that_the_system_refuses_to_let_grow_is_one_finding_and_changes_nothing(tmp_path: Path) -> None:
    import resource

    put(tmp_path, OLD)

    def work() -> int:
        changes, report = planned(tmp_path, NEW | {"big.py": "x" * 100_000}), Report()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        return 0 if not write.apply(changes, report) and [d.code for d in report.errors] == ["cannot-write"] else 1

    assert in_child(work) == 0
    assert there(tmp_path) == OLD


@needs_fork
def test_a_really_full_disk_is_one_finding_and_changes_nothing(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", tmp_path], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    try:
        put(tmp_path, OLD)
        report = Report()
        assert not write.apply(planned(tmp_path, NEW | {"big.py": "x" * 300_000}), report)
        assert ["the disk is full" in d.message for d in report.errors] == [True]
        assert there(tmp_path) == OLD
        put(tmp_path, NEW)
        assert there(tmp_path) == NEW
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@needs_fork
def test_a_folder_without_permission_is_one_finding() -> None:
    with tempfile.TemporaryDirectory() as name:  # not below tmp_path, which other users may not enter
        folder = Path(name)
        put(folder, OLD)
        folder.chmod(0o555)

        def work() -> int:
            if os.geteuid() == 0:  # root may write anywhere
                os.setuid(65534)
            report = Report()
            made = plan(folder, [File(path, text) for path, text in NEW.items()], report)
            assert made is not None
            failed = not write.apply(made, report)
            return 0 if failed and ["permission is denied" in d.message for d in report.errors] == [True] else 1

        try:
            assert in_child(work) == 0
            assert there(folder) == OLD
        finally:
            folder.chmod(0o755)


SCRIPT = """
import sys
from pathlib import Path
from specmill.diagnostics import Report
from specmill.output import File, write
from specmill.output.changes import plan
folder, word, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
report = Report()
files = [File(f"{n % 7}/{word if n % 3 else 'both'}{n}.py", f"{word} {n}\\n" * 40) for n in range(300)]
with write.lock([folder], report, lambda f: print("waiting", flush=True)) as held:
    assert held
    print("held", flush=True)
    import time; time.sleep(pause)
    changes = plan(folder, files, report)
    assert changes is not None and not changes.refused, [c.path for c in changes.refused]
    assert write.apply(changes, report)
"""


def started(folder: Path, word: str, pause: float = 0) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, folder, word, str(pause)], stdout=subprocess.PIPE, text=True)


def test_killed_for_real_at_any_moment_a_rerun_ends_in_the_right_state(tmp_path: Path) -> None:
    chance = random.Random(2)
    for round_ in range(15):
        process = started(tmp_path, f"word{round_}")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.15)
        process.kill()
        process.wait()
    assert started(tmp_path, "last").wait() == 0
    goal = {f"{n % 7}/{'last' if n % 3 else 'both'}{n}.py": f"last {n}\n" * 40 for n in range(300)}
    assert there(tmp_path) == goal
    assert not (tmp_path / STAGING).exists()


def test_of_two_runs_at_once_one_waits_and_says_so(tmp_path: Path) -> None:
    first = started(tmp_path, "first", 1)
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    second = started(tmp_path, "second")
    assert second.communicate()[0] == "waiting\nheld\n"
    assert first.wait() == second.returncode == 0
    assert set((tmp_path / "0").iterdir()) == {tmp_path / f"0/{'second' if n % 3 else 'both'}{n}.py" for n in range(0, 300, 7)}


def test_folders_made_only_for_the_lock_do_not_stay(tmp_path: Path) -> None:
    with write.lock([tmp_path / "a/b/c"], Report(), print) as held:
        assert held
        assert (tmp_path / "a/b/c").is_dir()
    assert not (tmp_path / "a").exists()
