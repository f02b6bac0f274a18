"""What reaches the disk: only what we wrote is ours, nobody's file is touched, and no name leaves the folder."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from output_folder import drawn, planned, put, there

from specmill.diagnostics import Report
from specmill.output import write
from specmill.output.changes import Changes, Status, diff, plan
from specmill.output.lock import hold
from specmill.output.manifest import Listing, Manifest, digest
from specmill.output.paths import MANIFEST, STAGING, collisions, fault


def statuses(changes: Changes) -> dict[str, Status]:
    return {change.path: change.status for change in changes.files}


def codes(folder: Path, files: dict[str, str]) -> list[str]:
    report = Report()
    assert plan(folder, drawn(files), report) is None
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
        write.apply([changes], Report())
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
    with hold([tmp_path / "out"], report, print) as held:
        assert not held
    assert [d.code for d in report.errors] == ["cannot-write"]


@pytest.mark.parametrize(
    "text",
    [
        "not json", "[]", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": []}', '{"version": 1, "files": {"a": "x"}}',
        "<<<<<<< HEAD\n", "[" * 100_000, '{"version": 1, "files": {"a": "' + "0" * 64 + '"}, "pending": 1}', "\ufeff{}", '{"version": NaN}',
    ],
)  # fmt: skip
def test_a_manifest_that_is_not_ours_is_an_error_and_touches_nothing(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("x")
    (out / MANIFEST).write_text(text)
    assert codes(out, {"a.py": "1\n"}) == ["manifest-invalid"]
    assert there(tmp_path) == {"precious": "x"}


@pytest.mark.parametrize("kind", ["files", "pending"])
@pytest.mark.parametrize(
    "path",
    [
        "../precious",
        "/{}/precious",
        "in/../../precious",
        "..\\precious",
        "C:precious",
        "",
        ".",
        "./precious",
        "in//precious",
        MANIFEST,
        f"{STAGING}/0",
        "a\0b",
    ],
)
def test_no_manifest_leads_out_of_its_folder(path: str, kind: str, tmp_path: Path) -> None:
    """It may come with somebody's branch, and say the right digests."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("x")
    named = {path.format(str(tmp_path).strip("/")): digest(b"x")}
    (out / MANIFEST).write_text(json.dumps({"version": 1, "files": {}} | {kind: named}))
    assert codes(out, {"a.py": "1\n"}) == ["manifest-invalid"]
    write.resume(out, Report())
    assert there(tmp_path) == {"precious": "x"}


@pytest.mark.parametrize("place", ["in/precious", "in", "in/in/precious"])
def test_no_manifest_leads_out_of_its_folder_through_a_link(place: str, tmp_path: Path) -> None:
    (tmp_path / "home/in").mkdir(parents=True)
    (tmp_path / "home/precious").write_text("x")
    (tmp_path / "home/in/precious").write_text("x")
    out = tmp_path / "out"
    out.mkdir()
    (out / MANIFEST).write_text(json.dumps({"version": 1, "files": {place: digest(b"x")}}))
    (out / "in").symlink_to(tmp_path / "home", target_is_directory=True)
    assert codes(out, {"a.py": "1\n"}) == ["output-in-the-way"]
    assert there(tmp_path / "home") == {"precious": "x", "in/precious": "x"}


def test_the_manifest_is_sorted_and_says_nothing_of_time_or_place(tmp_path: Path) -> None:
    put(tmp_path / "x", {"b": "1\n", "a": "2\n"})
    put(tmp_path / "y", {"a": "2\n", "b": "1\n"})
    assert (tmp_path / "x" / MANIFEST).read_bytes() == (tmp_path / "y" / MANIFEST).read_bytes()
    assert list(json.loads((tmp_path / "x" / MANIFEST).read_text())["files"]) == ["a", "b"]


def test_a_manifest_that_says_nearly_the_same_is_written_as_it_would_be_anew() -> None:
    chance = random.Random(1)
    listing = Listing({path: digest(path.encode()) for path in ("a.py", "aa.py", "b/a.py", "naïve.md", *(f"{n}.py" for n in range(300)))})
    for _ in range(200):
        others: dict[str, str | None] = {
            path: digest(chance.randbytes(9)) for path in chance.sample([*listing], chance.choice([0, 1, 5, 50]))
        }
        if chance.random() < 0.3:
            others[chance.choice([*listing, "none.py"])] = None
        if chance.random() < 0.3:
            others[f"{chance.random()}日.py"] = digest(b"")
        files = {path: found for path, found in {**listing, **others}.items() if found is not None}
        listing = listing.but(others)
        assert listing == files
        data = {"version": 1, "files": dict(sorted(files.items()))}
        assert Manifest(listing).dump().decode() == json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        both = json.dumps(data | {"pending": {"x": "1"}}, indent=1, ensure_ascii=False) + "\n"
        assert Manifest(listing, Listing(x="1")).dump().decode() == both


def test_a_diff_names_both_sides_and_leaves_alone_what_is_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(before: str | None, after: str | None) -> list[str]:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        put(tmp_path / "out", {} if before is None else {"a": before})
        (change,) = planned(tmp_path / "out", {} if after is None else {"a": after}).differing
        return diff(change, Path("out"))

    monkeypatch.chdir(tmp_path)
    assert told("1\n", "2\n") == ["--- a/out/a", "+++ b/out/a", "@@ -1 +1 @@", "-1", "+2"]
    assert told("1\n", "1")[3:] == ["-1", "+1", "\\ No newline at end of file"]
    assert told(None, "2\n")[0] == "--- /dev/null"
    assert told("2\n", None)[1] == "+++ /dev/null"
    assert "too long" in told("1\n" * 20_000, "2\n" * 20_000)[0]
    (tmp_path / "out/a").write_bytes(b"\xff")
    assert diff(planned(tmp_path / "out", {"a": ""}).refused[0], Path("out")) == ["out/a is not text"]


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
