"""The sample value of a class on a TypeScript page: examples of the spec where there are any, else drawn from the class's own stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import assert_never

from msgspec import Struct

from specmill import ir
from specmill.targets.markdown.dprint import Atom, Fields, Items, Node
from specmill.targets.markdown.javascript import js_string
from specmill.targets.markdown.random_stream import Stream
from specmill.targets.markdown.required import Required
from specmill.targets.markdown.samples import sample_string
from specmill.targets.markdown.settings import Settings
from specmill.targets.markdown.types_typescript import TypeNames, in_order, js_value
from specmill.targets.markdown.usage import Usage

_LARGEST = 1_000_000
_PLACEHOLDER = "..."  # says "there is something here", and is no example


class Sampler(Struct):
    """Makes sample values. ``property_names`` are those of the TypeScript classes: model -> wire name -> name."""

    package: ir.Package
    settings: Settings
    types: TypeNames
    usage: Usage
    property_names: Mapping[ir.ModelId, Mapping[str, str]]
    required: Required
    needs_date_class: bool = False  # whether the value made last mentions RFCDate
    _exemplified: dict[ir.ModelId, bool] = {}
    _open: list[ir.ModelId] = []
    _wholes: list[ir.Type] = []  # the lists, maps and tuples within which another one is being written

    def forget(self) -> None:
        """Start anew, for another page: a sample does not depend on which pages were made before."""
        self._exemplified.clear()

    def model(self, model: ir.Model, stream: Stream) -> Node:
        """The sample of a declared class."""
        return self.member(ir.Ref(model.id), stream)

    def member(self, type_: ir.Type, stream: Stream) -> Node:
        """The sample of one member of a union."""
        self.needs_date_class = False
        return self.value(type_, "", stream)

    def value(self, type_: ir.Type, name: str, stream: Stream) -> Node:
        """The sample of a type; ``name`` is the property's in the spec."""
        match self.types.target(type_):
            case ir.Scalar(kind, _, format_):
                return self._scalar(kind, format_, name, stream)
            case ir.ListOf(item) as whole:
                return self._within(whole, item, lambda: Items((self.value(item, "", stream),)), Items(()))
            case ir.MapOf(value) as whole:
                return self._within(whole, value, lambda: Fields((('"key"', self.value(value, "", stream)),)), Fields(()))
            case ir.TupleOf(items) as whole:
                return Items(tuple(self._nested(whole, item, partial(self.value, item, "", stream), Items(())) for item in items))
            case ir.Literal(values):
                return Atom(js_value(stream.choice(values))) if _is_scalar(values) else json_node(values[0])
            case ir.Ref(model):
                return self._declared(self.package.models[model], stream)
            case ir.Anything() | ir.Nothing() | ir.Nullable() | ir.Checked():
                return Atom('"<value>"')
            case other:
                assert_never(other)

    def _within(self, whole: ir.Type, item: ir.Type, make: Callable[[], Node], empty: Node) -> Node:
        """A list or map; empty where its item is a class that is being written already: a sample has an end."""
        target = self.types.target(item)
        if len(self._open) > _DEEPEST or (isinstance(target, ir.Ref) and target.model in self._open):
            return empty
        return self._nested(whole, target, make, empty)

    def _nested(self, whole: ir.Type, item: ir.Type, make: Callable[[], Node], empty: Node) -> Node:
        """What is in a list, map or tuple; empty where it is a list, map or tuple that is being written already."""
        target = self.types.target(item)
        if not isinstance(target, ir.ListOf | ir.MapOf | ir.TupleOf):
            return make()
        if target == whole or target in self._wholes:
            return empty
        self._wholes.append(whole)
        made = make()
        self._wholes.pop()
        return made

    def _scalar(self, kind: ir.Kind, format_: str | None, name: str, stream: Stream) -> Node:
        match kind:
            case ir.Kind.NUMBER | ir.Kind.DECIMAL:
                return Atom(js_value(stream.below(_LARGEST + 1) / 100))
            case ir.Kind.INTEGER:
                return Atom(str(stream.below(_LARGEST + 1)))
            case ir.Kind.BOOLEAN:
                return Atom("false")
            case ir.Kind.NULL:
                return Atom("null")
            case ir.Kind.DATE_TIME:
                return _date_time(stream.date_time(self.settings.year))
            case ir.Kind.DATE:
                self.needs_date_class = True
                return _call("new RFCDate", js_string(stream.date_time(self.settings.year).date().isoformat()))
            case ir.Kind.UUID:
                return Atom(js_string(stream.uuid()))
            case ir.Kind.STRING | ir.Kind.TIME | ir.Kind.BYTES | ir.Kind.BINARY:
                return Atom(js_string(sample_string(name, format_, stream)))
            case other:
                assert_never(other)

    def _declared(self, model: ir.Model, stream: Stream) -> Node:
        if (example := _first(model.docs)) and self._is_possible(ir.Ref(model.id), example[0]):
            return self.example(example[0], ir.Ref(model.id))
        match model:
            case ir.Enum():
                return Atom(js_value(stream.choice(model.members).value)) if model.members else Atom('"<value>"')
            case ir.Union():
                if not model.variants or model.id in self._open:
                    return Atom('"<value>"')
                self._open.append(model.id)
                made = self.value(stream.choice(in_order(model)), "", stream)
                self._open.pop()
                return made
            case ir.Record():
                return self._record(model, stream)
            case ir.Alias():
                return Atom('"<value>"')  # an alias of itself
            case other:
                assert_never(other)

    def _record(self, model: ir.Record, stream: Stream) -> Node:
        if model.id in self._open or len(self._open) > _DEEPEST:
            return Fields(())
        self._open.append(model.id)
        shown = self.property_names[model.id]
        items = [(shown[f.wire_name], self._field(f, stream)) for f in self.fields(model) if self._is_shown(model, f)]
        self._open.pop()
        return Fields(tuple(items))

    def fields(self, model: ir.Record) -> list[ir.Field]:
        """The fields that the class has: what is only read is not part of what is only sent, and the other way round."""
        sent, received = model.id in self.usage.in_requests, model.id in self.usage.in_responses
        return [
            one
            for one in model.fields
            if not one.implied and not (one.read_only and sent and not received) and not (one.write_only and received and not sent)
        ]

    def _is_shown(self, model: ir.Record, one: ir.Field) -> bool:
        if self.required.holds(model, one):
            return True
        if one.location == "body" or one.docs.examples[:1] == (one.default,):  # nothing is lost when it is left out
            return False
        return self.settings.show_optional and self._has_example(one.docs, one.type)

    def _field(self, one: ir.Field, stream: Stream) -> Node:
        if (example := _first(one.docs)) and self._is_possible(one.type, example[0]):
            return self.example(example[0], one.type)
        return self.value(one.type, one.wire_name, stream)

    def _is_possible(self, type_: ir.Type, value: ir.Json) -> bool:
        """Whether an example is one of the values of an enum; for all other types it is taken as it is."""
        target = self.types.target(type_)
        model = self.package.models[target.model] if isinstance(target, ir.Ref) else None
        return not isinstance(model, ir.Enum) or any(value == member.value for member in model.members)

    def _has_example(self, docs: ir.Docs, type_: ir.Type) -> bool:
        """Whether the spec has an example for the schema or anything below it."""
        if _first(docs):
            return True
        match self.types.target(type_):
            case ir.ListOf(item):
                return self._has_example(ir.NO_DOCS, item)
            case ir.MapOf(value):
                return self._has_example(ir.NO_DOCS, value)
            case ir.Ref(model):
                return self._model_has_example(self.package.models[model])
            case _:
                return False

    def _model_has_example(self, model: ir.Model) -> bool:
        if model.id not in self._exemplified:
            self._exemplified[model.id] = bool(_first(model.docs))  # also ends the walk through a recursive class
            match model:
                case ir.Record(fields=fields) if not self._exemplified[model.id]:
                    self._exemplified[model.id] = any(self._has_example(f.docs, f.type) for f in fields)
                case ir.Union(variants=variants) if not self._exemplified[model.id]:
                    self._exemplified[model.id] = any(self._has_example(ir.NO_DOCS, v) for v in variants)
                case _:
                    pass
        return self._exemplified[model.id]

    def example(self, value: ir.Json, type_: ir.Type) -> Node:
        """A JSON value of the spec as a value of the type: the class's own property names, dates as ``Date``."""
        target = self.types.target(type_)
        match target, value:
            case ir.Scalar(ir.Kind.DATE_TIME), str():
                moment = _parsed(value)
                return _date_time(moment) if moment else Atom(js_string(value))
            case ir.Scalar(ir.Kind.DATE), str():
                self.needs_date_class = True
                return _call("new RFCDate", js_string(value))
            case ir.Scalar(ir.Kind.STRING), int() | float():
                return Atom(js_string(js_value(value)))  # YAML took it for a number
            case ir.ListOf(item), list():
                return Items(tuple(self.example(one, item) for one in value))
            case ir.MapOf(of), dict():
                return Fields(tuple((js_string(key), self.example(one, of)) for key, one in value.items()))
            case ir.Ref(model), dict() if isinstance(record := self.package.models[model], ir.Record):
                return self._object_example(record, value)
            case ir.Ref(model), dict() if isinstance(union := self.package.models[model], ir.Union) and union.discriminator:
                chosen = union.discriminator.chosen(value)
                return json_node(value) if chosen is None else self.example(value, union.variants[chosen])
            case _:
                return json_node(value)

    def _object_example(self, record: ir.Record, value: Mapping[str, ir.Json]) -> Node:
        shown = self.property_names[record.id]
        known = [(shown[f.wire_name], self.example(value[f.wire_name], f.type)) for f in record.fields if f.wire_name in value]
        return Fields(tuple(known))


_DEEPEST = 24


def json_node(value: ir.Json) -> Node:
    """A JSON value as it is; keys are quoted."""
    match value:
        case dict():
            return Fields(tuple((js_string(key), json_node(one)) for key, one in value.items()))
        case list():
            return Items(tuple(map(json_node, value)))
        case _:
            return Atom(js_value(value))


def _first(docs: ir.Docs) -> tuple[ir.Json, ...]:
    """The first example, as a tuple of one; empty where there is none that says something."""
    return () if not docs.examples or docs.examples[0] == _PLACEHOLDER else docs.examples[:1]


def _is_scalar(values: tuple[ir.Json, ...]) -> bool:
    return not any(isinstance(value, list | dict) for value in values)


def _call(function: str, argument: str) -> Atom:
    return Atom(f"{function}({argument})", (function, argument))


def _date_time(moment: datetime) -> Atom:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _call("new Date", js_string(text))


def _parsed(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
