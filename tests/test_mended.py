"""A description that was mended after an edit is the one that understanding the whole spec would give, findings included."""

from __future__ import annotations

import copy
import json
import random
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, openapi
from test_after_edit import SPECS, deprecate, describe, exemplify, extend, schemas_of, shorten, the_spec

from specmill import config_file as configs
from specmill import ir
from specmill.diagnostics import Report
from specmill.frontend import lower
from specmill.frontend.graph import Graph
from specmill.warm import Warm

CONFIG = 'spec = "spec.json"\n[targets.dump]\npath = "out"\n'
NULL = {"type": ["string", "null"], "enum": ["a", None]}
PUT: list[Any] = [
    {"type": "string"}, {"type": "string", "format": "binary"}, {"type": "string", "format": "date"}, {"type": "integer", "default": "x"}, NULL, True, {},
    {"type": "object", "properties": {"a": {"enum": ["x", "y"]}}}, {"properties": {"a": {"type": "array", "items": {"enum": [1, 2]}}}}, {"not": {"type": "null"}},
    {"oneOf": [{"type": "string"}, {"type": "object", "title": "Other"}]}, {"type": "array", "items": {"type": "object", "properties": {"b": True}}}, None, "x", 1,
    {"$defs": {"D": {"type": "object"}}}, {"$id": "urn:x", "type": "string"}, {"$anchor": "here"}, {"$ref": "other.json"}, {"type": "strin"}, {"x-y": 1},
]  # fmt: skip


def anywhere(chance: random.Random, spec: Any) -> None:
    """Put something else in place of any value below the schemas or the paths, take it out, write it twice or refer to another place."""
    holders = [spec.get("paths"), *((spec.get("components") or {}).values())]
    at = chance.choice([one for one in holders if isinstance(one, dict) and one] or [spec])
    while True:
        key = chance.choice([*at]) if isinstance(at, dict) else chance.randrange(len(at))
        if not isinstance(at[key], dict | list) or not at[key] or chance.random() < 0.25:
            break
        at = at[key]
    match chance.randrange(6):
        case 0:
            del at[key]
        case 1 if isinstance(at, list):
            at.append(copy.deepcopy(at[key]))
        case 1 | 2 if isinstance(at, dict):
            at[chance.choice(["properties", "items", "allOf", "anyOf", "more", "description", "$ref", "format"])] = copy.deepcopy(
                chance.choice([at[key], *PUT])
            )
        case 3:
            names = [*((spec.get("components") or {}).get("schemas") or {"none": 1})]
            at[key] = {"$ref": f"#/components/schemas/{chance.choice(names)}{chance.choice(['', '', '', '/properties/a'])}"}
        case _:
            at[key] = copy.deepcopy(chance.choice(PUT))


EDITS: list[Callable[[random.Random, Any], None]] = [describe, exemplify, extend, shorten, deprecate, *[anywhere] * 4]


def understood(folder: Path, spec: Any, warm: Warm) -> tuple[ir.Package | None, bool]:
    """The description of a warm process, and whether it did without understanding the whole; that it comes to the same is asserted. None with errors."""
    (folder / "spec.json").write_text(json.dumps(spec))
    config = configs.load(folder / "specmill.toml", Report())
    assert config is not None
    report, whole, calls = Report(), Report(), list[None]()
    document = warm.read(config, report)
    assert document is not None
    graph = Graph(document, whole)
    package = lower.lower(graph, config, whole)

    def understand() -> ir.Package:
        calls.append(None)
        return lower.lower(Graph(document, report), config, report)

    found = warm.understood(config, report, understand)
    if not whole.errors:
        assert repr(found) == repr(package)  # which tells 1 from True, and one order from another
    assert report.diagnostics == whole.diagnostics
    deque(warm.rest(), maxlen=0)
    return None if whole.errors else found, not calls


def test_a_name_that_nothing_has_any_more_is_reported(tmp_path: Path) -> None:
    pet: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    spec = openapi({"Pet": pet, "Other": {"type": "object", "properties": {}}})
    (tmp_path / "specmill.toml").write_text(CONFIG + '[names]\n"#/components/schemas/Pet/properties/a" = "Owner"\n')
    warm = Warm()
    understood(tmp_path, spec, warm)
    pet["description"] = "An animal"
    assert understood(tmp_path, spec, warm)[1], "an edit that has nothing to do with the name is short"
    pet["properties"] = {"b": {"type": "string"}}
    assert not understood(tmp_path, spec, warm)[1]


def test_a_reference_to_nothing_is_reported_where_only_octets_are_looked_for(tmp_path: Path) -> None:
    body: dict[str, Any] = {"type": "string", "format": "binary"}
    content = {"application/octet-stream": {"schema": body}, "image/png": {"schema": {"type": "string", "format": "binary"}}}
    pages = {"schema": {"$ref": "#/components/schemas/Page"}}
    post = {"requestBody": {"content": content}, "responses": {"200": {"description": "", "content": {"application/json": pages}}}}
    spec = openapi({"Page": {"type": "string", "format": "binary"}}, {"/a": {"post": post}})
    (tmp_path / "specmill.toml").write_text(CONFIG)
    warm = Warm()
    understood(tmp_path, spec, warm)
    body["properties"] = {"a": {"$ref": "#/nowhere"}}
    understood(tmp_path, spec, warm)


def follow(chance: random.Random, folder: Path, spec: Any, turns: int, edits: list[Callable[[random.Random, Any], None]]) -> int:
    """Edit a spec many times; how often there was no need to understand it as a whole."""
    (folder / "specmill.toml").write_text(CONFIG)
    warm, short = Warm(), 0
    if understood(folder, spec, warm)[0] is None:
        pytest.skip("it has errors")
    for _ in range(turns):
        before = copy.deepcopy(spec)
        chance.choice(edits)(chance, spec)
        found, was_short = understood(folder, spec, warm)
        short += was_short
        if found is None or not schemas_of(spec) or chance.random() < 0.2:
            spec = before
    return short


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_a_mended_description_is_that_of_the_whole(path: Path, tmp_path: Path) -> None:
    follow(random.Random(path.parent.name), tmp_path, the_spec(path), 25, EDITS)


def test_most_edits_of_one_schema_or_path_are_mended(tmp_path: Path) -> None:
    assert follow(random.Random(1), tmp_path, the_spec(ROOT / "spec/session.yaml"), 20, [describe, exemplify, extend]) > 15


def test_what_has_not_changed_stays_the_same_object(tmp_path: Path) -> None:
    spec = the_spec(ROOT / "spec/session.yaml")
    (tmp_path / "specmill.toml").write_text(CONFIG)
    warm = Warm()
    before = understood(tmp_path, spec, warm)[0]
    name = next(name for name, one in schemas_of(spec).items() if one.get("type") == "object")
    schemas_of(spec)[name]["description"] = "How it is."
    after, is_short = understood(tmp_path, spec, warm)
    assert before is not None
    assert after is not None
    assert is_short
    assert [id for id, model in after.models.items() if model is not before.models[id]] == [f"spec.json#/components/schemas/{name}"]
    assert after.schemas is before.schemas
