"""The names of generated check functions: made from where a schema stands in its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from specmill.ir import Schema, SchemaId
from specmill.names import assign, digest, snake, words
from specmill.pointers import unescaped
from specmill.targets.python.checks.subject import Mode

_LONGEST = 32
# The keywords that hold named schemas say nothing that the name does not say.
_CONTAINERS: Final = frozenset({"schemas", "$defs", "definitions", "properties", "paths", "content"})
_SILENT: Final = frozenset({"components", "schema"})
_KEYWORDS: Final = {
    "allOf": "all_of", "anyOf": "any_of", "oneOf": "one_of", "patternProperties": "pattern", "additionalProperties": "additional",
    "unevaluatedProperties": "unevaluated", "prefixItems": "item", "dependentSchemas": "with", "propertyNames": "keys",
}  # fmt: skip


def function_name(mode: Mode, stem: str) -> str:
    """``check_pet_owner``, ``is_pet_owner``."""
    return f"{mode.value}_{stem}"


def stems(schemas: Mapping[SchemaId, Schema]) -> dict[SchemaId, str]:
    """A short identifier for every schema, each its own."""
    return _stems(tuple(schemas))


@lru_cache(maxsize=1)  # they are asked for once for the names, and once for the functions
def _stems(schemas: tuple[SchemaId, ...]) -> dict[SchemaId, str]:
    home = next(iter(schemas), "").partition("#")[0]
    return assign({one: (_stem(one, home), one) for one in schemas}, reserved=("json_integer", "json_number", "multiple_of"))


def _stem(schema_id: SchemaId, home: str) -> str:
    document, _, pointer = schema_id.partition("#")
    steps = pointer.split("/")[1:]
    parts = [] if document == home and steps else [_part(_document_stem(document))]
    named = False  # a step that is a name, not a keyword: `properties` may well be the name of a property
    for step in steps:
        if named:
            parts.append(_part(unescaped(step)))
            named = False
        elif step in _CONTAINERS:
            named = True
        elif step not in _SILENT:
            parts.append(_part(_KEYWORDS.get(step) or unescaped(step)))
    stem = re.sub(r"__+", "_", "_".join(parts)).strip("_") or "root"
    return stem if len(stem) <= _LONGEST else f"{stem[: _LONGEST - 7].rstrip('_')}_{digest(schema_id)}"


@lru_cache(maxsize=16384)  # the same steps lead to many schemas
def _part(step: str) -> str:
    return snake(words(step)).strip("_") or "_"


def _document_stem(document: str) -> str:
    name = document.rstrip("/").rpartition("/")[2]
    return name.partition(".")[0] or "root"
