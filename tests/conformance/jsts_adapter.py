"""Lets the runner of the JSON-Schema-Test-Suite run ours: `compile(schema, draft, remotes, workdir)` gives a function that judges a value."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import specmill

specmill.compile_models({})  # every schema is judged in a fork: what all of them import is imported before
_DIALECTS = {
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}


def compile(schema: Any, draft: str, remotes: Mapping[str, Any], workdir: Path) -> Callable[[Any], bool]:
    """The judge of the schema's root type; a refusal is said as NotImplementedError."""
    del workdir  # everything stays in memory
    asserted = getattr(sys.modules["__main__"], "FORMAT", False)
    dialect = {"$schema": _DIALECTS[draft]}
    document: dict[str, Any] = dialect | schema if isinstance(schema, dict) else dialect | ({} if schema else {"not": {}})
    try:
        module = specmill.compile_models(document, resources=remotes, formats="assert" if asserted else "annotation")
    except specmill.SpecError as error:
        raise NotImplementedError(str(error)) from error

    def accepts(value: Any) -> bool:
        try:
            module.decode(json.dumps(value), module.Payload)
        except module.DecodeError:
            return False
        return True

    return accepts
