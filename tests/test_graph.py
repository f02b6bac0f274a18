"""References: each becomes the canonical id of what it names, or a finding that says what is wrong with it."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import referencing
import referencing.jsonschema
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from test_lower import SUITE, remotes

from specmill.diagnostics import Report
from specmill.frontend import dialects, remote, source, uris
from specmill.frontend.graph import Graph, child
from specmill.frontend.parts import subschemas
from specmill.frontend.source import Document

DRAFT7 = "http://json-schema.org/draft-07/schema#"


def graph(data: Any, resources: Mapping[str, Any] | None = None, **options: Any) -> Graph:
    """A graph whose root is given as data."""
    return Graph(Document("spec.json", None, data), Report(), resources or {}, **options)


def folder_graph(folder: Path, files: Mapping[str, str], **options: Any) -> Graph:
    """A graph whose root is the first of the files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    first = next(iter(files))
    report = Report()
    root = source.read(folder / first, Path(first).name, report)
    assert root is not None
    return Graph(root, report, **options)


def codes(found: Graph) -> list[str]:
    return [diagnostic.code for diagnostic in found.report]


# ---- ids ------------------------------------------------------------------------------------------------------------------------


def test_an_id_is_made_of_escaped_keys() -> None:
    assert child("spec.yaml#", "paths", "/a~b", 0) == "spec.yaml#/paths/~1a~0b/0"


def test_a_node_is_the_data_at_an_id() -> None:
    found = graph({"a": [{"b/c": 1}], "": 2, "n": None})
    assert found.root_id == "spec.json#"
    assert found.node("spec.json#/a/0/b~1c") == 1
    assert found.node("spec.json#/") == 2
    assert found.node("spec.json#") == {"a": [{"b/c": 1}], "": 2, "n": None}
    assert [found.node(f"spec.json#/{path}") for path in ("x", "a/1", "a/01", "a/-1", "a/b", "n", "n/x")] == [None] * 7


def test_a_document_is_found_by_the_id_of_what_it_holds() -> None:
    root = Document("odd#name.json", None, {"a": {}})
    found = Graph(root, Report())
    assert found.document_of(child(found.root_id, "a")) is root
    assert found.node(child(found.root_id, "a")) == {}
    assert found.document_of("other.json#/a") is None


# ---- pointers -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("#", "spec.json#"),
        ("", "spec.json#"),
        ("#/a/b", "spec.json#/a/b"),
        ("#/a~1b", "spec.json#/a~1b"),
        ("#/m~0n", "spec.json#/m~0n"),
        ("#/%25", "spec.json#/%"),
        ("#/a%20b", "spec.json#/a b"),
        ("#/a b", "spec.json#/a b"),
        ("#/c%22d", 'spec.json#/c"d'),
        ("#/%C3%A9", "spec.json#/é"),
        ("#/100%", "spec.json#/100%"),
        ("#/a%2520b", "spec.json#/a%20b"),
        ("#/list/1/x", "spec.json#/list/1/x"),
        ("#/", "spec.json#/"),
        ("#//", "spec.json#//"),
        ("#/paths/~1pets~1%7Bid%7D", "spec.json#/paths/~1pets~1{id}"),
        ("#/paths/~1pets~1{id}", "spec.json#/paths/~1pets~1{id}"),
        ("#/alias/b", "spec.json#/a/b"),
        ("#/twice/b", "spec.json#/a/b"),
        ("#/alias", "spec.json#/alias"),
    ],
)
def test_a_pointer_becomes_one_canonical_id(ref: str, expected: str) -> None:
    data = {
        "a": {"b": {}}, "a/b": {}, "m~n": {}, "%": {}, "a b": {}, 'c"d': {}, "é": {}, "100%": {}, "a%20b": {}, "list": [{}, {"x": {}}],
        "": {"": {}}, "paths": {"/pets/{id}": {}}, "alias": {"$ref": "#/a"}, "twice": {"$ref": "#/alias"},
    }  # fmt: skip
    found = graph(data)
    assert found.resolve(ref, found.root_id) == expected
    assert not codes(found)


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("#/components/schemas/Pat", "did you mean '#/components/schemas/Pet'?"),
        ("#/component/schemas/Pet", "did you mean '#/components/schemas/Pet'?"),
        ("#/definitions/Pet", "did you mean '#/components/schemas/Pet'?"),
        ("#components/schemas/Pet", "did you mean '#/components/schemas/Pet'?"),
        ("#Pet", "did you mean '#/components/schemas/Pet'?"),
        ("#/components/schemas/Pet/items/1", None),
        ("#/components/schemas/Pet/items/00", None),
        ("#/components/schemas/Loop/x", None),
        ("#/%FF", None),
    ],
)
def test_a_reference_to_nowhere_is_told_with_what_was_perhaps_meant(ref: str, hint: str | None) -> None:
    found = graph({"components": {"schemas": {"Pet": {"items": [{}]}, "Loop": {"$ref": "#/components/schemas/Loop"}}}})
    assert found.resolve(ref, "spec.json#/components", "$ref") is None
    assert found.resolve(ref, "spec.json#/components", "$ref") is None
    (diagnostic,) = found.report
    assert (diagnostic.code, diagnostic.pointer, diagnostic.help) == ("unknown-ref", "spec.json#/components/$ref", hint)


def test_a_reference_to_nowhere_is_told_at_its_own_place() -> None:
    found = graph({"a": {"$ref": "#/c"}, "b": {"mapping": {"x/y": "#/c"}}})
    found.resolve("#/c", "spec.json#/a")
    found.resolve("#/c", "spec.json#/b/mapping", "x/y")
    assert [diagnostic.pointer for diagnostic in found.report] == ["spec.json#/a/$ref", "spec.json#/b/mapping/x~1y"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.recursive(st.just({}), lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)))
def test_the_pointer_of_everything_leads_to_it(data: Any) -> None:
    found = graph({"root": data})
    waiting = [(child(found.root_id, "root"), data)]
    while waiting:
        id, value = waiting.pop()
        fragment = id.partition("#")[2]
        encoded = "".join(c if c.isascii() and (c.isalnum() or c in "/~") else "".join(f"%{b:02x}" for b in c.encode()) for c in fragment)
        assert found.node(id) == value
        assert found.resolve("#" + encoded, found.root_id) == id
        waiting += [(child(id, key), held) for key, held in (value.items() if isinstance(value, dict) else enumerate(value))]


# ---- files ----------------------------------------------------------------------------------------------------------------------


def test_other_files_are_found_beside_the_one_that_refers(tmp_path: Path) -> None:
    files = {
        "spec.yaml": "a: {$ref: parts/pet.yaml#/Pet}\n",
        "parts/pet.yaml": "Pet: {x: {$ref: '../common.json#/Id'}, y: {$ref: 'my%20owner.yaml'}, z: {$ref: '#/Cat'}, back: {$ref: ../spec.yaml}}\nCat: {}\n",
        "parts/my owner.yaml": "type: object\n",
        "common.json": '{"Id": {"type": "string"}}',
    }
    found = folder_graph(tmp_path, files)
    pet = found.resolve("parts/pet.yaml#/Pet", "spec.yaml#/a")
    assert pet == "parts/pet.yaml#/Pet"
    assert found.resolve("../common.json#/Id", child(pet, "x")) == "common.json#/Id"
    assert found.resolve("my%20owner.yaml", child(pet, "y")) == "parts/my owner.yaml#"
    assert found.resolve("my owner.yaml", child(pet, "y")) == "parts/my owner.yaml#"
    assert found.resolve("#/Cat", child(pet, "z")) == "parts/pet.yaml#/Cat"
    assert found.resolve("../spec.yaml", child(pet, "back")) == "spec.yaml#"
    assert found.resolve("./parts/../parts/pet.yaml#/Pet", "spec.yaml#/a") == pet
    assert found.resolve((tmp_path / "common.json").as_uri(), "spec.yaml#/a") == "common.json#"
    assert sorted(found.documents) == ["common.json", "parts/my owner.yaml", "parts/pet.yaml", "spec.yaml"]
    assert not codes(found)


@pytest.mark.parametrize(
    "ref",
    [
        "../secret.yaml", "/etc/passwd", "file:///etc/passwd", "%2e%2e/secret.yaml", "..%2fsecret.yaml", "a/../../secret.yaml", "link.yaml",
        "folder/secret.yaml", "//localhost/etc/passwd", "FILE:///etc/passwd",
    ],
)  # fmt: skip
def test_what_lies_outside_the_folder_is_refused(tmp_path: Path, ref: str) -> None:
    (tmp_path / "secret.yaml").write_text("token: 1\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "in/folder").symlink_to(tmp_path)
    found = folder_graph(tmp_path / "in", {"spec.yaml": "a: 1\n"})
    assert found.resolve(ref, found.root_id) is None
    assert codes(found) == ["ref-outside"]


def test_what_lies_outside_the_folder_is_read_when_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("Id: {$ref: 'in/spec.yaml#/a'}\n")
    found = folder_graph(tmp_path / "in", {"spec.yaml": "a: {}\n"}, allow_outside=True)
    assert found.resolve("../shared.yaml#/Id", found.root_id) == "../shared.yaml#/Id"
    assert found.resolve("in/spec.yaml#/a", "../shared.yaml#/Id") == "spec.yaml#/a"


def test_a_file_by_two_names_is_one_document(tmp_path: Path) -> None:
    found = folder_graph(tmp_path, {"spec.yaml": "a: 1\n", "b.yaml": "B: {}\n"})
    (tmp_path / "c.yaml").symlink_to(tmp_path / "b.yaml")
    assert found.resolve("c.yaml#/B", found.root_id) == found.resolve("b.yaml#/B", found.root_id) == "b.yaml#/B"


def test_a_file_that_is_not_there_is_told_once_with_its_neighbour(tmp_path: Path) -> None:
    found = folder_graph(tmp_path, {"spec.yaml": "a: 1\n", "pet.yaml": "b: 1\n"})
    for _ in range(2):
        assert found.resolve("pets.yaml#/b", found.root_id) is None
    (diagnostic,) = found.report
    assert (diagnostic.code, diagnostic.help) == ("unknown-ref", "did you mean 'pet.yaml'?")


def test_a_broken_file_is_told_once(tmp_path: Path) -> None:
    found = folder_graph(tmp_path, {"spec.yaml": "a: 1\n", "b.yaml": "b: 1\nb: 2\n"})
    assert found.resolve("b.yaml#/b", found.root_id) is None
    assert found.resolve("b.yaml#/c", found.root_id) is None
    assert [(d.code, str(d.place)) for d in found.report] == [("duplicate-key", "b.yaml:2:1")]


@pytest.mark.parametrize("ref", ["a%00b.yaml", "file://elsewhere/a.yaml", "%ff.yaml", "loop.yaml"])
def test_what_cannot_be_a_file_is_told(tmp_path: Path, ref: str) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    found = folder_graph(tmp_path, {"spec.yaml": "a: 1\n"})
    assert found.resolve(ref, found.root_id) is None
    assert codes(found) == ["unknown-ref"]


def test_a_file_that_gives_itself_the_wanted_id_is_found_without_the_network(tmp_path: Path) -> None:
    files = {
        "root.json": '{"$id": "https://example.com/s/root.json", "$ref": "pet.json"}',
        "pet.json": '{"$id": "https://example.com/s/pet.json", "type": "object"}',
        "dog.json": '{"type": "object"}',
    }
    found = folder_graph(tmp_path, files)
    assert found.resolve("pet.json", found.root_id) == "pet.json#"
    assert not codes(found)
    assert found.resolve("dog.json", found.root_id) is None
    assert codes(found) == ["remote-ref"]


def test_a_file_of_draft_4_that_gives_itself_the_wanted_id_is_found_too(tmp_path: Path) -> None:
    head = '"$schema": "http://json-schema.org/draft-04/schema#", "id": "https://example.com/s'
    files = {
        "root.json": f'{{{head}/root.json#", "not": {{"$ref": "pet.json#/definitions/a"}}}}',
        "pet.json": f'{{{head}/pet.json#", "definitions": {{"a": {{}}}}}}',
    }
    found = folder_graph(tmp_path, files)
    assert found.resolve("pet.json#/definitions/a", child(found.root_id, "not")) == "pet.json#/definitions/a"


# ---- resources ------------------------------------------------------------------------------------------------------------------


def test_a_document_without_a_file_sees_only_what_is_given() -> None:
    found = graph({"$ref": "a.json#/x"}, {"a.json": {"x": {}}})
    assert found.resolve("a.json#/x", found.root_id) == "a.json#/x"
    assert found.resolve("b.json", found.root_id) is None
    assert codes(found) == ["unknown-ref"]


def test_a_given_document_is_found_by_its_uri_and_by_its_own_id() -> None:
    found = graph({}, {"http://x.test/a.json#": {"$id": "http://y.test/b.json", "items": {"$id": "c.json"}}})
    assert found.resolve("http://y.test/c.json", found.root_id) == "http://x.test/a.json#/items"
    assert found.resolve("http://x.test/a.json", found.root_id) == "http://x.test/a.json#"
    assert found.resolve("http://y.test/b.json#/items", found.root_id) == "http://x.test/a.json#/items"
    assert found.resolve("b.json", "http://x.test/a.json#/items") == "http://x.test/a.json#"


def test_an_id_changes_the_base_of_what_is_in_it() -> None:
    data = {
        "$id": "http://x.test/root.json",
        "$defs": {
            "a": {"$id": "folder/", "$defs": {"b": {"$id": "leaf.json", "$anchor": "here"}, "c": {"$ref": "leaf.json#here"}}},
            "u": {"$id": "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed", "$defs": {"bar": {"$anchor": "bar"}}},
            "t": {"$id": "tag:example.com,2026:schema"},
        },
    }
    found = graph(data)
    root = found.root_id
    b = "spec.json#/$defs/a/$defs/b"
    assert found.resolve("leaf.json#here", "spec.json#/$defs/a/$defs/c") == b
    assert found.resolve("folder/leaf.json", root) == found.resolve("http://x.test/folder/leaf.json#", root) == b
    assert found.resolve("folder/#/$defs/b", root) == b
    assert found.resolve("#/$defs/bar", "spec.json#/$defs/u") == "spec.json#/$defs/u/$defs/bar"
    assert found.resolve("urn:uuid:deadbeef-1234-0000-0000-4321feebdaed#bar", root) == "spec.json#/$defs/u/$defs/bar"
    assert found.resolve("tag:example.com,2026:schema", root) == "spec.json#/$defs/t"
    assert not codes(found)


def test_an_anchor_belongs_to_its_own_resource() -> None:
    found = graph({"$defs": {"a": {"$anchor": "x"}, "b": {"$id": "http://x.test/b", "items": {"$anchor": "y"}}}})
    assert found.resolve("#x", found.root_id) == "spec.json#/$defs/a"
    assert found.resolve("#x", "spec.json#/$defs/b") is None
    assert found.resolve("#z", "spec.json#/$defs/b") is None
    assert found.resolve("#y", found.root_id) is None
    assert found.resolve("#y", "spec.json#/$defs/b") == "spec.json#/$defs/b/items"


@pytest.mark.parametrize(
    "data",
    [
        {"enum": [{"$id": "http://x.test/s", "$anchor": "s"}]},
        {"const": {"$id": "http://x.test/s", "$anchor": "s"}},
        {"default": {"$id": "http://x.test/s", "$anchor": "s"}},
        {"examples": [{"$id": "http://x.test/s", "$anchor": "s"}]},
        {"unknown": {"$id": "http://x.test/s", "$anchor": "s"}},
        {"properties": {"$id": {"type": "string"}, "$anchor": {"type": "string"}}},
        {"properties": {"$id": "http://x.test/s", "$anchor": "s"}},
        {"dependencies": {"$id": ["x"]}},
        {"openapi": "3.0.3", "components": {"schemas": {"a": {"$id": "http://x.test/s", "$anchor": "s"}}}},
    ],
)
def test_what_is_no_schema_has_no_name(data: Any) -> None:
    found = graph(data)
    assert found.resolve("http://x.test/s", found.root_id) is None
    assert found.resolve("#s", found.root_id) is None
    assert codes(found) == ["remote-ref", "unknown-ref"]


def test_the_schemas_of_an_openapi_document_have_names() -> None:
    schema = {"schema": {"$anchor": "deep"}}
    operation = {
        "parameters": [{"name": "a", **schema}],
        "responses": {"200": {"content": {"application/json": {"schema": {"$id": "http://x.test/r"}}}}},
    }
    data = {"openapi": "3.1.0", "paths": {"/": {"get": operation}}, "components": {"schemas": {"A": {"items": {"$anchor": "item"}}}}}
    found = graph(data)
    assert found.resolve("#deep", found.root_id) == "spec.json#/paths/~1/get/parameters/0/schema"
    assert found.resolve("#item", found.root_id) == "spec.json#/components/schemas/A/items"
    assert found.resolve("http://x.test/r", found.root_id) == "spec.json#/paths/~1/get/responses/200/content/application~1json/schema"


def test_an_openapi_document_may_say_its_own_uri() -> None:
    found = graph({"openapi": "3.2.0", "$self": "https://x.test/api/spec.json", "components": {"schemas": {"A": {}}}})
    assert found.resolve("/api/spec.json#/components/schemas/A", found.root_id) == "spec.json#/components/schemas/A"


def test_draft_7_names_by_id_alone_and_not_beside_a_reference() -> None:
    data = {
        "$schema": DRAFT7,
        "$id": "http://x.test/base/",
        "definitions": {
            "foo": {"$id": "#foo"}, "other": {"$id": "other.json#bar"}, "hidden": {"$id": "sub/", "$ref": "leaf.json"},
            "leaf": {"$id": "leaf.json"}, "later": {"$anchor": "later"},
        },
    }  # fmt: skip
    found = graph(data)
    assert found.resolve("#foo", found.root_id) == "spec.json#/definitions/foo"
    assert found.resolve("other.json#bar", found.root_id) == "spec.json#/definitions/other"
    assert found.resolve("leaf.json", "spec.json#/definitions/hidden") == "spec.json#/definitions/leaf"
    assert found.resolve("#later", found.root_id) is None


def test_draft_4_names_by_id_without_a_dollar() -> None:
    data = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "http://x.test/root.json",
        "definitions": {"a": {"id": "#a"}, "b": {"id": "b.json"}, "c": {"properties": {"id": {"type": "string"}}}},
    }
    found = graph(data)
    assert found.resolve("#a", found.root_id) == "spec.json#/definitions/a"
    assert found.resolve("b.json", found.root_id) == "spec.json#/definitions/b"


def test_a_dialect_holds_for_the_resource_that_names_it() -> None:
    data = {"$schema": "urn:outer", "$defs": {"a": {"$id": "urn:a", "items": {}}, "b": {"$id": "urn:b", "$schema": DRAFT7, "items": {}}}}
    found = graph(data, {"urn:c": {"items": {}}, "urn:d": {"$schema": DRAFT7}})
    found.resolve("urn:c", found.root_id)
    found.resolve("urn:d", found.root_id)
    assert [found.dialect_uri(id) for id in ("spec.json#/$defs/a/items", "spec.json#/$defs/b/items", "urn:c#/items", "urn:d#")] == [
        "urn:outer", DRAFT7, "urn:outer", DRAFT7,
    ]  # fmt: skip
    assert graph({}).dialect_uri("spec.json#") is None


def test_a_schema_that_only_a_reference_makes_known_has_names_too() -> None:
    found = graph({"x-parts": {"a": {"$id": "http://x.test/a", "$defs": {"b": {"$anchor": "b"}}}}})
    assert found.resolve("#/x-parts/a", found.root_id) == "spec.json#/x-parts/a"
    assert found.resolve("#b", "spec.json#/x-parts/a") == "spec.json#/x-parts/a/$defs/b"


@pytest.mark.parametrize("uri", sorted(REGISTRY))
def test_meta_schemas_are_at_hand(uri: str) -> None:
    found = graph({})
    target = found.resolve(uri + "#", found.root_id)
    assert target == f"{uri}#"
    assert found.node(target) == REGISTRY[uri].contents


def test_the_meta_schema_refers_to_its_vocabularies_and_back() -> None:
    found = graph({"$ref": "https://json-schema.org/draft/2020-12/schema"})
    schema = found.resolve("https://json-schema.org/draft/2020-12/schema", found.root_id)
    assert schema is not None
    applicator = found.resolve("meta/applicator", child(schema, "allOf", 1))
    assert applicator == "https://json-schema.org/draft/2020-12/meta/applicator#"
    assert found.resolve("#meta", child(applicator, "properties", "not"), "$dynamicRef") == schema


# ---- dynamic references ---------------------------------------------------------------------------------------------------------


def listing(*dynamic: str) -> dict[str, Any]:
    """A list of something that the resources around it may say."""
    return {"$id": "list", "items": {"$dynamicRef": "#item"}, "$defs": {name: {"$dynamicAnchor": name} for name in dynamic}}


ITEMS = "spec.json#/$defs/list/items"


def test_a_dynamic_reference_with_one_target_is_a_reference() -> None:
    found = graph({"$id": "http://x.test/", "$ref": "list", "$defs": {"list": listing("item")}})
    assert found.resolve("#item", ITEMS, "$dynamicRef") == "spec.json#/$defs/list/$defs/item"


def test_a_dynamic_reference_means_the_outermost_anchor() -> None:
    found = graph({"$id": "http://x.test/", "$ref": "list", "$defs": {"mine": {"$dynamicAnchor": "item"}, "list": listing("item")}})
    assert found.resolve("#item", ITEMS, "$dynamicRef") == "spec.json#/$defs/mine"
    assert found.resolve("#item", ITEMS, "$ref") == "spec.json#/$defs/list/$defs/item"


def test_a_dynamic_reference_without_a_dynamic_anchor_is_a_reference() -> None:
    inner = {"$id": "list", "items": {"$dynamicRef": "#item"}, "$defs": {"item": {"$anchor": "item"}}}
    found = graph({"$id": "http://x.test/", "$ref": "list", "$defs": {"mine": {"$dynamicAnchor": "item"}, "list": inner}})
    assert found.resolve("#item", ITEMS, "$dynamicRef") == "spec.json#/$defs/list/$defs/item"
    assert found.resolve("#/$defs/item", ITEMS, "$dynamicRef") == "spec.json#/$defs/list/$defs/item"


def test_a_dynamic_reference_that_two_ways_lead_to_is_told() -> None:
    user = {"$ref": "list", "$defs": {"i": {"$dynamicAnchor": "item"}}}
    data = {
        "$id": "http://x.test/",
        "anyOf": [{"$ref": "one"}, {"$ref": "two"}],
        "$defs": {"list": listing("item"), "one": {"$id": "one", **user}, "two": {"$id": "two", **user}},
    }
    found = graph(data)
    assert found.resolve("#item", ITEMS, "$dynamicRef") is None
    (diagnostic,) = found.report
    assert (diagnostic.code, diagnostic.pointer) == ("dynamic-ref", f"{ITEMS}/$dynamicRef")
    assert [pointer for _, pointer in diagnostic.notes] == ["spec.json#/$defs/one/$defs/i", "spec.json#/$defs/two/$defs/i"]


def test_a_scope_that_is_left_does_not_count() -> None:
    data = {
        "$id": "http://x.test/main",
        "if": {"$id": "first", "$defs": {"i": {"$dynamicAnchor": "item"}}},
        "then": {"$id": "second", "$ref": "list", "$defs": {"i": {"$dynamicAnchor": "item"}}},
        "$defs": {"list": listing("item")},
    }
    found = graph(data)
    assert found.resolve("#item", ITEMS, "$dynamicRef") == "spec.json#/then/$defs/i"


def test_a_way_without_the_anchor_leaves_two_meanings() -> None:
    user = {"$id": "user", "$ref": "list", "$defs": {"i": {"$dynamicAnchor": "item"}}}
    found = graph(
        {"$id": "http://x.test/", "anyOf": [{"$ref": "list"}, {"$ref": "user"}], "$defs": {"list": listing("item"), "user": user}}
    )
    assert found.resolve("#item", ITEMS, "$dynamicRef") is None
    assert codes(found) == ["dynamic-ref"]


def test_a_recursive_reference_means_the_outermost_recursive_resource() -> None:
    tree = {"$id": "tree", "$recursiveAnchor": True, "items": {"$recursiveRef": "#"}}
    data = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": "http://x.test/strict",
        "$ref": "tree",
        "$defs": {"tree": tree},
    }
    for anchor, expected in ((True, "spec.json#"), (False, "spec.json#/$defs/tree")):
        found = graph({**data, "$recursiveAnchor": anchor})
        assert found.resolve("#", "spec.json#/$defs/tree/items", "$recursiveRef") == expected


# ---- the network ----------------------------------------------------------------------------------------------------------------

PET = b'{"type": "object"}'
URI = "https://x.test/pet.json"
DIGEST = hashlib.sha256(PET).hexdigest()


def test_the_network_is_not_asked_unless_allowed() -> None:
    found = graph({}, fetch=lambda uri: pytest.fail(f"{uri} was fetched"))
    assert found.resolve(URI, found.root_id) is None
    assert codes(found) == ["remote-ref"]


def test_a_remote_document_is_fetched_once_and_its_digest_kept() -> None:
    asked: list[str] = []
    found = graph({}, allow_remote=True, fetch=lambda uri: asked.append(uri) or PET)  # type: ignore[func-returns-value]
    assert found.resolve(URI, found.root_id) == found.resolve(URI + "#", found.root_id) == f"{URI}#"
    assert found.node(f"{URI}#") == {"type": "object"}
    assert (asked, found.sources.fetched) == ([URI], {URI: DIGEST})


def test_a_remote_document_must_be_what_the_lock_says() -> None:
    right = graph({}, allow_remote=True, lock={URI: DIGEST}, fetch=lambda _: PET)
    assert right.resolve(URI, right.root_id) is not None
    wrong = graph({}, allow_remote=True, lock={URI: "0" * 64}, fetch=lambda _: PET)
    assert wrong.resolve(URI, wrong.root_id) is None
    assert codes(wrong) == ["lock-mismatch"]
    assert not wrong.sources.fetched


def test_what_a_remote_document_says_about_files_is_not_followed(tmp_path: Path) -> None:
    spec = {"spec.yaml": "a: 1\n"}
    found = folder_graph(tmp_path, spec, allow_remote=True, fetch=lambda _: b'{"a": {"$ref": "file:///etc/passwd"}}')
    assert found.resolve(f"{URI}#/a", found.root_id) == f"{URI}#/a"
    assert found.resolve("file:///etc/passwd", f"{URI}#/a") is None
    assert codes(found) == ["ref-outside"]


def test_a_lock_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / remote.LOCK_FILE
    report = Report()
    assert remote.read_lock(path, report) == {}
    path.write_text(remote.lock_text({"b": DIGEST, "a": DIGEST}))
    assert list(remote.read_lock(path, report) or ()) == ["a", "b"]
    for text in ("[]", "{", '{"a": "0"}', '{"a": 1}', "\udcff", "[" * 100_000):
        path.write_bytes(text.encode(errors="surrogateescape"))
        assert remote.read_lock(path, report) is None
    assert {diagnostic.code for diagnostic in report} == {"invalid-lock"}


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        place = {"/to-file": "file:///etc/passwd", "/to-ftp": "ftp://x.test/", "/to-pet": "/pet.json", "/loop": "/loop"}.get(self.path)
        self.send_response(302 if place else 200 if self.path in ("/pet.json", "/large") else 404)
        if place:
            self.send_header("Location", place)
        self.end_headers()
        self.wfile.write(PET if self.path == "/pet.json" else b"[" * 100_000 if self.path == "/large" else b"")

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is not the server's."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{found.server_address[1]}"
        found.shutdown()
        thread.join()


def test_a_document_is_fetched_over_http(server: str) -> None:
    assert remote.fetch(f"{server}/pet.json") == remote.fetch(f"{server}/to-pet") == PET


@pytest.mark.parametrize("path", ["/to-file", "/to-ftp", "/loop", "/nothing"])
def test_a_fetch_that_leads_astray_fails(server: str, path: str) -> None:
    with pytest.raises(remote.FetchError):
        remote.fetch(server + path)


def test_a_fetch_has_a_limit(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SIZE", 50_000)
    with pytest.raises(remote.FetchError, match="more than 50000 bytes"):
        remote.fetch(f"{server}/large")


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1/", "http:///x", "http://[::1", "file:///etc/passwd", "http://x.test:port/"])
def test_a_fetch_from_nowhere_fails(uri: str) -> None:
    with pytest.raises(remote.FetchError):
        remote.fetch(uri)


# ---- URIs -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"), ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"), ("g/../h", "http://a/b/c/h"),
        ("g;x=1/../y", "http://a/b/c/y"), ("http:g", "http:g"), ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/../x", "http://a/b/c/g"),
    ],
)  # fmt: skip
def test_references_are_resolved_as_rfc_3986_shows(ref: str, expected: str) -> None:
    assert uris.join("http://a/b/c/d;p?q", ref) == expected


@pytest.mark.parametrize(
    ("base", "ref", "expected"),
    [
        ("", "a/b.json", "a/b.json"),
        ("x/y.json", "a.json", "x/a.json"),
        ("x/y.json", "../a.json", "a.json"),
        ("urn:uuid:1", "#a", "urn:uuid:1"),
        ("urn:uuid:1", "urn:uuid:2#b", "urn:uuid:2"),
        ("http://a", "b", "http://a/b"),
        ("HTTP://a/b", "c", "http://a/c"),
        ("file:///a/b", "c%2Fd", "file:///a/c%2Fd"),
    ],
)
def test_references_are_resolved_whatever_the_scheme(base: str, ref: str, expected: str) -> None:
    assert uris.join(base, ref) == expected


# ---- an independent implementation ----------------------------------------------------------------------------------------------

DRAFTS = {
    "draft2020-12": (referencing.jsonschema.DRAFT202012, "https://json-schema.org/draft/2020-12/schema"),
    "draft2019-09": (referencing.jsonschema.DRAFT201909, "https://json-schema.org/draft/2019-09/schema"),
    "draft7": (referencing.jsonschema.DRAFT7, DRAFT7),
    "draft6": (referencing.jsonschema.DRAFT6, "http://json-schema.org/draft-06/schema#"),
    "draft4": (referencing.jsonschema.DRAFT4, "http://json-schema.org/draft-04/schema#"),
}


@pytest.mark.skipif(not SUITE.exists(), reason="the JSON Schema test suite is not here")
@pytest.mark.parametrize("draft", DRAFTS)
def test_every_reference_of_the_json_schema_test_suite_is_resolved_as_referencing_does(draft: str) -> None:
    spec, meta_schema = DRAFTS[draft]
    given = remotes(draft)
    registry = REGISTRY.with_resources(
        (uri, referencing.Resource.from_contents(data, default_specification=spec)) for uri, data in given.items()
    )
    compared = 0
    for path in sorted((SUITE / "tests" / draft).rglob("*.json")):
        for group in json.loads(path.read_bytes()):
            schema = group["schema"]
            schema = {"$schema": meta_schema, **schema} if isinstance(schema, dict) else schema
            root = referencing.Resource.from_contents(schema, default_specification=spec)
            found = graph(schema, given)
            for id, ref, expected in references(schema, found.root_id, registry.resolver_with_root(root), spec):
                target = found.resolve(ref, id)
                assert (None if target is None else found.node(target)) == expected, (path.name, group["description"], id, ref)
                compared += 1
    assert compared > 40


def references(schema: Any, id: str, resolver: Any, spec: Any) -> Iterator[tuple[str, str, Any]]:
    """Every ``$ref`` of a schema, with what an independent implementation finds there (None where it finds nothing)."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            try:
                expected = resolver.lookup(schema["$ref"]).contents
            except referencing.exceptions.Unresolvable:
                expected = None
            yield id, schema["$ref"], expected
        for keys, held in subschemas(schema):
            inner = resolver.in_subresource(spec.create_resource(held)) if isinstance(held, dict) else resolver
            yield from references(held, child(id, *keys), inner, spec)


@pytest.mark.parametrize(
    ("uri", "dialect"),
    [
        ("https://spec.openapis.org/oas/3.1/dialect/base", dialects.OPENAPI31),
        ("https://spec.openapis.org/oas/3.1/dialect/2024-11-10", dialects.OPENAPI31),
        ("https://spec.openapis.org/oas/3.2/dialect/2025-09-17", dialects.OPENAPI32),
        ("https://spec.openapis.org/oas/4.0/dialect/base", None),
        ("https://spec.openapis.org/oas/3.1/schema/2022-10-07", None),
    ],
)
def test_the_dialects_that_openapi_publishes_are_known(uri: str, dialect: dialects.Dialect | None) -> None:
    assert dialects.of_uri(uri) is dialect
