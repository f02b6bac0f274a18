"""Random schemas become models that accept just what an independent validator accepts, in the words of each dialect."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st
from json_schemas import Dice

import specmill

SPEAK_OF_NULL = {"enum", "not", "if", "allOf", "anyOf", "oneOf"}  # `nullable` beside these lets null in whatever they say of it


def accepts(models: ModuleType, name: str, value: Any) -> bool:
    try:
        models.decode(json.dumps(value), getattr(models, name))
    except models.DecodeError:
        return False
    return True


def compiled(document: dict[str, Any]) -> ModuleType | None:
    """The models; None where the schema is one that leads back to itself with nothing between."""
    try:
        return specmill.compile_models(document, formats="annotation")
    except specmill.SpecError as refusal:
        codes = {found.code for found in refusal.diagnostics}
    assert codes <= {"endless-schema", "circular-ref"}
    return None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_models_of_random_schemas_accept_what_an_independent_validator_does(seed: int) -> None:
    dice = Dice(seed)
    document = dice.document()
    oracle = jsonschema_rs.Draft202012Validator(document)
    models = compiled(document)
    if models is None:
        return
    for value in [dice.value() for _ in range(40)]:
        assert accepts(models, "Payload", value) == oracle.is_valid(value), (document, value)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_schemas_in_the_words_of_openapi_30_mean_the_same(seed: int) -> None:
    dice = Dice(seed, typed=True)
    document = dice.document()
    oracle = jsonschema_rs.Draft202012Validator(document)
    models = compiled(in_openapi_30(document))
    if models is None:
        return
    for value in [dice.value() for _ in range(40)]:
        assert accepts(models, "Holder", {"value": value}) == oracle.is_valid(value), (document, value)


def in_openapi_30(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas as components; null, exclusive bounds and booleans as OpenAPI 3.0 says them, with notes that change nothing."""
    payload = {"allOf": document["allOf"]}
    schemas = {name: older(schema) for name, schema in {**document["$defs"], "payload": payload}.items()}
    holder = {"type": "object", "required": ["value"], "properties": {"value": {"$ref": "#/components/schemas/payload"}}}
    return {"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": {}, "components": {"schemas": {**schemas, "Holder": holder}}}


def older(schema: Any) -> Any:
    match schema:
        case True:
            return {"readOnly": True}
        case False:
            return {"not": {}}
        case {"$ref": str(ref)}:
            return {"$ref": ref.replace("#/$defs/", "#/components/schemas/"), "description": "ignored beside a reference", "maxLength": 0}
    return {key: held for keyword, value in schema.items() for key, held in _older(keyword, value, schema)}


def _older(keyword: str, value: Any, schema: dict[str, Any]) -> list[tuple[str, Any]]:
    match keyword, value:
        case "type", [one, "null"] | ["null", one] if not schema.keys() & SPEAK_OF_NULL:
            return [("type", one), ("nullable", True)]
        case "exclusiveMinimum", _ if "minimum" not in schema:
            return [("minimum", value), ("exclusiveMinimum", True)]
        case "exclusiveMaximum", _ if "maximum" not in schema:
            return [("maximum", value), ("exclusiveMaximum", True)]
        case ("anyOf" | "oneOf"), _:
            return [(keyword, [older(one) for one in value]), ("discriminator", {"propertyName": "a"})]
        case ("allOf" | "prefixItems"), _:
            return [(keyword, [older(one) for one in value])]
        case ("properties" | "patternProperties" | "dependentSchemas"), _:
            return [(keyword, {key: older(one) for key, one in value.items()})]
        case _ if isinstance(value, dict | bool) and keyword not in {"uniqueItems", "const", "default", "dependentRequired"}:
            return [(keyword, older(value))]
    return [(keyword, value)]
