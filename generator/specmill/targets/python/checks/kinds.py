"""Tests of what kind of JSON value something is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from specmill.targets.python.checks.predicates import ALWAYS, NEVER, Test, either, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.subject import KINDS, Subject

_CLASSES: Final = {"boolean": "bool", "string": "str", "array": "list", "object": "dict"}
_WORDS: Final = {
    "null": "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}


def kinds_of(types: Collection[str] | None) -> frozenset[str]:
    """The kinds that JSON Schema's type words stand for; None: all."""
    return frozenset(KINDS if types is None else ("number" if word == "integer" else word for word in types))


def wants_integer(types: Collection[str] | None) -> bool:
    """Whether numbers must be whole."""
    return types is not None and "integer" in types and "number" not in types


def words_for(types: Collection[str]) -> str:
    """``a string or null``: the types as people read them."""
    words = [text for word, text in _WORDS.items() if word in types and not (word == "integer" and "number" in types)]
    *most, last = words or ["no value at all"]
    return f"{', '.join(most)} or {last}" if most else last


def kind_test(program: Program, subject: Subject, kinds: Collection[str], *, integer: bool = False) -> Test:
    """Whether the subject is of one of the kinds, given what is known of it; with ``integer``, numbers must be whole."""
    wanted = subject.kinds & frozenset(kinds)
    whole = integer and "number" in wanted
    if not wanted:
        return NEVER
    if wanted == subject.kinds and not whole:
        return ALWAYS
    missing = subject.kinds - wanted
    if missing == {"null"} and not whole:
        return test(f"{subject.name} is not None", f"{subject.name} is None")
    return either(_kind_tests(program, subject, wanted, whole=whole))


def _kind_tests(program: Program, subject: Subject, wanted: frozenset[str], *, whole: bool) -> list[Test]:
    name = subject.name
    tests: list[Test] = []
    if "null" in wanted:
        tests.append(test(f"{name} is None", f"{name} is not None"))
    classes = [cls for kind, cls in _CLASSES.items() if kind in wanted]
    if whole:
        program.uses.add("is_json_integer")
        tests.append(test(f"is_json_integer({name})", f"not is_json_integer({name})"))
    elif "number" in wanted and "boolean" in subject.kinds - wanted:
        program.uses.add("is_json_number")
        tests.append(test(f"is_json_number({name})", f"not is_json_number({name})"))
    elif "number" in wanted:
        classes = ["int", "float", *(cls for cls in classes if cls != "bool")]
    if classes:
        listed = classes[0] if len(classes) == 1 else f"({', '.join(classes)})"
        tests.append(test(f"isinstance({name}, {listed})", f"not isinstance({name}, {listed})"))
    return tests
