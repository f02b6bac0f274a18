"""specmill for programs."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import openapi

import specmill

SCHEMA = {
    "title": "Animal",
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "legs": {"type": "integer"}},
}
CONFIG = 'spec = "animal.json"\n[targets.dump]\npath = "out"\n'


def test_render_gives_the_files_of_all_targets_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = specmill.render(SCHEMA, ["dump"])
    assert list(files) == ["dump/ir.json"]
    assert json.loads(files["dump/ir.json"])["title"] == "Animal"
    (tmp_path / "animal.json").write_text(json.dumps(SCHEMA))
    assert list(specmill.render("animal.json", {"one": {"kind": "dump"}, "two": {"kind": "dump", "path": "x/y"}})) == [
        "one/ir.json",
        "x/y/ir.json",
    ]
    assert specmill.render(tmp_path / "animal.json", ["dump"], root="Beast")["dump/ir.json"].count('"Beast"') >= 1
    assert [path.name for path in tmp_path.iterdir()] == ["animal.json"], "nothing is written"


def test_render_takes_further_documents_by_uri() -> None:
    schema = {"type": "object", "properties": {"pet": {"$ref": "https://example.com/pet.json"}}}
    files = specmill.render(
        schema, ["dump"], resources={"https://example.com/pet.json": {"type": "object", "properties": {"fur": {"type": "boolean"}}}}
    )
    assert '"fur"' in files["dump/ir.json"]


def test_errors_are_raised_all_at_once_with_places() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/nothing"}, "b": {"$ref": "#/$defs/nobody"}}}
    with pytest.raises(specmill.SpecError) as caught:
        specmill.render(schema, ["dump"])
    assert [d.code for d in caught.value.diagnostics] == ["unknown-ref", "unknown-ref"]
    assert all(d.place is not None and d.place.line for d in caught.value.diagnostics)
    assert "unknown-ref" in str(caught.value)


def test_an_unknown_option_is_an_error() -> None:
    with pytest.raises(specmill.SpecError, match="unknown-config-key"):
        specmill.render(SCHEMA, ["dump"], stritc=True)
    with pytest.raises(specmill.SpecError, match="unknown-target"):
        specmill.render(SCHEMA, ["dmup"])


def test_generate_writes_what_the_configuration_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "animal.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "specmill.toml").write_text(CONFIG)
    assert specmill.generate(tmp_path / "specmill.toml") == [tmp_path / "out/ir.json"]
    monkeypatch.chdir(tmp_path)
    assert specmill.generate() == []
    (tmp_path / "out/ir.json").write_text("mine")
    with pytest.raises(specmill.SpecError, match="edited-file"):
        specmill.generate()
    assert (tmp_path / "out/ir.json").read_text() == "mine"
    assert specmill.generate(force=True) == [tmp_path / "out/ir.json"]


def test_generate_without_a_configuration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(specmill.SpecError, match="config-unreadable"):
        specmill.generate(tmp_path / "nowhere.toml")


def test_compile_models_imports_what_it_makes_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = specmill.compile_models(SCHEMA)
    animal = module.Payload.from_json('{"name": "Tom", "legs": 4}')
    assert (animal.name, animal.legs) == ("Tom", 4)
    assert json.loads(animal.to_json()) == {"name": "Tom", "legs": 4}
    assert specmill.compile_models(SCHEMA, root="Beast").Beast is not module.Payload
    assert list(tmp_path.iterdir()) == []


def test_compile_models_takes_the_options_of_the_target() -> None:
    module = specmill.compile_models(SCHEMA, frozen=True, unknown_fields="forbid")
    animal = module.Payload.from_json('{"name": "Tom"}')
    with pytest.raises(AttributeError):
        animal.name = "Jerry"
    with pytest.raises(ValueError, match="tail"):
        module.Payload.from_json('{"name": "Tom", "tail": 1}')


def test_tracebacks_show_the_lines_of_what_was_compiled() -> None:
    import inspect

    module = specmill.compile_models(SCHEMA)
    assert "class Payload" in inspect.getsource(sys.modules[module.Payload.__module__])


def test_importing_specmill_is_cheap_and_its_names_are_there() -> None:
    script = "import sys, specmill; print(len([m for m in sys.modules if m.startswith('specmill')])); print(*dir(specmill))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split("\n")
    assert out[0] == "1"
    assert {"render", "generate", "compile_models", "SpecError", "__version__"} <= set(out[1].split())
    with pytest.raises(AttributeError, match="nonsense"):
        specmill.nonsense  # noqa: B018


def test_a_discriminator_only_says_where_to_look_first() -> None:
    def record(name: str) -> dict[str, object]:
        return {"type": "object", "required": ["kind", name], "properties": {"kind": {"type": "string"}, name: {"type": "integer"}}}

    union = {"oneOf": [{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}], "discriminator": {"propertyName": "kind"}}
    models = specmill.compile_models({**union, "$defs": {"circle": record("radius"), "square": record("side")}})
    for text in ('{"kind": "circle", "side": 1}', '{"kind": "hexagon", "side": 1}'):
        assert type(models.decode(text, models.Payload)) is models.Square
    with pytest.raises(models.DecodeError, match='/kind: expected one of "circle", "square"'):
        models.decode('{"kind": "hexagon"}', models.Payload)
    with pytest.raises(models.DecodeError, match='expected the key "radius"'):
        models.decode('{"kind": "circle"}', models.Payload)


def test_a_default_that_the_json_left_out_is_left_out_again_until_it_changes() -> None:
    models = specmill.compile_models({"type": "object", "properties": {"retries": {"type": "integer", "default": 3}}})
    absent, given = models.Payload.from_json("{}"), models.Payload.from_json('{"retries": 3}')
    assert absent == given
    assert (absent.to_json(), given.to_json(), models.Payload().to_json()) == (b"{}", b'{"retries":3}', b'{"retries":3}')
    absent.retries = 4
    assert absent.to_json() == b'{"retries":4}'


NULL, ANY_OF_NULL = {"type": "null"}, [{"type": "null"}, {"type": "string"}]
INTEGER_OR_TEXT = {"type": ["integer", "string"]}
TAGGED_OR_TEXT = [{"type": "object"}, {"type": "object", "required": ["kind"]}, {"type": "string"}, {"type": "string", "minLength": 3}]


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"maxLength": 0, "enum": ["a"]}, "a", False),
        ({"pattern": "a", "enum": ["1"]}, "1", False),
        ({"enum": ["foo"], "anyOf": [{"type": "array"}]}, "foo", False),
        ({"allOf": [{"enum": ["foo"]}], "oneOf": [{}, {}]}, "foo", False),
        ({"type": ["string", "null"], "enum": ["a", None], "maxLength": 0}, None, True),
        ({"type": ["string", "null"], "enum": ["a", None], "maxLength": 0}, "a", False),
        ({"oneOf": [{"type": "null", "minLength": 0}, {}]}, None, False),
        ({"oneOf": [NULL, {}]}, None, False),
        ({"oneOf": [INTEGER_OR_TEXT, {"type": ["integer", "boolean"]}], "discriminator": {"propertyName": "kind"}}, 1, False),
        ({"oneOf": [INTEGER_OR_TEXT, {"type": ["integer", "boolean"]}], "discriminator": {"propertyName": "kind"}}, "a", True),
        ({"anyOf": [{"enum": ["a"], "type": "number"}], "type": "string"}, "a", False),
        ({"oneOf": TAGGED_OR_TEXT, "discriminator": {"propertyName": "kind"}}, {"kind": "b"}, True),
        ({"oneOf": TAGGED_OR_TEXT, "discriminator": {"propertyName": "kind"}}, "ab", True),
        ({"oneOf": TAGGED_OR_TEXT, "discriminator": {"propertyName": "kind"}}, "abc", False),
        ({"anyOf": ANY_OF_NULL}, None, True),
        ({"type": "null", "anyOf": [*ANY_OF_NULL, {"type": "object"}]}, None, True),
        ({"type": "null", "anyOf": [*ANY_OF_NULL, {"type": "object"}]}, {}, False),
        ({"anyOf": ANY_OF_NULL, "not": NULL}, None, False),
        ({"properties": {"x": {"anyOf": ANY_OF_NULL, "not": NULL}}}, {"x": None}, False),
        ({"type": ["array", "null", "object"], "additionalProperties": False}, {}, True),
        ({"type": ["number", "object", "null"], "if": {}}, None, True),
        ({"type": ["object", "null"], "properties": {"a": {"type": "string"}}, "not": NULL}, None, False),
        ({"type": ["object", "null"], "properties": {"a": {"type": "string"}}, "not": {"type": "object", "required": ["a"]}}, None, True),
        ({"properties": {"a": False}, "anyOf": [NULL, {}]}, "a", True),
        ({"properties": {"x": {"anyOf": [False, {"enum": [""]}], "type": ["boolean"]}}}, {"x": True}, False),
        ({"items": {"$ref": "#/$defs/p"}, "$defs": {"p": {"const": None}}}, [None], True),
        ({"type": "object", "properties": {"x": {"if": {}, "then": {"type": "string"}}}}, {"x": None}, False),
        ({"type": "object", "properties": {"x": {"if": {}, "then": {"type": "string"}}}}, {}, True),
        ({"type": ["array", "integer"], "prefixItems": [False]}, [{}], False),
        ({"anyOf": [{"enum": [{}, None], "prefixItems": [True]}, False]}, None, True),
        ({"items": {"$ref": "#/$defs/p"}, "$defs": {"p": {"type": ["array", "null"], "oneOf": [{"type": "number"}]}}}, [None], False),
        ({"items": {"$ref": "#/$defs/p"}, "$defs": {"p": {"type": ["array", "null"], "oneOf": [{"minItems": 1}]}}}, [None], True),
        ({"properties": {"x": {"const": 2**63}, "y": {"const": -(2**63)}}}, {"x": 2**63, "y": -(2**63)}, True),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a"], True),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a", "b"], False),
        ({"items": [{"type": "string"}], "additionalItems": False}, [1], False),
    ],
)
def test_a_name_stands_for_all_that_its_schema_says(schema: dict[str, object], value: object, *, valid: bool) -> None:
    models = specmill.compile_models(schema)
    try:
        models.decode(json.dumps(value), models.Payload)
    except models.DecodeError:
        assert not valid
    else:
        assert valid


ASSERTING = {"https://json-schema.org/draft/2020-12/vocab/format-assertion": True}
APPLYING = {"https://json-schema.org/draft/2020-12/vocab/applicator": False}
OWN = {"https://example.com/vocab": False}


@pytest.mark.parametrize(
    ("vocabulary", "schema", "value", "valid"),
    [
        (APPLYING, {"properties": {"a": {"minimum": 10}}}, {"a": 1}, True),
        (APPLYING, {"properties": {"a": {"type": "string"}}}, {"a": 1}, True),
        (APPLYING, {"properties": {"a": False}}, {"a": 1}, False),
        (APPLYING, {"format": "ipv4"}, "x", True),
        (ASSERTING | OWN, {"format": "ipv4"}, "x", False),
        (ASSERTING, {"format": "ipv4"}, "127.0.0.1", True),
    ],
)
def test_a_schema_says_what_the_vocabularies_of_its_meta_schema_say(
    vocabulary: dict[str, bool], schema: dict[str, object], value: object, *, valid: bool
) -> None:
    resources = {"https://example.com/meta": {"$id": "https://example.com/meta", "$vocabulary": vocabulary}}
    models = specmill.compile_models({"$schema": "https://example.com/meta"} | schema, resources=resources)
    try:
        models.decode(json.dumps(value), models.Payload)
    except models.DecodeError:
        assert not valid
    else:
        assert valid


def test_a_vocabulary_that_nobody_knows_is_refused_where_it_is_required() -> None:
    resources = {"https://example.com/meta": {"$vocabulary": {"https://example.com/vocab": True}}}
    with pytest.raises(specmill.SpecError, match=r"requires the vocabulary 'https://example\.com/vocab'"):
        specmill.compile_models({"$schema": "https://example.com/meta"}, resources=resources)


def test_garbage_collection_is_on_again_after_a_run() -> None:
    specmill.render({"type": "string"}, ["dump"])
    assert gc.isenabled()
    with pytest.raises(specmill.SpecError):
        specmill.render({"$ref": "#/nowhere"}, ["dump"])
    assert gc.isenabled()


def test_a_callback_may_be_its_own_callback() -> None:
    again = {"$ref": "#/components/callbacks/Again"}
    operation = {"responses": {"204": {"description": ""}}, "callbacks": {"one": again, "other": again}}
    callbacks = {"Again": {"{$request.query.url}": {"post": operation}}}
    spec = openapi({}, {"/a": {"post": operation}, "/b": {"post": operation}}, components={"callbacks": callbacks})
    files = specmill.render(spec, {"docs": {"kind": "markdown"}})
    assert files["docs/index.md"].count("** webhook") == 6


def test_null_is_refused_where_the_only_variant_that_has_it_among_its_types_is_a_union_without_it() -> None:
    inner = {"type": ["boolean", "null"], "oneOf": [{"type": "number"}, {"type": "boolean"}]}
    outer = {"oneOf": [{"type": "integer"}, {"$ref": "#/$defs/inner"}], "type": ["boolean", "null"]}
    models = specmill.compile_models(
        {"$defs": {"inner": inner, "outer": outer}, "properties": {"a": {"$ref": "#/$defs/outer"}}, "type": "object"}
    )
    assert models.Payload.from_dict({"a": True}).a is True
    with pytest.raises(models.DecodeError):
        models.Payload.from_dict({"a": None})


@pytest.mark.parametrize(
    ("inner", "written"),
    [
        ({"properties": {"a": {"allOf": [{}, {"$ref": "#/components/schemas/Tree"}]}}}, "| `a` "),
        ({"oneOf": [{"properties": {"a": {"allOf": [{}, {"$ref": "#/components/schemas/Tree"}]}}}]}, "| `a` "),
        ({"additionalProperties": {"description": "More.", "allOf": [{}, {"$ref": "#/components/schemas/Tree"}]}}, "*any*"),
        ({"type": "array", "items": {"allOf": [{}, {"$ref": "#/components/schemas/Tree"}]}}, "*any*"),
    ],
)
def test_classes_of_schemas_that_merge_what_they_stand_in_have_an_end(inner: dict[str, object], written: str) -> None:
    body = {"content": {"application/json": {"schema": {"properties": {"tree": {"$ref": "#/components/schemas/Tree"}}}}}}
    ask = {"operationId": "ask", "requestBody": body, "responses": {"204": {"description": ""}}}
    spec = openapi({"Tree": inner}, {"/a": {"post": ask}})
    pages = specmill.render(spec, {"docs": {"kind": "markdown", "language": "typescript"}}, inline_names="short")
    assert any(written in page for page in pages.values())


@pytest.mark.parametrize("language", ["python", "typescript"])
@pytest.mark.parametrize(
    "tree",
    [
        {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"oneOf": [{"$ref": "#/$defs/tree"}]}}},
        {"type": "array", "prefixItems": [{"$ref": "#/$defs/tree"}], "minItems": 1},
    ],
)
def test_samples_of_lists_and_maps_within_themselves_have_an_end(tree: dict[str, object], language: str) -> None:
    holder = {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}}, "required": ["a"], "$defs": {"tree": tree}}
    pages = specmill.render(holder, {"docs": {"kind": "markdown", "language": language}}, root="Holder")
    assert any("`a`" in page for page in pages.values())


def test_classes_of_an_sdk_may_have_lists_as_constants() -> None:
    either = {"anyOf": [{"type": "array", "items": {"const": [1]}}, {"type": "array", "items": {"const": ["a"]}}]}
    answers = [{"const": [1, "a"]}, {"type": "object", "properties": {"either": either}}]
    responses = {f"20{i}": {"description": "", "content": {"application/json": {"schema": one}}} for i, one in enumerate(answers)}
    spec = openapi({}, {"/a": {"get": {"operationId": "ask", "responses": responses}}})
    pages = specmill.render(spec, {"docs": {"kind": "markdown", "language": "typescript"}}, inline_names="short")
    assert any("| `either` " in page for page in pages.values())


def test_each_variant_of_a_union_with_a_discriminator_is_known_within_another_union() -> None:
    kinds = {
        name: {"type": "object", "properties": {"kind": {"const": name}, "n": {"type": "integer"}}, "required": ["kind"]}
        for name in ("cat", "dog")
    }
    pet = {"oneOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}], "discriminator": {"propertyName": "kind"}}
    either = {"anyOf": [{"$ref": "#/$defs/pet"}, {"type": "integer"}]}
    models = specmill.compile_models({"$defs": {**kinds, "pet": pet}, "type": "array", "items": either})
    text = b'[{"kind":"cat","n":1},{"kind":"dog","n":2},3]'
    assert models.decode(text, models.Payload) == [models.Cat(kind="cat", n=1), models.Dog(kind="dog", n=2), 3]
    assert models.encode(models.decode(text, models.Payload)) == text


@pytest.mark.parametrize(
    ("schema", "text", "valid"),
    [
        ({"type": "string", "format": "decimal"}, "1.5", False),
        ({"type": "string", "format": "decimal"}, '"1.5"', True),
        ({"anyOf": [{"type": "object"}, {"type": "array"}, {"type": "null"}]}, "null", True),
        ({"type": ["string", "integer", "null"]}, "null", True),
    ],
)
def test_the_name_of_a_component_stands_for_all_that_its_schema_says(schema: dict[str, object], text: str, *, valid: bool) -> None:
    models = specmill.compile_models(openapi({"One": schema}))
    try:
        assert models.encode(models.decode(text, models.One)) == text.encode()
    except models.DecodeError:
        assert not valid
    else:
        assert valid


def test_a_tuple_may_stand_beside_a_number() -> None:
    """Where msgspec itself is to tell them apart, the interpreter crashes (msgspec 0.22)."""
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "minItems": 2, "maxItems": 2}
    models = specmill.compile_models({"type": "array", "items": {"anyOf": [{"type": "number"}, pair, {"type": "null"}]}})
    text = b'[0.5,["a",1],null,7]'
    for _ in range(100):
        assert models.encode(models.decode(text, models.Payload)) == text
    with pytest.raises(models.DecodeError):
        models.decode('[["a"]]', models.Payload)


def test_examples_know_that_an_open_enum_takes_what_stands_behind_it() -> None:
    either = {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "string", "format": "date"}]}
    files = specmill.render(either, {"docs": {"kind": "markdown", "open-enums": True}}, root="Either")
    assert "fromisoformat" not in files["docs/models/either.md"]
    assert "fromisoformat" in specmill.render(either, {"docs": {"kind": "markdown"}}, root="Either")["docs/models/either.md"]


def test_a_mapping_that_names_no_schema_is_refused() -> None:
    union = {"oneOf": [{"type": "object"}], "discriminator": {"propertyName": "kind", "mapping": {"cat": None}}}
    with pytest.raises(specmill.SpecError, match="names a schema by a string; found null"):
        specmill.compile_models(union)


def test_a_rule_of_a_union_holds_for_its_maps_too() -> None:
    inner = {"type": ["string", "object"], "dependentRequired": {"b": ["a"]}, "maximum": 1}
    models = specmill.compile_models(
        {"type": "object", "properties": {"x": {"anyOf": [{"type": "null", "pattern": "a"}, inner], "maximum": 1}}}
    )
    assert models.Payload.from_dict({"x": {"a": 1, "b": 2}}).to_dict() == {"x": {"a": 1, "b": 2}}
    with pytest.raises(models.DecodeError):
        models.Payload.from_dict({"x": {"b": 2}})


def test_a_union_with_a_discriminator_may_have_variants_that_are_no_objects_also_within_another_union() -> None:
    kinds = {
        name: {"type": "object", "properties": {"kind": {"type": "string"}, name: {"type": "string"}}, "required": ["kind"]}
        for name in ("cat", "dog")
    }
    pet = {"anyOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}, {"type": "string"}], "discriminator": {"propertyName": "kind"}}
    many = {"type": "object", "properties": {"pets": {"type": "array", "items": {"$ref": "#/$defs/pet"}}}, "required": ["pets"]}
    models = specmill.compile_models(
        {"$defs": {**kinds, "pet": pet}, "type": "object", "properties": {"zoo": {"anyOf": [{"$ref": "#/$defs/pet"}, many]}}}
    )
    for zoo in ("Tom", {"kind": "cat", "cat": "Tom"}, {"pets": ["Tom"]}):
        assert models.Payload.from_dict({"zoo": zoo}).to_dict() == {"zoo": zoo}
    with pytest.raises(models.DecodeError):
        models.Payload.from_dict({"zoo": 1})


@pytest.mark.parametrize("other", [{"type": "array", "items": {"type": "integer"}}, {"type": "object", "additionalProperties": {}}])
def test_no_pattern_stands_beside_an_array_or_a_map_in_what_msgspec_reads(other: dict[str, object]) -> None:
    files = specmill.render({"title": "Either", "anyOf": [{"type": "string", "pattern": "^a"}, other]}, ["python"])
    assert "_wire.Choice(" in files["python/serializers.py"]  # else msgspec.convert ends the process after some calls


def test_a_variant_is_known_by_a_key_that_msgspec_cannot_name() -> None:
    greeting = {"type": "object", "properties": {'say "hi"': {"type": "string"}}, "required": ['say "hi"']}
    models = specmill.compile_models(
        {"$defs": {"Greeting": greeting}, "type": "object", "properties": {"a": {"anyOf": [{"$ref": "#/$defs/Greeting"}, {}]}}}
    )
    assert models.Payload.from_dict({"a": {'say "hi"': "hi"}}).a == models.Greeting(say_hi="hi")


def test_a_value_that_no_variant_takes_is_told_what_each_takes() -> None:
    named = {"type": ["boolean", "null"], "not": {"const": False}}
    variants = [named, {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, {"enum": [None, "a", 2]}]
    models = specmill.compile_models({"type": "object", "properties": {"a": {"anyOf": variants}, "b": variants[-1]}})
    with pytest.raises(models.DecodeError) as caught:
        models.Payload.from_dict({"a": {}, "b": "c"})
    assert str(caught.value).splitlines()[1:] == [
        "  /a: expected one of 4 types (a boolean or null or an array or a string or an integer), received an object with 0 keys [union]",
        '  /b: expected one of "a", 2, received "c" [enum]',
    ]
