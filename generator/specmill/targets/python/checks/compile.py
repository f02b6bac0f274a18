"""Schemas become functions: every one that is asked for, and every one that those call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from specmill.diagnostics import Report
from specmill.ir import Package, SchemaId
from specmill.targets.python.checks.conditions import expression
from specmill.targets.python.checks.equality import settled
from specmill.targets.python.checks.lines import Block, Call, Code, If, Line, Return, layout, merged
from specmill.targets.python.checks.naming import function_name, stems
from specmill.targets.python.checks.predicates import ALWAYS, negated
from specmill.targets.python.checks.program import Program
from specmill.targets.python.checks.schemas import cut_circles
from specmill.targets.python.checks.statements import statements
from specmill.targets.python.checks.subject import Mode, Subject
from specmill.targets.python.checks.view import Function


def function_names(package: Package) -> dict[SchemaId, str]:
    """The name of the check function of every schema."""
    return {one: function_name(Mode.CHECK, stem) for one, stem in stems(package.schemas).items()}


def program_of(package: Package, ids: Iterable[SchemaId], report: Report) -> Program:
    """A program that is to have the check functions of these schemas."""
    schemas = {one: settled(schema) for one, schema in cut_circles(package.schemas, report).items()}
    program = Program(schemas, stems(schemas), report, statements)
    for one in ids:
        program.function(Mode.CHECK, one)
    return program


def written(program: Program, home: Callable[[SchemaId], str]) -> Iterator[tuple[tuple[Mode, SchemaId], Function]]:
    """The functions that are asked for, each written in the module that is its home.

    All functions that collect errors come first: only then is it known which of the others can be a wrapper of one.
    """
    done: set[tuple[Mode, SchemaId]] = set()
    for mode in Mode:
        while todo := [key for key in program.wanted if key[0] is mode and key not in done]:
            for key in todo:
                done.add(key)
                program.enter(home(key[1]))
                wraps = mode is Mode.TEST and (Mode.CHECK, key[1]) in done
                yield key, _wrapper(program, key[1]) if wraps else _function(program, mode, key[1])


def _wrapper(program: Program, schema_id: SchemaId) -> Function:
    program.uses.add("accepts")
    checks = function_name(Mode.CHECK, program.names[schema_id])
    return _drawn(program, Mode.TEST, schema_id, (Call("return accepts(", (checks, "value")),))


def _function(program: Program, mode: Mode, schema_id: SchemaId) -> Function:
    schema = program.schemas[schema_id]
    subject = Subject("value", "at", mode, returns=True)
    if mode is Mode.CHECK:
        return _drawn(program, mode, schema_id, tuple(statements(program, schema, subject)) or (Line("return"),))
    short = expression(program, schema, subject)
    if short is None:
        return _drawn(program, mode, schema_id, tuple(_concluded(tuple(statements(program, schema, subject)))))
    return _drawn(program, mode, schema_id, (Return(short),))


def _concluded(body: tuple[Code, ...]) -> Iterator[Code]:
    """The statements of a function, ending in its result: where nothing has returned False so far, the last test is the answer."""
    last = tuple(merged(code) if isinstance(code, If) else code for code in body[-1:])
    yield from body[:-1]
    match last:
        case (If(test, (Line("return False"),), ()),):
            yield Return(negated(test))
        case _:
            yield from (*last, Return(ALWAYS))


def _drawn(program: Program, mode: Mode, schema_id: SchemaId, body: tuple[Code, ...]) -> Function:
    parameters: tuple[str, ...] = ("value: Json",)
    if mode is Mode.CHECK:
        parameters += ("at: At", "errors: list[Error]")
    head = Call(f"def {function_name(mode, program.names[schema_id])}(", parameters, f") -> {'None' if mode is Mode.CHECK else 'bool'}:")
    return Function(f"# From {_comment(schema_id)}", tuple(layout((Block(head, body),), 0)))


def _comment(schema_id: SchemaId) -> str:
    """The id without anything that a tool could take for a directive: blanks and signs are escaped."""
    return re.sub(
        r"[^\w./#~$@+-]|[^\x00-\uffff]",
        lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii") if found[0] != " " else "\\x20",
        schema_id,
    )
