"""Hostile data: whatever bytes or values a decoder is given, it answers with an object that meets the schema, or with a ``DecodeError``."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from cases import FOLDER
from test_hostile import places
from test_samples import models

import specmill

SAMPLES = [pytest.param(path, id=f"{path.parents[2].name}/{path.stem}") for path in sorted(FOLDER.glob("*/samples/valid/*.json"))]

TEXTS = [
    b"", b" ", b"\0", b"\xff", b"\xef\xbb\xbf{}", b"{", b"[", b'{"a"', b'{"a":', b"nul", b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"01", b"--1", b"1.",
    b"9" * 5000, b"-" + b"9" * 400, b"0." + b"1" * 5000, b"1e-99999", b'"\\ud800"', b'"\\u0000"', b'"\x00"', b"'a'", b"{}{}", b"[" * 100_000, b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000, b'"' + b"a" * 1_000_000 + b'"', "\u2028".encode(), b"\xed\xa0\x80", b'{"a":1,"a":2}', "{}".encode("utf-16"),
]  # fmt: skip
OBJECT = object()  # no data at all
# Not among them: NaN, infinities and lone surrogates. No JSON text holds them, and `from_dict` takes floats and strings as they are (SECURITY.md).
VALUES: list[Any] = [
    None, True, 0, -1, 1.5, -0.0, 10**30, -(10**400), 1e308, "", "x", "\0", "2020-13-45T99:99:99Z", "2020-02-30", "=", [], [None],
    [[]], {}, {"": {}}, {"a": {"b": [1, {"c": None}]}}, "x" * 10_000, [1] * 1000, b"raw", (), {1: 2}, OBJECT, set(),
]  # fmt: skip


def says(load: Any, data: Any) -> Any:
    """What is loaded; None where it is refused as it should be: in print that is readable."""
    try:
        return load(data)
    except ValueError as error:
        if type(error).__name__ != "DecodeError":
            raise
        told = str(error)
    assert len(told) < 200_000
    return None


def holds(model: Any, loaded: Any) -> None:
    """What was let in is valid, and comes back as it is."""
    if loaded is not None:
        loaded.validate()
        assert model.from_json(loaded.to_json()).to_json() == loaded.to_json()


@pytest.mark.parametrize("path", SAMPLES)
def test_no_bytes_surprise_a_decoder(path: Path, fuzz_rounds: int) -> None:
    dice = random.Random(f"{path.parents[2].name}/{path.name}")
    good = path.read_bytes()
    for model in models(path):
        for text in TEXTS:
            holds(model, says(model.from_json, text))
        for _ in range(60 * fuzz_rounds):
            made = bytearray(good)
            for _ in range(dice.randint(1, 4)):
                at = dice.randrange(len(made) + 1)
                made[at : at + dice.randint(0, 3)] = dice.choice(
                    [bytes([dice.randrange(256)]), dice.choice(TEXTS[:26]), b'"', b",", b"{", b"}", b"1e400"]
                )
            holds(model, says(model.from_json, bytes(made)))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")], ids=str)
def test_a_number_that_json_does_not_have_is_invalid(number: float) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "plain": {},
        "least": {"minimum": 0},
        "most": {"exclusiveMaximum": 7},
        "half": {"multipleOf": 0.5},
        "text": {"type": ["number", "string"]},
    }
    fields = {name: {"type": "number"} | limits for name, limits in kinds.items()} | {
        "many": {"type": "array", "items": {"type": "number"}}
    }
    made = specmill.compile_models({"$defs": {"Reading": {"type": "object", "properties": fields}}}).Reading
    for data, at in (*(({name: number}, f"/{name}") for name in kinds), ({"many": [1.5, number]}, "/many/1")):
        for read in (made.from_dict, lambda data: made(**data).validate()):
            with pytest.raises(ValueError, match=f"{at}: expected a number( or a string)?, received") as caught:
                read(data)
            assert type(caught.value).__name__ == "DecodeError"
    good = {"plain": 1.5, "least": 0, "most": -1.75e308, "half": 10**400, "text": 1e308, "many": [1, -0.0]}
    assert made.from_dict(good).to_dict() == good
    made(**good).validate()


@pytest.mark.parametrize("path", SAMPLES)
def test_no_value_surprises_a_decoder(path: Path, fuzz_rounds: int) -> None:
    dice = random.Random(f"{path.parents[2].name}/{path.name}")
    good = json.loads(path.read_bytes())
    found = list(places([good]))
    mutants = []
    for _ in range(60 * fuzz_rounds):
        made = [copy.deepcopy(good)]
        container, key = dice.choice(list(places(made)))
        container[key] = dice.choice(VALUES)
        mutants.append(made[0])
    assert found
    for model in models(path):
        for value in [*VALUES, *mutants]:
            loaded = says(model.from_dict, value)
            if loaded is not None and repr(OBJECT) in repr(loaded):  # kept where the schema says nothing of a value (SECURITY.md)
                with pytest.raises(ValueError, match="expected data that JSON can hold"):
                    loaded.validate()
            else:
                holds(model, loaded)


@pytest.mark.parametrize("value", [set(), ([],), [set()], bytearray(b"a"), frozenset()], ids=repr)
@pytest.mark.parametrize(
    "schema", [{"enum": ["a", 1]}, {"enum": ["a", [1]]}, {"const": True}, {"type": ["string", "null"], "enum": ["a", None]}]
)
def test_what_no_json_holds_is_none_of_the_listed_values(schema: dict[str, Any], value: Any) -> None:
    made = specmill.compile_models({"$defs": {"Holder": {"type": "object", "properties": {"kind": schema}}}}).Holder
    with pytest.raises(ValueError, match="/kind: expected") as caught:
        made.from_dict({"kind": value})
    assert type(caught.value).__name__ == "DecodeError"


@pytest.mark.parametrize("layout", ["module", "package"])
def test_objects_that_are_nested_too_deep_are_invalid(layout: str) -> None:
    made = specmill.compile_models(
        {"$defs": {"Box": {"type": "object", "properties": {"box": {"$ref": "#/$defs/Box"}, "any": {}}}}}, layout=layout
    ).Box
    box = made()
    deep: list[Any] = []
    for _ in range(100_000):
        box, deep = made(box=box), [deep]
    for one in (box, made(any=deep)):
        with pytest.raises(ValueError, match="expected less nesting"):
            one.validate()
        with pytest.raises(RecursionError):
            one.to_json()
