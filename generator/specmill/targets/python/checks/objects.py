"""The rules about the members of an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specmill.ir import Schema, SchemaId
from specmill.targets.python.checks.constants import Names
from specmill.targets.python.checks.lines import Block, Code, If, Line
from specmill.targets.python.checks.predicates import Test, both, negated, test
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Fault, Mode, Subject, fail, local, missing, unless, when

_FEW = 3
_LISTED = 16  # characters; more go into a constant


def object_code(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """What must hold of the members, one by one."""
    for key, needed in schema.dependent_required:
        yield from _dependent(program, subject, key, needed)
    properties = [(key, child) for key, child in schema.properties if not program.accepts_all(child)]
    if subject.mode is Mode.TEST:  # the sooner it fails, the better
        properties.sort(key=lambda pair: program.weight(pair[1]))
    for key, child in properties:
        text = program.key(key)
        inner = subject.child(text)
        body = program.code(child, inner)
        if body:
            yield If(has_key(program, subject, key), taken(inner, f"{subject.name}[{text}]", body))
    yield from _every_member(program, schema, subject)


def taken(inner: Subject, source: str, body: tuple[Code, ...]) -> tuple[Code, ...]:
    """The body with the variable that it looks at."""
    return body if body == (Line("return False"),) else (Line(f"{inner.name} = {source}"), *body)


def _dependent(program: Program, subject: Subject, key: str, needed: Sequence[str]) -> Iterator[Code]:
    body: list[Code] = []
    for other in needed:
        body += unless(has_key(program, subject, other), subject, missing(other))
    if body:
        yield If(has_key(program, subject, key), tuple(body))


def has_key(program: Program, subject: Subject, key: str) -> Test:
    """Whether the object has a member of this name."""
    text = program.key(key)
    return test(f"{text} in {subject.name}", f"{text} not in {subject.name}")


def _every_member(program: Program, schema: Schema, subject: Subject) -> Iterator[Code]:
    """``propertyNames``, ``patternProperties`` and ``additionalProperties``: one loop for all."""
    key = local("key", subject.level + 1)
    member = subject.child(key)
    names: list[Code] = []
    if schema.property_names is not None:
        name = Subject(key, f"({subject.at}, {key})", subject.mode, frozenset({"string"}), subject.level + 1, member.returns)
        names += program.code(schema.property_names, name)
    guarded: list[tuple[Test, tuple[Code, ...]]] = []
    for pattern, child in schema.pattern_properties:
        found = program.code(child, member)
        if found and (matches := pattern_test(program, schema, pattern, key)) is not None:
            guarded.append((matches, found))
    rest = schema.additional_properties
    if rest is not None and (found := unknown_code(program, rest, member)):
        guarded.append((both(_unknown_tests(program, schema, key)), found))
    yield from members_loop(subject, member, (key, names), guarded)


def members_loop(
    subject: Subject, member: Subject, keys: tuple[str, Sequence[Code]], guarded: Sequence[tuple[Test, tuple[Code, ...]]]
) -> Iterator[Code]:
    """A loop over the members which binds no name that its body does not use."""
    key, names = keys
    refuses = (Line("return False"),)  # needs no member
    if tuple(names) == refuses:
        guarded = []
    uses_key = subject.mode is Mode.CHECK or tuple(names) not in ((), refuses) or any(asked.is_open for asked, _ in guarded)
    uses_member = any(body != refuses for _, body in guarded)
    body = (*names, *(code for asked, found in guarded for code in when(asked, found)))
    if not body:
        return
    if not (uses_key or uses_member):
        yield If(test(subject.name, f"not {subject.name}"), refuses)
    elif not uses_member:
        yield Block(Line(f"for {key} in {subject.name}:"), body)
    elif not uses_key:
        yield Block(Line(f"for {member.name} in {subject.name}.values():"), body)
    else:
        yield Block(Line(f"for {key}, {member.name} in {subject.name}.items():"), body)


def _unknown_tests(program: Program, schema: Schema, key: str) -> Iterator[Test]:
    """Whether a key is none that the schema itself speaks of."""
    if schema.properties:
        yield not_among(program, [name for name, _ in schema.properties], key, f"{program.names[schema.id][:16]}_keys")
    for pattern, _ in schema.pattern_properties:
        found = pattern_test(program, schema, pattern, key)
        if found is not None:
            yield negated(found)


def not_among(program: Program, names: Sequence[str], key: str, stem: str) -> Test:
    """Whether the key is none of the names."""
    if len(names) == 1:
        text = program.key(names[0])
        return test(f"{key} != {text}", f"{key} == {text}")
    listed = f"({', '.join(map(literal, names))})"
    if len(names) > _FEW or len(listed) > _LISTED:
        listed = program.constant(Names(tuple(names)), stem)
    return test(f"{key} not in {listed}", f"{key} in {listed}")


def pattern_test(program: Program, schema: Schema, pattern: str, key: str) -> Test | None:
    """Whether the key matches; None where the pattern is refused."""
    name = program.pattern(schema, pattern)
    return None if name is None else test(f"{name}.search({key})", f"not {name}.search({key})")


def unknown_code(program: Program, schema_id: SchemaId, member: Subject) -> tuple[Code, ...]:
    """What to do with a member that nothing else speaks of."""
    if program.rejects_all(schema_id):
        return (fail(member, Fault("additional_properties", '"no such key"')),)
    return program.code(schema_id, member)
