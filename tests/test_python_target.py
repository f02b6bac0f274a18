"""The generated Python: its two paths agree, its errors say all, its dataclasses are dataclasses, and every tool finds it in order."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import json
import pickle
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from conftest import openapi
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from python_package import (
    INTEGER,
    NUMBER,
    STRING,
    Sampler,
    everything,
    files,
    load,
    may,
    need,
    package,
    place,
    record,
    ref,
    scalar,
    union,
)

import specmill
from specmill import ir
from specmill.diagnostics import Report
from specmill.ir import ListOf, Literal, MapOf
from specmill.targets.python import Values, name_all

VARIANTS: list[dict[str, Any]] = [{}, {"unknown_fields": "preserve"}, {"unknown_fields": "forbid", "frozen": True, "open_enums": True}]
VARIANTS += [{"layout": "package", **variant} for variant in VARIANTS]


def part(module: ModuleType, name: str) -> Any:
    """A module of a generated package."""
    return importlib.import_module(f"{module.__name__}.{name}")


@pytest.fixture(scope="module", params=["module", "package"])
def models(request: pytest.FixtureRequest) -> Any:
    return load(everything(), layout=request.param)


def refusal(module: Any, text: bytes | str, type: Any) -> Any:
    with pytest.raises(module.DecodeError) as caught:
        module.decode(text, type)
    assert caught.value.errors
    return caught.value


# ---- two paths, one meaning -----------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(variant=st.sampled_from(VARIANTS), seed=st.integers(0, 2**32))
def test_what_the_fast_path_accepts_the_exact_path_accepts_too_with_the_same_value(variant: dict[str, Any], seed: int) -> None:
    module = load(everything(), **variant)
    codecs = part(module, "_codecs")
    names = name_all(everything())
    draw = random.Random(seed)
    sampler = Sampler(everything(), draw)
    for model in everything().models.values():
        cls = getattr(module, names.classes[model.id])
        text = json.dumps(sampler.model(model)).encode()
        codec = codecs.codec_of(cls)
        errors: list[Any] = []
        mended = codec.step(msgspec.json.decode(text), None, errors)
        try:
            fast = codec.load(msgspec.json.decode(text, type=codec.wire))
        except codecs.FAILURES:
            pass
        else:
            assert not errors, text
            assert codec.read(mended) == fast
        if errors:
            assert len(refusal(module, text, cls).errors) == len(errors)
        else:
            _comes_back(module, module.decode(text, cls), cls)


def _comes_back(module: Any, value: Any, cls: Any) -> None:
    assert module.decode(module.encode(value), cls) == value
    if isinstance(value, module.Model):
        assert type(value).from_dict(value.to_dict()) == value
        assert json.loads(value.to_json()) == value.to_dict()
        value.validate()


def test_json_that_msgspec_refuses_but_json_schema_does_not_is_accepted(models: Any) -> None:
    assert models.decode(b"[1.0, 2]", list[int]) == [1, 2]
    assert models.decode(b'{"x": 3.0}', models.A) == models.A(x=3)


def test_multiples_are_exact_in_decimal() -> None:
    module = load(package(record("Price", need("value", scalar("NUMBER", multiple_of=0.0001)))))
    assert module.Price.from_json(b'{"value": 0.0075}').value == 0.0075
    assert refusal(module, b'{"value": 0.00751}', module.Price).errors[0].code == "multiple_of"


def test_bounds_beyond_64_bits_are_exact() -> None:
    limit = 2**63 + 1
    module = load(package(record("Big", need("value", scalar("NUMBER", minimum=limit)))))
    assert module.Big.from_json(b'{"value": %d}' % limit).value == limit
    for below in (limit - 1, float(limit - 1)):
        assert refusal(module, json.dumps({"value": below}), module.Big).errors[0].code == "minimum"


@pytest.mark.parametrize("value", [True, 1.0, [1], {"a": 1}])
def test_constants_are_equal_as_json_has_it(value: Any) -> None:
    module = load(package(record("One", need("value", Literal((value,))))))
    assert module.One.from_dict({"value": value}).value == value
    other = 1 if value is True else True
    assert refusal(module, json.dumps({"value": other}), module.One).errors[0].code in ("enum", "type")


def test_null_for_an_optional_field_that_is_not_nullable_is_an_error(models: Any) -> None:
    for key in ("a_b", "日本"):
        assert refusal(models, json.dumps({'a"b': "x", key: None}), models.Odd).errors
    for text in (b'{"optional": null, "required": "x"}', b'{"type": "cat", "lives": null}'):
        assert refusal(models, text, models.Late if b"required" in text else models.Cat).errors[0].code == "type"


def test_absent_and_null_are_told_apart_where_both_may_be(models: Any) -> None:
    module = load(package(record("R", may("a", ir.Nullable(STRING)), may("b", STRING))))
    assert module.R.from_json(b"{}") == module.R(a=module.UNSET, b=None)
    assert module.R.from_json(b'{"a": null}') == module.R(a=None)
    assert module.R().to_json() == b"{}"
    assert module.R(a=None).to_json() == b'{"a":null}'
    assert models.UNSET is copy.deepcopy(pickle.loads(pickle.dumps(models.UNSET)))


# ---- unions ---------------------------------------------------------------------------------------------------------------------


def wires(described: ir.Package) -> Iterator[str]:
    """The lines of the serializers that register what unions are."""
    text = files(described)["serializers.py"]
    yield from text[text.index("_codecs.register(") :].splitlines()


def test_records_with_constants_of_their_own_are_told_apart_by_msgspec() -> None:
    assert any('"Pet": _codecs.Codec(lambda: CatWire | DogWire' in line for line in wires(everything()))


def test_a_constant_is_required_where_its_record_stands_alone(models: Any) -> None:
    assert refusal(models, b'{"lives": 9}', models.Cat).errors[0].code == "required"
    assert models.Cat.from_json(b'{"type": "cat"}') == models.Cat(type="cat")
    assert refusal(models, b'{"type": "dog"}', models.Cat).errors[0].pointer == "/type"


def test_the_first_variant_that_accepts_wins_also_where_only_the_exact_path_sees_it(models: Any) -> None:
    assert models.decode(b'{"x": 1}', models.Try) == models.A(x=1)
    assert models.decode(b'{"x": 1.0}', models.Try) == models.A(x=1)
    assert models.decode(b'{"x": 1.5}', models.Try) == models.B(x=1.5)
    assert models.decode(b'"cat"', models.Try) == "cat"


def test_a_discriminator_says_where_to_look_first_and_whose_errors_are_told(models: Any) -> None:
    assert models.decode(b'{"kind": "Car", "doors": 4}', models.Vehicle) == models.Car(kind="Car", doors=4)
    assert models.decode(b'{"kind": "boat", "doors": 4}', models.Vehicle) == models.Car(kind="boat", doors=4)
    assert models.decode(b'{"kind": "bike", "doors": 4}', models.Vehicle) == models.Car(kind="bike", doors=4)
    error = refusal(models, b'{"kind": "boat"}', models.Vehicle).errors[0]
    assert (error.pointer, error.code) == ("/kind", "discriminator")
    assert refusal(models, b'{"kind": "Car"}', models.Vehicle).errors[0].code == "required"


def test_a_key_that_only_one_variant_requires_tells_them_apart() -> None:
    module = load(
        package(record("Bird", need("wings", INTEGER)), record("Fish", need("fins", INTEGER)), union("Pet", ref("Bird"), ref("Fish")))
    )
    assert module.decode(b'{"fins": 2}', module.Pet) == module.Fish(fins=2)
    assert module.encode(module.Fish(fins=2)) == b'{"fins":2}'


def test_a_json_type_tells_variants_apart(models: Any) -> None:
    for value in ("x", 5, None, {"name": "x", "children": []}, [{"type": "cat"}]):
        assert json.loads(models.encode(models.decode(json.dumps(value), models.Thing))) == value


@pytest.mark.parametrize(("name", "good", "bad"), [
    ("Anyone", [None, 1, {"a": []}], []),
    ("Nobody", [], [None, 1, {}]),
    ("Null", [None], [0, ""]),
    ("Ids", [[], ["a"]], [["a", 1], None]),
    ("Short", ["abc"], ["abcd", 1]),
    ("MaybeNode", [None], [1]),
    ("Colors", [["red", "mauve"]], [[1]]),
    ("Json", [None, 1, [{"a": [True, None]}]], []),
    ("Species", ["cat"], ["cow", 1]),
    ("Level", [1, 1.0, -3], [4, "1", True]),
    ("Empty", [{}], [[], None]),
])  # fmt: skip
def test_every_name_can_be_decoded(models: Any, name: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert json.loads(models.encode(models.decode(json.dumps(value), getattr(models, name)))) == value
    for value in bad:
        refusal(models, json.dumps(value), getattr(models, name))


def test_types_are_put_together(models: Any) -> None:
    text = b'{"a": [{"type": "cat"}], "b": []}'
    assert models.decode(text, dict[str, list[models.Cat]]) == {"a": [models.Cat(type="cat")], "b": []}
    assert models.decode(b"null", models.Cat | None) is None
    assert models.decode(b"[1, 2.5]", list[float]) == [1, 2.5]
    with pytest.raises(TypeError, match="not a type that this package can read"):
        models.decode(b"1", complex)


# ---- keys that are not fields ---------------------------------------------------------------------------------------------------


def test_other_keys_are_ignored_preserved_or_refused() -> None:
    text = b'{"x":1,"other":[1,{}]}'
    ignore, keep, refuse = (load(everything(), **variant) for variant in VARIANTS[:3])
    assert ignore.A.from_json(text).to_json() == b'{"x":1}'
    assert keep.A.from_json(text).additional_properties == {"other": [1, {}]}
    assert keep.A.from_json(text).to_json() == text
    error = refusal(refuse, text, refuse.A).errors[0]
    assert (error.pointer, error.code) == ("/other", "additional_properties")


def test_typed_other_keys_are_models_and_stand_beside_the_fields_on_the_wire(models: Any) -> None:
    text = b'{"a":"x","more":{"name":"n","children":[]}}'
    found = models.OpenNodes.from_json(text)
    assert found.additional_properties == {"more": models.Node(name="n", children=[])}
    assert found.to_json() == text
    assert refusal(models, b'{"a":"x","more":{"name":1}}', models.OpenNodes).errors[0].pointer == "/more/name"


def test_a_field_goes_before_a_key_of_the_same_name(models: Any) -> None:
    node = models.Node(name="n", children=[])
    assert json.loads(models.OpenNodes(a="x", additional_properties={"a": node}).to_json()) == {"a": "x"}


def test_keys_that_msgspec_cannot_name_keep_their_names(models: Any) -> None:
    data = {'a"b': "1", "a\\b": "2", "class": "3"}
    assert models.Odd.from_dict(data).to_dict() == data
    assert json.loads(models.Odd.from_json(json.dumps(data)).to_json()) == data
    assert refusal(models, json.dumps({'a"b': 1}), models.Odd).errors[0].pointer == '/a"b'


# ---- errors ---------------------------------------------------------------------------------------------------------------------


def test_all_errors_are_told_with_pointers(models: Any) -> None:
    text = json.dumps({"s": "bbbbbb", "i": 11, "n": "x", "species": "cow", "null_or_node": {"name": 1, "children": [{}]}, "a/b~c": 0})
    found = {(error.pointer, error.code) for error in refusal(models, text, models.Everything).errors}
    assert found == {
        ("/s", "max_length"),
        ("/s", "pattern"),
        ("/i", "exclusive_maximum"),
        ("/i", "multiple_of"),
        ("/n", "type"),
        ("/species", "enum"),
        ("/null_or_node/name", "type"),
        ("/null_or_node/children/0", "required"),
    }


def test_an_error_is_a_readable_block_and_plain_data(models: Any) -> None:
    error = refusal(models, b'{"x": "%s"}' % (b"long " * 100), models.A)
    assert str(error).startswith('1 error\n  /x: expected an integer, received "long long')
    assert len(str(error)) < 200
    assert dataclasses.asdict(error.errors[0])["code"] == "type"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize("text", [
    b"", b"{", b"[1", b"nul", b"NaN", b"Infinity", b"\xff", b'"\\ud800"', '"\ud800"', b"1 2", b"\xef\xbb\xbf{}", b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000, b'{"name":"x","children":[' * 100_000, b"1" * 10_000, b"1e999", b'{"x":' + b"9" * 5000 + b"}",
])  # fmt: skip
@pytest.mark.parametrize("name", ["Node", "Json", "Thing", "Try", "Anyone", "OpenNodes"])
def test_nothing_makes_it_crash(models: Any, text: bytes | str, name: str) -> None:
    refusal(models, text, getattr(models, name))


def test_a_model_that_breaks_a_rule_says_so_when_asked(models: Any) -> None:
    models.A(x=1).validate()
    for wrong in (models.A(x="1"), models.A(x=None), models.Node(name="x", children=[3]), models.A(x=object())):
        with pytest.raises(models.DecodeError):
            wrong.validate()


# ---- real dataclasses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS)
def test_models_are_real_dataclasses(variant: dict[str, Any]) -> None:
    module = load(everything(), **variant)
    node = module.Node.from_json(b'{"name":"a","children":[{"name":"b","children":[]}]}')
    assert pickle.loads(pickle.dumps(node)) == copy.copy(node) == copy.deepcopy(node) == node
    assert dataclasses.asdict(node)["children"][0]["name"] == "b"
    assert dataclasses.replace(node, name="c").name == "c"
    assert not hasattr(node, "__dict__")
    match node:
        case module.Node(name=name, children=[module.Node()]):
            assert name == "a"
        case _:
            pytest.fail("no match")


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"type": "array"}, {"type": "object", "additionalProperties": {"type": "object"}}]
)
def test_keys_that_are_no_text_become_text_in_plain_data_as_in_json(schema: dict[str, Any]) -> None:
    outer = {"type": "object", "properties": {"inside": {"$ref": "#/$defs/Inside"}}}
    inner = specmill.compile_models({"$defs": {"Box": outer, "Inside": {"type": "object", "properties": {"x": schema}}}})
    value: Any = {1: {2: 3}}
    box = inner.Box(inside=inner.Inside(x=[value] if schema == {"type": "array"} else value))
    assert box.to_dict() == box.to_dict() == json.loads(box.to_json()) != dataclasses.asdict(box)


def test_frozen_models_are_frozen() -> None:
    module = load(everything(), **VARIANTS[2])
    with pytest.raises(dataclasses.FrozenInstanceError):
        module.A.from_json(b'{"x":1}').x = 2


def test_a_subclass_is_read_and_written(models: Any) -> None:
    class Mine(models.Node):  # type: ignore[misc]
        def shout(self) -> str:
            return str(self.name).upper()

    mine = Mine.from_json(b'{"name":"a","children":[]}')
    assert type(mine) is Mine
    assert mine.shout() == "A"
    assert mine.to_json() == b'{"name":"a","children":[]}'
    assert models.encode([mine]) == b'[{"name":"a","children":[]}]'


def test_defaults_are_filled_in_and_never_shared(models: Any) -> None:
    text = b'{"s":"a","i":2,"n":1,"species":"cat","null_or_node":null}'
    one, other = models.Everything.from_json(text), models.Everything.from_json(text)
    assert (one.limit, one.tags, one.dane, one.leaf, one.wrong) == (
        10,
        ["a"],
        models.Species.GREAT_DANE,
        models.Node(name="x", children=[]),
        None,
    )
    one.tags.append("b")
    assert other.tags == ["a"]
    assert one.since.isoformat() == "2020-01-01T00:00:00+00:00"
    built = models.Everything(s="a", i=2, n=1, species=models.Species.CAT, null_or_node=None)
    assert built == other


def test_data_that_is_read_is_left_as_it_was(models: Any) -> None:
    data = {"type": "dog", "friend": {"type": "cat", "lives": 9.0}}
    before = copy.deepcopy(data)
    models.Dog.from_dict(data)
    assert data == before


def test_threads_may_use_a_model_for_the_first_time_at_once() -> None:
    module = load(package(record("First", need("x", INTEGER), may("next", ref("First")))))
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(module.First.from_json(b'{"x":1,"next":{"x":2}}'))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [module.First(x=1, next=module.First(x=2))] * 8


@pytest.mark.parametrize("layout", ["module", "package"])
@pytest.mark.parametrize("last", [[], [may("next", ref("S0"))]], ids=["chain", "ring"])
def test_models_within_models_may_be_any_number(layout: str, last: list[ir.Field]) -> None:
    module = load(package(*(record(f"S{i}", may("next", ref(f"S{i + 1}"))) for i in range(1200)), record("S1200", *last)), layout=layout)
    text = b'{"next":' * 130 + b"{}" + b"}" * 130
    assert module.S0.from_json(text).to_json() == text
    assert refusal(module, text.replace(b"{}", b"1"), module.S0).errors[0].pointer == "/next" * 130


# ---- JSON Lines -----------------------------------------------------------------------------------------------------------------


def test_json_lines_are_read_and_written_one_at_a_time(models: Any, tmp_path: Path) -> None:
    nodes = [models.Node(name=name, children=[]) for name in "abc"]
    path = tmp_path / "nodes.jsonl"
    with path.open("wb") as file:
        file.writelines(models.encode_lines(iter(nodes)))
    assert path.read_bytes().count(b"\n") == 3
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        assert list(models.decode_lines(binary, models.Node)) == list(models.decode_lines(text, models.Node)) == nodes


def test_what_is_wrong_with_json_lines_is_told_with_the_line(models: Any) -> None:
    read = models.decode_lines([b'{"name":"a","children":[]}\n', b" \n", b'{"name":1,"children":[]}\n', b"nonsense"], models.Node)
    assert next(read).name == "a"
    with pytest.raises(models.DecodeError) as told:
        next(read)
    assert (told.value.line, told.value.errors[0].pointer) == (3, "/name")
    assert str(pickle.loads(pickle.dumps(told.value))).startswith("line 3: 1 error")
    with pytest.raises(TypeError, match="an open file"):
        next(models.decode_lines("{}", models.Node))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_no_number(value: float) -> None:
    module = load(package(record("Price", need("amount", scalar("NUMBER", multiple_of=0.01)))))
    with pytest.raises(module.DecodeError, match=r"/amount: expected a number, received"):
        module.Price.from_dict({"amount": value})
    assert module.Price.from_dict({"amount": 10**400}).amount == 10**400


def test_a_long_list_is_written_as_a_short_one_is(models: Any) -> None:
    for length in (0, 1, 31, 32, 33, 64, 65, 1000):
        nodes = [models.Node(name="é" * (i % 7), children=[]) for i in range(length)]
        assert models.encode(nodes) == b"[" + b",".join(map(models.encode, nodes)) + b"]"


def test_deep_types_do_not_break_the_parser() -> None:
    type: ir.Type = INTEGER
    for _ in range(150):
        type = ListOf(type)
    module = load(package(record("Deep", need("x", type), may("y", MapOf(type)))))
    value: Any = 1
    for _ in range(150):
        value = [value]
    assert module.Deep.from_dict({"x": value}).to_dict() == {"x": value}
    assert refusal(module, json.dumps({"x": [value]}), module.Deep).errors[0].pointer.count("/") == 151


# ---- names and values -----------------------------------------------------------------------------------------------------------


def test_names_do_not_depend_on_the_order_of_the_spec() -> None:
    described = everything()
    turned = replace(described, models=dict(reversed(described.models.items())))
    assert name_all(described) == name_all(turned)


def test_each_name_that_had_to_change_is_told() -> None:
    report = Report()
    names = name_all(everything(), report)
    told = {one.pointer: one.message for one in report}
    assert names.within[place("Odd")]["class"] == "class_"
    assert "class_" in told[place("Odd") + "/properties/class"]
    assert names.classes[place("Any")] == "Any_"
    assert names.within[place("Odd")]["1st"] == "field_1st"


def test_a_value_is_written_as_typed_python() -> None:
    described = everything()
    values = Values(described, name_all(described))
    shown = values.of(ref("OpenNodes"), {"a": "x", "more": {"name": 'say "hi"', "children": []}})
    assert str(shown) == """OpenNodes(a="x", additional_properties={"more": Node(name='say "hi"', children=[])})"""
    assert values.of(NUMBER, "x") is None
    assert values.of(INTEGER, True) is None
    assert str(values.of(scalar("DATE_TIME"), "2020-01-01T00:00:00Z")) == 'datetime.fromisoformat("2020-01-01T00:00:00Z")'


# ---- tools ----------------------------------------------------------------------------------------------------------------------

CIRCLE: dict[str, Any] = {
    "$defs": {
        "Command": {
            "additionalProperties": True,
            "properties": {"run": {"$ref": "#/$defs/Run"}},
            "not": {"required": ["x"]},
            "type": "object",
        },
        "Step": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Command"}]},
        "Run": {
            "additionalProperties": True,
            "properties": {"steps": {"type": "array", "items": {"$ref": "#/$defs/Step"}}},
            "type": "object",
        },
    }
}
"""Open classes with a check in modules that need each other's."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    for number, variant in enumerate(VARIANTS):
        for path, text in files(everything(), **variant).items():
            file = folder / f"variant{number}" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    for path, text in specmill.render(CIRCLE, {"python": {"path": "circle", "layout": "package"}}).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("command", [
    ["mypy", "--strict", "--cache-dir", ".mypy_cache", "--python-version", "3.11", "."],
    ["black", "--check", "--line-length", "88", "--target-version", "py311", "."],
    ["ruff", "check", "--isolated", "."],
    ["ruff", "check", "--isolated", "--select", "I", "."],
], ids=["mypy", "black", "ruff", "isort"])  # fmt: skip
def test_tools_find_nothing(written: Path, command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=written, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_models_does_not_import_msgspec(written: Path) -> None:
    code = "import sys, variant0; assert 'msgspec' not in sys.modules; variant0.A.from_json('{\"x\":1}'); assert 'msgspec' in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=written, check=True)


def test_a_recursive_union_of_look_alikes_takes_no_exponential_time() -> None:
    shared = (need("left", ref("Tree")), may("right", ref("Tree")))
    one, two = record("One", *shared, may("one", INTEGER)), record("Two", *shared, may("two", INTEGER))
    module = load(package(one, two, union("Tree", ref("One"), ref("Two"), STRING)))
    good: Any = "leaf"
    bad: Any = 1
    for _ in range(60):
        good, bad = {"left": good, "two": 2, "one": "no integer"}, {"left": bad}
    found = module.decode(json.dumps(good), module.Tree)
    assert type(found) is module.Two
    assert refusal(module, json.dumps(bad), module.Tree).errors[0].code == "union"


def test_a_recursive_union_told_apart_by_a_hint_takes_no_exponential_time() -> None:
    shared = (need("kind", STRING), may("next", ref("Chain")))
    one, two = record("One", *shared, may("one", INTEGER)), record("Two", *shared, need("two", INTEGER))
    hint = ir.Discriminator("kind", (("one", 0), ("two", 1)))
    module = load(package(one, two, union("Chain", ref("One"), ref("Two"), discriminator=hint)))
    good: Any = {"kind": "one", "two": 2.0, "one": "no integer"}
    bad: Any = 1
    for _ in range(60):
        good, bad = {"kind": "one", "one": 1.0, "two": 2, "next": good}, {"kind": "one", "two": 2, "next": bad}
    found = module.decode(json.dumps(good), module.Chain)
    assert type(found) is module.One
    assert refusal(module, json.dumps(bad), module.Chain).errors[0].pointer == "/next" * 60


def test_numbers_whose_hashes_are_equal_are_compared_in_linear_time() -> None:
    schema = {"properties": {"plain": {"type": "array", "uniqueItems": True}, "typed": {"uniqueItems": True, "items": {"type": "array"}}}}
    module = specmill.compile_models({"type": "object"} | schema)
    odd = sys.hash_info.modulus
    numbers = [odd * i for i in range(20_000)]
    data = {"plain": numbers, "typed": [[one] for one in numbers]}
    assert module.Payload.from_dict(data).to_dict() == data
    with pytest.raises(module.DecodeError, match="/plain: expected items that differ"):
        module.Payload.from_dict({"plain": [2**70, *numbers, float(2**70)]})


def test_an_enum_that_rules_out_other_values_stays_closed() -> None:
    moods = {"Open": {"type": "string", "enum": ["a", "b"]}}
    moods["Closed"] = {**moods["Open"], "x-speakeasy-unknown-values": "disallow"}
    held = {"type": "object", "properties": {name.lower(): {"$ref": f"#/components/schemas/{name}"} for name in moods}}
    spec = openapi({**moods, "Held": held})
    models = specmill.render(spec, {"pkg": {"kind": "python", "open-enums": True}})["pkg/models.py"]
    assert "    open: Open | str | None = None\n" in models
    assert "    closed: Closed | None = None\n" in models
