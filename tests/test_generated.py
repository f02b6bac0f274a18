"""The files in generated/ are what spec/ makes today, and they hold to our own standard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cases
import pytest
from conftest import ROOT

from specmill import config_file as configs
from specmill.config import Config
from specmill.diagnostics import Report
from specmill.pipeline import Run


@pytest.fixture(scope="module")
def config() -> Config:
    report = Report()
    found = configs.load(ROOT / "pyproject.toml", report)
    assert found is not None, report.errors
    return found


def test_generated_is_current(config: Config) -> None:
    run = Run(config)
    package = run.package()
    drawn = run.draw(package) if package is not None else None
    planned = run.plan(drawn) if drawn is not None else None
    assert run.diagnostics() == []
    assert planned is not None
    assert [f"{plan.folder}/{change.path}: {change.status}" for plan in planned for change in plan.differing] == [], "make generate"


def test_nothing_else_is_in_generated(config: Config) -> None:
    listed = set()
    for target in config.targets:
        manifest = target.path / ".specmill.json"
        listed |= {target.path / path for path in json.loads(manifest.read_text("utf-8"))["files"]} | {manifest}
    assert {path for path in (ROOT / "generated").rglob("*") if path.is_file() and "__pycache__" not in path.parts} == listed


@pytest.fixture(scope="module")
def packages(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every Python package that we have: that of generated/, and those of all cases."""
    folder = tmp_path_factory.mktemp("packages")
    assert list(cases.python_folders(folder))
    for target in config.targets:
        if target.kind == "python":
            (folder / "generated_session").symlink_to(target.path)
    return folder


@pytest.fixture(scope="module")
def texts(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each different Python file once: much of every package is the same."""
    folder, seen = tmp_path_factory.mktemp("texts"), set()
    for package in sorted(packages.iterdir()):
        for path in sorted(package.rglob("*.py")):
            text = path.read_bytes()
            if text not in seen:
                seen.add(text)
                (folder / "-".join([package.name, *path.relative_to(package).parts])).write_bytes(text)
    return folder


def run_tool(folder: Path, *command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command, "."], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def test_generated_python_passes_mypy_strict(packages: Path) -> None:
    run_tool(packages, "mypy", "--strict", "--cache-dir", os.devnull, "--config-file", os.devnull, "--python-version", "3.11")


def test_black_changes_nothing_in_generated_python(texts: Path) -> None:
    run_tool(texts, "black", "--check", "--diff", "--quiet", "--config", os.devnull)


def test_ruff_finds_nothing_in_generated_python(texts: Path) -> None:
    run_tool(texts, "ruff", "check", "--isolated", "--no-cache")


def test_generated_python_has_nothing_to_silence_and_nothing_of_the_moment(packages: Path) -> None:
    files = [path for path in packages.rglob("*.py") if path.is_file()]
    assert files
    for path in files:
        text = path.read_text("utf-8")
        for word in ("noqa", "type: ignore", "pyright:", str(ROOT), "specmill 0."):
            assert word not in text, path


def test_every_generated_package_imports_and_needs_msgspec_alone(packages: Path) -> None:
    names = sorted(path.name for path in packages.iterdir())
    script = (
        "import sys, importlib, pkgutil\n"
        "for name in sys.argv[1:]:\n"
        "    package = importlib.import_module(name)\n"
        "    for found in pkgutil.walk_packages(package.__path__, name + '.'):\n"
        "        importlib.import_module(found.name)\n"
        "    for public in dir(package):\n"
        "        getattr(package, public)\n"
        "tops = {m.split('.')[0] for m in sys.modules}\n"
        "print(*sorted(tops - set(sys.stdlib_module_names) - set(sys.argv[1:]) - {'__main__'}))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(packages)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", _with_msgspec(script), *names], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"msgspec", "typing_extensions"}


def _with_msgspec(script: str) -> str:
    """The script where nothing of the environment is installed but msgspec: the site is off, its folder is the last to be searched."""
    import msgspec

    return f"import sys; sys.path.append({str(Path(msgspec.__file__).parent.parent)!r})\n{script}"
