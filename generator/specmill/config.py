"""What the user wants: a spec, and what to make of it; checked and frozen."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from specmill.options import LIMITS, TARGET_OPTIONS


class TargetConfig(Struct, frozen=True):
    """One output: what kind, into which folder, with which options (all of the kind's, defaults filled in)."""

    name: str
    kind: str
    path: Path
    options: Mapping[str, object] = {}


def _limit(key: str) -> int:
    return int(LIMITS[key].default)  # type: ignore[arg-type]  # that of a limit is an integer


class Selection(Struct, frozen=True):
    """Names and patterns as the user wrote them; empty: no restriction."""

    schemas: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Limits(Struct, frozen=True):
    """How much a run takes on; ``options.LIMITS`` says what each limit counts."""

    document_bytes: int = _limit("document-bytes")
    values: int = _limit("values")
    nesting: int = _limit("nesting")
    references: int = _limit("references")
    models: int = _limit("models")
    output_bytes: int = _limit("output-bytes")


class Config(Struct, frozen=True):
    """One run: a spec and what to make of it. ``root`` is the folder that relative paths start from."""

    root: Path
    spec: Path
    targets: tuple[TargetConfig, ...] = ()
    inline_names: Literal["context", "short"] = "context"
    formats: Literal["typed", "annotation", "assert"] = "typed"
    strict: bool = False
    silence: frozenset[str] = frozenset()
    include: Selection = Selection()
    exclude: Selection = Selection()
    names: Mapping[str, str] = {}  # schema id or pointer -> the name it must get
    root_name: str | None = None  # of the model of a whole JSON Schema document
    templates: Path | None = None
    allow_outside: bool = False
    allow_remote: bool = False
    limits: Limits = Limits()
    file: Path | None = None  # where it was read from


def target(name: str, path: Path, kind: str | None = None, /, **options: object) -> TargetConfig:
    """A target with the defaults of its kind filled in; option names may be written with ``_``. For programs and tests."""
    told = {key.replace("_", "-"): value for key, value in options.items()}
    defaults = {key: option.default for key, option in TARGET_OPTIONS.get(kind or name, {}).items()}
    return TargetConfig(name, kind or name, path, defaults | told)


def can_be_imported(name: str) -> bool:
    """Whether Python's ``import`` takes it."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))
