"""The dialects of the schema language, and which keywords each of them knows."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from msgspec import Struct

from specmill.ir import Json

TYPES: Final = ("null", "boolean", "object", "array", "number", "string", "integer")

ANNOTATIONS: Final = frozenset(
    "$schema $id $comment $anchor $vocabulary $defs definitions title description default examples example deprecated readOnly writeOnly "
    "contentMediaType contentEncoding contentSchema externalDocs xml discriminator id".split()
)
_DRAFT4: Final = frozenset(
    "$ref type enum allOf anyOf oneOf not properties patternProperties additionalProperties required minProperties maxProperties dependencies "
    "items additionalItems minItems maxItems uniqueItems minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength "
    "pattern format".split()
)
_DRAFT6: Final = _DRAFT4 | {"const", "contains", "propertyNames"}
_DRAFT7: Final = _DRAFT6 | {"if", "then", "else"}
_DRAFT2019: Final = _DRAFT7 | frozenset(
    "dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems minContains maxContains $recursiveRef $recursiveAnchor".split()
)
_DRAFT2020: Final = (_DRAFT2019 - {"additionalItems", "$recursiveRef", "$recursiveAnchor"}) | {
    "prefixItems",
    "$dynamicRef",
    "$dynamicAnchor",
}


class Dialect(Struct, frozen=True, dict=True):
    """One version of the schema language."""

    name: str
    keywords: frozenset[str]  # the assertions and applicators that it knows
    ref_hides_siblings: bool = False  # `$ref` replaces everything beside it
    boolean_exclusive: bool = False  # exclusiveMinimum is a flag of minimum
    nullable: bool = False
    items_is_tuple: bool = False  # `items` may be a list, with `additionalItems` behind it
    contains_evaluates: bool = False
    is_partial: bool = False  # it lacks keywords that all others have
    asserts_formats: bool = False  # whatever the configuration says

    @cached_property
    def known(self) -> frozenset[str]:
        """All keywords that say something, if only to people."""
        return self.keywords | ANNOTATIONS


DRAFT4: Final = Dialect("draft-04", _DRAFT4, ref_hides_siblings=True, boolean_exclusive=True, items_is_tuple=True)
DRAFT6: Final = Dialect("draft-06", _DRAFT6, ref_hides_siblings=True, items_is_tuple=True)
DRAFT7: Final = Dialect("draft-07", _DRAFT7, ref_hides_siblings=True, items_is_tuple=True)
DRAFT2019: Final = Dialect("2019-09", _DRAFT2019, items_is_tuple=True)
DRAFT2020: Final = Dialect("2020-12", _DRAFT2020, contains_evaluates=True)
# A schema that names no draft is read as the latest; a list of `items` was a mistake there, and can only mean what it did before.
UNSAID: Final = Dialect("2020-12", _DRAFT2020 | {"additionalItems"}, items_is_tuple=True, contains_evaluates=True)
# OpenAPI 3.0 documents that use a later keyword mean it; ignoring it would be the surprise.
OPENAPI30: Final = Dialect(
    "OpenAPI 3.0",
    _DRAFT2020 | {"nullable"},
    ref_hides_siblings=True,
    boolean_exclusive=True,
    nullable=True,
    contains_evaluates=True,
)
OPENAPI31: Final = Dialect("OpenAPI 3.1", _DRAFT2020, contains_evaluates=True)
OPENAPI32: Final = Dialect("OpenAPI 3.2", _DRAFT2020, contains_evaluates=True)

_OPENAPI: Final = {"3.0": OPENAPI30, "3.1": OPENAPI31, "3.2": OPENAPI32}
_META_SCHEMAS: Final = {
    "json-schema.org/draft-04/schema": DRAFT4,
    "json-schema.org/draft-06/schema": DRAFT6,
    "json-schema.org/draft-07/schema": DRAFT7,
    "json-schema.org/draft/2019-09/schema": DRAFT2019,
    "json-schema.org/draft/2020-12/schema": DRAFT2020,
}
_BY_OPENAPI: Final = "spec.openapis.org/oas/"


def of_openapi(version: Json) -> Dialect | None:
    """The dialect of an OpenAPI document by the value of its ``openapi`` key (``3.1.0``); None for one that is not supported."""
    return _OPENAPI.get(".".join(str(version).split(".")[:2]))


def of_uri(uri: str) -> Dialect | None:
    """The dialect that a ``$schema`` (or ``jsonSchemaDialect``) names; None for a meta-schema of somebody else's."""
    name = uri.partition("#")[0].partition("://")[2].rstrip("/")
    if name.startswith(_BY_OPENAPI):  # 3.2/dialect/2025-09-17: each version publishes its own now and then, under its date
        version, _, rest = name.removeprefix(_BY_OPENAPI).partition("/")
        return of_openapi(version) if rest.startswith("dialect/") else None
    return _META_SCHEMAS.get(name)
