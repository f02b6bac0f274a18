"""The rules that one expression can state: about numbers, strings, and the sizes of arrays and objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from specmill.diagnostics import counted
from specmill.ir import Schema
from specmill.targets.python.checks.predicates import Test, call, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Fault, Subject, cut, missing
from specmill.targets.python.formats import FORMATS

Rules: TypeAlias = Iterator[tuple[Test, Fault]]

_OPPOSITE: Final = {">=": "<", "<=": ">", ">": "<=", "<": ">="}


def number_rules(program: Program, schema: Schema, subject: Subject) -> Rules:
    """Bounds and multiples."""
    bounds = schema.constraints
    for limit, operator, code, words in (
        (bounds.minimum, ">=", "minimum", "at least"),
        (bounds.maximum, "<=", "maximum", "at most"),
        (bounds.exclusive_minimum, ">", "exclusive_minimum", "more than"),
        (bounds.exclusive_maximum, "<", "exclusive_maximum", "less than"),
    ):
        if limit is not None:
            yield _compared(subject.name, operator, literal(limit)), _fault(code, f"{words} {_number(limit)}")
    if bounds.multiple_of is not None:
        program.uses.add("is_multiple_of")
        step, scale = Decimal(repr(bounds.multiple_of)).as_integer_ratio()
        yield call(f"is_multiple_of({subject.name}, {step}, {scale})"), _fault(
            "multiple_of", f"a multiple of {_number(bounds.multiple_of)}"
        )


def string_rules(program: Program, schema: Schema, subject: Subject) -> Rules:
    """Length in code points, pattern, format."""
    yield from _size(subject, schema.constraints.min_length, schema.constraints.max_length, ("length", "character"))
    pattern = schema.constraints.pattern
    if pattern is not None and (name := program.pattern(schema, pattern)) is not None:
        expression = f"{name}.search({subject.name})"
        fault = _fault("pattern", f"a match of /{cut(pattern)}/")
        yield test(f"{expression} is not None", f"{expression} is None"), fault
    if schema.format is not None and schema.format in FORMATS:
        program.formats.add(schema.format)
        yield call(f"valid_{FORMATS[schema.format].stem}({subject.name})"), _fault("format", f"a string of the format {schema.format}")


def array_rules(program: Program, schema: Schema, subject: Subject) -> Rules:
    """Size and uniqueness."""
    yield from _size(subject, schema.constraints.min_items, schema.constraints.max_items, ("items", "item"))
    if schema.constraints.unique_items:
        program.uses |= {"frozen", "has_unique_items"}
        yield call(f"has_unique_items({subject.name})"), _fault("unique_items", "items that differ from each other")


def object_rules(program: Program, schema: Schema, subject: Subject) -> Rules:
    """Required keys and size."""
    for key in schema.required:
        text = program.key(key)
        yield test(f"{text} in {subject.name}", f"{text} not in {subject.name}"), missing(key)
    yield from _size(subject, schema.constraints.min_properties, schema.constraints.max_properties, ("properties", "key"))


RULES: Final[dict[str, Callable[[Program, Schema, Subject], Rules]]] = {
    "number": number_rules,
    "string": string_rules,
    "array": array_rules,
    "object": object_rules,
}


def _size(subject: Subject, least: int | None, most: int | None, words: tuple[str, str]) -> Rules:
    what, one = words
    size = f"len({subject.name})"
    if least is not None and least > 0:
        yield _compared(size, ">=", literal(least)), _fault(f"min_{what}", f"at least {counted(least, one)}")
    if most is not None:
        yield _compared(size, "<=", literal(most)), _fault(f"max_{what}", f"at most {counted(most, one)}")


def _compared(left: str, operator: str, right: str) -> Test:
    return test(f"{left} {operator} {right}", f"{left} {_OPPOSITE[operator]} {right}")


def _fault(code: str, expected: str) -> Fault:
    return Fault(code, literal(expected))


def _number(value: float) -> str:
    return cut(literal(value))
