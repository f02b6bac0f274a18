"""Mends the description of a spec after an edit within one schema or path: only what was seen to look there is understood again.

Every component and every operation is understood by itself, as if nothing else were known, over a graph that notes which entries of the document are
looked at. Put together, these parts must equal what was understood of the whole. Where they do not, where the spec is not simple (several files, ``$id``, a
selection of operations), or where an edit may have effects elsewhere, this way is closed, and the whole spec is understood.

A later process has no time for that. It knows what each part looked at while the whole was understood, and only asks those that look at an edited entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec.structs import replace

from specmill.config import Config, Selection
from specmill.diagnostics import Diagnostic, Report
from specmill.frontend import objects
from specmill.frontend.graph import Graph, child, is_place_of_its_own
from specmill.frontend.inline_names import InlineNames
from specmill.frontend.looks import Looks, entry_of
from specmill.frontend.lower import root_name, wanted
from specmill.frontend.octets import Octets
from specmill.frontend.operations import Source, find, lower_operation, of_path
from specmill.frontend.parts import Part as Kind
from specmill.frontend.selection import in_components, roots, tell_unused_names
from specmill.frontend.shapes import Shapes
from specmill.frontend.source import Document
from specmill.frontend.vocabulary import Vocabulary
from specmill.frontend.whole import Part, Whole, recalled
from specmill.ir import Group, Package, SchemaId, Words

Subject: TypeAlias = SchemaId | Source

MENDED: Final = (("components", "schemas"), ("paths",))  # where the edited entry must stand


class _Seen(Graph):
    """A graph that is asked for one part after the other."""

    def __init__(self, document: Document, config: Config) -> None:
        self.found = Report()  # findings about other documents that are referred to
        super().__init__(document, self.found, limits=config.limits)

    def begin(self, report: Report) -> None:
        """Forget what was looked at; and where references lead, since following them again is looking, too."""
        self.report, self.looks = report, Looks()
        self._resolved = {}


class Mended:
    """A description and its parts; it cannot be mended until ``steps`` has shown that the parts add up to it."""

    def __init__(self, document: Document, config: Config, package: Package) -> None:
        self._config = config
        self._graph = _Seen(document, config)
        self._sources, self._names = _operations(self._graph)
        self._numbers = {source: number for number, source in enumerate(self._sources)}
        self._refers = self._graph.looks.entries != {self._graph.root_id}  # whether paths or callbacks refer to others
        plain = Graph(document, Report(), limits=config.limits)
        self._octets = Octets(plain, Vocabulary(plain, Report(), config.formats), tuple(one.pointer for one in self._sources))
        self._roots = dict.fromkeys(roots(plain, config, narrowed=False))
        self._parts: dict[Subject, Part] = {}
        self._whole = Whole(package, self._roots, config.formats)
        self._frames: dict[SchemaId, object] = {}  # of what was edited last, and probably is again
        self._subjects: dict[SchemaId, Subject] = {}
        self._assumed: set[SchemaId] = set()  # entries of schemas without a type
        self._looks: Looks | None = None  # None: all parts are known
        self._is_open = False

    def steps(self) -> Iterator[None]:
        """Understand the parts one after the other, then see whether they add up to the description."""
        is_unselected = self._config.include == self._config.exclude == Selection()
        if not (self._graph.is_plain and self._octets.vocabulary.is_openapi and is_unselected):
            return
        for subject in self._all():
            self._parts[subject] = self._understood(self._graph, subject)
            yield
        found, known = self._whole.together(self._graph, self._parts.values()), self._whole.package
        if found is None:
            return
        is_all = found.package == known and [*found.package.models] == [*known.models] and [*found.package.schemas] == [*known.schemas]
        self._whole, self._is_open = replace(found, package=known), is_all
        self._assume(finding for part in self._parts.values() for finding in part.findings)

    def _all(self) -> list[Subject]:
        return [*self._roots, *self._sources, *in_components(self._graph)]

    def recall(self, looks: Looks, findings: Iterable[Diagnostic]) -> None:
        """Instead of that, take over what was looked at to understand the whole: a part is understood by itself once an edit concerns it."""
        self._subjects = {one if isinstance(one, str) else one.pointer: one for one in self._all()}
        self._is_open = looks.parts.keys() == self._subjects.keys() and len(self._numbers) == len(self._whole.package.operations)
        self._whole, self._looks = recalled(self._whole.package, self._roots, self._config.formats), looks
        self._assume(findings)

    def _assume(self, findings: Iterable[Diagnostic]) -> None:
        self._assumed = {entry_of(one.pointer or "") for one in findings if one.code == "type-assumed"}

    def again(self, document: Document, path: tuple[str, ...] | None) -> Package | None:
        """The description after an edit at a path (None: nothing has changed); None where the whole spec has to be understood."""
        if not self._is_open or (path is not None and path[:-1] not in MENDED):
            return None
        if path is None:
            return self._whole.package
        graph, entry = _Seen(document, self._config), child(self._graph.root_id, *path)
        frame = self._frame(graph, entry)
        if not graph.is_plain or frame != (self._frames.get(entry) or self._frame(self._graph, entry)):
            return None
        if not self._recall(entry):
            return None
        changed = {subject: self._understood(graph, subject).after(old) for subject, old in self._parts.items() if entry in old.entries}
        if not self._fit(changed):
            return None
        parts = self._parts | changed
        pairs = [(self._parts[subject], part) for subject, part in changed.items()]
        operations = {self._numbers[one]: part.operation for one, part in changed.items() if isinstance(one, Source)}
        known = parts.values() if self._looks is None else None
        whole = self._whole.patched(graph, known, entry, pairs, operations)
        if whole is None and known is not None:
            whole = self._whole.together(graph, known, entry)
        if (
            whole is None
            or (whole.findings, whole.said) != (self._whole.findings, self._whole.said)
            or graph.found.asked
            or len(graph.documents) > 1
        ):
            return None
        if self._unused(graph, whole) != self._unused(self._graph, self._whole):
            return None
        before = self._whole.package
        self._graph, self._parts, self._whole, self._frames = graph, parts, whole, {entry: frame}
        return whole.package.after(before)

    def _recall(self, entry: SchemaId) -> bool:
        """Understand the parts that look at an entry as they were, if that was not done; False where they do not add up to the whole."""
        looking = self._looks.parts_at(entry) if self._looks is not None else ()
        return all(self._is_known(self._subjects[id]) for id in looking)

    def _is_known(self, subject: Subject) -> bool:
        """Whether a part, understood by itself, is what became of it in the whole."""
        if subject in self._parts:
            return True
        part, package, models = self._understood(self._graph, subject), self._whole.package, self._whole.models
        for id in part.models.keys() & package.models.keys():
            models.setdefault(id, replace(package.models[id], name=(), group=Group.COMPONENT))
        operation = package.operations[self._numbers[subject]] if isinstance(subject, Source) else None
        known = self._parts[subject] = part.after(replace(part, models=models, operation=operation))
        return known.operation is operation and all(one is models.get(id) for id, one in known.models.items())

    # ---- what must be as it was -------------------------------------------------------------------------------------------------

    def _frame(self, graph: _Seen, entry: SchemaId) -> object:
        """What an entry says of operations, unknown keys and octets: as long as that stays, so does all that does not look there."""
        paths = child(graph.root_id, "paths")
        if not entry.startswith(f"{paths}/"):
            return self._octets_of(graph, entry, ())
        graph.begin(Report())
        found = _operations(graph, entry)
        if self._refers or not graph.looks.entries <= {entry, paths, graph.root_id}:
            found = _operations(graph)
        inside = tuple(one.pointer for one in found[0] if one.pointer.startswith(f"{entry}/"))
        return found, _unknown(graph, entry), self._octets_of(graph, entry, inside)

    def _octets_of(self, graph: _Seen, entry: SchemaId, operations: tuple[SchemaId, ...]) -> object:
        report = Report()
        graph.begin(report)
        return Octets(graph, Vocabulary(graph, report, self._config.formats), operations).leads(entry), report.asked

    def _fit(self, changed: Mapping[Subject, Part]) -> bool:
        """Whether parts affect others by nothing but what they declare."""
        for subject, new in changed.items():
            home, old = entry_of(subject if isinstance(subject, str) else subject.pointer), self._parts[subject]
            met = new.met.keys() - old.met.keys() - self._roots.keys()
            inside = all(entry_of(id) == home and not is_place_of_its_own(id) for id in met)
            if not (inside and new.findings == old.findings and new.entries.isdisjoint(self._assumed - {home})):
                return False
        return True

    def _unused(self, graph: Graph, whole: Whole) -> list[Diagnostic]:
        """Names of the configuration that nothing has."""
        report = Report()
        tell_unused_names(graph, self._config, whole.models, report)
        return report.asked

    # ---- parts ----------------------------------------------------------------------------------------------------

    def _understood(self, graph: _Seen, subject: Subject) -> Part:
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
        return Part(
            frozenset(graph.looks.entries), shapes.met, shapes.models, names, shapes.checked, vocabulary.made, report.asked, operation
        )


def _operations(graph: Graph, path: SchemaId | None = None) -> tuple[list[Source], dict[SchemaId, Words]]:
    """The operations of one path or of all, and their names."""
    names: dict[SchemaId, Words] = {}
    return find(graph, names.__setitem__) if path is None else of_path(graph, path, names.__setitem__), names


def _unknown(graph: Graph, path: SchemaId) -> list[Diagnostic]:
    report = Report()
    objects.tell_unknown(graph, report, path, Kind.PATH_ITEM)
    return report.asked
