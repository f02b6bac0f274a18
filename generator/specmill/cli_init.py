"""``specmill init``: a configuration to start from, with every key and what it does."""

from __future__ import annotations

import argparse
import json
import keyword
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from specmill.cli_arguments import Exit
from specmill.cli_text import Printer
from specmill.config_file import from_arguments
from specmill.diagnostics import Report, counted
from specmill.names import snake, words
from specmill.options import GENERAL, LIMITS, SELECTION, TARGET_OPTIONS, Option, Value
from specmill.pipeline import Run

_FILE = "specmill.toml"
_LARGE = 500  # models: in one module they would take a quarter of a second to import


def init(told: argparse.Namespace, printer: Printer) -> Exit:
    """Read the spec, so that its mistakes show at once, and write a configuration for it."""
    report = Report()
    config = from_arguments({"spec": told.spec}, Path.cwd(), report)
    if config is None:
        printer.findings(report)
        return Exit.BAD_INPUT
    made = Run(config)
    package = made.package()
    printer.findings(made.diagnostics())
    if package is None:
        return Exit.BAD_INPUT
    name = snake(words(Path(told.spec).stem))
    name += "_" * keyword.iskeyword(name)
    try:
        with Path(_FILE).open("w" if told.force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text(Path(told.spec).as_posix(), name, is_large=len(package.models) > _LARGE))
    except OSError as error:
        if isinstance(error, FileExistsError):
            report.error("foreign-file", None, f"{_FILE} is there already", help="--force overwrites it")
        else:
            report.error("cannot-write", None, f"{_FILE} cannot be written: {error.strerror}")
        printer.findings(report)
        return Exit.REFUSED if isinstance(error, FileExistsError) else Exit.BAD_INPUT
    counts = f"{counted(len(package.models), 'model')} and {counted(len(package.operations), 'operation')} in {told.spec}"
    printer.say(f"{_FILE} is written, for {counts}; now run: specmill generate")
    return Exit.OK


def text(spec: str, name: str, *, is_large: bool = False) -> str:
    """The configuration: what is needed is set (for many models, a module for each); every other key is a comment that shows its default."""
    lines = [
        "# What specmill makes of which spec: `specmill generate` reads this file.",
        "# A key with # right before it has the value that it would have anyway.",
        "# In a pyproject.toml the tables are [tool.specmill], [tool.specmill.targets.python], and so on.",
        "",
        f"spec = {_toml(spec)}",
        *_commented({key: option for key, option in GENERAL.items() if key != "spec"}),
        "",
        "# Only these are made; [exclude] has the same keys.",
        "#[include]",
        *_commented(SELECTION),
        "",
        "# The name that a schema must get, by its place.",
        "#[names]",
        f"#{_toml(f'{spec}#/components/schemas/Pet')} = \"Animal\"",
        "",
        "# How much a run takes on.",
        "#[limits]",
        *_commented(LIMITS),
        "",
        "[targets.python]",
        f"path = {_toml(f'src/{name}')}",
        *_commented(TARGET_OPTIONS["python"], {"layout": "package"} if is_large else {}),
        "",
        "[targets.docs]",
        'kind = "markdown"',
        'path = "docs/reference"',
        *_commented(TARGET_OPTIONS["markdown"]),
    ]
    return "\n".join(lines) + "\n"


def _commented(options: Mapping[str, Option], told: Mapping[str, Value] = MappingProxyType({})) -> Iterator[str]:
    for key, option in options.items():
        *most, last = map(_toml, option.choices or [""])
        choices = f" ({', '.join(most)} or {last})" if most else ""
        yield from textwrap.wrap(f"{option.doc[0].upper()}{option.doc[1:]}{choices}.", 100, initial_indent="# ", subsequent_indent="# ")
        yield f"{key} = {_toml(told[key])}" if key in told else f"#{key} = {_toml(option.default)}"


def _toml(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")  # TOML has JSON's strings, but for DEL
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
