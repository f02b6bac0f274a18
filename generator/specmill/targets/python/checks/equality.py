"""Enums and consts: JSON's own equality, where 1 equals 1.0, and true does not equal 1."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from specmill.ir import Json, Schema
from specmill.targets.python.checks.constants import Names, Values
from specmill.targets.python.checks.kinds import kinds_of, wants_integer
from specmill.targets.python.checks.predicates import Test, both, call, either, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.sources import display, literal
from specmill.targets.python.checks.subject import Subject, cut, told

_FEW = 3
_DEEP = 1  # level; a tuple there can be too long for its line
_LISTED = 30  # characters; more go into a constant


def kind_of(value: Json) -> str:
    """The kind of a JSON value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def settled(schema: Schema) -> Schema:
    """The schema with an enum that holds only values of its types, and so says all that they say."""
    if schema.enum is None or schema.types is None:
        return schema
    kinds, whole = kinds_of(schema.types), wants_integer(schema.types)
    possible = (value for value in schema.enum if kind_of(value) in kinds and not (whole and isinstance(value, float) and value % 1))
    return replace(schema, types=None, enum=tuple(possible))


def enum_test(program: Program, subject: Subject, values: Iterable[Json], stem: str) -> Test:
    """Whether the subject equals one of the values."""
    possible = [value for value in values if kind_of(value) in subject.kinds & subject.possible]
    kinds = {kind_of(value) for value in possible}
    if kinds == {"string"}:
        return _strings(program, subject, possible, stem)
    if len(possible) <= _FEW and not kinds & {"array", "object"}:
        return either(_scalar(program, subject, value) for value in possible)
    program.uses |= {"frozen", "frozen_values", "equals_any"}
    name = program.constant(Values(display(possible)), f"{stem[:16]}_values")
    return call(f"equals_any({subject.name}, {name})")


def _strings(program: Program, subject: Subject, values: list[str], stem: str) -> Test:
    name = subject.name
    if len(values) == 1:
        text = program.key(values[0])
        return test(f"{name} == {text}", f"{name} != {text}")
    if len(values) <= _FEW and sum(map(len, values)) < _LISTED and subject.level < _DEEP:
        listed = f"({', '.join(map(literal, values))})"
        return test(f"{name} in {listed}", f"{name} not in {listed}")
    constant = program.constant(Names(tuple(dict.fromkeys(values))), f"{stem[:16]}_values")
    if subject.kinds & {"array", "object"}:  # not hashable
        is_string = test(f"isinstance({name}, str)", f"not isinstance({name}, str)")
        return both((is_string, test(f"{name} in {constant}", f"{name} not in {constant}")))
    return test(f"{name} in {constant}", f"{name} not in {constant}")


def _scalar(program: Program, subject: Subject, value: Json) -> Test:
    name = subject.name
    match value:
        case None | bool():
            return test(f"{name} is {value}", f"{name} is not {value}")
        case int() | float() if "boolean" in subject.kinds:
            equal = test(f"{name} == {literal(value)}", f"{name} != {literal(value)}")
            return both((equal, test(f"not isinstance({name}, bool)", f"isinstance({name}, bool)")))
        case str():
            text = program.key(value)
            return test(f"{name} == {text}", f"{name} != {text}")
        case _:
            return test(f"{name} == {literal(value)}", f"{name} != {literal(value)}")


def shown(values: Iterable[Json]) -> str:
    """The values as JSON writes them: ``"a"``, ``one of "a", null``."""
    texts = [told(value) for value in values]
    listed = cut(", ".join(texts))
    return listed if len(texts) == 1 else f"one of {listed}"
