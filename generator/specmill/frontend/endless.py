"""Defaults that hold themselves: an object that is made of a default of its own class is never complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend.defaults import fits
from specmill.frontend.graph import child
from specmill.frontend.values import shown
from specmill.ir import (
    MISSING,
    Alias,
    Checked,
    Field,
    Json,
    ListOf,
    MapOf,
    Missing,
    Model,
    ModelId,
    Nullable,
    Record,
    Ref,
    TupleOf,
    Type,
    Union,
)

Owned: TypeAlias = tuple[ModelId, str]
"""A field, by its class and its name in the JSON."""


def cut(models: MutableMapping[ModelId, Model], report: Report) -> None:
    """Take out, with a warning, a default of each circle."""
    made = {(id, one.wire_name): one for id, model in models.items() for one in making(model)}
    onward = {owned: {needed for needed in _needed(models, one.type, one.default) if needed in made} for owned, one in made.items()}
    while (first := _circle(onward)) is not None:
        id, name = first
        report.warning(
            "invalid-default",
            child(id, "properties", name, "default"),
            f"the default ({shown(made[first].default)}) leads back to itself by the defaults of what it holds; it is left out",
            help="say in it what the properties are that have such defaults",
        )
        onward[first] = set()
        record = models[id]
        assert isinstance(record, Record)
        fields = tuple(replace(one, default=MISSING) if one.wire_name == name else one for one in record.fields)
        models[id] = replace(record, fields=fields)


def making(model: Model) -> Iterator[Field]:
    """The fields whose default may be made of others."""
    if isinstance(model, Record):
        yield from (one for one in model.fields if _holds_object(one.default))


def _holds_object(value: Json | Missing) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_object, value)))


def _circle(onward: Mapping[Owned, set[Owned]]) -> Owned | None:
    """The first field of a circle, as they are written; None where there is no circle."""
    try:
        TopologicalSorter(onward).prepare()
    except CycleError as error:
        circle = set(error.args[1])
        return next(owned for owned in onward if owned in circle)
    return None


def _needed(models: Mapping[ModelId, Model], type_: Type, value: Json) -> Iterator[Owned]:
    """The fields whose defaults a value is completed with."""
    match type_, value:
        case (Nullable(type=inner) | Checked(type=inner)), _ if value is not None:
            yield from _needed(models, inner, value)
        case ListOf(item=item), list():
            for one in value:
                yield from _needed(models, item, one)
        case TupleOf(items=items), list():
            for item, one in zip(items, value, strict=False):
                yield from _needed(models, item, one)
        case MapOf(value=inner), dict():
            for one in value.values():
                yield from _needed(models, inner, one)
        case Ref(model=id), _:
            yield from _needed_by(models, models[id], value)


def _needed_by(models: Mapping[ModelId, Model], model: Model, value: Json) -> Iterator[Owned]:
    match model, value:
        case Alias(type=inner), _:
            yield from _needed(models, inner, value)
        case Union(variants=variants), _:
            chosen = next((one for one in variants if fits(models, one, value)), None)
            if chosen is not None:
                yield from _needed(models, chosen, value)
        case Record(fields=fields), dict():
            for one in fields:
                if one.wire_name in value:
                    yield from _needed(models, one.type, value[one.wire_name])
                elif one.default is not MISSING:
                    yield model.id, one.wire_name
