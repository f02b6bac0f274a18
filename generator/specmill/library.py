"""specmill for programs: text instead of files, files instead of a command, models instead of either."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from specmill import config_file as configs
from specmill import imported
from specmill.config import Config
from specmill.diagnostics import Report, SpecError
from specmill.ir import MISSING, Json
from specmill.options import GENERAL
from specmill.pipeline import Drawn, Run, prove

Spec: TypeAlias = str | Path | Mapping[str, Json] | bool
"""The path of a document, or the document itself as Python data."""
Targets: TypeAlias = Iterable[str] | Mapping[str, Mapping[str, Any]]
"""Target kinds; or a table per target, as below ``[tool.specmill.targets]`` (``path`` may be left out: it is the name)."""

_numbers = itertools.count(1)


def render(spec: Spec, targets: Targets, *, resources: Mapping[str, Json] | None = None, **options: Any) -> dict[str, str]:
    """Make the files of all targets without touching the disk: ``{"markdown/index.md": "…"}``.

    Options are the general keys of the configuration, with ``_`` for ``-``. ``resources`` are documents by the URI that a ``$ref`` names them
    by. ``SpecError`` where there are errors.
    """
    run = _run(spec, targets, options)
    drawn = _draw(run, spec, resources)
    return {f"{target.path.as_posix()}/{file.path}": file.text for target in run.config.targets for file in drawn[target.name]}


def generate(config: str | Path | None = None, *, force: bool = False) -> list[Path]:
    """Do what ``specmill generate`` does with a configuration file (default: the nearest one); the files that were written or removed.

    ``SpecError`` where there are errors, or files that were changed by hand and ``force`` is not set; nothing is written then.
    """
    found = Path(config) if config is not None else configs.find(Path.cwd())
    report = Report()
    if found is None:
        report.error("no-config", None, configs.NOT_FOUND)
    read = configs.load(found, report) if found is not None else None
    if read is None:
        raise SpecError(report.errors)
    run = Run(read)
    package = run.package()
    drawn = run.draw(package) if package is not None else None
    run.raise_errors()
    with run.folders() as held:
        planned = run.plan(drawn) if held and drawn is not None else None
        if planned is not None:
            run.refuse(planned, force=force)
            if not run.report.errors:
                run.apply(planned, force=force)
    run.raise_errors()
    return [plan.folder / change.path for plan in planned or () for change in plan.differing]


def compile_models(schema_or_path: Spec, root: str = "Payload", resources: Mapping[str, Json] | None = None, **options: Any) -> ModuleType:
    """Make the dataclasses of a schema and import them, in memory: for tests and notebooks.

    ``root`` names the model of a whole JSON Schema document. Options are the general keys of the configuration and those of the python target,
    with ``_`` for ``-``. ``SpecError`` where there are errors.
    """
    name = f"specmill_models_{next(_numbers)}"
    general = {key: value for key, value in options.items() if key.replace("_", "-") in GENERAL}
    own = {key: value for key, value in options.items() if key not in general}
    run = _run(schema_or_path, {"python": {"path": name, "package": name} | own}, general | {"root": root})
    drawn = _draw(run, schema_or_path, resources)
    return imported.package(name, {file.path: file.text for file in drawn["python"]})


def _run(spec: Spec, targets: Targets, options: Mapping[str, Any]) -> Run:
    tables = dict(targets) if isinstance(targets, Mapping) else {kind: {} for kind in targets}
    data = _dashed(options) | {
        "spec": str(spec) if isinstance(spec, str | Path) else "schema.json",
        "targets": {name: {"path": name} | _dashed(table) for name, table in tables.items()},
    }
    report = Report()
    read: Config | None = configs.from_arguments(data, Path(), report)
    if read is None:
        raise SpecError(report.errors)
    return Run(read)


def _dashed(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("_", "-"): value for key, value in options.items()}


def _draw(run: Run, spec: Spec, resources: Mapping[str, Json] | None) -> Drawn:
    package = run.package(MISSING if isinstance(spec, str | Path) else spec, resources)
    drawn = run.draw(package) if package is not None else None
    run.raise_errors()
    assert drawn is not None  # else there are errors
    for target in run.config.targets:
        prove(target, drawn[target.name])
    return drawn
