"""Defaults that fit: one that its own field would refuse is left out, with a warning."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend import suggestions
from specmill.frontend.graph import child
from specmill.frontend.values import shown
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
from specmill.json_values import equal, is_integer, is_number
from specmill.json_values import fits as meets


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
            return isinstance(value, list) and _meets(value, type_.constraints) and all(fits(models, type_.item, v) for v in value)
        case TupleOf():
            return (
                isinstance(value, list)
                and len(value) >= len(type_.items)
                and all(fits(models, t, v) for t, v in zip(type_.items, value, strict=False))
            )
        case MapOf():
            return (
                isinstance(value, dict) and _meets(value, type_.constraints) and all(fits(models, type_.value, v) for v in value.values())
            )
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
    match type_.kind:
        case Kind.INTEGER:
            fits = is_integer(value)
        case Kind.NUMBER:
            fits = is_number(value)
        case Kind.BOOLEAN:
            fits = isinstance(value, bool)
        case Kind.NULL:
            fits = value is None
        case Kind.STRING:
            fits = isinstance(value, str)
        case kind:
            from specmill.json_strings import as_python  # its patterns take long to compile, and few defaults are such strings

            fits = as_python(kind, value) is not None
    return fits and _meets(value, type_.constraints)


def _meets(value: Json, constraints: Constraints) -> bool:
    """Whether a value meets the constraints, as far as that can be found out in time."""
    if constraints.pattern is not None:
        from specmill.regex import is_catastrophic  # takes long to import, and small specs have no patterns

        constraints = replace(constraints, pattern=None) if is_catastrophic(constraints.pattern) else constraints
    return meets(value, constraints)
