"""Make the virtual environment that the Makefile's commands run in, with nothing but Python and pip (or uv) to start from."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(folder: Path, group: str = "dev") -> None:
    """Make or bring up to date the environment in ``folder``, with what that group of dependencies lists."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it with an older one shall read why it fails
        sys.exit("specmill needs Python 3.11 or later; say which with: make PYTHON=python3.12 …")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = ["--editable", str(ROOT), *project["dependency-groups"][group]]
    python = folder / "bin/python"
    uv = shutil.which("uv")
    if uv:
        if not python.exists():
            run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        run(uv, "pip", "install", "--quiet", "--python", str(python), *wanted)
        return
    if not python.exists():
        make_with_python(folder)
    pip = [str(python), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        pip = [sys.executable, "-m", "pip", "--python", str(python)]  # Debian parts venv's own pip from Python
    run(*pip, "install", "--quiet", "--disable-pip-version-check", *wanted)


def make_with_python(folder: Path) -> None:
    """Make an environment with venv; without a pip of its own where the system keeps that back."""
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, check=False)
    if made.returncode:
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))


def run(*command: str) -> None:
    """Run a command; end where it fails: it has said why."""
    if code := subprocess.run(command, check=False).returncode:
        sys.exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
