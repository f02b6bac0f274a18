"""Example values as Python source: the constructor calls that make them, and the imports that these need.

Where a union has several variants that look alike, the one that decoding would choose is written: what is read back is equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from specmill import ir
from specmill.targets.markdown.accepts import Judge
from specmill.targets.python import Annotations, Values
from specmill.targets.python.code import json_node, literal
from specmill.targets.python.layout import Atom, Group, Node, Prefixed, call


@dataclass(slots=True)
class Writer:
    """Writes the expressions of one example; ``needs`` gathers (module, name) of what they mention, an empty module being the package."""

    annotations: Annotations
    values: Values
    judge: Judge
    needs: set[tuple[str, str]] = field(default_factory=set)

    def value(self, value: ir.Json, type_: ir.Type) -> Node:
        """The source of a valid JSON value of a type."""
        match type_:
            case ir.Scalar() | ir.Literal():
                return self._plain(value, type_)
            case ir.ListOf(item):
                return Group("[", tuple(self.value(one, item) for one in value), "]")
            case ir.MapOf(of):
                return self._mapping(value, of)
            case ir.TupleOf(items, rest):
                return self._tuple(value, items, rest)
            case ir.Nullable(inner):
                return Atom("None") if value is None else self.value(value, inner)
            case ir.Checked(inner):
                return self.value(value, inner)
            case ir.Ref(model):
                return self._declared(self.values.package.models[model], value)
            case ir.Anything() | ir.Nothing():
                return json_node(value)
            case other:
                assert_never(other)

    def _plain(self, value: ir.Json, type_: ir.Type) -> Node:
        made = self.values.of(type_, value)
        if made is None:
            return json_node(value)
        self.needs |= made.needs
        return made.node

    def _mapping(self, value: Mapping[str, ir.Json], of: ir.Type) -> Node:
        return Group("{", tuple(Prefixed(f"{literal(key)}: ", self.value(one, of)) for key, one in value.items()), "}")

    def _tuple(self, value: list[ir.Json], items: tuple[ir.Type, ...], rest: ir.Type | None) -> Node:
        types = [*items, *[rest or ir.Anything()] * (len(value) - len(items))]
        made = tuple(self.value(one, type_) for one, type_ in zip(value, types, strict=True))
        return Group("(", made, ",)" if len(made) == 1 else ")")

    def _declared(self, model: ir.Model, value: ir.Json) -> Node:
        match model:
            case ir.Alias(type=type_):
                return self.value(value, type_)
            case ir.Union():
                variant = self.judge.variant(model, value)
                return json_node(value) if variant is None else self.value(value, variant)
            case ir.Enum():
                return self._member(model, value)
            case ir.Record():
                return self._record(model, value)
            case other:
                assert_never(other)

    def _member(self, model: ir.Enum, value: ir.Json) -> Node:
        names = self.annotations.names
        if (model.id, value) not in names.members:  # an open enum keeps it as it is
            return json_node(value)
        self.needs.add(("", names.classes[model.id]))
        return Atom(names.member(model.id, value))

    def _record(self, model: ir.Record, value: Mapping[str, ir.Json]) -> Node:
        names = self.annotations.names
        known = [(names.attribute(model, f), self.value(value[f.wire_name], f.type)) for f in model.fields if f.wire_name in value]
        arguments = [Prefixed(f"{name}=", node) for name, node in known]
        listed = {f.wire_name for f in model.fields}
        extra = {key: one for key, one in value.items() if key not in listed}
        if extra and self.judge.keeps(model):
            arguments.append(Prefixed("additional_properties=", self._mapping(extra, model.additional or ir.Anything())))
        self.needs.add(("", names.classes[model.id]))
        return call(names.classes[model.id], *arguments)
