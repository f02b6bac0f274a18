"""What the parts of a spec add up to, each of them understood by itself; and what that becomes when some of them change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from specmill.diagnostics import Diagnostic, Report
from specmill.frontend import circles, endless
from specmill.frontend.assertions import closure
from specmill.frontend.defaults import settle
from specmill.frontend.graph import Graph
from specmill.frontend.groups import bodies, only_in_errors
from specmill.frontend.inline_names import resolve
from specmill.frontend.looks import entry_of
from specmill.frontend.lower import finished
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Model, ModelId, Operation, Package, Schema, SchemaId, Words

T = TypeVar("T")


class Part(Struct, frozen=True):
    """What became of one component or operation."""

    entries: frozenset[SchemaId]  # those it looked at
    met: dict[SchemaId, None]
    models: dict[ModelId, Model]
    names: dict[ModelId, tuple[Words, ...]]  # that each of the models may have
    checked: dict[SchemaId, None]
    made: dict[SchemaId, Schema]  # that nobody wrote as they are
    findings: list[Diagnostic]
    operation: Operation | None

    def after(self, old: Part) -> Part:
        """The part, with the old models and operation in place of those that are as they were."""
        models = {id: _kept(old.models.get(id, model), model) for id, model in self.models.items()}
        return replace(self, models=models, operation=_kept(old.operation, self.operation))

    def is_placed_like(self, old: Part) -> bool:
        """Whether it has the models of another one, by the same names and in the same order, and carries the same in its bodies."""
        mine, others = ([id for id in one.met if id in self.met and id in old.met] for one in (self, old))
        carried = [one.operation and bodies(one.operation) for one in (self, old)]
        return [*self.models] == [*old.models] and self.names == old.names and mine == others and carried[0] == carried[1]


class Whole(Struct, frozen=True):
    """What the parts add up to."""

    package: Package
    roots: Mapping[SchemaId, None]  # the schemas that have a place of their own
    formats: str  # which of them are asserted
    models: dict[ModelId, Model] = {}  # without their names; of what is recalled, those that were asked for
    checked: dict[SchemaId, None] = {}
    findings: list[Diagnostic] = []  # of all models together
    said: list[Diagnostic] = []  # of everything that is asserted
    asserted: frozenset[SchemaId] = frozenset()  # the entries where that stands
    deciding: frozenset[ModelId] = frozenset()  # models that were asked whether a default is valid, or had one that is not

    def together(self, graph: Graph, parts: Collection[Part], entry: SchemaId | None = None) -> Whole | None:
        """The parts put together, after an edit of an entry or for the first time; a model that has not changed stays the same object.

        None where it is not certain what is asserted.
        """
        models, names, met = dict[ModelId, Model](), dict[ModelId, tuple[Words, ...]](), dict(self.roots)
        for part in parts:
            for id, model in part.models.items():
                models.setdefault(id, model)
            names |= part.names
            met |= part.met
        report, looked = Report(), _Looked(models)
        if not circles.tell(models, report):
            settle(models, looked, report)
            endless.cut(models, report)
        deciding = looked.up.union(id for id, model in looked.items() if models[id] is not model)
        operations = tuple(part.operation for part in parts if part.operation is not None)
        final = finished(models, resolve(names), only_in_errors(operations), met)
        for id, one in final.items():
            was = self.package.models.get(id)
            if was is not None and models[id] is self.models.get(id) and (was.name, was.group) == (one.name, one.group):
                final[id] = was
        known = self._asserting(graph, parts, entry)
        if known is None:
            return None
        package = replace(known.package, models=final, operations=operations)
        return replace(known, package=package, models=models, findings=report.asked, deciding=frozenset(deciding))

    def patched(
        self,
        graph: Graph,
        parts: Collection[Part] | None,
        entry: SchemaId,
        changed: Collection[tuple[Part, Part]],
        operations: Mapping[int, Operation | None],
    ) -> Whole | None:
        """The whole with what changed of some parts in the place of what it was; None where that affects other models or their names.

        ``operations``: those that changed, by their number. Where not all ``parts`` are known, nothing that is asserted may change.
        """
        models = dict[ModelId, Model]()
        for old, new in changed:
            others = {id: model for id, model in new.models.items() if model is not old.models.get(id)}
            if not (new.is_placed_like(old) and self.deciding.isdisjoint(others)):
                return None
            models |= {id: model for id, model in others.items() if self.models[id] is old.models[id]}
        report, looked = Report(), _Looked(self.package.models | self.models | models)
        settle(models, looked, report)
        if report.asked or any(circles.names(model) != circles.names(self.models[id]) for id, model in models.items()):
            return None
        if any(any(endless.making(model)) for model in models.values()):
            return None
        known: Whole | None = self
        if entry in self.asserted or any([*new.checked] != [*old.checked] for old, new in changed):
            known = None if parts is None else self._asserting(graph, parts, entry)
        if known is None:
            return None
        before = self.package.models
        final = {id: replace(model, name=before[id].name, group=before[id].group) for id, model in models.items()}
        described = tuple(operations.get(number) or one for number, one in enumerate(self.package.operations))
        package = replace(known.package, models=before | final, operations=described)
        return replace(known, package=package, models=self.models | models, deciding=self.deciding | looked.up)

    def _asserting(self, graph: Graph, parts: Collection[Part], entry: SchemaId | None) -> Whole | None:
        """The whole with the schemas that are asserted after an edit of an entry; None where they are made of others than those of the parts."""
        checked = dict[SchemaId, None]()
        for part in parts:
            checked |= part.checked
        if entry is not None and entry not in self.asserted and [*checked] == [*self.checked]:
            return self
        report = Report()
        vocabulary = Vocabulary(graph, report, self.formats)
        for part in parts:
            vocabulary.take(part.made)
        made = {*vocabulary.made}
        schemas = closure(graph, vocabulary, checked)
        if not vocabulary.made.keys() <= made:
            return None
        package, asserted = replace(self.package, schemas=schemas), frozenset(map(entry_of, schemas))
        return replace(self, package=package, checked=checked, said=report.asked, asserted=asserted)


def recalled(package: Package, roots: Mapping[SchemaId, None], formats: str) -> Whole:
    """What parts added up to that are not known any more; no default was invalid."""
    looked = _Looked(package.models)
    settle(dict(package.models), looked, Report())
    return Whole(package, roots, formats, asserted=frozenset(map(entry_of, package.schemas)), deciding=frozenset(looked.up))


class _Looked(dict[ModelId, Model]):
    """Models, and which of them are looked up."""

    def __init__(self, models: Mapping[ModelId, Model]) -> None:
        super().__init__(models)
        self.up: set[ModelId] = set()

    def __getitem__(self, id: ModelId) -> Model:
        self.up.add(id)
        return super().__getitem__(id)


def _kept(old: T, new: T) -> T:
    """What was there before, where it is the same: other than by ``==``, for which 1 is ``True``, and {"a": 1, "b": 2} is {"b": 2, "a": 1}."""
    return old if old == new and repr(old) == repr(new) else new
