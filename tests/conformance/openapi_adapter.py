"""Lets a comparison of OpenAPI tools run ours on a generated package called `gen`."""

from __future__ import annotations

import importlib
import json
from typing import Any


def classes(folder: str, package: str) -> dict[str, Any]:  # noqa: ARG001 its form is given
    """What stands for each schema, by the name of the model: a class, or the name of an alias."""
    module = importlib.import_module(package)
    return {name: getattr(module, name) for name in module.__all__}


def load(model: Any, value: Any) -> Any:
    """Decode a JSON value; an exception where it is refused."""
    return importlib.import_module("gen").decode(json.dumps(value), model)


def dump(value: Any) -> Any:
    """The JSON value of a model."""
    return json.loads(importlib.import_module("gen").encode(value))
