"""Turns an OpenAPI or JSON Schema document into dataclasses, fast serializers and documentation that agree with each other."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that `specmill --version` does
if TYPE_CHECKING:
    from typing import Any, Final

    from specmill.diagnostics import Diagnostic, SpecError
    from specmill.library import compile_models, generate, render

__all__ = ["Diagnostic", "SpecError", "__version__", "compile_models", "generate", "render"]
__version__: Final = "0.1.0"

_HOMES: Final = {
    "Diagnostic": "specmill.diagnostics",
    "SpecError": "specmill.diagnostics",
    "compile_models": "specmill.library",
    "generate": "specmill.library",
    "render": "specmill.library",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that ``import specmill`` and the command line start fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not yet."""
    return __all__
