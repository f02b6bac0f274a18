"""Whatever happens while files are written, nothing is lost, and a rerun ends in the right state."""

from __future__ import annotations

import builtins
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import openapi
from output_folder import planned, put, there

from specmill import cli, library
from specmill.diagnostics import Report
from specmill.output import write
from specmill.output.lock import hold
from specmill.output.manifest import digest
from specmill.output.paths import MANIFEST, STAGING

OLD = {f"old/{n}.py": f"old {n}\n" for n in range(5)} | {f"both{n}.py": f"old {n}\n" for n in range(5)} | {"both/in/0.py": "old\n"}
NEW = {f"new/{n}.py": f"new {n}\n" for n in range(5)} | {f"both{n}.py": f"new {n}\n" for n in range(5)} | {
    "both/in/0.py": "new\n", "both/in/1.py": "new\n", "both/new/in/0.py": "new\n", "both/new/0.py": "new\n",
}  # fmt: skip
THIRD = {"both1.py": "third\n", "new/1.py": "third\n", "old/1.py": "third\n"}
OPERATIONS = ("open", "write", "replace", "rename", "unlink", "mkdir", "rmdir", "fsync")  # all that change a folder


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
    plain = builtins.open
    counted = wrapped(plain)

    def opened(file: str, mode: str = "r", *arguments: Any, **options: Any) -> object:
        return (counted if "w" in mode else plain)(file, mode, *arguments, **options)

    setattr(builtins, "open", opened)  # noqa: B010 - in a forked process only
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
            write.apply([changes], Report())
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
                write.apply([changes], Report())
                return 0

            in_child(work)
        assert not planned(folder, OLD).refused, f"round {round_}"
        put(folder, OLD)
        assert there(folder) == OLD, f"round {round_}"


@needs_fork
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_the_next_run_finds_the_old_files_or_ends_what_was_begun(tmp_path: Path, *, after: bool) -> None:
    """Whatever that run is to make: it begins with the old files or the new ones, whole. Also where it is killed itself, at any step."""
    found, chance = [], random.Random(3)
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        put(folder, OLD)

        def work(step: int = step, folder: Path = folder) -> int:
            changes = planned(folder, NEW)
            at_step(step, lambda: os._exit(9), after=after)
            return 0 if write.apply([changes], Report()) else 1

        def again(step: int = chance.randint(1, 40), folder: Path = folder) -> int:
            at_step(step, lambda: os._exit(9), after=after)
            write.resume(folder, Report())
            return 0

        ended = in_child(work) == 0
        in_child(again)
        write.resume(folder, Report())
        found.append(there(folder))
        assert found[-1] in (OLD, NEW), f"step {step}"
        assert not (folder / STAGING).exists()
        if ended:
            break
    assert found == sorted(found, key=lambda files: files == NEW), "once it is decided, it stays so"
    assert found.count(OLD) > 10
    assert found.count(NEW) > 20


@needs_fork
def test_what_somebody_does_between_a_kill_and_the_next_run_is_kept(tmp_path: Path) -> None:
    for step in range(1, 100):
        folder = tmp_path / str(step)
        put(folder, OLD)

        def work(step: int = step, folder: Path = folder) -> int:
            changes = planned(folder, NEW)
            at_step(step, lambda: os._exit(9), after=False)
            return 0 if write.apply([changes], Report()) else 1

        ended = in_child(work) == 0
        (folder / "both3.py").write_text("mine\n")
        write.resume(folder, Report())
        assert there(folder)["both3.py"] == "mine\n"
        assert [change.path for change in planned(folder, NEW).refused] == ["both3.py"]
        if ended:
            break


def test_a_folder_of_a_stranger_is_not_taken_for_a_run_that_was_cut_short(tmp_path: Path) -> None:
    """Somebody who can send us a branch knows the names and the digests of whatever they like."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/0").write_text("secret\n")
    (tmp_path / "elsewhere/a.py").write_text("secret\n")
    secret = digest(b"secret\n")
    told = {"version": 1, "files": {"in/a.py": secret, "in/0": secret}, "pending": {"b.py": secret, "in/a.py": secret}}
    outside = there(tmp_path / "elsewhere")
    for number, link in enumerate([STAGING, "in", f"{STAGING}/in"]):
        folder = tmp_path / f"out{number}"
        folder.mkdir()
        (folder / MANIFEST).write_text(json.dumps(told))
        if link != STAGING:
            (folder / STAGING).mkdir()
            (folder / STAGING / "b.py").write_text("secret\n")
        (folder / link).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        write.resume(folder, Report())
        assert there(tmp_path / "elsewhere") == outside
        assert not (folder / "b.py").exists()


@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_stopped_at_any_step_the_files_are_the_old_or_the_new_ones(number: signal.Signals, tmp_path: Path) -> None:
    """Asked to stop, not killed: no rerun is needed, in any of the folders."""
    found = []
    for step in range(1, 1000, 3):
        folders = [tmp_path / f"{step}-{part}" for part in "ab"]
        for folder in folders:
            put(folder, OLD)

        def work(step: int = step, folders: list[Path] = folders) -> int:
            plans = [planned(folder, NEW) for folder in folders]
            count = at_step(step, lambda: signal.raise_signal(number), after=False)
            try:
                write.apply(plans, Report())
            except KeyboardInterrupt:
                return 2
            return 0 if count[0] < step else 1

        code = in_child(work)
        left = [{path: text for path, text in there(folder).items() if not path.startswith(STAGING)} for folder in folders]
        assert left in ([OLD, OLD], [NEW, NEW]), f"step {step}"
        assert code in (0, 2 if number is signal.SIGINT else -number), f"step {step}"
        found.append(left)
        if code == 0:
            break
    assert found.count([OLD, OLD]) > 5
    assert found.count([NEW, NEW]) > 10


@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="a folder's permission binds only on POSIX systems")
@pytest.mark.parametrize("part", ["", "old"])
def test_a_folder_without_permission_is_one_finding_before_anything_is_touched(part: str) -> None:
    with tempfile.TemporaryDirectory() as name:  # not below tmp_path, which other users may not enter
        folder = Path(name)
        put(folder, OLD)
        chmod(folder, 0o777)
        (folder / part).chmod(0o555)

        def work() -> int:
            if os.geteuid() == 0:  # root may write anywhere
                os.setuid(65534)
            report = Report()
            failed = not write.apply([planned(folder, NEW)], report)
            return 0 if failed and ["permission is denied" in d.message for d in report.errors] == [True] else 1

        try:
            assert in_child(work) == 0
            assert there(folder) == OLD
        finally:
            chmod(folder, 0o755)


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
            if write.apply([changes], report):
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
        return 0 if not write.apply([changes], report) and [d.code for d in report.errors] == ["cannot-write"] else 1

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
        assert not write.apply([planned(tmp_path, NEW | {"big.py": "x" * 300_000})], report)
        assert ["the disk is full" in d.message for d in report.errors] == [True]
        assert there(tmp_path) == OLD
        put(tmp_path, NEW)
        assert there(tmp_path) == NEW
    finally:
        subprocess.run(["umount", tmp_path], check=True)


SCRIPT = """
import sys
from pathlib import Path
from specmill.diagnostics import Report
from specmill.output import File, write
from specmill.output.changes import plan
from specmill.output.lock import hold
from specmill.output.spool import Spool
folder, word, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
report = Report()
spool = Spool()
files = [File(f"{n % 7}/{word if n % 3 else 'both'}{n}.py", spool.put([f"{word} {n}\\n".encode() * 40])) for n in range(300)]
with hold([folder], report, lambda f: print("waiting", flush=True)) as held:
    assert held
    print("held", flush=True)
    import time; time.sleep(pause)
    changes = plan(folder, files, report)
    assert changes is not None and not changes.refused, [c.path for c in changes.refused]
    assert write.apply([changes], report)
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
    with hold([tmp_path / "a/b/c"], Report(), print) as held:
        assert held
        assert (tmp_path / "a/b/c").is_dir()
    assert not (tmp_path / "a").exists()


@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="a folder's permission binds only on POSIX systems")
def test_permission_lost_at_any_step_is_one_finding_and_a_rerun_ends_in_the_right_state() -> None:
    """Really lost, by a user whom it binds: every folder of the output becomes read-only in the middle of the run."""
    untouched = 0
    with tempfile.TemporaryDirectory() as name:  # not below tmp_path, which other users may not enter
        Path(name).chmod(0o777)
        for step in range(1, 1000):
            folder = Path(name, str(step))

            def work(step: int = step, folder: Path = folder) -> int:
                if os.geteuid() == 0:
                    os.setuid(65534)
                put(folder, OLD)
                changes, report = planned(folder, NEW), Report()
                count = at_step(step, lambda: chmod(folder, 0o555), after=False)
                if write.apply([changes], report):
                    return 1 if count[0] < step else 0
                return 2 if ["permission is denied" in d.message for d in report.errors] == [True] else 3

            code = in_child(work)
            chmod(folder, 0o755)
            if code == 1:
                break
            assert code in (0, 2), f"step {step}"  # 0: nothing but cleaning up was left
            known = there(folder)
            assert all(text in (OLD.get(path), NEW.get(path)) for path, text in known.items() if not path.startswith(STAGING))
            untouched += {path for path in known if not path.startswith(STAGING)} == set(OLD)
            assert in_child(partial(rerun, folder)) == 0, f"step {step}"
            assert there(folder) == NEW
    assert untouched > 10, "as long as the new files are only being gathered, nothing changes"


def chmod(folder: Path, mode: int) -> None:
    """Give the folder and those in it a mode; from above, where it is taken, or what is below could not be reached."""
    inner = [path for path in folder.rglob("*") if path.is_dir()]
    for path in (folder, *inner):
        path.chmod(mode)


def rerun(folder: Path) -> int:
    """The same run again, as the user who was interrupted."""
    if os.geteuid() == 0:
        os.setuid(65534)
    put(folder, NEW)
    return 0


@needs_fork
def test_a_really_read_only_disk_is_one_finding_and_a_run_that_changes_nothing_does_not_mind(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no file system of our own can be mounted here: {mounted.stderr.strip()}")
    try:
        put(tmp_path, OLD)
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        put(tmp_path, OLD)
        report = Report()
        with hold([tmp_path], report, print) as held:
            assert held
            assert not write.apply([planned(tmp_path, NEW)], report)
        assert ["the file system is read-only" in d.message for d in report.errors] == [True]
        assert there(tmp_path) == OLD
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("path", "text"),
    [("both1.py", "mine\n"), ("both1.py", None), ("old/1.py", "mine\n"), ("new/1.py", "mine\n")],
    ids=["edited", "removed", "edited-what-goes", "made"],
)
def test_what_somebody_does_to_the_output_during_the_run_is_kept(path: str, text: str | None, tmp_path: Path, *, force: bool) -> None:
    put(tmp_path, OLD)
    changes, report = planned(tmp_path, NEW), Report()
    if text is None:
        (tmp_path / path).unlink()
    else:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    mine = there(tmp_path)
    assert not write.apply([changes], report, force=force)
    assert {d.code for d in report.errors} == {"edited-file"}
    assert there(tmp_path) == mine
    assert not (tmp_path / STAGING).exists()


# ---- faults in whole runs -------------------------------------------------------------------------------------------------------


def spec(*names: str) -> str:
    schemas = {name: {"type": "object", "properties": {"name": {"type": "string"}}} for name in names}
    return json.dumps(openapi(schemas))


def project(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "api.json").write_text(text)
    (folder / "specmill.toml").write_text(
        'spec = "api.json"\n[targets.python]\npath = "out/pets"\n[targets.docs]\nkind = "markdown"\npath = "out/docs"\n'
    )
    return folder


def command(folder: Path, *arguments: str) -> int:
    """The exit code of a command in this process; it says nothing."""
    os.chdir(folder)
    return cli.main([*arguments, "-q"])


def ran(folder: Path, *arguments: str) -> int:
    """The same, in a process of its own."""
    return in_child(partial(command, folder, *arguments))


def whole(folder: Path, text: str) -> dict[str, str]:
    """What a run that nothing disturbs makes of a spec."""
    assert ran(project(folder, text), "generate") == 0
    return there(folder / "out")


@needs_fork
def test_a_run_killed_at_any_write_is_never_taken_for_a_finished_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fuzz_rounds: int
) -> None:
    """Also while the record is written by which the next run sees that nothing has changed."""
    library.render(json.loads(spec("Cat")), {"python": {}, "docs": {"kind": "markdown"}})  # imports for all children what they need
    goal = whole(tmp_path / "new", spec("Dog", "Eel"))
    folder = tmp_path / "old"
    before = whole(folder, spec("Cat", "Dog"))
    shutil.copytree(folder / "out", tmp_path / "kept")
    (folder / "api.json").write_text(spec("Dog", "Eel"))
    recorded, step = 0, 1
    while True:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache{step}"))
        shutil.rmtree(folder / "out")
        shutil.copytree(tmp_path / "kept", folder / "out")
        code = in_child(partial(killed, folder, step))
        left = {path: text for path, text in there(folder / "out").items() if STAGING not in path}
        assert all(text in (before.get(path), goal.get(path)) for path, text in left.items()), f"step {step}"
        is_done = left == goal
        assert ran(folder, "check") == (0 if is_done else 1), f"step {step}"
        assert ran(folder, "generate") == 0, f"step {step}"
        assert there(folder / "out") == goal, f"step {step}"
        assert ran(folder, "check") == 0, f"step {step}"
        if code == 0:
            break
        recorded += is_done
        step += 1 if is_done or fuzz_rounds > 1 else 7
    assert step > 40
    assert recorded > 2, "killed when all was written but the record"


@needs_fork
def test_a_run_that_was_killed_is_ended_by_the_next_one_even_where_the_spec_is_broken_by_then(tmp_path: Path) -> None:
    goal = whole(tmp_path / "new", spec("Dog", "Eel"))
    folder = tmp_path / "old"
    before = whole(folder, spec("Cat", "Dog"))
    shutil.copytree(folder / "out", tmp_path / "kept")
    found = []
    for step in range(3, 400, 9):
        shutil.rmtree(folder / "out")
        shutil.copytree(tmp_path / "kept", folder / "out")
        (folder / "api.json").write_text(spec("Dog", "Eel"))
        code = in_child(partial(killed, folder, step))
        (folder / "api.json").write_text("{")
        assert ran(folder, "generate") == 2
        left = there(folder / "out")
        parts = [[part(left, name) == part(one, name) for one in (before, goal)] for name in ("pets/", "docs/")]
        assert all(map(any, parts)), f"step {step}"
        found.append(parts)
        if code == 0:
            break
    assert [[True, False], [True, False]] in found
    assert [[False, True], [False, True]] in found


def part(files: dict[str, str], folder: str) -> dict[str, str]:
    """Those of one target."""
    return {path: text for path, text in files.items() if path.startswith(folder)}


def killed(folder: Path, step: int) -> int:
    """A run that ends at a step without any cleaning up."""
    at_step(step, lambda: os._exit(9), after=False)
    return command(folder, "generate")


@needs_fork
def test_of_runs_at_once_on_one_folder_each_leaves_a_whole_tree(tmp_path: Path) -> None:
    specs = [spec("Cat", *(f"{word}{n}" for n in range(30))) for word in ("Ant", "Bee", "Cow", "Dog")]
    goals = [whole(tmp_path / f"alone{n}", text) for n, text in enumerate(specs)]
    shared = tmp_path / "shared"
    shared.mkdir()
    folders = []
    for n, text in enumerate(specs):
        folders.append(project(tmp_path / str(n), text))
        (folders[-1] / "out").symlink_to(shared)
    for _ in range(2):
        running = [subprocess.Popen([sys.executable, "-m", "specmill", "generate", "-q"], cwd=folder) for folder in folders]
        assert [process.wait() for process in running] == [0] * len(running)
        assert there(shared) in goals
    assert sorted(ran(folder, "check") for folder in folders) == [0, 1, 1, 1]
