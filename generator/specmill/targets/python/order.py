"""What mentions what: the order of aliases, each behind those that it is made of where that is possible, and where msgspec must look no further."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from specmill import ir
from specmill.targets import each
from specmill.targets.mentions import mentioned, neighbours, parts

_UNCHECKED: Final = (ir.Ref, ir.Scalar)  # most types
_NAMES: Final = (ir.Alias, ir.Union)
_DEEPEST: Final = 50  # msgspec, and imports, take a few hundred levels before Python's stack ends


def in_order(package: ir.Package, models: Iterable[ir.Model]) -> list[tuple[ir.Alias | ir.Union, frozenset[ir.ModelId]]]:
    """The aliases and unions of a module, and for each the models that it mentions before they are defined, or that other modules define."""
    own = {model.id: None for model in models}
    done: dict[ir.ModelId, tuple[ir.Alias | ir.Union, frozenset[ir.ModelId]]] = {}
    begun: set[ir.ModelId] = set()

    def visit(model: ir.Model) -> None:
        if model.id in begun or model.id not in own or not isinstance(model, ir.Alias | ir.Union):
            return
        begun.add(model.id)
        for bare in _bare(model):
            visit(package.models[bare])
        later = {
            one
            for _, type in parts(model)
            for one in mentioned(type)
            if one not in own or (one not in done and isinstance(package.models[one], ir.Alias | ir.Union))
        }
        done[model.id] = (model, frozenset(later))

    for one in own:
        visit(package.models[one])
    return list(done.values())


def postponed(package: ir.Package) -> frozenset[ir.ModelId]:
    """What is looked up when a value of it is met: aliases and unions within themselves, and records too deep in others."""
    return _recursive(package) | _too_deep(package)


def _recursive(package: ir.Package) -> frozenset[ir.ModelId]:
    """The aliases and unions that mention themselves, other than through a record."""
    parts = neighbours(package)
    named = {id for id, model in package.models.items() if isinstance(model, _NAMES)}
    reach = {model: [one for one in parts[model] if one in named] for model in named}
    return frozenset(model for model in reach if _reaches_itself(reach, model))


def _too_deep(package: ir.Package) -> frozenset[ir.ModelId]:
    """Records to be looked up when they are met, so that no chain of records in records is longer than msgspec can follow."""
    parts = neighbours(package)
    found: set[ir.ModelId] = set()
    depth: dict[ir.ModelId, int] = {}
    for start in package.models:
        stack = [(start, iter(parts[start]))] if start not in depth else []
        depth.setdefault(start, 0)
        while stack:
            model, waiting = stack[-1]
            for part in waiting:
                if part not in depth:
                    depth[part] = 0
                    stack.append((part, iter(parts[part])))
                    break
            else:
                stack.pop()
                depth[model] = 1 + max([depth[one] for one in parts[model] if one not in found], default=0)
                if depth[model] >= _DEEPEST and isinstance(package.models[model], ir.Record):
                    found.add(model)
    return frozenset(found)


def asserted(package: ir.Package) -> list[ir.SchemaId]:
    """The schemas that values of the models are held against, beside their types; each once, in the order of the models."""
    return list(dict.fromkeys(chain.from_iterable(_asserted_of(package).values())))


@each
def _asserted_of(model: ir.Model) -> list[ir.SchemaId]:
    own = [model.check] if isinstance(model, ir.Record | ir.Union) and model.check is not None else []
    return own + [schema for type in _types(model) if not isinstance(type, _UNCHECKED) for schema in _checks(type)]


def _checks(type: ir.Type) -> Iterator[ir.SchemaId]:
    match type:
        case ir.Checked(type=inner, schema=schema):
            yield schema
            yield from _checks(inner)
        case ir.ListOf(item=inner) | ir.MapOf(value=inner) | ir.Nullable(type=inner):
            yield from _checks(inner)
        case ir.TupleOf(items=items, rest=rest):
            for item in (*items, *((rest,) if rest is not None else ())):
                yield from _checks(item)
        case _:
            pass


def _reaches_itself(reach: Mapping[ir.ModelId, list[ir.ModelId]], start: ir.ModelId) -> bool:
    found: set[ir.ModelId] = set()
    waiting = list(reach[start])
    while waiting:
        model = waiting.pop()
        if model == start:
            return True
        if model not in found:
            found.add(model)
            waiting += reach[model]
    return False


def _types(model: ir.Model) -> tuple[ir.Type, ...]:
    match model:
        case ir.Record(fields=fields, additional=additional):
            types = tuple([one.type for one in fields])
            return types if additional is None else (*types, additional)
        case ir.Alias(type=type):
            return (type,)
        case ir.Union(variants=variants):
            return variants
        case ir.Enum():
            return ()


def _bare(model: ir.Alias | ir.Union) -> Iterator[ir.ModelId]:
    """The models that stand outside brackets: these cannot be put in quotes."""
    for type in _types(model):
        while isinstance(type, ir.Nullable | ir.Checked):
            type = type.type  # noqa: PLW2901
        if isinstance(type, ir.Ref):
            yield type.model
