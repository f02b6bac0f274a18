"""Mends the description of a spec after an edit within one schema or path: only what was seen to look there is understood again.

Every component and every operation is understood by itself, as if nothing else were known, over a graph that notes which entries of the document are
looked at. Put together, these parts must equal what was understood of the whole. Where they do not, where the spec is not simple (several files, ``$id``, a
selection of operations), or where an edit may have effects elsewhere, this way is closed, and the whole spec is understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from specmill.config import Config, Selection
from specmill.diagnostics import Diagnostic, Report
from specmill.frontend import circles, objects
from specmill.frontend.assertions import closure
from specmill.frontend.defaults import settle
from specmill.frontend.graph import Graph, child, is_place_of_its_own
from specmill.frontend.groups import only_in_errors
from specmill.frontend.inline_names import InlineNames, resolve
from specmill.frontend.lower import finished, root_name, wanted
from specmill.frontend.octets import Octets
from specmill.frontend.operations import Source, find, lower_operation
from specmill.frontend.parts import Part as Kind
from specmill.frontend.selection import in_components, roots
from specmill.frontend.shapes import Shapes
from specmill.frontend.source import Document
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Model, ModelId, Operation, Package, Schema, SchemaId, Words

Subject: TypeAlias = SchemaId | Source

_MENDED: Final = (("components", "schemas"), ("paths",))  # where the edited entry must stand


class _Seen(Graph):
    """A graph that notes which entries are looked at: components, paths, and whatever else stands at the top."""

    def __init__(self, document: Document, config: Config) -> None:
        self.found = Report()  # findings about other documents that are referred to
        super().__init__(document, self.found, limits=config.limits)
        self.entries: set[SchemaId] = set()

    def begin(self, report: Report) -> None:
        """Forget what was looked at; and where references lead, since following them again is looking, too."""
        self.report, self.entries = report, set()
        self._resolved = {}

    def node(self, id: SchemaId) -> object:
        """As in any graph."""
        self.entries.add(_entry(id))
        return super().node(id)


class _Part(Struct, frozen=True):
    """What became of one component or operation."""

    entries: set[SchemaId]  # those it looked at
    met: dict[SchemaId, None]
    models: dict[ModelId, Model]
    names: dict[ModelId, tuple[Words, ...]]  # that each of the models may have
    checked: dict[SchemaId, None]
    made: dict[SchemaId, Schema]  # that nobody wrote as they are
    findings: list[Diagnostic]
    operation: Operation | None


class _Whole(Struct, frozen=True):
    """What the parts add up to."""

    package: Package
    models: dict[ModelId, Model] = {}  # without their names
    names: dict[ModelId, tuple[Words, ...]] = {}
    met: dict[SchemaId, None] = {}
    checked: dict[SchemaId, None] = {}
    findings: list[Diagnostic] = []  # of all models together
    said: list[Diagnostic] = []  # of everything that is asserted


class Mended:
    """A description and its parts; it cannot be mended until ``steps`` has shown that the parts add up to it."""

    def __init__(self, document: Document, config: Config, package: Package) -> None:
        self._config = config
        self._graph = _Seen(document, config)
        self._sources, self._names = _operations(self._graph)
        plain = Graph(document, Report(), limits=config.limits)
        self._octets = Octets(plain, Vocabulary(plain, Report(), config.formats), tuple(one.pointer for one in self._sources))
        self._roots = dict.fromkeys(roots(plain, config, narrowed=False))
        self._parts: dict[Subject, _Part] = {}
        self._whole = _Whole(package)
        self._is_open = False

    def steps(self) -> Iterator[None]:
        """Understand the parts one after the other, then see whether they add up to the description."""
        is_unselected = self._config.include == self._config.exclude == Selection()
        if not (self._graph.is_plain and self._octets.vocabulary.is_openapi and is_unselected):
            return
        subjects: list[Subject] = [*self._roots, *self._sources, *in_components(self._graph)]
        for subject in subjects:
            self._parts[subject] = self._understood(self._graph, subject)
            yield
        found, known = self._together(self._graph, self._parts), self._whole.package
        is_all = found.package == known and [*found.package.models] == [*known.models] and [*found.package.schemas] == [*known.schemas]
        self._whole, self._is_open = replace(found, package=known), is_all

    def again(self, document: Document, path: tuple[str, ...] | None) -> Package | None:
        """The description after an edit at a path (None: nothing has changed); None where the whole spec has to be understood."""
        if not self._is_open or (path is not None and path[:-1] not in _MENDED):
            return None
        if path is None:
            return self._whole.package
        graph, entry = _Seen(document, self._config), child(self._graph.root_id, *path)
        if not graph.is_plain or not self._is_framed_alike(graph, entry):
            return None
        parts = dict(self._parts)
        for subject, old in self._parts.items():
            if entry in old.entries:
                parts[subject] = self._understood(graph, subject)
                if not self._fits(subject, parts[subject], old):
                    return None
        whole = self._together(graph, parts, entry)
        if (whole.findings, whole.said) != (self._whole.findings, self._whole.said) or graph.found.asked or len(graph.documents) > 1:
            return None
        before = self._whole.package
        self._graph, self._parts, self._whole = graph, parts, whole
        return whole.package.after(before)

    # ---- what must be as it was -------------------------------------------------------------------------------------------------

    def _is_framed_alike(self, graph: _Seen, entry: SchemaId) -> bool:
        """Whether an edit changes nothing for parts that do not look there: no operation, no unknown key, no way to octets."""
        if not entry.startswith(f"{graph.root_id}/paths/"):
            return self._octets_of(graph, entry, ()) == self._octets_of(self._graph, entry, ())
        inside = tuple(one.pointer for one in self._sources if one.pointer.startswith(f"{entry}/"))
        return (
            _operations(graph) == (self._sources, self._names)
            and _unknown(graph, entry) == _unknown(self._graph, entry)
            and self._octets_of(graph, entry, inside) == self._octets_of(self._graph, entry, inside)
        )

    def _octets_of(self, graph: Graph, entry: SchemaId, operations: tuple[SchemaId, ...]) -> object:
        report = Report()
        return Octets(graph, Vocabulary(graph, report, self._config.formats), operations).leads(entry), report.asked

    def _fits(self, subject: Subject, new: _Part, old: _Part) -> bool:
        """Whether a part affects others by nothing but what it declares."""
        home = _entry(subject if isinstance(subject, str) else subject.pointer)
        inside = all(id in self._roots or (_entry(id) == home and not is_place_of_its_own(id)) for id in new.met.keys() - old.met.keys())
        assumed = {_entry(one.pointer or "") for part in self._parts.values() for one in part.findings if one.code == "type-assumed"}
        return inside and new.findings == old.findings and new.entries.isdisjoint(assumed - {home})

    # ---- parts and the whole ----------------------------------------------------------------------------------------------------

    def _understood(self, graph: _Seen, subject: Subject) -> _Part:
        report = Report(self._config.strict, self._config.silence)
        graph.begin(report)
        namer = InlineNames(graph, self._config.inline_names, root_name(graph, self._config), self._names)
        vocabulary = Vocabulary(graph, report, self._config.formats)
        shapes = Shapes(graph, vocabulary, namer, self._octets, report)
        operation = None
        if isinstance(subject, Source):
            operation = lower_operation(shapes, subject)
        elif subject in self._roots:
            shapes.alone(subject)
        else:
            shapes.mention(subject)
        names = wanted(shapes.models, namer, self._config)
        return _Part(graph.entries, shapes.met, shapes.models, names, shapes.checked, vocabulary.made, report.asked, operation)

    def _together(self, graph: Graph, parts: Mapping[Subject, _Part], entry: SchemaId | None = None) -> _Whole:
        """The parts put together, after an edit of an entry or for the first time."""
        models, names, met, checked = dict[ModelId, Model](), dict[ModelId, tuple[Words, ...]](), dict(self._roots), dict[SchemaId, None]()
        for part in parts.values():
            for id, model in part.models.items():
                models.setdefault(id, model)
            names |= part.names
            met |= part.met
            checked |= part.checked
        report, told = Report(), Report()
        if not circles.tell(models, report):
            settle(models, report)
        operations = tuple(part.operation for part in parts.values() if part.operation is not None)
        schemas, said = self._whole.package.schemas, self._whole.said
        if entry is None or entry in map(_entry, schemas) or [*checked] != [*self._whole.checked]:
            vocabulary = Vocabulary(graph, told, self._config.formats)
            for part in parts.values():
                vocabulary.take(part.made)
            schemas, said = closure(graph, vocabulary, checked), told.asked
        final = self._finished(models, names, met, operations)
        package = replace(self._whole.package, models=final, operations=operations, schemas=schemas)
        return _Whole(package, models, names, met, checked, report.asked, said)

    def _finished(
        self,
        models: dict[ModelId, Model],
        names: dict[ModelId, tuple[Words, ...]],
        met: dict[SchemaId, None],
        operations: tuple[Operation, ...],
    ) -> dict[ModelId, Model]:
        """The models with their names and groups, in order; one that has not changed stays the same object."""
        known, old, errors = self._whole, self._whole.package.models, only_in_errors(operations)
        is_alike = (
            bool(known.names) and names == known.names and [*met] == [*known.met] and errors == only_in_errors(known.package.operations)
        )
        final = old if is_alike else finished(models, resolve(names), errors, met)
        return {
            id: (
                was
                if (was := old.get(id)) is not None
                and models[id] is known.models.get(id)
                and (was.name, was.group) == (one.name, one.group)
                else replace(models[id], name=one.name, group=one.group)
            )
            for id, one in final.items()
        }


def _entry(id: SchemaId) -> SchemaId:
    """The component or path (or whatever else stands at the top) that contains a place."""
    steps = id.split("/", 4)
    return "/".join(steps[: 4 if steps[1:2] == ["components"] else 3])


def _operations(graph: Graph) -> tuple[list[Source], dict[SchemaId, Words]]:
    names: dict[SchemaId, Words] = {}
    return find(graph, names.__setitem__), names


def _unknown(graph: Graph, path: SchemaId) -> list[Diagnostic]:
    report = Report()
    objects.tell_unknown(graph, report, path, Kind.PATH_ITEM)
    return report.asked
