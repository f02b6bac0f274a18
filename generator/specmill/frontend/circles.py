"""Names that stand for themselves: a union that lists itself, or a name for a name that leads back to it, describes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from specmill.diagnostics import Report
from specmill.frontend.unwritten import own_place
from specmill.ir import Alias, Checked, Model, ModelId, Nullable, Ref, Type, Union


def tell(models: Mapping[ModelId, Model], report: Report) -> bool:
    """Report every circle of names with nothing in it; whether there is one."""
    found = False
    onward: dict[ModelId, tuple[ModelId, ...]] = {id: names(model) for id, model in models.items() if isinstance(model, Alias | Union)}
    while (circle := _circle(onward)) is not None:
        found = True
        first, *others = dict.fromkeys(map(own_place, circle))
        report.error(
            "circular-ref",
            first,
            "this schema refers to itself without anything between, so it describes nothing",
            help="take the reference away, or put it inside properties or items",
            notes=[("the circle passes here", place) for place in others],
        )
        for id in circle:
            onward[id] = ()
    return found


def _circle(onward: Mapping[ModelId, tuple[ModelId, ...]]) -> list[ModelId] | None:
    try:
        TopologicalSorter(onward).prepare()
    except CycleError as error:
        found: list[ModelId] = error.args[1]
        return found[:0:-1]  # in the order in which they refer to one another; the first stands at the end once more
    return None


def names(model: Model) -> tuple[ModelId, ...]:
    """The models that a name stands for."""
    types = model.variants if isinstance(model, Union) else (model.type,) if isinstance(model, Alias) else ()
    return tuple(found for type_ in types if (found := _name(type_)) is not None)


def _name(type_: Type) -> ModelId | None:
    match type_:
        case Ref():
            return type_.model
        case Nullable() | Checked():
            return _name(type_.type)
        case _:
            return None
