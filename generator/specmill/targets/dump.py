"""The description itself as JSON: for people, for plugins in other languages, and for tests."""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Iterator
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from specmill import ir
from specmill.config import TargetConfig
from specmill.diagnostics import Report
from specmill.targets import Page


def pages(package: ir.Package, target: TargetConfig, report: Report) -> Iterator[Page]:  # noqa: ARG001 - every target is called alike
    """One file with everything."""
    yield Page("ir.json", None, text(package))


def text(package: ir.Package) -> str:
    """The package as indented JSON; the same package is the same text."""
    written = json.dumps(_plain(package), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return "\n".join(line if line.isprintable() else "".join(map(_printable, line)) for line in written.split("\n"))


def _printable(character: str) -> str:
    """The character, or the escape that JSON has for it: this text is read in terminals and in reviews."""
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _plain(value: Any) -> Any:
    """A value as JSON data. A node is an object that names its class under ``is``; what holds its default is left out."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Struct):
        held = {field.name: getattr(value, field.name) for field in fields(value) if not _is_default(field, value)}
        return {"is": type(value).__name__} | {name.rstrip("_"): _plain(item) for name, item in held.items()}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):  # YAML has them, JSON does not
        return {"is": str(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _is_default(field: FieldInfo, node: object) -> bool:
    value = getattr(node, field.name)
    if field.default_factory is not NODEFAULT:
        return bool(value == field.default_factory())
    # JSON tells 1, 1.0 and true apart; Python's == does not.
    return field.default is not NODEFAULT and type(value) is type(field.default) and bool(value == field.default)
