"""The first page: every operation and every class, what is going away, how much is documented, and a diagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specmill import ir
from specmill.targets.markdown.escape import code_span, mermaid_text, mermaid_word, plain_text, safe_block
from specmill.targets.markdown.places import Places
from specmill.targets.markdown.usage import Usage, mentioned, parts, roles
from specmill.targets.markdown.view import IndexPage, Section

PATH = "index.md"
LARGEST_DIAGRAM = 60
_TITLES = {
    ir.Group.COMPONENT: "Models",
    ir.Group.OPERATION: "Models of operations",
    ir.Group.ERROR: "Errors",
}


def operation_anchor(operation: ir.Operation) -> str:
    """The anchor of an operation on the index."""
    return "operation-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in operation.id.lower())


def view(package: ir.Package, usage: Usage, places: Places) -> IndexPage:
    """The index of the classes that have a page."""
    lister = _Lister(package, usage, places)
    diagram = lister.diagram()
    size = len(lister.drawn)
    too_large = (
        f"There are {size} classes: too many for one diagram (at most {LARGEST_DIAGRAM} are drawn)." if size > LARGEST_DIAGRAM else ""
    )
    return IndexPage(
        title=plain_text(f"{package.title} {package.version}"),
        description=safe_block(package.description or "").strip(),
        coverage=lister.coverage(),
        operations=tuple(lister.operations()),
        sections=tuple(lister.sections()),
        deprecated=tuple(lister.deprecated()),
        diagram="" if too_large else diagram,
        no_diagram=too_large,
    )


@dataclass(frozen=True, slots=True)
class _Lister:
    package: ir.Package
    usage: Usage
    places: Places

    @property
    def drawn(self) -> list[ir.Record | ir.Union]:
        """The classes of the diagram."""
        return [m for m in self.package.models.values() if isinstance(m, ir.Record | ir.Union) and m.id in self.places.path]

    def link(self, model: ir.ModelId) -> str:
        """A link to the page of a class; its name alone where it has none."""
        if model not in self.places.path:
            return ""
        return f"[{code_span(self.places.name[model])}]({self.places.nearest(model, PATH)})"

    def operations(self) -> Iterator[str]:
        """A line for each operation, alphabetical."""
        for operation in sorted(self.package.operations, key=lambda one: (one.id.lower(), one.id)):
            title = plain_text(operation.id)
            marked = f"~~{title}~~" if operation.docs.deprecated else title
            where = "webhook" if operation.webhook else code_span(f"{operation.method.upper()} {operation.path}")
            said = f": {plain_text(operation.summary)}" if operation.summary else ""
            models = "".join(f"; {role} {links}" for role, links in self._linked_roles(operation))
            yield f'- <a id="{operation_anchor(operation)}"></a>**{marked}** {where}{said}{models}'

    def _linked_roles(self, operation: ir.Operation) -> Iterator[tuple[str, str]]:
        by_role: dict[str, dict[str, None]] = {}
        for role, model in roles(operation):
            if link := self.link(model):
                by_role.setdefault(role, {})[link] = None
        for role, links in by_role.items():
            yield role, ", ".join(links)

    def sections(self) -> Iterator[Section]:
        """The classes by group, alphabetical within each."""
        for group, title in _TITLES.items():
            shown = [m for m in self.package.models.values() if m.group is group and m.id in self.places.path]
            shown.sort(key=lambda m: (self.places.name[m.id].lower(), self.places.name[m.id]))
            if shown:
                yield Section(title, tuple(f"- {self._marked(model)} {_kind(model)}" for model in shown))

    def _marked(self, model: ir.Model) -> str:
        return f"~~{self.link(model.id)}~~" if model.docs.deprecated else self.link(model.id)

    def deprecated(self) -> Iterator[str]:
        """What is going away: operations, classes, fields and values."""
        for operation in self.package.operations:
            if operation.docs.deprecated:
                yield f"- [{plain_text(operation.id)}](#{operation_anchor(operation)})"
        for model in self.package.models.values():
            if not (link := self.link(model.id)):
                continue
            if model.docs.deprecated:
                yield f"- {link}"
            for name in _going(model):
                yield f"- {link}: {code_span(name)}"

    def coverage(self) -> str:
        """How many fields the spec describes."""
        fields = [one for m in self.package.models.values() if isinstance(m, ir.Record) and m.id in self.places.path for one in m.fields]
        told = sum(bool(one.docs.description) or self._told_by_model(one.type) for one in fields)
        return f"{told} of {len(fields)} fields are documented, {len(fields) - told} are not." if fields else ""

    def _told_by_model(self, type_: ir.Type) -> bool:
        while isinstance(type_, ir.Nullable | ir.Checked):
            type_ = type_.type
        return isinstance(type_, ir.Ref) and type_.model in self.package.models and bool(self.package.models[type_.model].docs.description)

    def diagram(self) -> str:
        """The source of a Mermaid class diagram of records and unions and what they mention."""
        shown = self.drawn
        if not shown or len(shown) > LARGEST_DIAGRAM:
            return ""
        ids = {model.id: mermaid_word(self.places.name[model.id]) for model in shown}
        lines = ["classDiagram"]
        for model in shown:
            lines.append(f"  class {ids[model.id]}")
            if isinstance(model, ir.Union):
                lines.append(f"  <<union>> {ids[model.id]}")
        for model in shown:
            lines += self._edges(model, ids)
        return "\n".join(lines)

    def _edges(self, model: ir.Model, ids: dict[ir.ModelId, str]) -> Iterator[str]:
        seen: set[str] = set()
        for field, type_ in parts(model):
            for to in mentioned(type_):
                if to in ids:
                    arrow = "-->" if field else "..>"
                    label = mermaid_text(field.wire_name).strip() if field else ""
                    line = f"  {ids[model.id]} {arrow} {ids[to]}" + (f" : {label}" if label else "")
                    if line not in seen:
                        seen.add(line)
                        yield line


def _going(model: ir.Model) -> Iterator[str]:
    match model:
        case ir.Record(fields=fields):
            yield from (one.wire_name for one in fields if one.docs.deprecated)
        case ir.Enum(members=members):
            yield from (str(member.value) for member in members if member.deprecated)
        case _:
            return


def _kind(model: ir.Model) -> str:
    match model:
        case ir.Record():
            return f"({len(model.fields)} fields)" if len(model.fields) != 1 else "(1 field)"
        case ir.Enum():
            return f"({len(model.members)} values)" if len(model.members) != 1 else "(1 value)"
        case ir.Union():
            return f"(one of {len(model.variants)} types)"
        case ir.Alias():
            return "(alias)"
