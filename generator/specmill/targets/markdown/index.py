"""The first page: every operation and every class, what is going away, how much is documented, and a diagram; more pages like it where there is much."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Final

from msgspec import Struct

from specmill import ir, names
from specmill.diagnostics import counted
from specmill.targets import Page
from specmill.targets.batches import Batch, Reads, named
from specmill.targets.markdown.coverage import coverage, going
from specmill.targets.markdown.diagrams import LARGEST, Drawer
from specmill.targets.markdown.escape import code_span, outside_table, plain_text, safe_block, safe_cell
from specmill.targets.markdown.places import Places
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

    package: ir.Package  # its outline will do
    usage: Usage
    places: Places
    seen: Places  # the same, as pages may see them
    mention: Callable[[ir.Type, str], str]  # a type, linked from the page at a path
    reads: Reads

    # -- where things stand

    @cached_property
    def _operations(self) -> dict[str, ir.Operation]:
        """The operations by their names, in alphabetical order."""
        return dict(sorted(named(self.package).items(), key=lambda one: (one[1].id.lower(), one[1].id)))

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        """The names of the operations by their first tag; of those without one by the first step of their path in which paths differ."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for name, operation in self._operations.items():
            steps = operation.path.strip("/").split("/")
            step = "webhooks" if operation.webhook else steps[min(self._shared_steps, len(steps) - 1)]
            groups[operation.tags[0] if operation.tags else step or "/"].append(name)
        return dict(sorted(groups.items(), key=lambda item: (item[0].lower(), item[0])))

    @cached_property
    def _shared_steps(self) -> int:
        """How many steps all paths of operations without a tag begin with."""
        paths = {f"/{one.path.strip('/')}" for one in self.package.operations if not one.tags and not one.webhook}
        return sum(bool(step) for step in posixpath.commonpath(paths).split("/")) if len(paths) > 1 else 0

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Group of operations → the page that lists it."""
        if len(self._operations) <= _LONGEST:
            return dict.fromkeys(self._groups, PATH)
        stems = names.assign({group: (_stem(group), group) for group in self._groups}, fold=str.lower)
        return {group: f"{_FOLDER}/operations-{stem}.md" for group, stem in stems.items()}

    @cached_property
    def _anchors(self) -> dict[str, str]:
        """Operation → the anchor of its line."""
        return names.assign({name: (_anchor(one), name) for name, one in named(self.package).items()})

    @cached_property
    def links(self) -> dict[str, tuple[str, str, str]]:
        """The id of an operation → its name as text, the page that lists it, and its anchor there."""
        return {
            self._operations[name].id: (plain_text(self._operations[name].id), self._paths[group], f"#{self._anchors[name]}")
            for group, listed in self._groups.items()
            for name in listed
        }

    @cached_property
    def _models(self) -> dict[ir.Group, list[tuple[str, ir.ModelId]]]:
        """The names and ids of the classes of each group, in alphabetical order."""
        found: dict[ir.Group, list[tuple[str, ir.ModelId]]] = {group: [] for group in _TITLES}
        for id, model in self.package.models.items():
            if id in self.places.path:
                found[model.group].append((self.places.name[id], id))
        return {group: sorted(listed, key=lambda one: (one[0].lower(), one[0])) for group, listed in found.items()}

    @cached_property
    def _parts(self) -> dict[ir.Group, list[tuple[str, str, list[ir.ModelId]]]]:
        """The pages for the classes of a group that has many: the first letters, the path, and the ids."""

        def path(group: ir.Group, start: str) -> str:
            return f"{_FOLDER}/{_stem(_TITLES[group])}-{start.lower() if start.isascii() else start.lower().encode().hex()}.md"

        return {
            group: [(plain_text(start if len(start) == 1 else f"{start}…"), path(group, start), ids) for start, ids in _by_start(listed, 1)]
            for group, listed in self._models.items()
            if len(listed) > _LONGEST
        }

    def _link(self, model: ir.ModelId, at: str) -> str:
        return f"[{code_span(self.seen.name[model])}]({self.seen.nearest(model, at)})"

    # -- the pages

    def front(self, package: ir.Package) -> Iterator[Page]:
        """The index of a package of this outline, and the list of what is going away, where that became too long for it."""
        gone = tuple(self._deprecated(package, PATH))
        if len(gone) > _LONGEST:
            path = f"{_FOLDER}/deprecated.md"
            yield self._list_page(path, "Deprecated", tuple(self._deprecated(package, path)))
            gone = (f"- [{len(gone)} operations, classes, fields and values]({path})",)
        diagrams, reason = self._diagrams
        view = IndexPage(
            title=self._title,
            description=safe_block(package.description or "").strip(),
            coverage=coverage(package, self.places.path),
            operations=tuple(self._operation_lines()),
            sections=tuple(Section(title, tuple(self._model_lines(group))) for group, title in _TITLES.items() if self._models[group]),
            deprecated=gone,
            diagrams=diagrams,
            no_diagram=reason,
        )
        yield Page(PATH, "markdown/index.md.jinja", view)

    def pages(self) -> Iterator[Batch]:
        """What became too long for the index: a page for each group of operations, and for each beginning of the names of classes."""
        for group, listed in self._groups.items() if len(self._operations) > _LONGEST else ():
            path = self._paths[group]
            told = [group, listed, [self._anchors[name] for name in listed], self._drawer.print]
            yield Batch(path, partial(self._operations_page, path, plain_text(group), listed), self.reads, told=told)
        for kind, parts in self._parts.items():
            for label, path, ids in parts:
                yield Batch(path, partial(self._models_page, path, f"{_TITLES[kind]}: {label}", ids), self.reads, tuple(ids), label)

    @property
    def _title(self) -> str:
        return plain_text(f"{self.package.title} {self.package.version}")

    def _list_page(self, path: str, title: str, lines: tuple[str, ...], diagrams: tuple[Diagram, ...] = ()) -> Page:
        return Page(path, "markdown/list.md.jinja", ListPage(title, f"[{self._title}](../{PATH})", lines, diagrams))

    def _operation_lines(self) -> Iterator[str]:
        """A line for each operation; where they are many, for each page of them."""
        if len(self._operations) <= _LONGEST:
            yield from (self._operation(name, PATH) for name in self._operations)
            return
        for group, listed in self._groups.items():
            yield f"- [{plain_text(group)}]({self._paths[group]}) ({counted(len(listed), 'operation')})"

    def _operations_page(self, path: str, title: str, listed: Sequence[str]) -> list[Page]:
        shown = tuple(self._operation(name, path) for name in listed)
        return [self._list_page(path, f"Operations: {title}", shown, self._group_diagram("", listed))]

    def _operation(self, name: str, at: str) -> str:
        operation = self.reads.operations[name]
        title = plain_text(operation.id)
        marked = f"~~{title}~~" if operation.docs.deprecated else title
        where = "webhook" if operation.webhook else code_span(f"{operation.method.upper()} {operation.path}")
        by_role: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for role, type_ in exchanged(operation):
            by_role[role][self.mention(type_, at)] = None
        alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for role, shown in by_role.items():
            alike[tuple(shown)].append(role)
        types = "".join(f"; {spoken((*found,))} {', '.join(shown)}" for shown, found in alike.items())
        return outside_table(f'- <a id="{self._anchors[name]}"></a>**{marked}** {where}{_said(operation)}{types}')

    def _model_lines(self, group: ir.Group) -> Iterator[str]:
        """A line for each class of a group; where they are many, for each page of them."""
        if group not in self._parts:
            yield from (self._model(id, PATH) for _, id in self._models[group])
            return
        for label, path, ids in self._parts[group]:
            yield f"- [{label}]({path}) ({counted(len(ids), 'class', 'classes')})"

    def _models_page(self, path: str, title: str, ids: Sequence[ir.ModelId]) -> list[Page]:
        return [self._list_page(path, title, tuple(self._model(one, path) for one in ids))]

    def _model(self, id: ir.ModelId, at: str) -> str:
        model, link = self.reads.package.models[id], self._link(id, at)
        return f"- {f'~~{link}~~' if model.docs.deprecated else link} {_kind(model)}"

    def _deprecated(self, package: ir.Package, at: str) -> Iterator[str]:
        """What is going away: operations, classes, fields and values."""
        for operation in package.operations:
            if operation.docs.deprecated:
                yield f"- {operation_link(self.links[operation.id], at)}"
        for id, found in going(package).items():
            for name in found if found and id in self.places.path else ():
                yield f"- {self._link(id, at)}" + ("" if name is None else f": {code_span(name)}")

    # -- diagrams

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self.package, self.usage, self.places)

    @cached_property
    def _diagrams(self) -> tuple[tuple[Diagram, ...], str]:
        """The diagrams of the index, or why there is none: one of everything, or one for each group of operations."""
        size = len(self._drawer.all)
        if size <= LARGEST:
            return self._drawer.whole(), ""
        many = f"There are {size} classes: too many for one diagram (at most {LARGEST} are drawn)."
        if len(self._operations) > _LONGEST:
            return (), f"{many} Each page of operations has one of its own."
        if self._operations:
            found = tuple(one for group, listed in self._groups.items() for one in self._group_diagram(plain_text(group), listed))
        else:
            found = tuple(one for model in self._roots() for one in self._drawer.near(plain_text(self.places.name[model]), [model]))
        return (found, "") if 0 < len(found) <= _LONGEST else ((), many)

    def _group_diagram(self, title: str, listed: Sequence[str]) -> tuple[Diagram, ...]:
        starts = [model for name in listed for _, model in roles(self._operations[name])]
        return self._drawer.near(title, starts)

    def _roots(self) -> list[ir.ModelId]:
        """The classes that no other mentions."""
        return [model for model in self._drawer.all if all(use.roles or use.user == model for use in self.usage.used_by.get(model, ()))]


def _by_start(named: Sequence[tuple[str, ir.ModelId]], length: int) -> Iterator[tuple[str, list[ir.ModelId]]]:
    """The classes by the first letters of their names: by one, and by as many more as it takes where that is too many for a page."""
    first, last = named[0][0], named[-1][0]
    while len(named) > _LONGEST_PAGE and length <= len(first) and first[:length].lower() == last[:length].lower():
        length += 1  # all begin alike, for they are in order
    starts: defaultdict[str, list[tuple[str, ir.ModelId]]] = defaultdict(list)
    for one in named:
        starts[one[0][:length].lower()].append(one)
    for found in starts.values():
        start = found[0][0][:length]
        if len(found) > _LONGEST_PAGE and length <= len(start):
            yield from _by_start(found, length + 1)
        else:
            yield (start.upper() if length == 1 else start), [id for _, id in found]


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
