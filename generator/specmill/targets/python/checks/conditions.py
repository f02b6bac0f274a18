"""Schemas that are small enough to be one boolean expression; every other one is a call of its function."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.equality import enum_test
from specmill.targets.python.checks.kinds import kind_test, kinds_of, wants_integer
from specmill.targets.python.checks.knowledge import accepted, alternatives, possible, refused
from specmill.targets.python.checks.predicates import NEVER, Test, any_order, both, either, negated
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.scalars import RULES
from specmill.targets.python.checks.schemas import in_place, own_rules
from specmill.targets.python.checks.subject import Subject

_MOST_RULES = 3
_LONGEST = 64


def condition(program: Program, schema_id: SchemaId, subject: Subject) -> Test:
    """Whether the subject meets the schema: an expression where that is short, else a call."""
    found = expression(program, program.schema(schema_id), subject)
    return program.call(schema_id, subject) if found is None else found


def expression(program: Program, schema: Schema, subject: Subject) -> Test | None:
    """The whole schema as one short expression; None where it takes statements."""
    if not _is_small(program, schema):
        return None
    before = program.mark()
    found = both(_tests(program, schema, subject))
    if len(found.text) <= _LONGEST and len(found.parts) <= _MOST_RULES:
        return found
    program.rewind(before)
    return None


def _is_small(program: Program, schema: Schema) -> bool:
    """Only what the value itself says, without looking into it; and ``not``, ``anyOf`` and ``allOf`` of such."""
    looks_into = (
        any(not program.accepts_all(child) for _, child in schema.properties) or schema.pattern_properties or schema.prefix_items or schema.one_of or schema.dependent_required
        or schema.dependent_schemas
    )  # fmt: skip
    holds = (
        schema.additional_properties, schema.property_names, schema.unevaluated_properties, schema.items, schema.unevaluated_items,
        schema.contains, schema.if_,
    )  # fmt: skip
    if looks_into or any(one is not None for one in holds) or own_rules(schema) > _MOST_RULES:
        return False
    return program.weight(schema.id) <= _MOST_RULES and all(_is_small(program, program.schema(one)) for one in in_place(schema))


def _tests(program: Program, schema: Schema, subject: Subject) -> Iterator[Test]:
    kinds = kinds_of(schema.types)
    yield kind_test(program, subject, kinds, integer=wants_integer(schema.types))
    known = subject.narrowed(kinds)
    for kind, rules in RULES.items():
        if kind in known.kinds:
            told = known.narrowed(frozenset({kind}))
            holds = both(test for test, _ in rules(program, schema, told))
            if holds.is_open:
                yield either((negated(kind_test(program, known, {kind})), holds))
    for one in (*schema.all_of, *((schema.ref,) if schema.ref is not None else ())):
        yield _nested(program, one, known)
        known = accepted(program, one, known)
    if schema.not_ is not None:
        yield negated(_nested(program, schema.not_, known))
        known = refused(program, schema.not_, known)
    if schema.any_of:
        yield either(any_order(_nested(program, one, told) for one, told in alternatives(program, schema.any_of, known)))
        known = known.knowing(possible(program, replace(schema, enum=None)))
    if schema.enum is not None:  # last: type checkers know more of the subject after it
        yield enum_test(program, known, schema.enum, program.names[schema.id])


def _nested(program: Program, schema_id: SchemaId, subject: Subject) -> Test:
    schema = program.schema(schema_id)
    return both(_tests(program, schema, subject)) if subject.kinds else NEVER
