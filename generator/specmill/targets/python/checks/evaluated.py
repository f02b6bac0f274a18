"""``unevaluatedProperties`` and ``unevaluatedItems``: what every schema that looks at the value has already spoken of.

Where no branch decides, this is known now, and the rule is one more ``additionalProperties`` or ``items``. Else the generated code collects
it: the keys or indexes that the branches which accept the value speak of.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.arrays import rest_code
from specmill.targets.python.checks.conditions import condition
from specmill.targets.python.checks.lines import Block, Code, If, Line
from specmill.targets.python.checks.objects import has_key, members_loop, not_among, pattern_test, unknown_code
from specmill.targets.python.checks.predicates import ALWAYS, Test, both, negated, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.subject import Subject, local, when


class Spoken(Struct):
    """What a schema that accepts a value speaks of: keys, patterns of keys, the first ``count`` items, the items that match."""

    all_keys: bool = False
    keys: dict[str, None] = {}
    patterns: dict[str, Schema] = {}
    all_items: bool = False
    count: int = 0
    matching: list[SchemaId] = []
    branches: list[tuple[Branch, Spoken]] = []


class Branch(Struct, frozen=True):
    """What decides whether something counts: a schema that accepts the value (or does not), or a key that is there."""

    schema: SchemaId | None = None
    accepts: bool = True
    key: str = ""


def spoken(program: Program, schema: Schema, *, outer: bool = True) -> Spoken:
    """Collect from a schema and everything that looks at the same value; ``outer``: without its own ``unevaluated…``."""
    found = Spoken()
    _own(found, schema, outer=outer)
    for child in (*schema.all_of, *((schema.ref,) if schema.ref is not None else ())):
        _merge(found, spoken(program, program.schemas[child], outer=False))
    for child in schema.any_of + schema.one_of:
        _branch(found, Branch(child), spoken(program, program.schemas[child], outer=False))
    for key, child in schema.dependent_schemas:
        _branch(found, Branch(key=key), spoken(program, program.schemas[child], outer=False))
    if schema.if_ is not None:
        yes = spoken(program, program.schemas[schema.if_], outer=False)
        if schema.then is not None:
            _merge(yes, spoken(program, program.schemas[schema.then], outer=False))
        _branch(found, Branch(schema.if_), yes)
        if schema.else_ is not None:
            _branch(found, Branch(schema.if_, accepts=False), spoken(program, program.schemas[schema.else_], outer=False))
    return found


def _own(found: Spoken, schema: Schema, *, outer: bool) -> None:
    found.keys.update(dict.fromkeys(key for key, _ in schema.properties))
    found.patterns.update((pattern, schema) for pattern, _ in schema.pattern_properties)
    found.all_keys = schema.additional_properties is not None or (not outer and schema.unevaluated_properties is not None)
    found.count = len(schema.prefix_items)
    found.all_items = schema.items is not None or (not outer and schema.unevaluated_items is not None)
    if schema.contains is not None and schema.contains_evaluates:
        found.matching.append(schema.contains)


def _merge(into: Spoken, other: Spoken) -> None:
    into.all_keys |= other.all_keys
    into.keys.update(other.keys)
    into.patterns.update(other.patterns)
    into.all_items |= other.all_items
    into.count = max(into.count, other.count)
    into.matching += other.matching
    into.branches += other.branches


def _branch(into: Spoken, branch: Branch, other: Spoken) -> None:
    if other != Spoken():
        into.branches.append((branch, other))


def unevaluated_properties(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """Members that nothing speaks of must meet ``unevaluatedProperties``."""
    child = schema.unevaluated_properties
    if child is None or program.accepts_all(child):
        return
    found = spoken(program, schema)
    if found.all_keys:
        return
    key = local("key", subject.level + 1)
    member = subject.child(key)
    body = unknown_code(program, child, member)
    if not body:
        return
    if not any(_adds_keys(other, found) for _, other in found.branches):
        known = both(_unknown_tests(program, schema, found, key))
        yield from members_loop(subject, member, (key, ()), [(known, body)])
        return
    known_keys = local("known", subject.level + 1)
    yield Line(f"{known_keys}: set[str] = set()")
    yield from _collect_keys(program, found, subject, known_keys)
    unknown = test(f"{key} not in {known_keys}", f"{key} in {known_keys}")
    yield from members_loop(subject, member, (key, ()), [(unknown, body)])


def _unknown_tests(program: Program, schema: Schema, found: Spoken, key: str) -> Iterator[Test]:
    if found.keys:
        yield not_among(program, list(found.keys), key, f"{program.names[schema.id][:16]}_evaluated")
    for pattern, holder in found.patterns.items():
        matches = pattern_test(program, holder, pattern, key)
        if matches is not None:
            yield negated(matches)


def _adds_keys(other: Spoken, base: Spoken) -> bool:
    own = other.all_keys or other.keys.keys() - base.keys.keys() or other.patterns.keys() - base.patterns.keys()
    return bool(own) or any(_adds_keys(deeper, base) for _, deeper in other.branches)


def _collect_keys(program: Program, found: Spoken, subject: Subject, known: str) -> Iterator[Code]:
    if found.all_keys:
        yield Line(f"{known}.update({subject.name})")
        return
    for key in found.keys:
        yield Line(f"{known}.add({program.key(key)})")
    for pattern, holder in found.patterns.items():
        name = program.pattern(holder, pattern)
        if name is not None:
            yield Line(f"{known}.update(filter({name}.search, {subject.name}))")
    for branch, other in found.branches:
        yield from _guarded(program, branch, subject, tuple(_collect_keys(program, other, subject, known)))


def _guarded(program: Program, branch: Branch, subject: Subject, body: tuple[Code, ...]) -> Iterator[Code]:
    if not body:
        return
    if branch.schema is None:
        yield If(has_key(program, subject, branch.key), body)
        return
    accepts = condition(program, branch.schema, subject)
    yield from when(accepts if branch.accepts else negated(accepts), body)


def unevaluated_items(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """Items that nothing speaks of must meet ``unevaluatedItems``."""
    child = schema.unevaluated_items
    if child is None or program.accepts_all(child):
        return
    found = spoken(program, schema)
    if found.all_items:
        return
    if not found.matching and not any(_adds_items(other, found) for branch, other in found.branches if branch.schema):
        yield from rest_code(program, child, subject, found.count)
        return
    index = local("index", subject.level + 1)
    item = subject.child(index)
    known = local("known", subject.level + 1)
    body = unknown_code(program, child, item)
    if not body:
        return
    yield Line(f"{known}: set[int] = set()")
    yield from _collect_items(program, found, subject, known)
    unknown = test(f"{index} not in {known}", f"{index} in {known}")
    needs_item = body != (Line("return False"),)
    counted = f"{index}, {item.name} in enumerate({subject.name})" if needs_item else f"{index} in range(len({subject.name}))"
    yield Block(Line(f"for {counted}:"), (If(unknown, body),))


def _adds_items(other: Spoken, base: Spoken) -> bool:
    own = other.all_items or other.count > base.count or other.matching
    return bool(own) or any(_adds_items(deeper, base) for branch, deeper in other.branches if branch.schema)


def _collect_items(program: Program, found: Spoken, subject: Subject, known: str) -> Iterator[Code]:
    if found.all_items:
        yield Line(f"{known}.update(range(len({subject.name})))")
        return
    if found.count:
        yield Line(f"{known}.update(range({found.count}))")
    index = local("index", subject.level + 1)
    item = subject.child(index)
    for child in found.matching:
        accepts = condition(program, child, item)
        added = (Line(f"{known}.add({index})"),)
        if accepts == ALWAYS:
            yield Line(f"{known}.update(range(len({subject.name})))")
        elif accepts.is_open:
            yield Block(Line(f"for {index}, {item.name} in enumerate({subject.name}):"), (If(accepts, added),))
    for branch, other in found.branches:
        if branch.schema is None:  # a key decides: an array has none
            continue
        yield from _guarded(program, branch, subject, tuple(_collect_items(program, other, subject, known)))
