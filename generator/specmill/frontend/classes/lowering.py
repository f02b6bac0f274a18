"""The graph to the package of the classes that an SDK has."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from specmill.config import Config
from specmill.frontend.classes.calls import Calls
from specmill.frontend.classes.directions import hidden
from specmill.frontend.classes.naming import Rules, settle
from specmill.frontend.classes.said import Reader
from specmill.frontend.classes.shapes import Classes
from specmill.frontend.graph import Graph
from specmill.frontend.groups import only_in_errors
from specmill.frontend.operations import find
from specmill.frontend.selection import asked_names, is_chosen, roots
from specmill.ir import Enum, Field, Group, Literal, ModelId, Package, Record, Ref, Union


def describe(graph: Graph, config: Config, rules: Rules, whole: Package) -> Package:
    """The package of the classes that the operations reach; ``whole`` is the same spec as everybody else sees it."""
    reader = Reader(graph)
    chosen = [source for source in find(graph) if is_chosen(graph, config, source)]
    sources = [source for source in chosen if graph.node(source.pointer).get("x-speakeasy-ignore") is not True]
    first = Classes(reader, rules, {})  # what a class does not have depends on who mentions it: the spec is read twice
    mentions = tuple(map(Calls(first, sources).operation, sources))
    classes = Classes(reader, rules, hidden(first.models, mentions))
    calls = Calls(classes, sources)
    operations = tuple(map(calls.operation, sources))
    kept = [id for source in (None, *sources) for id in calls.beside(source)] + list(_included(classes, config))
    _write_tags(classes)
    errors = only_in_errors(operations)
    named = settle(classes.wishes.values(), rules) | asked_names(config, classes.models)
    models = {
        id: replace(model, name=named[id], group=Group.ERROR if id in errors else model.group) for id, model in classes.models.items()
    }
    return replace(whole, models=models, operations=operations, schemas={}, kept=tuple(kept))


def _included(classes: Classes, config: Config) -> Iterator[ModelId]:
    """What the spec wants as classes though no operation mentions it."""
    for id in roots(classes.reader.graph, config, narrowed=False):
        if classes.reader.raw(id).get("x-speakeasy-include") is True and isinstance(type_ := classes.named(id), Ref):
            yield type_.model


def _write_tags(classes: Classes) -> None:
    """Let a property by which a union chooses, and which has one possible value, be that value: it needs no enum."""
    for union in [model for model in classes.models.values() if isinstance(model, Union)]:
        for variant in union.variants if union.discriminator else ():
            record = classes.models.get(variant.model) if isinstance(variant, Ref) else None
            if isinstance(record, Record) and union.discriminator is not None:
                fields = tuple(_tag(classes, one) if one.wire_name == union.discriminator.property else one for one in record.fields)
                classes.models[record.id] = replace(record, fields=fields)


def _tag(classes: Classes, one: Field) -> Field:
    enum = classes.models.get(one.type.model) if isinstance(one.type, Ref) else None
    if not isinstance(enum, Enum) or len(enum.members) > 1 or classes.wishes[enum.id].fixed:
        return one
    classes.wishes[enum.id] = replace(classes.wishes[enum.id], kind="Literal")  # it has no page, and keeps others from its name
    return replace(one, type=Literal((enum.members[0].value,)))
