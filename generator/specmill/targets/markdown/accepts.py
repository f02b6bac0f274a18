"""Whether a JSON value is valid for a type: an example that the spec gives, or one that we make, is shown only when it is."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never
from uuid import UUID

from specmill import ir
from specmill.targets.markdown.accepts_schema import SchemaJudge
from specmill.targets.markdown.json_values import equal, fits, is_integer, is_number

_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DEEPEST = 60


@dataclass(slots=True)
class Judge:
    """Judges values by the types of one package."""

    package: ir.Package
    unknown_fields: str = "ignore"
    schemas: SchemaJudge = field(init=False)
    # Objects and lists that were found valid, by identity: examples are made of each other. They are held here, so that no other takes their place.
    _valid: dict[tuple[ir.ModelId, int], ir.Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.schemas = SchemaJudge(self.package.schemas)

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
                return any(equal(one, value) for one in values)
            case ir.Ref(model):
                return model in self.package.models and self._is_known_model(self.package.models[model], value, depth + 1)
            case ir.Anything():
                return True
            case ir.Nothing():
                return False
            case ir.Checked(inner, schema):
                return self.accepts(inner, value, depth + 1) and self.schemas.accepts(schema, value)
            case other:
                assert_never(other)

    def keeps(self, model: ir.Record) -> bool:
        """Whether the class keeps the keys that are not its fields."""
        return self.unknown_fields == "preserve" if model.additional is None else not isinstance(model.additional, ir.Nothing)

    def variant(self, union: ir.Union, value: ir.Json) -> ir.Type | None:
        """The variant that a value is decoded as: the one that its tag chooses, or the first that accepts it."""
        tag = union.discriminator
        if tag is not None and isinstance(value, dict):
            chosen = [union.variants[at] for word, at in tag.mapping if word == value.get(tag.property)]
            return next((one for one in chosen if self.accepts(one, value)), None)
        return next((one for one in union.variants if self.accepts(one, value)), None)

    def _is_known_model(self, model: ir.Model, value: ir.Json, depth: int) -> bool:
        if not isinstance(value, dict | list):
            return self._is_model(model, value, depth)
        key = (model.id, id(value))
        if key not in self._valid and self._is_model(model, value, depth):
            self._valid[key] = value
        return key in self._valid

    def _is_model(self, model: ir.Model, value: ir.Json, depth: int) -> bool:
        if isinstance(model, ir.Record | ir.Union) and model.check is not None and not self.schemas.accepts(model.check, value):
            return False
        match model:
            case ir.Record():
                return isinstance(value, dict) and self._is_record(model, value, depth)
            case ir.Enum(members=members):
                known = any(equal(member.value, value) for member in members)
                return known or (model.open and isinstance(value, str if model.kind is ir.Kind.STRING else int))
            case ir.Union():
                return any(self.accepts(one, value, depth + 1) for one in model.variants) and self.variant(model, value) is not None
            case ir.Alias(type=type_):
                return self.accepts(type_, value, depth + 1)
            case other:
                assert_never(other)

    def _is_record(self, model: ir.Record, value: Mapping[str, ir.Json], depth: int) -> bool:
        known: dict[str, ir.Type] = {}
        for one in model.fields:
            if one.wire_name in value:
                known[one.wire_name] = one.type
            elif one.required:
                return False
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


def as_python(kind: ir.Kind, value: ir.Json) -> datetime | date | time | UUID | bytes | Decimal | None:
    """The value of a kind that has a class of its own in Python; None where the JSON value is not one."""
    try:
        match kind, value:
            case ir.Kind.DATE_TIME, str() if _DATE_TIME.match(value):
                return datetime.fromisoformat(value.upper())
            case ir.Kind.DATE, str() if _DATE.match(value):
                return date.fromisoformat(value)
            case ir.Kind.TIME, str() if _TIME.match(value):
                return time.fromisoformat(value.upper())
            case ir.Kind.UUID, str() if _UUID.match(value):
                return UUID(value)
            case (ir.Kind.BYTES | ir.Kind.BINARY), str():
                return base64.b64decode(value, validate=True)
            case ir.Kind.DECIMAL, str() if Decimal(value).is_finite():
                return Decimal(value)
    except (ValueError, binascii.Error, InvalidOperation):
        return None
    return None
