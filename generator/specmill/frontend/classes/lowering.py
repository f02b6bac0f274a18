"""The graph to the package of the classes that an SDK has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specmill.config import Config
from specmill.frontend.classes.calls import Calls
from specmill.frontend.classes.naming import Rules, settle
from specmill.frontend.classes.said import Reader
from specmill.frontend.classes.shapes import Classes
from specmill.frontend.graph import Graph
from specmill.frontend.groups import only_in_errors
from specmill.frontend.operations import Source, find
from specmill.frontend.selection import asked_names, is_chosen, roots
from specmill.ir import Enum, Field, Group, ListOf, Literal, MapOf, ModelId, Operation, Package, Record, Ref, Type, Union


def describe(graph: Graph, config: Config, rules: Rules, whole: Package) -> Package:
    """The package of the classes that the operations reach; ``whole`` is the same spec as everybody else sees it."""
    sources = [source for source in find(graph) if is_chosen(graph, config, source) and _is_public(graph, source)]
    reading = _Reading(Reader(graph), config, rules, whole, sources)
    return reading.package(_hidden(reading.package({})))


def _is_public(graph: Graph, source: Source) -> bool:
    return graph.node(source.pointer).get("x-speakeasy-ignore") is not True


class _Reading:
    """One spec, to be read twice: what a class does not have depends on who mentions it."""

    def __init__(self, reader: Reader, config: Config, rules: Rules, whole: Package, sources: list[Source]) -> None:
        self._reader = reader
        self._config = config
        self._rules = rules
        self._whole = whole
        self._sources = sources

    def package(self, hidden: Mapping[ModelId, str]) -> Package:
        """All classes; ``hidden`` says which properties are none."""
        classes = Classes(self._reader, self._rules, hidden)
        calls = Calls(classes, self._sources)
        operations = tuple(map(calls.operation, self._sources))
        kept = [id for source in (None, *self._sources) for id in calls.beside(source)]
        for id in roots(self._reader.graph, self._config, narrowed=False):
            if self._reader.raw(id).get("x-speakeasy-include") is True:
                type_ = classes.named(id)
                kept += [type_.model] if isinstance(type_, Ref) else []
        _write_tags(classes)
        errors = only_in_errors(operations)
        named = settle(classes.wishes.values(), self._rules) | asked_names(self._config, classes.models)
        models = {
            id: replace(model, name=named[id], group=Group.ERROR if id in errors else model.group) for id, model in classes.models.items()
        }
        return replace(self._whole, models=models, operations=operations, schemas={}, kept=tuple(kept))


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


# ---- what is only read, and what is only written --------------------------------------------------------------------------------


def _hidden(package: Package) -> dict[ModelId, str]:
    """Record → the keyword of the properties that it does not have: what is only read is not sent, what is only written not received."""
    sent = _reached(package, (type_ for one in package.operations for type_ in _asked(one)), "read_only")
    received = _reached(package, (body.type for one in package.operations for r in one.responses for body in r.bodies), "write_only")
    return dict.fromkeys(sent - received, "readOnly") | dict.fromkeys(received - sent, "writeOnly")


def _asked(operation: Operation) -> Iterator[Type]:
    if operation.request is not None:
        yield Ref(operation.request)
    yield from (body.type for body in operation.bodies)


def _reached(package: Package, start: Iterable[Type], hidden: str) -> set[ModelId]:
    """The models below some types, not by way of properties with the mark ``hidden``."""
    seen: set[ModelId] = set()
    todo = list(start)
    while todo:
        match todo.pop():
            case Ref(id) if id not in seen and id in package.models:
                seen.add(id)
                match package.models[id]:
                    case Record(fields=fields, additional=additional):
                        todo += [one.type for one in fields if not getattr(one, hidden)]
                        todo += [additional] if additional is not None else []
                    case Union(variants=variants):
                        todo += variants
                    case _:
                        pass
            case ListOf(inner) | MapOf(inner):
                todo.append(inner)
            case _:
                pass
    return seen
