"""Example values as Python source: the constructor calls that make them, and the imports that these need.

Where a union has several variants that look alike, the one that decoding would choose is written: what is read back is equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct, field

from specmill import ir
from specmill.targets.markdown.accepts import Judge
from specmill.targets.python import Annotations, Values
from specmill.targets.python.code import Code, code, json_node, literal
from specmill.targets.python.tree import Atom, Group, Prefixed, call


class Expressions(Struct):
    """Writes the values of one package; what is imported from the package itself is a need with an empty module."""

    annotations: Annotations
    values: Values
    judge: Judge
    # By the identity of a record's value, which the judge holds. Whoever has the value depends on all that it was made of, and so on all read here.
    _records: dict[tuple[ir.ModelId, int], Code] = field(default_factory=dict)
    _scalars: dict[tuple[ir.Kind, type, ir.Json], Code] = field(default_factory=dict)

    def of(self, value: ir.Json, type_: ir.Type) -> Code:
        """The source of a valid JSON value of a type."""
        match type_:
            case ir.Scalar(kind=kind):
                if isinstance(value, float):  # of which there is more than one nothing
                    return self._plain(value, type_)
                key = (kind, value.__class__, value)
                found = self._scalars.get(key)
                if found is None:
                    found = self._scalars[key] = self._plain(value, type_)
                return found
            case ir.Literal():
                return self._plain(value, type_)
            case ir.ListOf(item):
                items = [self.of(one, item) for one in value]
                return code(Group("[", tuple(one.node for one in items), "]"), *items)
            case ir.MapOf(of):
                return self._mapping(value, of)
            case ir.TupleOf(items, rest):
                return self._tuple(value, items, rest)
            case ir.Nullable(inner):
                return code("None") if value is None else self.of(value, inner)
            case ir.Checked(inner):
                return self.of(value, inner)
            case ir.Ref(model):
                return self._declared(self.values.package.models[model], value)
            case ir.Anything() | ir.Nothing():
                return code(json_node(value))
            case other:
                assert_never(other)

    def whole(self, value: Mapping[str, ir.Json], model: ir.Record) -> Code:
        """The same for a value with a page of its own; it is not kept, since most are part of no other."""
        return self._records.get((model.id, id(value))) or self._record(model, value)

    def _plain(self, value: ir.Json, type_: ir.Type) -> Code:
        return self.values.of(type_, value) or code(json_node(value))

    def _mapping(self, value: Mapping[str, ir.Json], of: ir.Type) -> Code:
        made = {key: self.of(one, of) for key, one in value.items()}
        items = tuple(Prefixed(f"{literal(key)}: ", one.node) for key, one in made.items())
        return code(Group("{", items, "}"), *made.values())

    def _tuple(self, value: list[ir.Json], items: tuple[ir.Type, ...], rest: ir.Type | None) -> Code:
        types = [*items, *[rest or ir.Anything()] * (len(value) - len(items))]
        made = [self.of(one, type_) for one, type_ in zip(value, types, strict=True)]
        return code(Group("(", tuple(one.node for one in made), ",)" if len(made) == 1 else ")"), *made)

    def _declared(self, model: ir.Model, value: ir.Json) -> Code:
        match model:
            case ir.Alias(type=type_):
                return self.of(value, type_)
            case ir.Union():
                variant = self.judge.variant(model, value)
                return code(json_node(value)) if variant is None else self.of(value, variant)
            case ir.Enum():
                return self._member(model, value)
            case ir.Record():
                key = (model.id, id(value))
                if key not in self._records:
                    self._records[key] = self._record(model, value)
                return self._records[key]
            case other:
                assert_never(other)

    def _member(self, model: ir.Enum, value: ir.Json) -> Code:
        names = self.annotations.names
        if value not in names.within[model.id]:  # an open enum keeps it as it is
            return code(json_node(value))
        return code(Atom(names.member(model.id, value)), needs=[("", names.classes[model.id])])

    def _record(self, model: ir.Record, value: Mapping[str, ir.Json]) -> Code:
        names = self.annotations.names
        attributes = names.within[model.id]
        made = [(attributes[f.wire_name], self.of(value[f.wire_name], f.type)) for f in model.fields if f.wire_name in value]
        if len(made) < len(value) and self.judge.keeps(model):
            listed = {f.wire_name for f in model.fields}
            if extra := {key: one for key, one in value.items() if key not in listed}:
                made.append(("additional_properties", self._mapping(extra, model.additional or ir.Anything())))
        name = names.classes[model.id]
        arguments = [Prefixed(f"{attribute}=", one.node) for attribute, one in made]
        return code(call(name, *arguments), *[one for _, one in made if one.needs], needs=[("", name)])
