"""The pages of a Python SDK: names, types and examples are those of the generated dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from specmill import ir
from specmill.diagnostics import Report
from specmill.targets import Page, kept
from specmill.targets.batches import Batch, Reads
from specmill.targets.markdown import constraints
from specmill.targets.markdown.accepts import Judge
from specmill.targets.markdown.escape import as_json, code_span, outside_table, plain_text, safe_block, safe_cell
from specmill.targets.markdown.examples_json import Examples
from specmill.targets.markdown.examples_once import Once
from specmill.targets.markdown.examples_python import Scripts
from specmill.targets.markdown.fields_python import ADDITIONAL, FieldTables, anchored
from specmill.targets.markdown.index import Index, operation_link
from specmill.targets.markdown.places import Places, direct, folders_of, is_named_in_spec, lay_out
from specmill.targets.markdown.settings import Settings
from specmill.targets.markdown.table import plain, row
from specmill.targets.markdown.types_python import TypeTexts
from specmill.targets.markdown.usage import Usage, Use, spoken
from specmill.targets.markdown.view import AliasPage, EnumPage, ObjectPage, Table, UnionPage
from specmill.targets.outlines import Outline, outlined
from specmill.targets.python import Annotations, Names, Values, classes_of, name_all


def pages(package: ir.Package, settings: Settings, _: Report) -> Iterator[Page | Batch]:
    """A page for every class, and the index."""
    outline = outlined(package)
    planned = kept(outline, f"{__name__} {settings}", lambda: _Planned(outline, settings))
    planned.show(package)
    yield from planned.batches
    yield from planned.index.front(package)


class _Planned:
    """What follows from the outline of a package: where each class has its page, who mentions it, and which pages there are."""

    def __init__(self, outline: Outline, settings: Settings) -> None:
        classes = classes_of(outline)
        self._settings, self._reads, self._usage = settings, Reads(), Usage(outline)
        self._pages = {name: id for id, name in classes.items()}
        self._classes = self._reads.watch(classes)
        places = lay_out(classes, folders_of(outline.models.values(), settings.folders))
        self._reads.tell(places.path)  # nobody asks where a class has its page without asking for its name
        self._places = Places(self._classes, places.path)
        self.index = Index(outline, self._usage, places, self._places, self._mention, self._reads)
        self._links = self._reads.watch(self.index.links)
        self.batches = [*self._of_classes(classes), *self.index.pages()]

    def _of_classes(self, classes: Mapping[ir.ModelId, str]) -> Iterator[Batch]:
        small = [name for name in classes.values() if name.islower()]  # a variable may not be called as a class
        for id in classes:
            told = [self._usage.used_by.get(id), small]
            yield Batch(self._places.path[id], partial(self._pages_of, id), self._reads, (id,), told)

    def _pages_of(self, id: ir.ModelId) -> Iterator[Page]:
        return self._writer.pages(id)

    def _mention(self, type_: ir.Type, at: str) -> str:
        return self._writer.texts.mention(type_, at)

    def show(self, package: ir.Package) -> None:
        """From here on, the pages are those of this package, which has the same outline."""
        names, settings, reads = replace(name_all(package), classes=self._classes), self._settings, self._reads
        seen = reads.show(package)
        texts = TypeTexts(Annotations(seen, names, settings.open_enums), Values(seen, names), self._places, self._pages)
        scripts = Scripts(
            settings.package, texts, Examples(seen, Judge(seen, reads, settings.unknown_fields, settings.open_enums), Once(reads))
        )
        self._writer = _Writer(seen, settings, names, self._places, texts, scripts, FieldTables(seen, texts), self._usage, self._links)


class _Writer(Struct):
    package: ir.Package
    settings: Settings
    names: Names
    places: Places
    texts: TypeTexts
    scripts: Scripts
    tables: FieldTables
    usage: Usage
    links: Mapping[str, tuple[str, str, str]]  # operation -> what a link to it is made of
    known_blocks: dict[str, str] = {}  # description -> how it is shown
    known_values: dict[int, Table] = {}  # the identity of the members of an enum -> their table

    def pages(self, id: ir.ModelId) -> Iterator[Page]:
        """The page of one class."""
        self.scripts.begin()
        model, path = self.package.models[id], self.places.path[id]
        match model:
            case ir.Record():
                yield Page(path, "markdown/python_object.md.jinja", self._object(model, path))
            case ir.Enum():
                yield Page(path, "markdown/python_enum.md.jinja", self._enum(model, path))
            case ir.Union():
                yield Page(path, "markdown/python_union.md.jinja", self._union(model, path))
            case ir.Alias():
                yield Page(path, "markdown/python_alias.md.jinja", self._alias(model, path))

    def _title(self, model: ir.Model) -> str:
        name = plain_text(self.places.name[model.id])
        return f"~~{name}~~" if model.docs.deprecated else name

    def _description(self, model: ir.Model) -> str:
        text = model.docs.description
        if not text or self._is_told_in_field(model.id, text):
            return ""
        if text not in self.known_blocks:
            self.known_blocks[text] = safe_block(text)
        return self.known_blocks[text]

    def _is_told_in_field(self, id: ir.ModelId, text: str) -> bool:
        """Whether a class is written in place and its description is that of its field: it is said there, once."""
        if is_named_in_spec(id):
            return False
        users = [(use.field, self.package.models[use.user]) for use in self.usage.used_by.get(id, ()) if not use.roles]
        fields = [one for name, user in users if isinstance(user, ir.Record) for one in user.fields if one.wire_name == name]
        return any(one.docs.description == text and direct(one.type) == id for one in fields)

    def _object(self, model: ir.Record, path: str) -> ObjectPage:
        return ObjectPage(
            title=self._title(model),
            description=self._description(model),
            deprecation=_deprecation(model.docs),
            example=self.scripts.record(model),
            fields=self.tables.table(model, self._kept(model), path),
            note=self._note(model),
            used_by=self._used_by(model.id, path),
        )

    def _kept(self, model: ir.Record) -> ir.Type | None:
        """The type of the keys that are not listed, where the class keeps them."""
        return (model.additional or ir.Anything()) if self.scripts.examples.judge.keeps(model) else None

    def _note(self, model: ir.Record) -> str:
        refused = isinstance(model.additional, ir.Nothing) or (model.additional is None and self.settings.unknown_fields == "forbid")
        return "Keys that are not listed are refused." if refused else ""

    def _enum(self, model: ir.Enum, path: str) -> EnumPage:
        return EnumPage(
            title=self._title(model),
            description=self._description(model),
            deprecation=_deprecation(model.docs),
            example=self.scripts.enum(model),
            values=self._values(model),
            note="Values that are not listed are kept as they are." if self.texts.annotations.is_open(model.id) else "",
            used_by=self._used_by(model.id, path),
        )

    def _values(self, model: ir.Enum) -> Table:
        """The table of an enum, the same for all that have the very same values: they are named within the enum."""
        key = id(model.members)
        if key not in self.known_values:
            self.known_values[key] = self._table(model)
        return self.known_values[key]

    def _table(self, model: ir.Enum) -> Table:
        rows = []
        for one in model.members:
            said = safe_cell(one.description or "")
            text = f"**Deprecated.** {said}".rstrip() if one.deprecated else said
            label = anchored("member", self.names.within[model.id][one.value], gone=one.deprecated)
            rows.append([label, code_span(as_json(one.value)), text])
        columns = ["Name", "Value", "Description"]
        if not any(said for _, _, said in rows):
            columns.pop()
            rows = [cells[:2] for cells in rows]
        return plain(columns, [*map(row, rows)])

    def _union(self, model: ir.Union, path: str) -> UnionPage:
        return UnionPage(
            title=self._title(model),
            description=self._description(model),
            deprecation=_deprecation(model.docs),
            members=tuple(self.scripts.members(model)),
            note=self._choice(model, path),
            variants=tuple(dict.fromkeys(f"- {self._type(variant, path)}" for variant in model.variants)),
            used_by=self._used_by(model.id, path),
        )

    def _choice(self, model: ir.Union, path: str) -> str:
        if model.discriminator is None:
            return ""
        tag = model.discriminator
        chosen = [f"{code_span(value)} is {self.texts.mention(model.variants[at], path)}" for value, at in tag.mapping if at != tag.default]
        if tag.default is not None:
            chosen.append(f"all else is {self.texts.mention(model.variants[tag.default], path)}")
        return outside_table(f"The value of {code_span(tag.property)} decides: {', '.join(chosen)}.")

    def _type(self, type_: ir.Type, path: str) -> str:
        return outside_table(self.texts.mention(type_, path))

    def _alias(self, model: ir.Alias, path: str) -> AliasPage:
        return AliasPage(
            title=self._title(model),
            description=self._description(model),
            deprecation=_deprecation(model.docs),
            type=self._type(model.type, path),
            constraints=outside_table(constraints.of_type(model.type)),
            example=self.scripts.alias(model),
            used_by=self._used_by(model.id, path),
        )

    def _used_by(self, model: ir.ModelId, path: str) -> tuple[str, ...]:
        """The lines that say where a class is mentioned: one for each field and each operation."""
        return tuple([self._mention(use, path) for use in self.usage.used_by.get(model, ())])

    def _mention(self, use: Use, path: str) -> str:
        if use.roles:
            return f"- {operation_link(self.links[use.user], path)} ({spoken((*use.roles,))})"
        name, page = self.places.name[use.user], self.places.nearest(use.user, path)
        if use.field is None and not isinstance(self.package.models[use.user], ir.Record):
            return f"- [{code_span(name)}]({page})"
        field = ADDITIONAL if use.field is None else self.names.within[use.user][use.field]
        return f"- [{code_span(f'{name}.{field}')}]({page}#field-{field})"


def _deprecation(docs: ir.Docs) -> str:
    return safe_cell(docs.deprecation_message or "It will be removed.") if docs.deprecated else ""
