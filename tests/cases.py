"""The folders of tests/cases, and what specmill makes of each of them today."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from specmill import config_file as configs
from specmill import imported
from specmill.config import Config, TargetConfig
from specmill.diagnostics import Report, format_diagnostic
from specmill.pipeline import Run, prove

FOLDER = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.is_dir() else []

# What a case makes where its specmill.toml names no targets of its own.
TARGETS = {
    "dump": {"path": "."},
    "python": {"path": "python", "package": "models"},
    "docs": {"kind": "markdown", "path": "docs"},
}
SPECS = ("spec.yaml", "spec.json")


@dataclass(frozen=True)
class Outcome:
    """All that came of a spec."""

    files: dict[str, str]  # path below expected/ -> text
    diagnostics: str
    packages: dict[str, dict[str, str]]  # target of kind python, in either layout -> its files


@cache
def outcome(name: str) -> Outcome:
    """What specmill makes of a case now; nothing is written."""
    folder = FOLDER / name
    report = Report()
    with inside(folder):  # what is shown of paths is relative to where one is
        config = _config(folder, report)
        if config is None:
            return Outcome({}, shown(report), {})
        run = Run(
            replace(
                config, targets=(*config.targets, *(_laid_out_otherwise(target) for target in config.targets if target.kind == "python"))
            )
        )
        package = run.package()
        drawn = run.draw(package) if package is not None else None
        for target in run.config.targets:
            prove(target, (drawn or {}).get(target.name, []))
        diagnostics = shown(run.diagnostics())
    files = {
        os.path.normpath(f"{t.path.relative_to(folder)}/{f.path}"): f.text for t in config.targets for f in (drawn or {}).get(t.name, [])
    }
    packages = {t.name: {f.path: f.text for f in drawn[t.name]} for t in run.config.targets if t.kind == "python"} if drawn else {}
    return Outcome(files, diagnostics, packages)


def _laid_out_otherwise(target: TargetConfig) -> TargetConfig:
    """The target once more, where it is Python in the other layout: both are held to the same."""
    layout = "module" if target.options.get("layout") == "package" else "package"
    return replace(target, name=f"{target.name}_as_{layout}", options={**target.options, "layout": layout})


def _config(folder: Path, report: Report) -> Config | None:
    def complete(data: dict[str, Any]) -> dict[str, Any]:
        spec = next((name for name in SPECS if (folder / name).exists()), SPECS[0])
        return {"spec": spec, "targets": TARGETS} | data

    file = folder / "specmill.toml"
    return configs.load(file, report, complete) if file.exists() else configs.from_arguments(complete({}), folder, report)


def shown(diagnostics: Any) -> str:
    return "".join(f"{format_diagnostic(d)}\n" for d in diagnostics)


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@cache
def module(name: str, target: str) -> ModuleType:
    """The generated package of a case, imported from memory."""
    return imported.package(f"case_{name}_{target}".replace("-", "_"), outcome(name).packages[target])


def python_folders(into: Path) -> Iterator[Path]:
    """Every generated package of every case, written into a folder under a name of its own."""
    for name in NAMES:
        for target, files in outcome(name).packages.items():
            package = into / f"case_{name}_{target}".replace("-", "_")
            for path, text in files.items():
                (package / path).parent.mkdir(parents=True, exist_ok=True)
                (package / path).write_text(text, encoding="utf-8")
            yield package
