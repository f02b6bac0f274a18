"""The rules about the items of an array."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.diagnostics import counted
from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.conditions import condition
from specmill.targets.python.checks.lines import Block, Call, Code, If, Line
from specmill.targets.python.checks.objects import taken
from specmill.targets.python.checks.predicates import ALWAYS, NEVER, Test, call, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Fault, Mode, Subject, fail, local, unless

_LONG = 45  # characters; a longer condition does not fit into a generator


def array_code(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """What must hold of the items, one by one."""
    for index, child in enumerate(schema.prefix_items):
        inner = subject.child(str(index))
        body = program.code(child, inner)
        if body:
            there = test(f"len({subject.name}) > {index}", f"len({subject.name}) <= {index}")
            yield If(there, taken(inner, f"{subject.name}[{index}]", body))
    if schema.items is not None:
        yield from rest_code(program, schema.items, subject, len(schema.prefix_items))
    yield from _contains(program, schema, subject)


def rest_code(program: Program, child: SchemaId, subject: Subject, start: int) -> Iterator[Code]:
    """Every item from ``start`` on must meet a schema."""
    if program.rejects_all(child):
        few = f"at most {start} items" if start else "no items"
        yield from unless(_at_most(subject, start), subject, Fault("max_items", literal(few)))
        return
    index = local("index", subject.level + 1)
    inner = subject.child(index)
    body = program.code(child, inner)
    if not body:
        return
    rest = f"{subject.name}[{start}:]" if start else subject.name
    if subject.mode is Mode.TEST:
        yield Block(Line(f"for {inner.name} in {rest}:"), body)
    else:
        counted = f"enumerate({rest}, {start})" if start else f"enumerate({rest})"
        yield Block(Line(f"for {index}, {inner.name} in {counted}:"), body)


def _at_most(subject: Subject, count: int) -> Test:
    size = f"len({subject.name})"
    return test(f"{size} <= {count}", f"{size} > {count}") if count else test(f"not {subject.name}", subject.name)


def _contains(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """``contains`` with its bounds, which count the items that match."""
    least = 1 if schema.min_contains is None else schema.min_contains
    most = schema.max_contains
    if schema.contains is None or (least == 0 and most is None):
        return
    inner = subject.child(local("index", subject.level + 1))
    short = condition(program, schema.contains, inner)
    matches = short if len(short.text) < _LONG else program.call(schema.contains, inner)
    loop = f"for {inner.name} in {subject.name}"
    fault = Fault("contains", literal(_bounds(least, most)))
    if matches == ALWAYS:
        count = f"len({subject.name})"
    elif matches == NEVER:
        count = "0"
    elif least == 1 and most is None:
        yield from unless(call(f"any({matches.text} {loop})"), subject, fault)
        return
    else:
        count = local("matches", subject.level + 1)
        yield Call(f"{count} = sum(", ("1", loop, f"if {matches.text}"), ")", "")
    if count == "0":
        if least:
            yield fail(subject, fault)
        return
    if least:
        yield from unless(test(f"{count} >= {least}", f"{count} < {least}"), subject, fault)
    if most is not None:
        yield from unless(test(f"{count} <= {most}", f"{count} > {most}"), subject, fault)


def _bounds(least: int, most: int | None) -> str:
    """How many items must match, in words."""
    if most is None:
        return f"at least {counted(least, 'item')} that match"
    if least == 0:
        return f"at most {most} items that match"
    return f"{least} to {most} items that match"
