"""All rules of one schema as statements about one value, in the order in which they are cheapest to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from specmill.ir import Schema
from specmill.targets.python.checks.arrays import array_code
from specmill.targets.python.checks.combine import after, combined_code, dependent_code
from specmill.targets.python.checks.equality import enum_test, shown
from specmill.targets.python.checks.evaluated import unevaluated_items, unevaluated_properties
from specmill.targets.python.checks.kinds import kind_test, kinds_of, wants_integer, words_for
from specmill.targets.python.checks.knowledge import met
from specmill.targets.python.checks.lines import Code, Line
from specmill.targets.python.checks.objects import object_code
from specmill.targets.python.checks.predicates import NEVER, negated
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.scalars import RULES
from specmill.targets.python.checks.schemas import conjuncts, in_place, says_only
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Fault, Mode, Subject, fail, unless, when

_INSIDE: Final[dict[str, tuple[Callable[[Program, Schema, Subject], Iterator[Code]], ...]]] = {
    "object": (object_code, dependent_code, unevaluated_properties),
    "array": (array_code, unevaluated_items),
}


def statements(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """Code that fails where the subject does not meet the schema."""
    kinds = kinds_of(schema.types)
    holds = kind_test(program, subject, kinds, integer=wants_integer(schema.types))
    fault = _other_type(schema.types)
    says_more = holds != NEVER and not says_only(schema, "types")  # most members of objects have a type and no more
    rest = tuple(_after_type(program, schema, subject.narrowed(kinds))) if says_more else ()
    if not rest or subject.mode is Mode.TEST:
        yield from unless(holds, subject, fault)
        yield from rest
    elif subject.returns:
        yield from when(negated(holds), (fail(subject, fault), Line("return")))
        yield from rest
    else:
        yield from when(negated(holds), (fail(subject, fault),), rest)


@lru_cache(maxsize=256)
def _other_type(types: tuple[str, ...] | None) -> Fault:
    return Fault("type", literal(words_for(types))) if types else Fault("forbidden", '"no value here"')


def _after_type(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    for kind in RULES:
        if kind not in subject.kinds:
            continue
        told = subject.narrowed(frozenset({kind}))
        body = tuple(_of_kind(program, schema, told.staying(), kind))
        if body:
            yield from when(kind_test(program, subject, {kind}), body)
    if in_place(schema):
        yield from combined_code(program, schema, subject)
    for child in conjuncts(schema):
        subject = after(program, child, subject)
    if schema.enum is not None:
        subject = met(program, replace(schema, enum=None), subject)
        code = "const" if len(schema.enum) == 1 else "enum"
        holds = enum_test(program, subject, schema.enum, program.names[schema.id])
        yield from unless(holds, subject, Fault(code, literal(shown(schema.enum))))


def _of_kind(program: Program, schema: Schema, subject: Subject, kind: str) -> Iterator[Code]:
    for holds, fault in RULES[kind](program, schema, subject):
        yield from unless(holds, subject, fault)
    for inside in _INSIDE.get(kind, ()):
        yield from inside(program, schema, subject)
