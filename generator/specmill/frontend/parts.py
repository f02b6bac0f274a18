"""Where schemas stand: the keywords of JSON Schema that hold some, and the parts of an OpenAPI document that do."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any, Final

from specmill.ir import Json


class Part(enum.Enum):
    """What an object in a spec is."""

    __hash__ = object.__hash__  # members are singletons, and are looked up for each object of a spec

    SCHEMA = "schema"
    DOCUMENT = "OpenAPI document"
    COMPONENTS = "components"
    PATH_ITEM = "path item"
    OPERATION = "operation"
    CALLBACK = "callback"
    PARAMETER = "parameter or header"
    BODY = "request body"
    RESPONSE = "response"
    MEDIA_TYPE = "media type"
    ENCODING = "encoding"


class Holds(enum.Enum):
    """How a keyword holds its parts."""

    ONE = "the value"
    LIST = "each item of the value"
    MAP = "each member of the value"
    ONE_OR_LIST = "the value, or each item of it"


DEFINITIONS: Final = frozenset(["$defs", "definitions"])
"""The keywords whose schemas are only there to be referred to."""

SCHEMA_KEYWORDS: Final[Mapping[str, Holds]] = {
    **dict.fromkeys(["not", "if", "then", "else", "contains", "propertyNames", "additionalItems", "contentSchema"], Holds.ONE),
    **dict.fromkeys(["additionalProperties", "unevaluatedProperties", "unevaluatedItems"], Holds.ONE),
    **dict.fromkeys(["allOf", "anyOf", "oneOf", "prefixItems"], Holds.LIST),
    **dict.fromkeys(["properties", "patternProperties", "dependentSchemas", "dependencies", *sorted(DEFINITIONS)], Holds.MAP),
    "items": Holds.ONE_OR_LIST,
}

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_CONTENT: Final = {"content": (Holds.MAP, Part.MEDIA_TYPE)}

PARTS: Final[Mapping[Part, Mapping[str, tuple[Holds, Part]]]] = {
    Part.SCHEMA: {keyword: (holds, Part.SCHEMA) for keyword, holds in SCHEMA_KEYWORDS.items()},
    Part.DOCUMENT: {
        "paths": (Holds.MAP, Part.PATH_ITEM),
        "webhooks": (Holds.MAP, Part.PATH_ITEM),
        "components": (Holds.ONE, Part.COMPONENTS),
    },
    Part.COMPONENTS: {
        "schemas": (Holds.MAP, Part.SCHEMA),
        "responses": (Holds.MAP, Part.RESPONSE),
        "parameters": (Holds.MAP, Part.PARAMETER),
        "requestBodies": (Holds.MAP, Part.BODY),
        "headers": (Holds.MAP, Part.PARAMETER),
        "callbacks": (Holds.MAP, Part.CALLBACK),
        "pathItems": (Holds.MAP, Part.PATH_ITEM),
        "mediaTypes": (Holds.MAP, Part.MEDIA_TYPE),
    },
    Part.PATH_ITEM: {
        **dict.fromkeys(METHODS, (Holds.ONE, Part.OPERATION)),
        "additionalOperations": (Holds.MAP, Part.OPERATION),
        "parameters": (Holds.LIST, Part.PARAMETER),
    },
    Part.OPERATION: {
        "parameters": (Holds.LIST, Part.PARAMETER),
        "requestBody": (Holds.ONE, Part.BODY),
        "responses": (Holds.MAP, Part.RESPONSE),
        "callbacks": (Holds.MAP, Part.CALLBACK),
    },
    Part.CALLBACK: {},  # every member is a path item
    Part.PARAMETER: {"schema": (Holds.ONE, Part.SCHEMA), **_CONTENT},
    Part.BODY: _CONTENT,
    Part.RESPONSE: {"headers": (Holds.MAP, Part.PARAMETER), **_CONTENT},
    Part.MEDIA_TYPE: {
        "schema": (Holds.ONE, Part.SCHEMA),
        "itemSchema": (Holds.ONE, Part.SCHEMA),
        "encoding": (Holds.MAP, Part.ENCODING),
        "prefixEncoding": (Holds.LIST, Part.ENCODING),
        "itemEncoding": (Holds.ONE, Part.ENCODING),
    },
    Part.ENCODING: {"headers": (Holds.MAP, Part.PARAMETER)},
}


def parts(part: Part, node: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Json], Part]]:
    """The objects that an object holds: by what keys, the object itself, and what it is. A schema that is a boolean holds nothing."""
    if part is Part.CALLBACK:
        for key, value in node.items():
            if isinstance(value, dict):
                yield (key,), value, Part.PATH_ITEM
        return
    table = PARTS[part]
    for keyword, value in node.items():
        if keyword not in table:
            continue
        holds, inner = table[keyword]
        for keys, held in _held(holds, value):
            if isinstance(held, dict):
                yield (keyword, *keys), held, inner


def subschemas(schema: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """The schemas that a schema holds, booleans too, each with the keys that lead to it."""
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword in SCHEMA_KEYWORDS:
                for keys, held in _held(SCHEMA_KEYWORDS[keyword], value):
                    if isinstance(held, dict | bool):
                        yield (keyword, *keys), held


def _held(holds: Holds, value: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    if holds is Holds.ONE or (holds is Holds.ONE_OR_LIST and not isinstance(value, list)):
        yield (), value
    elif holds is Holds.MAP:
        if isinstance(value, dict):
            for key, member in value.items():
                yield (key,), member
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (str(index),), item
