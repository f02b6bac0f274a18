"""Example values: valid JSON for a type, from the spec's own examples where they are valid, else made to meet the assertions."""

from __future__ import annotations

import itertools
import json
from collections.abc import Hashable, Iterator
from functools import partial
from typing import Final, TypeAlias, assert_never

from msgspec import Struct, field

from specmill import ir, names
from specmill.targets.markdown.accepts import Judge
from specmill.targets.markdown.examples_once import Impossible, Once
from specmill.targets.markdown.examples_scalar import numbers, strings
from specmill.targets.python import plain

_LONGEST_EXAMPLE: Final = 3_000  # characters of JSON; a longer example of the spec does not help on a page
_MOST_TRIES: Final = 12  # candidates for one value
_FEWEST_FIELDS: Final = 2  # an example with fewer says little: optional ones are added

Kept: TypeAlias = ir.Record | ir.Enum
"""A model whose value is made once for a page; the values of others depend on where they stand."""


class Examples(Struct):
    """Makes values."""

    package: ir.Package
    judge: Judge
    once: Once
    _known: dict[tuple[Hashable, str | None, ir.Words, int], ir.Json] = field(default_factory=dict)  # values of scalars
    _simple: dict[int, ir.Json] = field(default_factory=dict)  # those of fields, by the identity of these, since many classes have the same

    def model(self, model: ir.Model) -> ir.Json:
        """A valid value of a model; ``MISSING`` where none is found."""
        name = () if isinstance(model, Kept) else names.humps(model.name)  # the value of a class hangs on no name around it
        return self.once.search(lambda: self.value(ir.Ref(model.id), name))

    def variant(self, union: ir.Union, at: int) -> ir.Json:
        """A value of a union that is decoded as one of its variants; ``MISSING`` where none is found."""

        def found() -> ir.Json:
            tried = itertools.islice(self._variant(union, at, names.humps(union.name)), _MOST_TRIES)
            meant = (one for one in tried if self.judge.variant(union, one) is wanted)
            return next((one for one in meant if union.check is None or self.judge.accepts(whole, one)), ir.MISSING)

        wanted, whole = union.variants[at], ir.Ref(union.id)
        return self.once.search(found, union.id)

    def value(self, type_: ir.Type, name: ir.Words, turn: int = 0) -> ir.Json:
        """A valid value. ``turn`` asks for a different one each time, as far as there are more; ``Impossible`` where none is found."""
        self.once.count()
        match type_:
            case ir.Scalar():
                return self._scalar(type_, name, turn)
            case ir.Ref(model):
                return self._declared(model, name, turn)
            case ir.Nullable(ir.Ref(model)):
                try:
                    return self._declared(model, name, turn)
                except Impossible:
                    return None
            case ir.Nullable(ir.Scalar() as inner):
                try:
                    return self._scalar(inner, name, turn)
                except Impossible:
                    return None
            case _:
                return self._found(type_, name, turn)

    def _scalar(self, type_: ir.Scalar, name: ir.Words, turn: int) -> ir.Json:
        """A value of a scalar, the same for all that are alike."""
        told = plain(type_)
        if told is None:
            return self._found(type_, name, turn)
        key = (told, type_.format, name, turn)
        if key not in self._known:
            self._known[key] = self._found(type_, name, turn)
        return self._known[key]

    def _declared(self, id_: ir.ModelId, name: ir.Words, turn: int) -> ir.Json:
        """The first value of a model, which has been judged."""
        model = self.package.models[id_]
        if isinstance(model, ir.Enum) and model.members and not model.docs.examples:
            return self._member(model, turn)
        found = next(self._of_model(model, name, turn), ir.MISSING)
        if found is ir.MISSING:
            raise Impossible
        return found

    def _member(self, model: ir.Enum, turn: int) -> ir.Json:
        """The first value of an enum of which the spec has no example: it hangs on nothing around it."""
        if self.once.is_open(model.id):
            raise Impossible
        key = (model.id, turn)
        known = self.once.known(key)
        return self.once.simple(key, model.members[turn % len(model.members)].value) if known is ir.MISSING else known

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
        """The valid candidates; none where the model is being made already."""
        if self.once.is_open(model.id):
            return
        if not isinstance(model, Kept):
            yield from self._accepted(model, name, turn)
            return
        key = (model.id, turn)
        known = self.once.known(key)
        if known is not ir.MISSING:
            yield known
            return
        first = self.once.first(key, lambda: next(self._accepted(model, name, turn), ir.MISSING))
        if first is not ir.MISSING:
            yield first
            for candidate in itertools.islice(self._accepted(model, name, turn), 1, None):
                self.once.another(key, candidate)
                yield candidate

    def _accepted(self, model: ir.Model, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        """The valid candidates of a model that can be made."""
        self.once.count()
        self.once.open.append(model.id)
        try:
            yield from filter(partial(self.judge.accepts, ir.Ref(model.id)), self._said(model))
            match model:
                case ir.Enum(members=members):
                    yield from (member.value for member in members[turn % max(len(members), 1) :])
                    yield from (member.value for member in members if not member.deprecated)
                case ir.Record(check=None):
                    for one in self._records(model):  # of valid parts
                        self.judge.know(model.id, one)
                        yield one
                case _:
                    yield from filter(partial(self.judge.accepts, ir.Ref(model.id)), self._made(model, name, turn))
        finally:
            self.once.open.pop()

    def _said(self, model: ir.Model) -> Iterator[ir.Json]:
        """What the spec itself has for a model."""
        if model.docs.examples:
            yield from (one for one in model.docs.examples if _is_short(one))
        if isinstance(model, ir.Record | ir.Union) and model.check is not None:
            yield from self._listed(model.check)

    def _made(self, model: ir.Record | ir.Union | ir.Alias, name: ir.Words, turn: int) -> Iterator[ir.Json]:
        match model:
            case ir.Record():
                yield from self._records(model)
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
        yield self._record(_telling(current))
        yield self._record([one for one in current if one.required])
        yield self._record(current)

    def _record(self, fields: list[ir.Field]) -> ir.Json:
        made: dict[str, ir.Json] = {}
        simple, count = self._simple, self.once.count
        for one in fields:
            try:
                known = simple.get(id(one), ir.MISSING)
                if known is ir.MISSING:
                    made[one.wire_name] = self._field(one)
                else:
                    count()
                    made[one.wire_name] = known
            except Impossible:
                if one.required:
                    raise
        return made

    def _field(self, one: ir.Field) -> ir.Json:
        for example in one.docs.examples:
            if _is_short(example) and self.judge.accepts(one.type, example):
                return example
        made = self.value(one.type, one.name)
        if isinstance(one.type.type if isinstance(one.type, ir.Nullable) else one.type, ir.Scalar):
            self._simple[id(one)] = made
        return made


def _telling(fields: list[ir.Field]) -> list[ir.Field]:
    """Those that must be there or have an example; where these are too few, the first of the others, too."""
    told = [one for one in fields if one.required or one.docs.examples]
    missing = _FEWEST_FIELDS - len(told)
    if missing <= 0:
        return told
    more = [one.wire_name for one in fields if not (one.required or one.docs.examples)][:missing]
    return [one for one in fields if one.required or one.docs.examples or one.wire_name in more]


_NUMERIC = (ir.Kind.INTEGER, ir.Kind.NUMBER)


def _is_short(example: ir.Json) -> bool:
    return not isinstance(example, dict | list) or len(json.dumps(example)) <= _LONGEST_EXAMPLE
