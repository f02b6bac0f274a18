"""JSON values as typed Python expressions: defaults of fields, and the examples on documentation pages."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final, assert_never
from uuid import UUID

from msgspec import Struct

from specmill import ir
from specmill.ir import Json, Kind
from specmill.targets.python.code import Code, code, json_node, literal, number
from specmill.targets.python.code import depth as depth_of
from specmill.targets.python.naming import Names
from specmill.targets.python.tree import Atom, Group, Prefixed, call
from specmill.targets.python.types import KINDS, NONE

_DEEPEST: Final = 40
_WHOLE: Final = r"[+-]?0*[1-9][0-9]{0,99}|\+?0+"  # not "-0", which is no int


class Values(Struct, frozen=True):
    """Writes values of the models of one package."""

    package: ir.Package
    names: Names

    def of(self, type: ir.Type, value: Json, depth: int = 0) -> Code | None:
        """The expression for a JSON value of the type; None where the value is not one."""
        if depth > _DEEPEST or (depth == 0 and depth_of(value) > _DEEPEST):
            return None
        match type:
            case ir.Scalar(kind=kind):
                return _scalar(kind, value)
            case ir.ListOf(item=item):
                return self._list(item, value, depth)
            case ir.MapOf(value=inner):
                return self._dict(inner, value, depth)
            case ir.TupleOf():
                return self._tuple(type, value, depth)
            case ir.Nullable(type=inner):
                return NONE if value is None else self.of(inner, value, depth)
            case ir.Literal(values=values):
                return next((code(json_node(one)) for one in values if _same(one, value)), None)
            case ir.Ref(model=model):
                return self._model(self.package.models[model], value, depth + 1)
            case ir.Anything():
                return code(json_node(value))
            case ir.Nothing():
                return None
            case ir.Checked(type=inner):
                return self.of(inner, value, depth)
            case _:
                assert_never(type)

    def _list(self, item: ir.Type, value: Json, depth: int) -> Code | None:
        parts = _all(self.of(item, one, depth + 1) for one in value) if isinstance(value, list | tuple) else None
        return None if parts is None else code(Group("[", tuple(part.node for part in parts), "]"), *parts)

    def _dict(self, inner: ir.Type, value: Json, depth: int) -> Code | None:
        parts = _all(self.of(inner, one, depth + 1) for one in value.values()) if isinstance(value, dict) else None
        if parts is None:
            return None
        items = (Prefixed(f"{literal(key)}: ", part.node) for key, part in zip(value, parts, strict=True))
        return code(Group("{", tuple(items), "}"), *parts)

    def _tuple(self, type: ir.TupleOf, value: Json, depth: int) -> Code | None:
        if not isinstance(value, list | tuple) or len(value) < len(type.items):
            return None
        more = len(value) - len(type.items)
        if more and type.rest is None:
            return None
        types = (*type.items, *((type.rest,) * more if type.rest is not None else ()))
        parts = _all(self.of(inner, one, depth + 1) for inner, one in zip(types, value, strict=True))
        if parts is None:
            return None
        return code(Group("(", tuple(part.node for part in parts), ",)" if len(parts) == 1 else ")"), *parts)

    def _model(self, model: ir.Model, value: Json, depth: int) -> Code | None:
        match model:
            case ir.Record():
                return self._record(model, value, depth) if isinstance(value, dict) else None
            case ir.Enum():
                return self._member(model, value)
            case ir.Union():
                return self._variant(model, value, depth)
            case ir.Alias(type=type):
                return self.of(type, value, depth)
            case _:
                assert_never(model)

    def _member(self, enum: ir.Enum, value: Json) -> Code | None:
        for member in enum.members:
            if _same(member.value, value):
                return code(self.names.member(enum.id, member.value), needs=[(".models", self.names.classes[enum.id])])
        return _scalar(enum.kind, value) if enum.open else None

    def _variant(self, union: ir.Union, value: Json, depth: int) -> Code | None:
        chosen = union.variants
        if union.discriminator is not None and isinstance(value, dict):
            named = union.discriminator.chosen(value)
            chosen = (union.variants[named],) if named is not None else ()
        return next((found for one in chosen if (found := self.of(one, value, depth)) is not None), None)

    def _record(self, record: ir.Record, value: dict[str, Json], depth: int) -> Code | None:
        arguments: list[Prefixed] = []
        parts: list[Code] = []
        for field in record.fields:
            if field.wire_name in value:
                part = self.of(field.type, value[field.wire_name], depth)
                if part is None:
                    return None
                arguments.append(Prefixed(f"{self.names.attribute(record, field)}=", part.node))
                parts.append(part)
            elif field.required:
                return None
        rest = {key: one for key, one in value.items() if all(key != field.wire_name for field in record.fields)}
        if rest and record.additional is not None:
            more = self._dict(record.additional, rest, depth)
            if more is None:
                return None
            arguments.append(Prefixed("additional_properties=", more.node))
            parts.append(more)
        name = self.names.classes[record.id]
        return code(call(name, *arguments), *parts, needs=[(".models", name)])


def _all(parts: Iterable[Code | None]) -> list[Code] | None:
    found = []
    for part in parts:
        if part is None:
            return None
        found.append(part)
    return found


def _same(one: Json, other: Json) -> bool:
    """Equality as JSON has it: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _scalar(kind: Kind, value: Json) -> Code | None:
    match kind, value:
        case Kind.NULL, None:
            return NONE
        case Kind.BOOLEAN, bool():
            return code(repr(value))
        case (Kind.INTEGER | Kind.NUMBER), bool():
            return None
        case (Kind.INTEGER, int()) | (Kind.INTEGER, float()) if isinstance(value, int) or value.is_integer():
            return code(number(int(value)))
        case Kind.NUMBER, int() | float():
            return code(json_node(value))
        case Kind.STRING, str():
            return code(literal(value))
        case _, str():
            return _text(kind, value)
        case _:
            return None


def _text(kind: Kind, value: str) -> Code | None:
    """A value that the wire holds as text of some form; None where it has not that form."""
    cls = KINDS[kind]
    try:
        match kind:
            case Kind.DATE_TIME if datetime.fromisoformat(value).tzinfo is not None:
                return code(call(f"{cls}.fromisoformat", Atom(literal(value))), cls)
            case Kind.TIME if time.fromisoformat(value).tzinfo is not None:
                return code(call(f"{cls}.fromisoformat", Atom(literal(value))), cls)
            case Kind.DATE if date.fromisoformat(value):
                return code(call(f"{cls}.fromisoformat", Atom(literal(value))), cls)
            case Kind.UUID if UUID(value):
                return code(call(str(cls), Atom(literal(value))), cls)
            case Kind.DECIMAL if Decimal(value).is_finite():
                return code(call(str(cls), Atom(str(int(value)) if re.fullmatch(_WHOLE, value) else literal(value))), cls)
            case Kind.BYTES:
                return code(_bytes(base64.b64decode(value, validate=True)))
            case Kind.BINARY:
                return code(_bytes(value.encode("latin-1")))
            case _:
                return None
    except (ValueError, InvalidOperation, binascii.Error):
        return None


def _bytes(value: bytes) -> str:
    text = "".join(chr(c) if 32 <= c < 127 and chr(c) not in '"\\' else f"\\x{c:02x}" for c in value)  # noqa: PLR2004
    return f'b"{text}"'
