"""The order of aliases: each behind those that it is made of, as far as that goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specmill import ir


def in_order(package: ir.Package, models: Iterable[ir.Model]) -> list[tuple[ir.Alias | ir.Union, frozenset[ir.ModelId]]]:
    """The aliases and unions of a module, and for each the models that it mentions before they are defined, or that other modules define."""
    own = {model.id: None for model in models}
    done: dict[ir.ModelId, tuple[ir.Alias | ir.Union, frozenset[ir.ModelId]]] = {}
    begun: set[ir.ModelId] = set()

    def visit(model: ir.Model) -> None:
        if model.id in begun or model.id not in own or not isinstance(model, ir.Alias | ir.Union):
            return
        begun.add(model.id)
        for mentioned in _bare(model):
            visit(package.models[mentioned])
        later = {one for one in _all(model) if one not in own or (one not in done and isinstance(package.models[one], ir.Alias | ir.Union))}
        done[model.id] = (model, frozenset(later))

    for one in own:
        visit(package.models[one])
    return list(done.values())


def recursive(package: ir.Package) -> frozenset[ir.ModelId]:
    """The aliases and unions that mention themselves, other than through a record."""
    reach: dict[ir.ModelId, set[ir.ModelId]] = {}
    for model in package.models.values():
        if isinstance(model, ir.Alias | ir.Union):
            reach[model.id] = {one for one in _all(model) if isinstance(package.models[one], ir.Alias | ir.Union)}
    return frozenset(model for model in reach if model in _reached(reach, model))


def _reached(reach: dict[ir.ModelId, set[ir.ModelId]], start: ir.ModelId) -> set[ir.ModelId]:
    found: set[ir.ModelId] = set()
    waiting = list(reach[start])
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            waiting += reach[model]
    return found


def _types(model: ir.Alias | ir.Union) -> tuple[ir.Type, ...]:
    return (model.type,) if isinstance(model, ir.Alias) else model.variants


def _bare(model: ir.Alias | ir.Union) -> Iterator[ir.ModelId]:
    """The models that stand outside brackets: these cannot be put in quotes."""
    for type in _types(model):
        while isinstance(type, ir.Nullable | ir.Checked):
            type = type.type  # noqa: PLW2901
        if isinstance(type, ir.Ref):
            yield type.model


def _all(model: ir.Alias | ir.Union) -> Iterator[ir.ModelId]:
    for type in _types(model):
        yield from mentioned(type)


def mentioned(type: ir.Type) -> Iterator[ir.ModelId]:
    """Every model that a type mentions."""
    match type:
        case ir.Ref(model=model):
            yield model
        case ir.ListOf(item=inner) | ir.MapOf(value=inner) | ir.Nullable(type=inner) | ir.Checked(type=inner):
            yield from mentioned(inner)
        case ir.TupleOf(items=items, rest=rest):
            for item in (*items, *((rest,) if rest is not None else ())):
                yield from mentioned(item)
        case _:
            pass
