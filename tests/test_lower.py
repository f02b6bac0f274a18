"""What schemas become: shapes that never refuse what their schema accepts, and names that depend on nothing but their place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CORPORA, openapi

from specmill import ir, names
from specmill.config import Config
from specmill.diagnostics import Report
from specmill.frontend.defaults import fits
from specmill.frontend.graph import Graph
from specmill.frontend.lower import lower
from specmill.frontend.source import Document

SUITE = CORPORA / "jsts"


def lowered(data: ir.Json, report: Report | None = None, resources: dict[str, ir.Json] | None = None, **options: Any) -> ir.Package:
    report = report or Report()
    graph = Graph(Document("spec.json", None, data, json.dumps(data).encode()), report, resources or {})
    return lower(graph, Config(root=Path(), spec=Path("spec.json"), root_name="Payload", **options), report)


def class_names(package: ir.Package) -> list[str]:
    return [names.pascal(model.name) for model in package.models.values()]


# ---- schemas that say the same ------------------------------------------------------------------------------------------------

ALIKE: list[dict[str, Any]] = [
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "uri", "description": "Where it is."},
    {"type": "string", "format": "uri", "description": 1},
    {"type": "string", "format": "datetime"},
    {"type": "string", "format": "date-time", "minLength": 3},
    {"type": "string", "format": "binary"},
    {"type": ["string", "null"], "default": "a"},
    {"type": ["string", "null"], "default": 1},
    {"type": ["string", None]},
    {"type": ["string", ["null"]]},
    {"type": "string", "nullable": True},
    *({"type": "integer", "maximum": bound} for bound in (1, 1.0, True, "1")),
    {"type": "integer", "minimum": 2, "maximum": 1},
    {"type": "strin"},
    {"type": {}},
    {"type": "number", "default": None},
    {"type": "number", "default": math.inf},
    *({"enum": values} for values in (["a", "b"], ["a", "b", None], [1, 2], [1.0, 2], [True, 2], [True, False], ["a", "a"], [], "a")),
    {"enum": ["a", "b"], "description": "Letters", "default": "b"},
    {"enum": ["a", "b"], "description": 1},
    {"enum": ["a", "b"], "x-enum-varnames": ["First", "Second"]},
    {"type": "string", "enum": ["a", 1]},
    {"type": "string", "enum": ["a", "b"], "format": "uuid"},
    {"type": ["string", "null"], "enum": ["a", "b", None]},
    {"$ref": "#/components/schemas/Other"},
    {"$ref": "#/components/schemas/Other", "description": "Another one."},
    {"$ref": "#/components/schemas/Other", "nullable": True},
    {"$ref": "#/components/schemas/Nowhere"},
]


def described_with_findings(component: str, *schemas: ir.Json, beside: dict[str, ir.Json] | None = None) -> tuple[list[str], list[str]]:
    """The models of a component with the properties, and all that there is to say of it."""
    report = Report()
    properties = {str(index): schema for index, schema in enumerate(schemas)}
    others = {"Other": {"type": "string", "maxLength": 2}} | (beside or {})
    package = lowered(openapi(others | {component: {"type": "object", "properties": properties}}), report)
    at = f"spec.json#/components/schemas/{component}"
    models = [package.models[id] for id in package.models if id.startswith(at)]
    fields = [repr(field) for model in models if isinstance(model, ir.Record) for field in model.fields]
    return [*fields, *map(repr, models[1:])], [repr(one) for one in report if str(one.pointer).startswith(at)]


def test_what_many_schemas_say_is_understood_of_each_as_if_it_were_alone() -> None:
    everything, findings = described_with_findings("All", *ALIKE, *ALIKE)
    for index, schema in enumerate([*ALIKE, *ALIKE]):
        at = f"spec.json#/components/schemas/All/properties/{index}"
        alone = described_with_findings("All", *(True for _ in range(index)), schema)
        assert everything[index] == alone[0][index]
        assert [one for one in everything[2 * len(ALIKE) :] if f"id='{at}'" in one] == alone[0][index + 1 :]
        assert {one for one in findings if f"'{at}/" in one or f"'{at}'" in one} == set(alone[1])


def test_properties_of_one_name_are_understood_as_if_each_were_alone() -> None:
    def object_of(schemas: list[dict[str, Any]]) -> ir.Json:
        return {"type": "object", "properties": {str(index): schema for index, schema in enumerate(schemas)}}

    either = {"anyOf": [{"type": "string", "format": "datetime"}, {"type": "integer"}]}  # variants are read before they are described
    before = {"Either": either, "Next": object_of(ALIKE[1:]), "Last": object_of([{}, *ALIKE]), "Same": object_of(ALIKE)}
    assert described_with_findings("Zoo", *ALIKE, beside=before) == described_with_findings("Zoo", *ALIKE)


def test_what_stands_below_a_property_called_callbacks_belongs_to_its_component() -> None:
    item = {"type": "object", "properties": {"url": {"type": "string"}}}
    package = lowered(openapi({"Hook": {"type": "object", "properties": {"callbacks": {"type": "array", "items": item}}}}))
    assert {model.group for model in package.models.values()} == {ir.Group.COMPONENT}


# ---- shapes ---------------------------------------------------------------------------------------------------------------------


def groups(draft: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((SUITE / "tests" / draft).glob("*.json")):
        yield from ((file.stem, group) for group in json.loads(file.read_text("utf-8")))


def remotes(draft: str) -> dict[str, Any]:
    """The suite's remote documents, under the addresses that its README gives them."""
    found = {}
    for file in (SUITE / "remotes").rglob("*.json"):
        name = file.relative_to(SUITE / "remotes").as_posix()
        other = re.match(r"(draft[^/]+|v1)/", name)
        if other is None or other[1] == draft:
            found[f"http://localhost:1234/{name}"] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.skipif(not SUITE.is_dir(), reason="the corpora are not here")
@pytest.mark.parametrize("draft", ["draft2020-12", "draft7"])
def test_a_shape_accepts_every_value_that_its_schema_accepts(draft: str) -> None:
    resources = remotes(draft)
    tried, refused = 0, []
    for stem, group in groups(draft):
        schema = group["schema"]
        if draft == "draft7" and isinstance(schema, dict):
            schema = {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
        report = Report()
        package = lowered(schema, report, resources, formats="annotation")
        for case in group["tests"] if not report.errors else ():
            if case["valid"]:
                tried += 1
                if not fits(package.models, ir.Ref("spec.json#"), case["data"]):
                    refused.append(f"{stem}: {group['description']}: {case['description']}")
    assert tried > 500
    assert refused == []


# ---- names ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        ("#/components/schemas/Other", ir.Kind.BINARY),
        ("#/paths/~1up/post/requestBody/content/multipart~1form-data/schema", ir.Kind.STRING),
        ("#/paths/~1up/post/requestBody/content/multipart~1form-data/schema/properties/file", ir.Kind.STRING),
        ("#/%70aths/~1up/post/requestBody/content/multipart~1form-data/schema", ir.Kind.STRING),
    ],
)
def test_a_binary_string_is_bytes_where_nothing_but_raw_octets_lead_to_it(ref: str, kind: ir.Kind) -> None:
    file: ir.Json = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    upload = {"requestBody": {"content": {"multipart/form-data": {"schema": file}}}, "responses": {}}
    listed = {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": ref}}}}}}
    package = lowered(openapi({"Other": {"type": "object"}}, {"/up": {"post": upload}, "/list": {"get": listed}}))
    found = [field for model in package.models.values() if isinstance(model, ir.Record) for field in model.fields]
    assert [field.type for field in found if field.wire_name == "file"] == [ir.Scalar(kind, format="binary")]


def test_adding_a_schema_renames_no_other() -> None:
    one = {"type": "object", "properties": {"tag": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    before = class_names(lowered(openapi({"Cat": one, "foo-bar": one})))
    after = class_names(lowered(openapi({"Aardvark": one, "Cat": one, "Dog": one, "foo-bar": one})))
    assert set(before) <= set(after)


def test_the_order_of_schemas_changes_no_name() -> None:
    one = {
        "type": "object",
        "properties": {"tags": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}},
    }
    schemas = {"Cat": one, "Dog": one, "cat_tag": one}
    there = lowered(openapi(schemas)).models
    back = lowered(openapi(dict(reversed(schemas.items())))).models
    assert {id: model.name for id, model in there.items()} == {id: model.name for id, model in back.items()}


def test_a_name_can_be_pinned_in_the_spec_and_in_the_configuration() -> None:
    schemas = {"a": {"type": "object", "x-specmill-name": "Alpha"}, "b": {"enum": ["x"]}}
    assert class_names(lowered(openapi(schemas), names={"b": "Beta"})) == ["Alpha", "Beta"]


# ---- references -----------------------------------------------------------------------------------------------------------------


def test_a_parent_that_lists_its_children_is_no_circle() -> None:
    parent = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"}},
    }
    child = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"age": {"type": "integer"}}}]}
    report = Report()
    package = lowered(openapi({"Pet": parent, "Cat": child, "Dog": child}), report)
    pet = package.models["spec.json#/components/schemas/Pet"]
    assert report.errors == []
    assert isinstance(pet, ir.Union)
    assert pet.discriminator is not None
    assert dict(pet.discriminator.mapping) == {"cat": 0, "dog": 1}


def test_only_what_is_asked_for_is_described_with_what_it_reaches() -> None:
    from specmill.config import Selection

    schemas = {
        "Cat": {"type": "object", "properties": {"owner": {"$ref": "#/components/schemas/Owner"}}},
        "Owner": {"type": "object", "properties": {"name": {"type": "string"}}},
        "Dog": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    assert class_names(lowered(openapi(schemas), include=Selection(schemas=("C*",)))) == ["Cat", "Owner"]
