"""Whether a JSON value is valid for a type: an example that the spec gives, or one that we make, is shown only when it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, assert_never

from msgspec import Struct

from specmill import ir
from specmill.json_strings import as_python
from specmill.json_values import equal, fits, is_integer, is_number
from specmill.targets.batches import Reads
from specmill.targets.markdown.accepts_schema import SchemaJudge
from specmill.targets.python import keeps_keys

_DEEPEST = 60
_NONE: Final = frozenset[str]()
_WHOLES: Final = (dict, list)


class Judge(Struct, dict=True):
    """Judges values by the types of one package."""

    package: ir.Package
    reads: Reads
    unknown_fields: str = "ignore"
    open_enums: bool = False
    # By the identity of objects and lists: the value, whether it is valid, and the ids that this depends on, for examples are made of each other.
    # Values are held here so that no other one gets their identity.
    _known: dict[tuple[ir.ModelId, int], tuple[ir.Json, bool, frozenset[str]]] = {}

    @cached_property
    def schemas(self) -> SchemaJudge:
        """What judges by the exact assertions."""
        return SchemaJudge(self.package.schemas)

    def know(self, model: ir.ModelId, value: ir.Json) -> None:
        """Take note of a value that was made of valid parts."""
        self._known[model, id(value)] = (value, True, _NONE)

    def accepts(self, type_: ir.Type, value: ir.Json, depth: int = 0) -> bool:
        """Whether the value is valid; one nested too deep is taken not to be."""
        if depth > _DEEPEST:
            return False
        match type_:
            case ir.Scalar(kind, constraints):
                return _is_scalar(kind, value) and fits(value, constraints)
            case ir.ListOf(item, constraints):
                return isinstance(value, list) and fits(value, constraints) and all(self.accepts(item, one, depth + 1) for one in value)
            case ir.MapOf(of, constraints):
                whole = isinstance(value, dict) and fits(value, constraints)
                return whole and all(self.accepts(of, one, depth + 1) for one in value.values())
            case ir.TupleOf(items, rest):
                return self._is_tuple(items, rest, value, depth)
            case ir.Nullable(inner):
                return value is None or self.accepts(inner, value, depth + 1)
            case ir.Literal(values):
                return any(equal(one, value) for one in values) and _is_flat(value, depth)
            case ir.Ref(model):
                return self._is_known_model(self.package.models[model], value, depth + 1)
            case ir.Anything():
                return _is_flat(value, depth)
            case ir.Nothing():
                return False
            case ir.Checked(inner, schema):
                return self.accepts(inner, value, depth + 1) and self.schemas.accepts(schema, value)
            case other:
                assert_never(other)

    def keeps(self, model: ir.Record) -> bool:
        """Whether the class keeps the keys that are not its fields."""
        return keeps_keys(model, unknown=self.unknown_fields == "preserve")

    def variant(self, union: ir.Union, value: ir.Json, depth: int = 0) -> ir.Type | None:
        """The variant that a value is decoded as, and again after it was encoded: the one that its tag chooses, or else the first that accepts it.

        None where there is none: a class that only the tag chooses, and that has no field for the tag, is not found again without it.
        """
        tag = union.discriminator
        meant = tag.chosen(value) if tag is not None and isinstance(value, dict) else None
        chosen = self._first(union.variants if meant is None else (union.variants[meant], *union.variants), value, depth)
        if tag is None or not isinstance(value, dict) or tag.property not in value:
            return chosen
        if chosen is None or self._has(chosen, value, tag.property, depth):
            return chosen
        kept = {key: one for key, one in value.items() if key != tag.property}
        return chosen if self.variant(union, kept, depth) == chosen else None

    def _first(self, types: Iterable[ir.Type], value: ir.Json, depth: int) -> ir.Type | None:
        return next((one for one in types if self.accepts(one, value, depth + 1)), None)

    def _has(self, type_: ir.Type, value: ir.Json, key: str, depth: int) -> bool:
        """Whether the key is still there after the object was decoded as the type."""
        match type_:
            case ir.Nullable(inner) | ir.Checked(inner):
                return self._has(inner, value, key, depth)
            case ir.Ref(model):
                match self.package.models[model]:
                    case ir.Record() as record:
                        return self.keeps(record) or any(one.wire_name == key for one in record.fields)
                    case ir.Alias(type=inner):
                        return self._has(inner, value, key, depth)
                    case ir.Union() as union:
                        chosen = self.variant(union, value, depth + 1)
                        return chosen is not None and self._has(chosen, value, key, depth)
        return True

    def _is_known_model(self, model: ir.Model, value: ir.Json, depth: int) -> bool:
        if not isinstance(value, _WHOLES):
            return self._is_model(model, value, depth)
        if isinstance(model, ir.Record) and not (isinstance(value, dict) and self._may_be(model, value)):
            return False
        key = (model.id, id(value))
        known = self._known.get(key)
        if known is None:
            is_valid, seen = self.reads.noted(lambda: self._is_model(model, value, depth))
            self._known[key] = (value, is_valid, seen)
            return is_valid
        self.reads.saw(known[2])
        return known[1]

    def _may_be(self, model: ir.Record, value: Mapping[str, ir.Json]) -> bool:
        """Whether it has the required keys and the right tags: told without looking anything up, as most variants of a long union are refused."""
        for one in model.fields:
            if one.wire_name not in value:
                if one.required:
                    return False
            elif isinstance(one.type, ir.Literal) and not self.accepts(one.type, value[one.wire_name]):
                return False
        return True

    def _is_model(self, model: ir.Model, value: ir.Json, depth: int) -> bool:
        if isinstance(model, ir.Record | ir.Union) and model.check is not None and not self.schemas.accepts(model.check, value):
            return False
        match model:
            case ir.Record():
                return isinstance(value, dict) and self._is_record(model, value, depth)
            case ir.Enum(members=members):
                known = any(equal(member.value, value) for member in members)
                return known or (model.keeps_others(opened=self.open_enums) and _is_scalar(model.kind, value))
            case ir.Union():
                return self.variant(model, value, depth) is not None
            case ir.Alias(type=type_):
                return self.accepts(type_, value, depth + 1)
            case other:
                assert_never(other)

    def _is_record(self, model: ir.Record, value: Mapping[str, ir.Json], depth: int) -> bool:
        known = {one.wire_name: one.type for one in model.fields if one.wire_name in value}
        extra = [key for key in value if key not in known] if len(value) > len(known) else ()
        if extra and isinstance(model.additional, ir.Nothing):
            return False
        if extra and model.additional is None and self.unknown_fields == "forbid":
            return False
        if model.additional is not None and not all(self.accepts(model.additional, value[key], depth + 1) for key in extra):
            return False
        return all(self.accepts(type_, value[key], depth + 1) for key, type_ in known.items())

    def _is_tuple(self, items: tuple[ir.Type, ...], rest: ir.Type | None, value: ir.Json, depth: int) -> bool:
        if not isinstance(value, list) or len(value) < len(items):
            return False
        tail = value[len(items) :]
        if tail and (rest is None or not all(self.accepts(rest, one, depth + 1) for one in tail)):
            return False
        return all(self.accepts(type_, one, depth + 1) for type_, one in zip(items, value, strict=False))


def _is_flat(value: ir.Json, depth: int) -> bool:
    """Whether it can be shown: Python reads no more than 200 brackets inside one another."""
    if not isinstance(value, _WHOLES):
        return True
    return depth <= _DEEPEST and all(_is_flat(one, depth + 1) for one in (value.values() if isinstance(value, dict) else value))


def _is_scalar(kind: ir.Kind, value: ir.Json) -> bool:
    match kind:
        case ir.Kind.STRING:
            return isinstance(value, str)
        case ir.Kind.INTEGER:
            return is_integer(value)
        case ir.Kind.NUMBER:
            return is_number(value)
        case ir.Kind.BOOLEAN:
            return isinstance(value, bool)
        case ir.Kind.NULL:
            return value is None
        case _:
            return as_python(kind, value) is not None
