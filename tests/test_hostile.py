"""Hostile specs: whatever they hold, the answer is files that are right or findings that are readable, and it comes."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import FOLDER, NAMES
from conftest import ROOT, openapi
from output_folder import drawn

from specmill import SpecError, library
from specmill.diagnostics import Report
from specmill.frontend import source
from specmill.ir import MISSING
from specmill.output.changes import plan

ALL = {"dump": {}, "python": {}, "docs": {"kind": "markdown"}, "ts": {"kind": "markdown", "language": "typescript"}}
UNPRINTABLE = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(spec: dict[str, Any]) -> dict[str, str]:
    """The files; none where the spec is refused, and then the findings must be fit to be printed."""
    try:
        return library.render(spec, ALL)
    except SpecError as error:
        told = str(error)
    assert not UNPRINTABLE.search(told)
    assert max(map(len, told.split("\n"))) < 1200
    return {}


# ---- wrong values everywhere ----------------------------------------------------------------------------------------------------

WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    "x",
    "#",
    [],
    [None],
    [[]],
    {},
    {"a": 1},
    {"$ref": 1},
    {"$ref": "#"},
    "\x1b[31m\u202e\ud800",
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def mutants(spec: Any, dice: random.Random, count: int) -> Iterator[Any]:
    """Copies of a document, each with one to three places where something else stands; and with values moved to other places."""
    for _ in range(count):
        made = copy.deepcopy(spec)
        for _ in range(dice.randint(1, 3)):
            container, key = dice.choice(list(places(made)))
            other, from_key = dice.choice(list(places(made)))
            what = dice.random()
            if what < 0.7:
                container[key] = copy.deepcopy(dice.choice(WRONG))
            elif what < 0.9:
                container[key] = copy.deepcopy(other[from_key])
            elif isinstance(container, dict):
                container[dice.choice(["$ref", "allOf", "oneOf", "enum", "x\n\x1b", "$id", "properties"])] = container.pop(key)
        yield made


def specs() -> Iterator[tuple[str, Any]]:
    for name in NAMES:
        for file in (FOLDER / name / "spec.yaml", FOLDER / name / "spec.json"):
            if file.is_file():
                data = source.parse(file.read_bytes(), file.name, Report())
                if data is not MISSING and isinstance(data, dict):
                    yield name, data


SPECS = [*specs(), ("session", source.parse((ROOT / "spec/session.yaml").read_bytes(), "session.yaml", Report()))]


@pytest.mark.parametrize(("name", "spec"), [pytest.param(*spec, id=spec[0]) for spec in SPECS])
def test_a_document_with_anything_anywhere_is_drawn_or_refused(name: str, spec: Any, fuzz_rounds: int) -> None:
    for mutant in mutants(spec, random.Random(name), 6 * fuzz_rounds):
        try:
            answer(mutant)
        except Exception as error:  # what it was that did it
            raise AssertionError(json.dumps(mutant)) from error


KEY = 'x\n\x1b"; print(); "'


def test_no_key_becomes_a_name_before_it_is_cut_into_words() -> None:
    """Status codes, methods and locations too: a document may hold anything where the standard lists a few words."""
    inline = {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}}}}
    one = {
        "operationId": "a",
        "parameters": [{"name": "p", "in": where, "schema": {"enum": ["a", "b"]}} for where in (KEY, "query")],
        "responses": {"200": inline, KEY: inline | {"headers": {KEY: {"schema": {"enum": ["a", "b"]}}}}},
    }
    two = {"responses": {KEY: inline}, "callbacks": {KEY: {KEY: {"post": {"requestBody": inline}}}}}
    spec = openapi({}, openapi="3.2.0", paths={"/a": {"get": one, "additionalOperations": {KEY: two}}})
    files = answer(spec)
    assert files
    for text in files.values():
        assert "\x1b" not in text


def test_every_name_becomes_a_file_that_every_system_can_hold(tmp_path: Path) -> None:
    odd = [
        "../../../tmp/x",
        "..\\x",
        "/etc/passwd",
        "C:x",
        "..",
        ".",
        "con",
        "Con",
        "CON",
        "aux",
        "nul.txt",
        "com1",
        "LPT9",
        "x.",
        "x ",
        "a:b",
        "x*",
        "~",
        ".git",
    ]
    alike = [
        "Straße",
        "STRASSE",
        "strasse",
        "\ufb01le",
        "file",
        "FILE",
        "\xe9",
        "e\u0301",
        "\u0130",
        "i",
        "\u0131",
        "K",
        "\u212a",
        "\u017f",
        "s",
    ]
    spec = openapi(
        {
            name: {"type": "object", "properties": {"a": {"enum": ["b", "c"]}}}
            for name in [*odd, *alike, "index", "models", "x" * 300, "\u65e5" * 200]
        }
    )
    targets = ALL | {"split": {"kind": "python", "layout": "package"}}
    report = Report()
    assert plan(tmp_path, drawn(library.render(spec, targets)), report) is not None, report.errors


# ---- what grows --------------------------------------------------------------------------------------------------------------


def nested(levels: int, around: Any, inner: Any) -> Any:
    for _ in range(levels):
        inner = around(inner)
    return inner


def test_unions_of_unions_are_written_out_once_and_not_by_every_way_to_them() -> None:
    diamond = {f"S{i}": {"oneOf": [ref(f"S{i + 1}"), {"type": "object", "properties": {"x": ref(f"S{i + 1}")}}]} for i in range(25)}
    files = answer(openapi(diamond | {"S25": {"type": "object", "properties": {"a": {"type": "string"}}}}))
    assert 0 < sum(map(len, files.values())) < 500_000
    deep = nested(25, lambda x: {"oneOf": [x, {"type": "integer"}]}, {"type": "object", "properties": {"a": {"type": "string"}}})
    assert 0 < sum(map(len, answer(openapi({"A": deep})).values())) < 1_000_000


def test_a_long_chain_of_references_is_followed_once() -> None:
    chain: dict[str, Any] = {f"S{i}": ref(f"S{i + 1}") for i in range(400)}
    assert answer(openapi(chain | {"S400": {"type": "object"}}))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$" * 50,
        "^(.*a){25}$",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "a?" * 3000 + "a" * 3000,
        "(?:)" * 3000,
        "a?" * 3000,
        "(" * 3000 + ")" * 3000,
        "(a|" * 90 + ")" * 90,
        "(a+)+$",
        "a{1000000000}",
        "(a{1000}){1000}",
    ],
)
def test_a_pattern_takes_no_longer_than_its_length(pattern: str) -> None:
    """Whatever the texts that come with it, as values and as keys."""
    for text in ("x", "a" * 60 + "!", "x" * 60, "a" * 100_000):
        held = {"type": "string", "pattern": pattern, "example": text, "default": text}
        keys = {
            "type": "object",
            "patternProperties": {pattern: {"type": "integer"}},
            "example": {text: 1},
            "propertyNames": {"pattern": pattern},
        }
        answer(openapi({"A": {"type": "object", "properties": {"a": held, "b": keys}}}))


def test_numbers_beyond_those_of_machines_are_kept() -> None:
    huge = 10**4000
    fields = {
        "a": {"type": "integer", "maximum": huge},
        "b": {"type": "string", "maxLength": huge},
        "c": {"type": "integer", "enum": [huge]},
        "d": {"type": "number", "multipleOf": huge, "minimum": -huge},
        "e": {"type": "array", "items": {}, "minItems": huge},
    }
    assert answer(openapi({"A": {"type": "object", "properties": fields}}))


def yaml(spec: dict[str, Any]) -> str:
    """Flow style, with an alias: only then are values weighed."""
    return "x-a: &a [1]\nx-b: *a\n" + "\n".join(f"{key}: {json.dumps(value)}" for key, value in spec.items())


SMALL = openapi(
    {"A": {"type": "object", "properties": {"a": {"enum": ["b", "c"]}}}, "B": {"allOf": [ref("C")]}, "C": {"allOf": [ref("A")]}}
)


@pytest.mark.parametrize("limit", ["document-bytes", "values", "nesting", "references", "models", "output-bytes"])
def test_each_limit_ends_in_one_finding(limit: str, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml(SMALL))
    assert library.render(spec, ["dump"], limits={limit: 500_000})
    with pytest.raises(SpecError) as caught:
        library.render(spec, ["dump"], limits={limit: 1})
    assert [d.code for d in caught.value.diagnostics] == ["too-large"]
    assert "\n" not in caught.value.diagnostics[0].message


def test_a_long_text_that_many_aliases_repeat_counts_as_often(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"x-long: &long {'long ' * 1000}\n" + yaml(SMALL) + "\nx-many: [" + ", ".join(["*long"] * 100) + "]\n")
    assert library.render(spec, ["dump"], limits={"document-bytes": 510_000})
    with pytest.raises(SpecError, match="hold more than 500000 characters"):
        library.render(spec, ["dump"], limits={"document-bytes": 500_000})


@pytest.mark.parametrize("value", [0, -1, "many", 1.5, True])
def test_a_limit_is_a_number_of_at_least_one(value: Any) -> None:
    with pytest.raises(SpecError, match="config-value"):
        library.render(SMALL, ["dump"], limits={"models": value})


def test_data_that_no_text_can_hold_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["properties"] = {"a": endless}
    for data in ({"maximum": 10**5000}, endless):
        with pytest.raises(SpecError, match="too-large"):
            library.render(data, ALL)


def test_a_union_of_very_many_objects_is_drawn() -> None:
    tagged = {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": f"k{i}"}}} for i in range(700)]}
    files = library.render(openapi({"Any": tagged}), {"python": {}})
    assert files["python/models.py"].count("\nclass ") == 700
