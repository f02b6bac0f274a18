"""The first page: every operation and every class, what is going away, how much is documented, and a diagram; more pages like it where there is much."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Final

from msgspec import Struct

from specmill import ir, names
from specmill.diagnostics import counted
from specmill.targets import Page
from specmill.targets.batches import Batch, Reads
from specmill.targets.markdown.diagrams import LARGEST, Drawer
from specmill.targets.markdown.escape import code_span, outside_table, plain_text, safe_block, safe_cell
from specmill.targets.markdown.places import Places, direct
from specmill.targets.markdown.usage import Usage, exchanged, roles, spoken
from specmill.targets.markdown.view import Diagram, IndexPage, ListPage, Section

PATH: Final = "index.md"
_FOLDER: Final = "index"  # of the further pages
_LONGEST: Final = 100  # lines of a list; a longer one gets pages of its own
_LONGEST_PAGE: Final = 500  # lines of such a page
_TITLES: Final = {
    ir.Group.COMPONENT: "Models",
    ir.Group.OPERATION: "Models of operations",
    ir.Group.ERROR: "Errors",
}


def _anchor(operation: ir.Operation) -> str:
    return "operation-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in operation.id.lower())


class Index(Struct, frozen=True, dict=True):
    """The lists of one package; only classes that have a page are listed."""

    package: ir.Package
    usage: Usage
    places: Places
    seen: Places  # the same, as pages may see them
    mention: Callable[[ir.Type, str], str]  # a type, linked from the page at a path
    reads: Reads

    # -- where things stand

    @cached_property
    def _groups(self) -> dict[str, list[ir.Operation]]:
        """The operations by their first tag; those without one by the first step of their path in which paths differ."""
        groups: defaultdict[str, list[ir.Operation]] = defaultdict(list)
        for operation in sorted(self.package.operations, key=lambda one: (one.id.lower(), one.id)):
            steps = operation.path.strip("/").split("/")
            step = "webhooks" if operation.webhook else steps[min(self._shared_steps, len(steps) - 1)]
            groups[operation.tags[0] if operation.tags else step or "/"].append(operation)
        return dict(sorted(groups.items(), key=lambda item: (item[0].lower(), item[0])))

    @cached_property
    def _shared_steps(self) -> int:
        """How many steps all paths of operations without a tag begin with."""
        paths = {f"/{one.path.strip('/')}" for one in self.package.operations if not one.tags and not one.webhook}
        return sum(bool(step) for step in posixpath.commonpath(paths).split("/")) if len(paths) > 1 else 0

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Group of operations → the page that lists it."""
        if len(self.package.operations) <= _LONGEST:
            return dict.fromkeys(self._groups, PATH)
        stems = names.assign({group: (_stem(group), group) for group in self._groups}, fold=str.lower)
        return {group: f"{_FOLDER}/operations-{stem}.md" for group, stem in stems.items()}

    @cached_property
    def _anchors(self) -> dict[int, str]:
        """Operation, by its identity → the anchor of its line: one path item may serve several paths, and a callback several operations."""
        before = Counter[str]()
        wanted: dict[int, tuple[str, str]] = {}
        for one in self.package.operations:
            said = f"{one.id} {one.method} {one.path}"
            wanted[id(one)] = _anchor(one), said + before[said] * "'"
            before[said] += 1
        return names.assign(wanted)

    @cached_property
    def links(self) -> dict[str, tuple[str, str, str]]:
        """Operation → its name as text, the page that lists it, and its anchor there."""
        return {
            one.id: (plain_text(one.id), self._paths[group], f"#{self._anchors[id(one)]}")
            for group, operations in self._groups.items()
            for one in operations
        }

    def _link(self, model: ir.ModelId, at: str) -> str:
        return f"[{code_span(self.seen.name[model])}]({self.seen.nearest(model, at)})"

    # -- the pages

    def pages(self) -> Iterator[Page | Batch]:
        """The index, and what became too long for it."""
        operations, found = self._operations()
        more: list[Page | Batch] = [*found]
        sections: list[Section] = []
        for group, title in _TITLES.items():
            section, pages = self._models(group, title)
            sections += section
            more += pages
        gone = tuple(self._deprecated(PATH))
        if len(gone) > _LONGEST:
            path = f"{_FOLDER}/deprecated.md"
            more.append(self._list_page(path, "Deprecated", tuple(self._deprecated(path))))
            gone = (f"- [{len(gone)} operations, classes, fields and values]({path})",)
        diagrams, reason = self._diagrams()
        view = IndexPage(
            title=self._title,
            description=safe_block(self.package.description or "").strip(),
            coverage=self._coverage(),
            operations=operations,
            sections=tuple(sections),
            deprecated=gone,
            diagrams=diagrams,
            no_diagram=reason,
        )
        yield Page(PATH, "markdown/index.md.jinja", view)
        yield from more

    @property
    def _title(self) -> str:
        return plain_text(f"{self.package.title} {self.package.version}")

    def _list_page(self, path: str, title: str, lines: tuple[str, ...], diagrams: tuple[Diagram, ...] = ()) -> Page:
        return Page(path, "markdown/list.md.jinja", ListPage(title, f"[{self._title}](../{PATH})", lines, diagrams))

    def _operations(self) -> tuple[tuple[str, ...], list[Batch]]:
        """The lines of the operations; where they are many, a line and a page for each group."""
        if len(self.package.operations) <= _LONGEST:
            listed = sorted(self.package.operations, key=lambda one: (one.id.lower(), one.id))
            return tuple(self._operation(one, PATH) for one in listed), []
        lines, pages = [], []
        for group, operations in self._groups.items():
            path, title = self._paths[group], plain_text(group)
            lines.append(f"- [{title}]({path}) ({counted(len(operations), 'operation')})")
            told = [group, operations, [self._anchors[id(one)] for one in operations], self._drawer.print]
            pages.append(Batch(path, partial(self._operations_page, path, title, operations), self.reads, told=told))
        return tuple(lines), pages

    def _operations_page(self, path: str, title: str, operations: Sequence[ir.Operation]) -> list[Page]:
        shown = tuple(self._operation(one, path) for one in operations)
        return [self._list_page(path, f"Operations: {title}", shown, self._group_diagram("", operations))]

    def _operation(self, operation: ir.Operation, at: str) -> str:
        title = plain_text(operation.id)
        marked = f"~~{title}~~" if operation.docs.deprecated else title
        where = "webhook" if operation.webhook else code_span(f"{operation.method.upper()} {operation.path}")
        by_role: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for role, type_ in exchanged(operation):
            by_role[role][self.mention(type_, at)] = None
        alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for role, shown in by_role.items():
            alike[tuple(shown)].append(role)
        types = "".join(f"; {spoken(found)} {', '.join(shown)}" for shown, found in alike.items())
        return outside_table(f'- <a id="{self._anchors[id(operation)]}"></a>**{marked}** {where}{_said(operation)}{types}')

    def _models(self, group: ir.Group, title: str) -> tuple[list[Section], list[Batch]]:
        """The classes of a group, alphabetical; where they are many, a line and a page for each beginning."""
        names = self.places.name
        found = [(names[m.id], m) for m in self.package.models.values() if m.group is group and m.id in self.places.path]
        shown = sorted(found, key=lambda one: (one[0].lower(), one[0]))
        if len(shown) <= _LONGEST:
            return ([Section(title, tuple(self._model(one, PATH) for _, one in shown))] if shown else []), []
        lines, pages = [], []
        for start, models in _by_start(shown, 1):
            stem = f"{_stem(title)}-{start.lower() if start.isascii() else start.lower().encode().hex()}"
            path = f"{_FOLDER}/{stem}.md"
            label = plain_text(start if len(start) == 1 else f"{start}…")
            lines.append(f"- [{label}]({path}) ({counted(len(models), 'class', 'classes')})")
            make = partial(self._models_page, path, f"{title}: {label}", models)
            pages.append(Batch(path, make, self.reads, tuple(one.id for one in models), label))
        return [Section(title, tuple(lines))], pages

    def _models_page(self, path: str, title: str, models: Sequence[ir.Model]) -> list[Page]:
        return [self._list_page(path, title, tuple(self._model(one, path) for one in models))]

    def _model(self, model: ir.Model, at: str) -> str:
        link = self._link(model.id, at)
        return f"- {f'~~{link}~~' if model.docs.deprecated else link} {_kind(model)}"

    def _deprecated(self, at: str) -> Iterator[str]:
        """What is going away: operations, classes, fields and values."""
        for operation in self.package.operations:
            if operation.docs.deprecated:
                yield f"- {operation_link(self.links[operation.id], at)}"
        for model in self.package.models.values():
            if model.docs.deprecated and model.id in self.places.path:
                yield f"- {self._link(model.id, at)}"
            for name in _going(model) if model.id in self.places.path else ():
                yield f"- {self._link(model.id, at)}: {code_span(name)}"

    def _coverage(self) -> str:
        """How many fields the spec describes."""
        fields = [one for m in self.package.models.values() if isinstance(m, ir.Record) and m.id in self.places.path for one in m.fields]
        silent = [one.type for one in fields if not one.docs.description]
        missing = len([type_ for type_ in silent if isinstance(type_, ir.Scalar) or not self._is_told_by_class(type_)])
        told = len(fields) - missing
        return f"{told} of {counted(len(fields), 'field')} {'is' if 1 in (told, len(fields)) else 'are'} documented." if fields else ""

    def _is_told_by_class(self, type_: ir.Type) -> bool:
        id_ = direct(type_)
        model = self.package.models.get(id_) if id_ is not None else None
        return model is not None and bool(model.docs.description)

    # -- diagrams

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self.package, self.usage, self.places)

    def _diagrams(self) -> tuple[tuple[Diagram, ...], str]:
        """The diagrams of the index, or why there is none: one of everything, or one for each group of operations."""
        size = len(self._drawer.all)
        if size <= LARGEST:
            return self._drawer.whole(), ""
        many = f"There are {size} classes: too many for one diagram (at most {LARGEST} are drawn)."
        if len(self.package.operations) > _LONGEST:
            return (), f"{many} Each page of operations has one of its own."
        if self.package.operations:
            found = tuple(one for group, operations in self._groups.items() for one in self._group_diagram(plain_text(group), operations))
        else:
            found = tuple(one for model in self._roots() for one in self._drawer.near(plain_text(self.places.name[model]), [model]))
        return (found, "") if 0 < len(found) <= _LONGEST else ((), many)

    def _group_diagram(self, title: str, operations: Sequence[ir.Operation]) -> tuple[Diagram, ...]:
        starts = [model for operation in operations for _, model in roles(operation)]
        return self._drawer.near(title, starts)

    def _roots(self) -> list[ir.ModelId]:
        """The classes that no other mentions."""
        return [model for model in self._drawer.all if all(use.roles or use.user == model for use in self.usage.used_by.get(model, ()))]


def _by_start(named: Sequence[tuple[str, ir.Model]], length: int) -> Iterator[tuple[str, list[ir.Model]]]:
    """The classes by the first letters of their names: by one, and by as many more as it takes where that is too many for a page."""
    first, last = named[0][0], named[-1][0]
    while len(named) > _LONGEST_PAGE and length <= len(first) and first[:length].lower() == last[:length].lower():
        length += 1  # all begin alike, for they are in order
    starts: defaultdict[str, list[tuple[str, ir.Model]]] = defaultdict(list)
    for one in named:
        starts[one[0][:length].lower()].append(one)
    for found in starts.values():
        start = found[0][0][:length]
        if len(found) > _LONGEST_PAGE and length <= len(start):
            yield from _by_start(found, length + 1)
        else:
            yield (start.upper() if length == 1 else start), [model for _, model in found]


def operation_link(link: tuple[str, str, str], at: str) -> str:
    """The link to an operation from the page at a path; its name alone stands there."""
    name, page, anchor = link
    return f"[{name}]({anchor})" if page == at else f"[{name}]({'../' * at.count('/')}{page}{anchor})"


def _stem(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "other"


def _said(operation: ir.Operation) -> str:
    """What an operation does: its summary, or else the first line of its description."""
    if operation.summary:
        return f": {plain_text(operation.summary).removesuffix('.')}"
    first, _, _ = (operation.docs.description or "").strip().partition("\n")
    return f": {safe_cell(first).removesuffix('.')}" if first else ""


def _going(model: ir.Model) -> list[str]:
    match model:
        case ir.Record(fields=fields):
            return [one.wire_name for one in fields if one.docs.deprecated]
        case ir.Enum(members=members):
            return [str(member.value) for member in members if member.deprecated]
        case _:
            return []


def _kind(model: ir.Model) -> str:
    match model:
        case ir.Record():
            return f"({counted(len(model.fields), 'field')})"
        case ir.Enum():
            return f"({counted(len(model.members), 'value')})"
        case ir.Union():
            return f"(one of {len(model.variants)} types)"
        case ir.Alias():
            return "(alias)"
