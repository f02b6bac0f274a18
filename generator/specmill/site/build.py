"""The project becomes a site: built beside its place, and put there when all of it is done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from specmill.diagnostics import Report, shown
from specmill.site.project import BUILT, SETTINGS, Site, lay_out

MARK: Final = ".specmill-site"  # what is in a folder that we may replace
_SEPARATOR: Final = r'[\s\-,:!=\[\]()\\"`/]+|\.(?!\d)'  # between words that are searched for: `created_at` is one
_COLOR: Final = re.compile(r"\x1b\[[0-9;]*m")


def build(site: Site, output: Path, report: Report, *, force: bool) -> bool:
    """Build the site into a folder; what was there before is replaced at once, or not at all."""
    if not force and output.exists() and not _is_ours(output):
        report.error(
            "foreign-file", None, f"{shown(output)} is not a site that specmill made", help="choose another --output, or say --force"
        )
        return False
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".specmill-site-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            lay_out(site, folder)
            if not _generate(folder, report):
                return False
            _search_whole_names(folder / BUILT / "search.json")
            (folder / BUILT / MARK).touch()
            _swap(folder / BUILT, output, folder / "old")
    except OSError as error:
        report.error("cannot-write", None, f"{shown(output)}: {error.strerror or error}")
        return False
    return True


def _is_ours(output: Path) -> bool:
    return output.is_dir() and ((output / MARK).exists() or not any(output.iterdir()))


def _swap(new: Path, output: Path, old: Path) -> None:
    """Two renames: for the instant between them there is no site, but never a part of one."""
    if output.exists():
        output.rename(old)
    try:
        new.rename(output)
    except OSError:
        if old.exists():
            old.rename(output)
        raise
    if old.is_file():
        old.unlink()
    elif old.exists():
        shutil.rmtree(old, ignore_errors=True)


def _generate(folder: Path, report: Report) -> bool:
    ran = subprocess.run(command("build", folder), capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    if ran.returncode == 0 and (folder / BUILT / "index.html").is_file():
        return True
    said = [line.strip() for line in _COLOR.sub("", ran.stdout + ran.stderr).splitlines() if line.strip()]
    report.error("site-failed", None, f"Zensical could not build the site: {' / '.join(said[-3:]) or f'exit code {ran.returncode}'}")
    return False


def _search_whole_names(index: Path) -> None:
    """Let the search take the name of a field as one word.

    Zensical has a setting for it, but refuses long pages where that is set (0.0.73).
    """
    found = json.loads(index.read_text("utf-8"))
    found["config"]["separator"] = _SEPARATOR
    index.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), "utf-8")


def command(verb: str, folder: Path) -> list[str]:
    """How the generator is called."""
    return [sys.executable, "-m", "zensical", verb, "-f", str(folder / SETTINGS)]
