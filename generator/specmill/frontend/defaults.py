"""Defaults that fit: one that its own field would refuse is left out, with a warning."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend import suggestions
from specmill.frontend.graph import child
from specmill.frontend.values import equal, shown
from specmill.ir import (
    MISSING,
    Alias,
    Anything,
    Checked,
    Constraints,
    Enum,
    Json,
    Kind,
    ListOf,
    Literal,
    MapOf,
    Model,
    ModelId,
    Nothing,
    Nullable,
    Record,
    Ref,
    Scalar,
    TupleOf,
    Type,
    Union,
)


def settle(some: dict[ModelId, Model], models: Mapping[ModelId, Model], report: Report) -> None:
    """Take out of some of the models, with a warning, every default that its field's type does not accept."""
    for id, model in some.items():
        if not isinstance(model, Record):
            continue
        wrong = {f.wire_name for f in model.fields if f.default is not MISSING and not fits(models, f.type, f.default)}
        for field in model.fields:
            if field.wire_name in wrong:
                report.warning(
                    "invalid-default",
                    child(id, "properties", field.wire_name, "default"),
                    f"the default ({shown(field.default)}) is not valid for the property itself; it is left out",
                    help=suggestions.for_value(field.default) or "correct the default or the schema",
                )
        if wrong:
            kept = tuple(replace(f, default=MISSING) if f.wire_name in wrong else f for f in model.fields)
            some[id] = replace(model, fields=kept)


def fits(models: Mapping[ModelId, Model], type_: Type, value: Json) -> bool:
    """Whether the shape accepts the JSON value."""
    match type_:
        case Scalar():
            return _scalar(type_, value)
        case Nullable():
            return value is None or fits(models, type_.type, value)
        case ListOf():
            return isinstance(value, list) and all(fits(models, type_.item, v) for v in value)
        case TupleOf():
            return (
                isinstance(value, list)
                and len(value) >= len(type_.items)
                and all(fits(models, t, v) for t, v in zip(type_.items, value, strict=False))
            )
        case MapOf():
            return isinstance(value, dict) and all(fits(models, type_.value, v) for v in value.values())
        case Literal():
            return any(equal(value, allowed) for allowed in type_.values)
        case Checked():
            return fits(models, type_.type, value)
        case Anything():
            return True
        case Nothing():
            return False
        case Ref():
            return _model(models, models[type_.model], value)


def _model(models: Mapping[ModelId, Model], model: Model, value: Json) -> bool:
    match model:
        case Enum():
            return any(equal(value, member.value) for member in model.members) or (model.open and _scalar(Scalar(model.kind), value))
        case Alias():
            return fits(models, model.type, value)
        case Union():
            return any(fits(models, variant, value) for variant in model.variants)
        case Record():
            if not isinstance(value, dict):
                return False
            known = {f.wire_name: f for f in model.fields}
            there = all(f.wire_name in value for f in model.fields if f.required)
            others = model.additional or Anything()
            return there and all(fits(models, known[key].type if key in known else others, v) for key, v in value.items())


def _scalar(type_: Scalar, value: Json) -> bool:
    if type_.kind in _NUMBERS:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (whole or type_.kind is Kind.NUMBER) and _in_range(type_.constraints, value)
    if type_.kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if type_.kind is Kind.NULL:
        return value is None
    if not isinstance(value, str) or not _in_length(type_.constraints, value):
        return False
    try:
        _PARSERS.get(type_.kind, str)(value)
    except (ValueError, binascii.Error):
        return False
    return True


_NUMBERS: Final = (Kind.INTEGER, Kind.NUMBER)


def _in_range(c: Constraints, value: float) -> bool:
    return (
        (c.minimum is None or value >= c.minimum)
        and (c.maximum is None or value <= c.maximum)
        and (c.exclusive_minimum is None or value > c.exclusive_minimum)
        and (c.exclusive_maximum is None or value < c.exclusive_maximum)
    )


def _in_length(c: Constraints, value: str) -> bool:
    return (c.min_length is None or len(value) >= c.min_length) and (c.max_length is None or len(value) <= c.max_length)


def _date_time(text: str) -> object:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_PARSERS: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.DATE_TIME: _date_time,
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.UUID: UUID,
    Kind.BYTES: _base64,
}
