"""Which model mentions which: found once for all targets that see the same package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from specmill import ir
from specmill.targets import each, once

Mention: TypeAlias = tuple[ir.ModelId, str | None, Sequence[ir.ModelId]]
"""A model, the wire name of its field where it is one, and the models that are mentioned there; one may come twice."""


def mentioned(type_: ir.Type) -> Sequence[ir.ModelId]:
    """The models that a type mentions, in order; one may come twice."""
    match type_:
        case ir.Scalar():
            return ()
        case ir.Ref(model):
            return (model,)
        case ir.ListOf(inner) | ir.MapOf(inner) | ir.Nullable(inner) | ir.Checked(inner):
            return mentioned(inner)
        case ir.TupleOf(items, rest):
            return [model for item in (*items, rest) if item is not None for model in mentioned(item)]
        case _:
            return ()


def parts(model: ir.Model) -> Iterator[tuple[ir.Field | None, ir.Type]]:
    """The types that a model is made of, each with its field where it is one."""
    match model:
        case ir.Record(fields=fields, additional=additional):
            for field in fields:
                yield field, field.type
            if additional is not None:
                yield None, additional
        case ir.Union(variants=variants):
            for variant in variants:
                yield None, variant
        case ir.Alias(type=type_):
            yield None, type_
        case ir.Enum():
            return


@once
def mentions(package: ir.Package) -> list[Mention]:
    """Every place that mentions something, in the order of the spec."""
    return [*chain.from_iterable(_of_each(package).values())]


@each
def _of_each(model: ir.Model) -> list[Mention]:
    return [
        (model.id, None if field is None else field.wire_name, ids)
        for field, type_ in parts(model)
        if not isinstance(type_, ir.Scalar) and (ids := (type_.model,) if isinstance(type_, ir.Ref) else mentioned(type_))  # most are these
    ]


@once
def neighbours(package: ir.Package) -> Mapping[ir.ModelId, tuple[ir.ModelId, ...]]:
    """What each model mentions, each once, in order."""
    return {id: tuple(dict.fromkeys([one for _, _, ids in found for one in ids])) for id, found in _of_each(package).items()}
