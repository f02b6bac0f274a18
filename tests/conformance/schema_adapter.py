"""Lets a comparison of JSON Schema tools run ours: `compile(schema_path, workdir)` gives a loader and a dumper of JSON values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import specmill


def compile(schema_path: str, workdir: Path) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:  # noqa: ARG001 its form is given
    """The models of the schema as they come with unknown keys kept; a refusal is said as NotImplementedError."""
    try:
        module = specmill.compile_models(schema_path, root="Payload", unknown_fields="preserve")
    except specmill.SpecError as error:
        raise NotImplementedError(str(error)) from error
    return (lambda value: module.decode(json.dumps(value), module.Payload)), (lambda model: json.loads(module.encode(model)))
