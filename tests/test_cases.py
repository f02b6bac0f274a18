"""A spec becomes exactly the expected files: the whole set, and for bad input exactly the expected words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import cases
import pytest
from conftest import ROOT

EXPECTED = "expected"
DIAGNOSTICS = "diagnostics.txt"


def wanted(name: str) -> dict[str, str]:
    """Path below expected/ -> text, of all that is to be there: what every package has word for word stands only once, in generated/."""
    outcome = cases.outcome(name)
    files = {path: text for path, text in sorted(outcome.files.items()) if same_everywhere().get(path.rpartition("/")[2]) != text}
    return files | ({DIAGNOSTICS: outcome.diagnostics} if outcome.diagnostics else {})


@cache
def same_everywhere() -> dict[str, str]:
    """The files of a generated package that do not depend on its spec, as generated/ has them."""
    package = ROOT / "generated/python/session_model"
    return {path.name: path.read_bytes().decode() for path in package.glob("_*.py") if path.name != "__init__.py"} | {"py.typed": ""}


def there(folder: Path) -> dict[str, str]:
    """Path below the folder -> text, of all that is there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def rewrite(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


@pytest.mark.parametrize("name", cases.NAMES)
def test_a_spec_becomes_exactly_the_expected_files(name: str, *, update: bool) -> None:
    folder = cases.FOLDER / name / EXPECTED
    new = wanted(name)
    if update:
        if there(folder) != new:
            rewrite(folder, new)
        return
    old = there(folder)
    assert list(old) == sorted(new), "the set of files (`pytest --update tests/test_cases.py` rewrites them)"
    for path, text in new.items():
        assert old[path] == text, path


@pytest.mark.parametrize("name", cases.NAMES)
def test_a_case_has_only_what_a_case_may_have(name: str) -> None:
    folder = cases.FOLDER / name
    assert any((folder / spec).exists() for spec in cases.SPECS) or (folder / "specmill.toml").exists()
    allowed = {*cases.SPECS, "specmill.toml", EXPECTED, "samples", "templates"}
    stray = {path.name for path in folder.iterdir()} - allowed
    others = [path for path in folder.iterdir() if path.name in stray and path.suffix in (".yaml", ".json", ".yml")]  # what a $ref leads to
    assert stray == {path.name for path in others}


def test_the_same_specs_make_the_same_files_whatever_the_hash_seed_and_time_zone() -> None:
    script = "import cases, hashlib; print(hashlib.sha256(repr([cases.outcome(n) for n in cases.NAMES]).encode()).hexdigest())"
    found = set()
    for seed in ("0", "1", "4711"):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *sys.path]),
            "TZ": f"UTC+{len(seed)}",
        }
        found.add(subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1


def test_update_is_refused_where_ci_is_set() -> None:
    command = [sys.executable, "-m", "pytest", "--update", "tests/test_cases.py", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": "true"}, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "--update is refused" in done.stdout + done.stderr
