"""What the functions of one checks module share: the schemas, the constants, the runtime text in use, and the functions still to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from specmill.diagnostics import Report
from specmill.ir import Schema, SchemaId
from specmill.names import digest, snake, words
from specmill.targets.python.checks.constants import Constant, Pattern, Text
from specmill.targets.python.checks.lines import Call, Code, If, Line
from specmill.targets.python.checks.naming import function_name
from specmill.targets.python.checks.predicates import ALWAYS, Test, call, negated
from specmill.targets.python.checks.schemas import only_target, own_rules, says_nothing, says_only, subschemas
from specmill.targets.python.checks.sources import literal
from specmill.targets.python.checks.subject import Mode, Subject
from specmill.targets.python.patterns import python_pattern

_LONG_KEY = 30  # a longer name makes lines that cannot be wrapped; it becomes a constant
_INLINE_WEIGHT = 8
_INLINE_LEVEL = 2


Kept: TypeAlias = tuple[dict[Constant, str], set[str], set[str]]
"""The constants of a module, and the parts of the runtime text and the formats that it uses."""


class Mark(Struct, frozen=True):
    """How much had been asked for at a point."""

    constants: int
    wanted: int
    uses: frozenset[str]
    formats: frozenset[str]


class Program(Struct):
    """One module in the making."""

    schemas: Mapping[SchemaId, Schema]
    names: Mapping[SchemaId, str]
    report: Report
    statements: Callable[[Program, Schema, Subject], Iterator[Code]]
    uses: set[str] = set()
    formats: set[str] = set()
    constants: dict[Constant, str] = {}
    wanted: dict[tuple[Mode, SchemaId], None] = {}
    module: str = ""
    _meant: dict[SchemaId, Schema] = {}
    _open: dict[SchemaId, bool] = {}
    _weights: dict[SchemaId, int] = {}
    _others: dict[str, Kept] = {}
    _of_types: dict[tuple[tuple[str, ...] | None, Subject], tuple[tuple[Code, ...], set[str]]] = {}

    def enter(self, module: str) -> None:
        """Go on in a module: it has constants, and uses the runtime text, for itself."""
        self._others[self.module] = self.constants, self.uses, self.formats
        self.module = module
        self.constants, self.uses, self.formats = self._others.setdefault(module, ({}, set(), set()))

    def modules(self) -> dict[str, Kept]:
        """What each module has, by name."""
        return self._others | {self.module: (self.constants, self.uses, self.formats)}

    # -- schemas

    def schema(self, schema_id: SchemaId) -> Schema:
        """The schema that is meant: mere references, and an ``allOf`` of one, are followed."""
        if schema_id not in self._meant:
            schema = self.schemas[schema_id]
            seen = {schema_id}
            while (target := only_target(schema)) is not None and target not in seen:
                seen.add(target)
                schema = self.schemas[target]
            self._meant[schema_id] = schema
        return self._meant[schema_id]

    def accepts_all(self, schema_id: SchemaId) -> bool:
        """Whether the schema, with all that it holds, refuses nothing."""
        if schema_id not in self._open:
            self._open[schema_id] = says_nothing(self.schemas, schema_id)
        return self._open[schema_id]

    def rejects_all(self, schema_id: SchemaId) -> bool:
        """Whether it is the schema ``false``."""
        return self.schema(schema_id).types == ()

    def weight(self, schema_id: SchemaId) -> int:
        """About how many rules the schema has with all that it holds; recursive schemas weigh the most."""
        if schema_id not in self._weights:
            self._weights[schema_id] = self._weight(self.schema(schema_id), _INLINE_WEIGHT)
        return self._weights[schema_id]

    def _weight(self, schema: Schema, budget: int) -> int:
        total = own_rules(schema)
        for child in subschemas(schema):
            if total > budget:
                return total
            total += self._weight(self.schema(child), budget - total)
        return total

    # -- code

    def code(self, schema_id: SchemaId, subject: Subject) -> tuple[Code, ...]:
        """Statements that fail where the subject does not meet the schema: written out here, or a call."""
        if self.accepts_all(schema_id):
            return ()
        schema = self.schema(schema_id)
        if self.inlines(schema, subject):
            return self._typed(schema, subject) if says_only(schema, "types") else tuple(self.statements(self, schema, subject))
        if subject.mode is Mode.CHECK:
            return (Call(f"{self.function(Mode.CHECK, schema.id)}(", (subject.name, subject.at, "errors")),)
        return (If(negated(self.call(schema_id, subject)), (Line("return False"),)),)

    def _typed(self, schema: Schema, subject: Subject) -> tuple[Code, ...]:
        """The statements of a schema that has a type and says no more, as most members of objects; they are the same for all such."""
        key = schema.types, subject
        if key not in self._of_types:
            before, self.uses = self.uses, set()
            self._of_types[key] = tuple(self.statements(self, schema, subject)), self.uses
            self.uses = before
        code, uses = self._of_types[key]
        self.uses |= uses
        return code

    def inlines(self, schema: Schema, subject: Subject) -> bool:
        """Whether the statements of the schema are written out where it is used."""
        return subject.level <= _INLINE_LEVEL and self.weight(schema.id) <= _INLINE_WEIGHT

    def call(self, schema_id: SchemaId, subject: Subject) -> Test:
        """A call of the function that says whether the subject meets the schema."""
        schema = self.schema(schema_id)
        return ALWAYS if self.accepts_all(schema_id) else call(f"{self.function(Mode.TEST, schema.id)}({subject.name})")

    def function(self, mode: Mode, schema_id: SchemaId) -> str:
        """The name of a schema's function, which will be written."""
        self.wanted.setdefault((mode, schema_id))
        return function_name(mode, self.names[schema_id])

    # -- constants

    def mark(self) -> Mark:
        """Where the module stands, for ``rewind``."""
        return Mark(len(self.constants), len(self.wanted), frozenset(self.uses), frozenset(self.formats))

    def rewind(self, mark: Mark) -> None:
        """Forget what was asked for since the mark: the code that asked is thrown away."""
        self.constants = dict(list(self.constants.items())[: mark.constants])
        self.wanted = dict(list(self.wanted.items())[: mark.wanted])
        self.uses = set(mark.uses)
        self.formats = set(mark.formats)

    def constant(self, value: Constant, stem: str) -> str:
        """The name of a module-level constant with this value; equal values share one."""
        if value not in self.constants:
            name = stem.upper() if stem.isidentifier() else f"_{stem.upper()}"
            taken = name in self.constants.values()
            self.constants[value] = f"{name}_{digest(repr(value))}" if taken else name
        return self.constants[value]

    def key(self, key: str) -> str:
        """The source text of an object key."""
        text = literal(key)
        return text if len(text) <= _LONG_KEY else self.constant(Text(key), f"key_{snake(words(key))[:16]}")

    def pattern(self, schema: Schema, pattern: str) -> str | None:
        """The name of a compiled regular expression; None where it is reported as one that Python cannot say."""
        text = python_pattern(pattern, schema.id, self.report)
        if text is None:
            return None
        self.uses.add("re")
        return self.constant(Pattern(text), f"{self.names[schema.id][:16]}_pattern")
