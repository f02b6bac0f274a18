"""Example values: valid JSON for a type, from the spec's own examples where they are valid, else made to meet the assertions."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Final, assert_never

from msgspec import Struct, field

from specmill import ir, names
from specmill.targets.markdown.accepts import Judge
from specmill.targets.markdown.examples_scalar import numbers, strings

_LONGEST_EXAMPLE: Final = 3_000  # characters of JSON; a longer example of the spec does not help on a page
_DEEPEST: Final = 12
_MOST_TRIES: Final = 12  # candidates for one value
_MOST_STEPS: Final = 3_000  # values for one page: a spec cannot make the search endless
_FEWEST_FIELDS: Final = 2  # an example with fewer says little: optional ones are added


class Impossible(Exception):
    """There is no value, or none was found."""


class Examples(Struct):
    """Makes values; for one page, each model's own value is made once."""

    package: ir.Package
    judge: Judge
    _made: dict[tuple[ir.ModelId, int], ir.Json] = field(default_factory=dict)
    _free: dict[tuple[ir.Kind, str | None, ir.Words, int], ir.Json] = field(default_factory=dict)  # values of scalars without constraints
    _open: list[ir.ModelId] = field(default_factory=list)
    _steps: int = 0

    def forget(self) -> None:
        """Start anew, for another page."""
        self._made.clear()
        self.judge.forget()

    def model(self, model: ir.Model) -> ir.Json:
        """A valid value of a model; ``MISSING`` where none is found."""
        return self._start(ir.Ref(model.id), _words(model))

    def variant(self, union: ir.Union, at: int) -> ir.Json:
        """A value of a union that is decoded as one of its variants; ``MISSING`` where none is found."""
        self._open[:] = [union.id]
        self._steps = 0
        wanted = union.variants[at]
        found = self._variant(union, at, _words(union))
        try:
            tried = itertools.islice(found, _MOST_TRIES)
            return next(
                (one for one in tried if self.judge.variant(union, one) is wanted and self.judge.accepts(ir.Ref(union.id), one)), ir.MISSING
            )
        except (Impossible, RecursionError):
            return ir.MISSING

    def _start(self, type_: ir.Type, name: ir.Words) -> ir.Json:
        self._open.clear()
        self._steps = 0
        try:
            return self.value(type_, name)
        except (Impossible, RecursionError):
            return ir.MISSING

    def value(self, type_: ir.Type, name: ir.Words, turn: int = 0) -> ir.Json:
        """A valid value. ``turn`` asks for a different one each time, as far as there are more; ``Impossible`` where none is found."""
        self._count()
        if not isinstance(type_, ir.Scalar) or type_.constraints is not ir.UNCONSTRAINED:
            return self._found(type_, name, turn)
        key = (type_.kind, type_.format, name, turn)
        if key not in self._free:
            self._free[key] = self._found(type_, name, turn)
        return self._free[key]

    def _count(self) -> None:
        """Take a step of those that there are for one page."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Impossible

    def _found(self, type_: ir.Type, name: ir.Words, turn: int) -> ir.Json:
        """The first candidate that is valid."""
        for candidate in itertools.islice(self._candidates(type_, name, turn), _MOST_TRIES):
            if self.judge.accepts(type_, candidate):
                return candidate
        raise Impossible

    def _candidates(self, type_: ir.Type, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        match type_:
            case ir.Scalar(kind, limits, format_):
                yield from numbers(limits, kind, turn) if kind in _NUMERIC else strings(kind, limits, format_, name, turn)
            case ir.ListOf():
                yield from self._lists(type_, name, turn)
            case ir.MapOf():
                yield from self._maps(type_, name, turn)
            case ir.TupleOf(items):
                yield [self.value(item, name, at) for at, item in enumerate(items)]
            case ir.Nullable(inner):
                yield from self._or_nothing(inner, name, turn)
                yield None
            case ir.Literal(values):
                yield from values[turn % len(values) :]
                yield from values
            case ir.Ref(model):
                if model in self.package.models:
                    yield from self._of_model(self.package.models[model], name, turn)
            case ir.Anything():
                yield names.snake(name) if name else "value"
            case ir.Nothing():
                return
            case ir.Checked(inner, schema):
                yield from self._checked(inner, schema, name, turn)
            case other:
                assert_never(other)

    def _or_nothing(self, type_: ir.Type, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        """The candidates of a type, none where they cannot be made."""
        try:
            yield from self._candidates(type_, name, turn)
        except Impossible:
            return

    def _lists(self, type_: ir.ListOf, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        limits = type_.constraints
        low = limits.min_items or 0
        high = limits.max_items
        item_name = (*name[:-1], names.singular(name[-1])) if name else ()
        for size in dict.fromkeys((max(low, 1) if high is None else min(max(low, 1), high), low)):
            try:
                yield [self.value(type_.item, item_name, turn + at) for at in range(size)]
            except Impossible:
                continue

    def _maps(self, type_: ir.MapOf, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        low = type_.constraints.min_properties or 0
        high = type_.constraints.max_properties
        for size in dict.fromkeys((max(low, 1) if high is None else min(max(low, 1), high), low)):
            try:
                yield {"key" if at == 0 else f"key{at}": self.value(type_.value, name, turn + at) for at in range(size)}
            except Impossible:
                continue

    def _checked(self, inner: ir.Type, schema: ir.SchemaId, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        """The candidates of the shape, several kinds of them, and the values that the schema itself lists."""
        yield from self._or_nothing(inner, name, turn)
        yield from self._listed(schema)
        for other in range(turn + 1, turn + 3):
            yield from itertools.islice(self._or_nothing(inner, name, other), 3)

    def _listed(self, schema: ir.SchemaId) -> tuple[ir.Json, ...]:
        """The values that a schema lists."""
        asserted = self.package.schemas.get(schema)
        return (asserted.enum or ()) if asserted is not None else ()

    def _of_model(self, model: ir.Model, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        if model.id in self._open or len(self._open) > _DEEPEST:
            return
        key = (model.id, turn)
        if key in self._made:
            yield self._made[key]
            return
        self._count()
        self._open.append(model.id)
        try:
            for candidate in self._of_open_model(model, name, turn):
                if self.judge.accepts(ir.Ref(model.id), candidate):
                    if isinstance(model, ir.Record | ir.Enum):
                        self._made[key] = candidate
                    yield candidate
        finally:
            self._open.pop()

    def _of_open_model(self, model: ir.Model, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        yield from (one for one in model.docs.examples if _is_short(one))
        if isinstance(model, ir.Record | ir.Union) and model.check is not None:
            yield from self._listed(model.check)
        match model:
            case ir.Record():
                yield from self._records(model)
            case ir.Enum(members=members):
                yield from (member.value for member in members[turn % max(len(members), 1) :])
                yield from (member.value for member in members if not member.deprecated)
            case ir.Union(variants=variants):
                for at in range(len(variants)):
                    yield from self._variant(model, (at + turn) % len(variants), name)
            case ir.Alias(type=type_):
                yield from self._candidates(type_, name, turn)
            case other:
                assert_never(other)

    def _variant(self, union: ir.Union, at: int, name: ir.Words) -> Iterator[ir.Json]:
        """The candidates of one variant; where a tag chooses the variant, with the tag that chooses this one."""
        for candidate in itertools.islice(self._or_nothing(union.variants[at], name, 0), 4):
            tag = union.discriminator
            if tag is not None and isinstance(candidate, dict):
                yield from ({**candidate, tag.property: word} for word, index in tag.mapping if index == at)
            yield candidate

    def _records(self, model: ir.Record) -> Iterator[ir.Json]:
        """An object with what must be there and what the spec has an example for; one with no more than must be; one with everything."""
        current = [one for one in model.fields if one.required or not one.docs.deprecated]
        told = [one for one in current if one.required or one.docs.examples]
        rest = [one for one in current if not (one.required or one.docs.examples)]
        few = told + rest[: max(0, _FEWEST_FIELDS - len(told))]
        for chosen in (few, [one for one in current if one.required], current):
            yield self._record({one.wire_name for one in chosen}, model)

    def _record(self, wanted: set[str], model: ir.Record) -> ir.Json:
        made: dict[str, ir.Json] = {}
        for one in model.fields:
            if one.wire_name in wanted:
                try:
                    made[one.wire_name] = self._field(one)
                except Impossible:
                    if one.required:
                        raise
        return made

    def _field(self, one: ir.Field) -> ir.Json:
        for example in one.docs.examples:
            if _is_short(example) and self.judge.accepts(one.type, example):
                return example
        return self.value(one.type, one.name)


_NUMERIC = (ir.Kind.INTEGER, ir.Kind.NUMBER)


def _is_short(example: ir.Json) -> bool:
    return not isinstance(example, dict | list) or len(json.dumps(example)) <= _LONGEST_EXAMPLE


def _words(model: ir.Model) -> ir.Words:
    return names.humps(model.name)
