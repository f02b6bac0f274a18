"""The rules that put schemas together: references, allOf, anyOf, oneOf, not, if/then/else, dependentSchemas."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.conditions import condition, expression
from specmill.targets.python.checks.kinds import kinds_of
from specmill.targets.python.checks.knowledge import accepted, alternatives, met, refused
from specmill.targets.python.checks.lines import Code, If, Line
from specmill.targets.python.checks.objects import has_key
from specmill.targets.python.checks.predicates import ALWAYS, any_order, either, negated, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.schemas import conjuncts
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Fault, Mode, Subject, fail, local, unless, when


def combined_code(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """What other schemas say of the same value."""
    here = subject.staying()
    for child in conjuncts(schema):
        yield from program.code(child, here)
        here = after(program, child, here)
    if schema.not_ is not None:
        holds = negated(condition(program, schema.not_, here))
        yield from unless(holds, here, Fault("not", literal("a value that the schema under `not` refuses")))
        here = met(program, Schema(schema.id, not_=schema.not_), here)
    if schema.any_of:
        holds = either(any_order(condition(program, child, told) for child, told in alternatives(program, schema.any_of, here)))
        yield from unless(holds, here, Fault("any_of", literal(f"at least one of {len(schema.any_of)} alternatives")))
    yield from _one_of(program, schema, here)
    yield from _chosen(program, schema, here)


def after(program: Program, child: SchemaId, subject: Subject) -> Subject:
    """What a type checker knows of the subject after the statements of a schema that end the function where it fails."""
    schema = program.schema(child)
    if subject.mode is not Mode.TEST or not program.inlines(schema, subject):
        return subject
    return met(program, schema, subject).narrowed(kinds_of(schema.types))


def _one_of(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """Exactly one alternative: they are counted."""
    if not schema.one_of:
        return
    tests = [condition(program, child, subject) for child in schema.one_of]
    sure = sum(one == ALWAYS for one in tests)
    open_ = [one for one in tests if one.is_open]
    fault = Fault("one_of", literal(f"exactly one of {len(tests)} alternatives"))
    if sure == 1 and not open_:
        return
    if sure > 1 or not (sure or open_):
        yield fail(subject, fault)
    elif sure:
        left = [one for one, test in zip(schema.one_of, tests, strict=True) if test.is_open]
        others = either(any_order(condition(program, one, told) for one, told in alternatives(program, left, subject)))
        yield from when(others, (fail(subject, fault),))
    elif len(open_) == 1:
        yield from unless(open_[0], subject, fault)
    else:
        count = local("matches", subject.level + 1)
        yield Line(f"{count} = 0")
        for one in open_:
            yield from when(one, (Line(f"{count} += 1"),))
        yield from unless(test(f"{count} == 1", f"{count} != 1"), subject, fault)


def _chosen(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """``if``, ``then``, ``else``."""
    if schema.if_ is None:
        return
    before = program.mark()
    short = expression(program, program.schema(schema.if_), subject)
    asked = program.call(schema.if_, subject) if short is None else short
    # A type checker learns from an expression what it does not learn from a call.
    told = subject if short is None else subject.narrowed(kinds_of(program.schema(schema.if_).types))
    then = program.code(schema.then, accepted(program, schema.if_, told)) if schema.then is not None else ()
    otherwise = program.code(schema.else_, refused(program, schema.if_, subject)) if schema.else_ is not None else ()
    if not (then or otherwise):
        program.rewind(before)
        return
    if then == (Line("return False"),):
        yield from when(asked, then)
        yield from otherwise if asked != ALWAYS else ()
    else:
        yield from when(asked, then, otherwise)


def dependent_code(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """``dependentSchemas``: what holds for an object that has a certain key."""
    for key, child in schema.dependent_schemas:
        body = program.code(child, subject.staying())
        if body:
            yield If(has_key(program, subject, key), body)
