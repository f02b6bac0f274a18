"""What kinds of values a schema can accept at all, and of what kinds it accepts every value: what follows needs no test for the others.

Type checkers draw the same conclusions from the generated code, and complain of a comparison that can never be true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.equality import kind_of
from specmill.targets.python.checks.kinds import kinds_of, wants_integer
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.schemas import conjuncts, in_place, says_only
from specmill.targets.python.checks.subject import ALL_KINDS, Mode, Subject

_DEEPEST = 6  # levels; what stands deeper is a function of its own, from which a type checker learns nothing
_ONLY_VALUES = {"null": 1, "boolean": 2}  # how many values there are of a kind
ABOUT: Final[dict[str, tuple[str, ...]]] = {
    "number": ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of"),
    "string": ("min_length", "max_length", "pattern", "format"),
    "array": ("min_items", "max_items", "unique_items", "prefix_items", "items", "contains", "unevaluated_items"),
    "object": (
        "min_properties", "max_properties", "required", "properties", "pattern_properties", "additional_properties", "property_names",
        "unevaluated_properties", "dependent_required",
    ),
}  # fmt: skip
"""The assertions that concern values of one kind alone."""


def _says(schema: Schema, name: str) -> bool:
    found = getattr(schema.constraints if hasattr(schema.constraints, name) else schema, name)
    return found is not None and found is not False and found != ()  # 0 says something, and is equal to False


def possible(program: Program, schema: Schema, depth: int = 0) -> frozenset[str]:
    """The kinds of values that the schema can accept."""
    if depth > _DEEPEST:
        return ALL_KINDS
    kinds = kinds_of(schema.types)
    if schema.enum is not None:
        kinds &= frozenset(map(kind_of, schema.enum))

    def of(child: SchemaId) -> frozenset[str]:
        return possible(program, program.schema(child), depth + 1)

    for child in conjuncts(schema):
        kinds &= of(child)
    for children in (schema.any_of, schema.one_of):
        if children:
            kinds &= frozenset().union(*map(of, children))
    return kinds - covered(program, program.schema(schema.not_), depth + 1) if schema.not_ is not None else kinds


def covered(program: Program, schema: Schema, depth: int = 0) -> frozenset[str]:
    """The kinds of which the schema accepts every value; some may be overlooked."""
    if depth > _DEEPEST:
        return frozenset()

    def of(child: SchemaId) -> frozenset[str]:
        return covered(program, program.schema(child), depth + 1)

    if schema.enum is None and not in_place(schema):
        limited = {kind for kind, names in ABOUT.items() if any(_says(schema, name) for name in names)}
        return kinds_of(schema.types) - limited - ({"number"} if wants_integer(schema.types) else set())
    if says_only(schema, "enum"):
        kinds = [kind_of(value) for value in {repr(value): value for value in schema.enum or ()}.values()]
        return frozenset(kind for kind, count in _ONLY_VALUES.items() if kinds.count(kind) == count)
    if says_only(schema, "any_of"):
        return frozenset().union(*map(of, schema.any_of))
    if says_only(schema, "all_of"):
        return ALL_KINDS.intersection(*map(of, schema.all_of))
    if schema.not_ is not None and says_only(schema, "not_"):
        return ALL_KINDS - possible(program, program.schema(schema.not_), depth + 1)
    return frozenset()


def accepted(program: Program, schema_id: SchemaId, subject: Subject) -> Subject:
    """The subject where the schema has accepted it."""
    return subject.knowing(possible(program, program.schema(schema_id)))


def refused(program: Program, schema_id: SchemaId, subject: Subject) -> Subject:
    """The subject where the schema has refused it."""
    return subject.knowing(ALL_KINDS - covered(program, program.schema(schema_id)))


def alternatives(program: Program, ids: Sequence[SchemaId], subject: Subject) -> Iterator[tuple[SchemaId, Subject]]:
    """The alternatives of which one must hold, each with the subject where those before it did not; the plainest come first."""
    for one in sorted(ids, key=lambda one: not says_only(program.schema(one), "types")):
        yield one, subject
        subject = refused(program, one, subject)


def met(program: Program, schema: Schema, subject: Subject) -> Subject:
    """The subject behind statements that end the function where the schema is not met."""
    return subject.knowing(possible(program, schema)) if subject.mode is Mode.TEST else subject
