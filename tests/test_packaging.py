"""The wheel is whole: what is installed from it works where no checkout is near."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

SPEC = '{"title": "Pet", "type": "object", "properties": {"name": {"type": "string"}}}'


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the content of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    # Built without isolation: what the build needs is a development dependency.
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_the_package_and_every_template_and_nothing_else(installed: Path) -> None:
    templates = {p.relative_to(ROOT / "templates") for p in (ROOT / "templates").rglob("*") if p.is_file()}
    assert {
        p.relative_to(installed / "specmill/templates") for p in (installed / "specmill/templates").rglob("*") if p.is_file()
    } == templates
    assert (installed / "specmill/py.typed").exists()
    assert (installed / "specmill/catalogue.md").exists()
    assert {p.name for p in installed.iterdir()} == {"specmill", "specmill-0.1.0.dist-info"}


def test_what_is_installed_generates(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "pet.json").write_text(SPEC)
    command = [sys.executable, "-m", "specmill", "generate", "--spec", "pet.json", "--target", "python=pets", "--target", "markdown=docs"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    script = 'import specmill, pets; print(specmill.__file__); print(pets.Pet.from_json(\'{"name": "Tom"}\').to_json())'
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(installed))
    assert "Tom" in done.stdout


def test_the_version_is_told_in_one_voice(installed: Path) -> None:
    import specmill

    metadata = (installed / "specmill-0.1.0.dist-info/METADATA").read_text("utf-8")
    assert f"\nVersion: {specmill.__version__}\n" in metadata
