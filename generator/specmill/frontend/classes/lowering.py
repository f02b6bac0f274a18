"""The graph to the package of the classes that an SDK has."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from specmill.config import Config
from specmill.frontend.classes import tags
from specmill.frontend.classes.calls import Calls
from specmill.frontend.classes.directions import hidden
from specmill.frontend.classes.naming import Rules, settle
from specmill.frontend.classes.said import Reader
from specmill.frontend.classes.shapes import Classes
from specmill.frontend.graph import Graph
from specmill.frontend.groups import only_in_errors
from specmill.frontend.operations import find
from specmill.frontend.selection import asked_names, is_chosen, roots
from specmill.ir import Group, ModelId, Package, Ref


def describe(graph: Graph, config: Config, rules: Rules, whole: Package) -> Package:
    """The package of the classes that the operations reach; ``whole`` is the same spec as everybody else sees it."""
    reader = Reader(graph)
    chosen = [source for source in find(graph) if is_chosen(graph, config, source)]
    sources = [source for source in chosen if graph.node(source.pointer).get("x-speakeasy-ignore") is not True]
    classes = Classes(reader, rules, {})
    calls = Calls(classes, sources)
    operations = tuple(map(calls.operation, sources))
    if left_out := hidden(classes.models, operations):  # what a class does not have depends on who mentions it: the spec is read again
        classes = Classes(reader, rules, left_out)
        calls = Calls(classes, sources)
        operations = tuple(map(calls.operation, sources))
    kept = [id for source in (None, *sources) for id in calls.beside(source)] + list(_included(classes, config))
    if rules.constant_tags:
        tags.write(classes, operations)
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
