"""The generated checks say of every value what JSON Schema says, in text that needs no formatter."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import re
import time
from collections.abc import Callable
from typing import Any

import black
import jsonschema_rs
import pytest
from cases import FOLDER
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from json_schemas import Dice

import specmill
from specmill import imported
from specmill.diagnostics import Report
from specmill.frontend.assertions import closure
from specmill.frontend.graph import Graph
from specmill.frontend.source import Document
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Package
from specmill.output.render import Renderer
from specmill.targets import Page
from specmill.targets.python.checks import checks_view

CHECKS = ROOT / "templates/python/checks"
DEF = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)
_numbers = itertools.count()
Judge = Callable[[Any], bool]


def checked(document: Any, formats: str = "annotation") -> str:
    """The text of the module that checks the document's root and nothing else."""
    report = Report()
    graph = Graph(Document("schema.json", None, document, b""), report)
    schemas = closure(graph, Vocabulary(graph, report, formats), [graph.root_id])
    view = checks_view(Package("", "", None, {}, schemas=schemas), [graph.root_id], report)
    if report.errors:
        raise specmill.SpecError(report.errors)
    return Renderer().render(Page("_checks.py", "python/_checks.py.jinja", view)).text


def judge(document: Any, formats: str = "annotation") -> Judge:
    """What the generated checks say of a value."""
    fixed = Renderer().render(Page("_errors.py", "python/_errors.py.jinja", None)).text
    files = {"__init__.py": "", "_errors.py": fixed, "_checks.py": checked(document, formats)}
    name = f"checks_{next(_numbers)}"
    imported.package(name, files)
    check = importlib.import_module(f"{name}._checks").check_schema

    def accepts(value: Any) -> bool:
        found: list[Any] = []
        check(value, None, found)
        return not found

    return accepts


def errors(schema: Any, value: Any) -> list[tuple[str, str]]:
    module = specmill.compile_models(schema)
    with pytest.raises(module.DecodeError) as caught:
        module.decode(json.dumps(value), module.Payload)
    return [(one.pointer, one.code) for one in caught.value.errors]


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32))
def test_random_schemas_judge_random_values_as_an_independent_validator_does(seed: int) -> None:
    dice = Dice(seed)
    document = dice.document()
    oracle = jsonschema_rs.Draft202012Validator(document)
    try:
        ours = judge(document)
    except specmill.SpecError as refusal:
        endless = {"endless-schema", "circular-ref"}
        assert {d.code for d in refusal.diagnostics} <= endless  # noqa: PT017 what is raised otherwise is a failure too
        return
    for value in [dice.value() for _ in range(40)]:
        assert ours(value) == oracle.is_valid(value), (document, value)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_black_finds_nothing_to_do_in_the_checks_of_random_schemas(seed: int) -> None:
    with contextlib.suppress(specmill.SpecError):
        drawn = checked(Dice(seed).document())
        assert drawn == black.format_str(drawn, mode=black.Mode())


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        ({"const": 1}, [1, 1.0], [True, "1", 2]),
        ({"const": False}, [False], [0, 0.0, None, []]),
        ({"enum": [[1], {"a": True}]}, [[1.0], {"a": True}], [[True], {"a": 1}, {"a": True, "b": 1}]),
        ({"type": "integer"}, [1, 1.0, 10**400], [1.5, True, "1"]),
        ({"maxProperties": 0}, [{}, [1]], [{"a": 1}]),
        ({"multipleOf": 0.0001}, [0.0075, 1, 12.3456], [0.00751, 0.00001]),
        ({"multipleOf": 0.123456789}, [0.123456789, 0.246913578], [1e308, 1]),
        ({"maxLength": 2}, ["😀😀"], ["abc"]),
        ({"anyOf": [{"minimum": 0}, {"const": -1}]}, [0, -1, "a"], [-2]),
        ({"anyOf": [{"maxLength": 0}, {"enum": ["a"]}]}, ["", "a", 1], ["b"]),
        ({"anyOf": [{"maxItems": 0}, {"const": [1]}], "not": {"maxProperties": 0, "type": "object"}}, [[], [1], {"a": 1}], [[2], {}]),
        ({"uniqueItems": True}, [[1, True], [[1], [True]], [{"a": 1}, {"a": 2}]], [[1, 1.0], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]]),
        ({"required": ["__proto__", "toString", "\0"]}, [{"__proto__": 1, "toString": 2, "\0": 3}], [{}, {"__proto__": 1}]),
        ({"pattern": "^a$"}, ["a", 1], ["a\n", "ba"]),
        ({"dependentSchemas": {"a": {"maxProperties": 0}}}, [["a", 1], {"b": 1}], [{"a": 1}]),
        ({"contains": {"const": 1}, "minContains": 0, "maxContains": 1}, [[], [1]], [[1, 1]]),
        (
            {"anyOf": [{"unevaluatedItems": False, "dependentSchemas": {"a": {"contains": {}}}}, {"type": "object"}]},
            [[], {"x": 1}, "a"],
            [["a", 1]],
        ),
        (
            {"properties": {"a": True}, "anyOf": [{"properties": {"b": {"const": 1}}}, {}], "unevaluatedProperties": False},
            [{"a": 1, "b": 1}, {}],
            [{"b": 2}, {"c": 1}],
        ),
    ],
)
def test_values_are_judged_exactly(schema: Any, accepted: list[Any], refused: list[Any]) -> None:
    ours = judge(schema)
    assert [value for value in accepted if not ours(value)] == []
    assert [value for value in refused if ours(value)] == []


def test_each_check_is_in_a_case_so_that_the_tools_see_it() -> None:
    drawn = {name for file in FOLDER.glob("*/expected/**/_checks.py") for name in DEF.findall(file.read_text("utf-8"))}
    assert {name for file in CHECKS.glob("**/*.jinja") for name in DEF.findall(file.read_text("utf-8"))} <= drawn


def test_every_error_is_reported_with_its_place_and_code() -> None:
    schema = {"not": {"required": ["z"]}, "properties": {"a/b": {"type": "string"}, "n": {"minimum": 3}}, "required": ["id"]}
    found = errors(schema, {"a/b": 1, "n": 2, "z": 0})
    assert sorted(found) == [("", "not"), ("", "required"), ("/a~1b", "type"), ("/n", "minimum")]


def test_a_schema_that_leads_back_to_itself_is_refused() -> None:
    with pytest.raises(specmill.SpecError) as caught:
        specmill.compile_models({"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]}}, "not": {"$ref": "#/$defs/a"}})
    assert {d.code for d in caught.value.diagnostics} & {"endless-schema", "circular-ref"}


def test_long_arrays_of_unlike_objects_are_found_unique_in_linear_time() -> None:
    ours = judge({"uniqueItems": True})
    ours([])
    started = time.process_time()
    assert ours([{"a": [number]} for number in range(100_000)])
    assert time.process_time() - started < 10


def test_alternatives_that_hold_each_other_do_not_take_exponential_time() -> None:
    kinds = [{"properties": {"kind": {"const": name}, "child": {"$ref": "#/$defs/node"}}, "required": ["kind"]} for name in "abcdef"]
    document = {"$defs": {"node": {"oneOf": kinds}}, "not": {"not": {"$ref": "#/$defs/node"}}}
    module = specmill.compile_models(document)
    value: dict[str, Any] = {"kind": "f"}
    for _ in range(30):
        value = {"kind": "e", "child": value}
    started = time.process_time()
    module.decode(json.dumps(value), module.Payload)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("format", "accepted", "refused"),
    [
        ("date", ["2024-02-29", "0000-01-01"], ["2023-02-29", "2024-2-1", "২024-01-01"]),
        ("date-time", ["2024-02-29t00:00:00z", "1998-12-31T15:59:60-08:00"], ["2024-02-29 00:00:00Z", "1998-12-31T22:59:60Z"]),
        ("ipv6", ["::1", "1::1.2.3.4"], ["::1%eth0", "1:2", "[::1]"]),
        ("uri", ["http://[::1]/a?b#c", "urn:x:y"], ["//a", "http://a b", "http://[::1"]),
        ("iri", ["http://ƒøø.ßår/?é"], ["é", "http://é\\"]),
        ("idn-hostname", ["실례.테스트", "l·l"], ["〮실례", "a..b", "l·"]),
        ("regex", ["(?<n>a)\\k<n>", "[]"], ["\\a", "(?i)a", "[b-a]", "(", "a**"]),
        ("email", ['"a b"@example.com', "a@[127.0.0.1]"], ["a b@example.com", ".a@example.com"]),
        ("byte", ["", "YQ==", "YWI="], ["YQ", "YQ=", "Y!=="]),
    ],
)
def test_formats_are_asserted_where_that_is_wanted(format: str, accepted: list[str], refused: list[str]) -> None:
    ours = judge({"type": "string", "format": format}, "assert")
    assert [value for value in accepted if not ours(value)] == []
    assert [value for value in refused if ours(value)] == []
