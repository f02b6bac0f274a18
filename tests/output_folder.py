"""A folder as the tests of what reaches the disk fill it and look at it."""

from __future__ import annotations

from pathlib import Path

from specmill.diagnostics import Report
from specmill.output import File, write
from specmill.output.changes import Changes, plan
from specmill.output.paths import MANIFEST
from specmill.output.spool import Spool


def drawn(files: dict[str, str]) -> list[File]:
    spool = Spool()
    return [File(path, spool.put([text.encode()])) for path, text in files.items()]


def planned(folder: Path, files: dict[str, str]) -> Changes:
    report = Report()
    made = plan(folder, drawn(files), report)
    assert made is not None, report.errors
    return made


def put(folder: Path, files: dict[str, str], *, force: bool = False) -> Changes:
    """Plan and apply; must succeed."""
    made, report = planned(folder, files), Report()
    assert write.apply([made], report, force=force), report.errors
    return made


def there(folder: Path) -> dict[str, str]:
    """Every file but the manifest."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST}
