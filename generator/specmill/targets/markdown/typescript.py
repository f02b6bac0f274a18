"""The pages of a TypeScript SDK, in the form that Speakeasy's generator gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct, field

from specmill import ir, names
from specmill.diagnostics import Report
from specmill.targets import Page
from specmill.targets.batches import Batch, Reads
from specmill.targets.markdown.dprint import declaration, import_line
from specmill.targets.markdown.escape import in_raw_cell, is_harmless, is_harmless_in_cell, outside_table, safe_block, safe_cell
from specmill.targets.markdown.examples_typescript import Sampler
from specmill.targets.markdown.index import Index
from specmill.targets.markdown.places import Places, distinct, folders_of, is_named_in_spec, lay_out
from specmill.targets.markdown.random_stream import Stream
from specmill.targets.markdown.required import Required
from specmill.targets.markdown.settings import Settings
from specmill.targets.markdown.table import padded
from specmill.targets.markdown.tags import marked_tags
from specmill.targets.markdown.types_typescript import FILE_LINKS, TypeNames, in_order, js_value
from specmill.targets.markdown.typescript_package import by_reference, is_binary, with_file_classes
from specmill.targets.markdown.usage import Usage
from specmill.targets.markdown.view import EnumPage, FixedPage, ObjectPage, Sample, Table, UnionPage

REQUIRED = ":heavy_check_mark:"
OPTIONAL = ":heavy_minus_sign:"
GOING_AWAY = "This will be removed in a future release, please migrate away from it as soon as possible"
NO_EXAMPLE = "// No examples available for this model"
OPEN_ENUM = "This is an open enum. Unrecognized values will be captured as the `{}` branded type."

# A class of this name would hide the language's own.
_GLOBALS = frozenset(
    "Array ArrayBuffer BigInt Blob Boolean Date Error File FormData Function Headers Map Number Object Promise Proxy Record RegExp "
    "Request Response Set String Symbol".split()
)  # fmt: skip


def pages(package: ir.Package, settings: Settings, report: Report) -> Iterator[Page | Batch]:
    """A page for every class that an operation reaches, and the index."""
    package = by_reference(package)
    usage = Usage(package)
    package, uploads = with_file_classes(package, usage)
    shown = [m for m in package.models.values() if (m.id in usage.reachable or m.id in uploads.values()) and not isinstance(m, ir.Alias)]
    folders = folders_of(shown, settings.folders)
    places = lay_out(distinct({model.id: class_name(model.name) for model in shown}, folders), folders)
    writer = _writer(package, settings, usage, places, uploads)
    writer.report = report
    for model in shown:
        yield Batch(places.path[model.id], partial(writer.pages, model.id), writer.reads, (model.id,), uploads)
    if any(writer.has_dates(model) for model in shown):
        yield Page("types/rfcdate.md", "markdown/typescript_rfcdate.md.jinja", FixedPage())
    index = Index(package, usage, places, writer.places, writer.types.linked, writer.reads)
    yield from index.front(package)
    yield from index.pages()


def class_name(name: ir.Words) -> str:
    """The class of a name; one that is the language's own gets a T behind it."""
    wanted = names.pascal(name)
    return wanted + "T" if wanted in _GLOBALS else wanted


def property_names(record: ir.Record) -> dict[str, str]:
    """Wire name → the name of the property, unique in the class."""
    return names.assign({one.wire_name: (property_name(one.name), one.wire_name) for one in record.fields})


def property_name(name: ir.Words) -> str:
    """The property of a name; a first word in capitals is written small: ``AND`` → ``and``."""
    first, *rest = name
    return names.camel((first.lower() if first.isupper() else first, *rest))


def _writer(package: ir.Package, settings: Settings, usage: Usage, places: Places, uploads: Mapping[str, ir.ModelId]) -> _Writer:
    """What writes the pages, with tables that note what a page looks up."""
    reads = Reads()
    tagged = marked_tags(package)
    texts = _response_texts(package)
    reads.tell(tagged, texts, dict.fromkeys(usage.in_requests, "sent"), dict.fromkeys(usage.in_responses, "received"))
    properties = {model.id: property_names(model) for model in package.models.values() if isinstance(model, ir.Record)}
    package = reads.show(package)
    places = Places(reads.watch(places.name), reads.watch(places.path))
    types = TypeNames(package, places)
    required = Required(package, types, tagged)
    sampler = Sampler(package, settings, types, usage, properties, required)
    return _Writer(package, settings, usage, places, types, sampler, uploads, texts, required, reads)


def _response_texts(package: ir.Package) -> dict[ir.ModelId, str]:
    """Texts for classes without a description: that of the response whose body they are, where they are written in place there."""
    found: dict[ir.ModelId, str] = {}
    for operation in package.operations:
        for response in operation.responses:
            for body in response.bodies:
                if isinstance(body.type, ir.Ref) and not is_named_in_spec(body.type.model):
                    found.setdefault(body.type.model, response.description)
    return found


class _Writer(Struct):
    package: ir.Package
    settings: Settings
    usage: Usage
    places: Places
    types: TypeNames
    sampler: Sampler
    uploads: Mapping[str, ir.ModelId]
    response_texts: Mapping[ir.ModelId, str]
    required: Required
    reads: Reads
    report: Report = field(default_factory=Report)

    def pages(self, id: ir.ModelId) -> Iterator[Page]:
        """The page of one class; an alias has none: what it stands for is written wherever it is mentioned."""
        self.sampler.forget()
        model, path = self.package.models[id], self.places.path[id]
        match model:
            case ir.Record():
                yield Page(path, "markdown/typescript_object.md.jinja", self._object(model, path))
            case ir.Enum():
                yield Page(path, "markdown/typescript_enum.md.jinja", self._enum(model))
            case ir.Union():
                yield Page(path, "markdown/typescript_union.md.jinja", self._union(model))
            case ir.Alias():
                return

    def _title(self, model: ir.Model) -> str:
        name = self.places.name[model.id]
        return f"~~{name}~~" if model.docs.deprecated else name

    def _description(self, model: ir.Model) -> str:
        text = model.docs.description or self.response_texts.get(model.id, "")
        return self._raw(text, model.id)

    def _raw(self, text: str, pointer: str) -> str:
        """Text as it is; where it would be more than text on the page, made safe, with a word about it."""
        if is_harmless(text):
            return text
        self._warn(pointer)
        return safe_block(text, anywhere=True, headings=True)

    def _raw_cell(self, text: str, pointer: str) -> tuple[str, str]:
        """The same in a cell."""
        if is_harmless_in_cell(text):
            return _cell(text)
        self._warn(pointer)
        return _same(safe_cell(text))

    def _warn(self, pointer: str) -> None:
        self.report.warning(
            "raw-html", pointer, "a text holds raw HTML, an image, a script link or an open code fence: it is escaped on the pages"
        )

    def _deprecation(self, model: ir.Model) -> str:
        """The words behind the sign, on its line: a fence could not begin there."""
        return outside_table(self._raw_cell(_gone(model.docs), model.id)[1])

    def _module(self, model: ir.ModelId) -> str:
        folder = self.places.path[model].rpartition("/")[0]
        return f"{self.settings.package}/{folder}" if folder else self.settings.package

    def _code(self, model: ir.Model) -> str:
        name = self.places.name[model.id]
        head = import_line(name, self._module(model.id))
        if model.group is ir.Group.ERROR or self._holds_file(model):
            return f"{head}\n\n{NO_EXAMPLE}"
        node = self.sampler.model(model, Stream(name))
        if self.sampler.needs_date_class:
            head += "\n" + import_line("RFCDate", f"{self.settings.package}/types")
        return f"{head}\n\n{declaration('let', name, node)}"

    def _holds_file(self, model: ir.Model) -> bool:
        """Whether a class has a file, or must have a class that has one: there is no sample of that."""
        if not isinstance(model, ir.Record):
            return False
        for one in model.fields:
            target = self.types.target(one.type)
            inner = self.package.models[target.model] if isinstance(target, ir.Ref) and self.required.holds(model, one) else None
            if is_binary(one.type) or (isinstance(inner, ir.Record) and any(is_binary(part.type) for part in inner.fields)):
                return True
        return False

    def _object(self, model: ir.Record, path: str) -> ObjectPage:
        return ObjectPage(
            self._title(model), self._description(model), self._deprecation(model), self._code(model), self._fields(model, path)
        )

    def _enum(self, model: ir.Enum) -> EnumPage:
        values = [js_value(member.value) for member in model.members]
        note = ""
        if self._is_open(model):
            other = f"Unrecognized<{'number' if model.kind is ir.Kind.INTEGER else 'string'}>"
            values.append(other)
            note = OPEN_ENUM.format(other) if self.settings.open_enum_note else ""
        return EnumPage(
            self._title(model), self._description(model), self._deprecation(model), self._code(model), " | ".join(values), note=note
        )

    def _is_open(self, model: ir.Enum) -> bool:
        """Whether other values are kept: where the spec says so, and by the option in answers, but not where there is no choice at all."""
        opened = self.settings.open_enums and model.id in self.usage.in_responses and len(model.members) > 1
        return model.keeps_others(opened=opened)

    def _union(self, model: ir.Union) -> UnionPage:
        members: dict[tuple[str, bool], Sample] = {}
        for variant in in_order(model):
            type_ = self.types.code(variant)
            key = type_, self.types.is_whole(variant)  # whole and other numbers are two members, though TypeScript has one word for them
            if key not in members:
                node = self.sampler.member(variant, Stream(type_))
                members[key] = Sample(type_, declaration("const", type_, node))
        return UnionPage(self._title(model), self._description(model), self._deprecation(model), tuple(members.values()))

    def _fields(self, model: ir.Record, path: str) -> Table:
        shown = self.sampler.property_names[model.id]
        rows = [self._row(model, one, shown[one.wire_name], path) for one in self.sampler.fields(model)]
        if model.fields and model.additional is not None and not isinstance(model.additional, ir.Nothing):
            extra = f"Record<string, {self.types.cell(model.additional, path)}>"
            rows.append([_same("`additionalProperties`"), _cell(extra), _same(OPTIONAL), _same("N/A"), _same("")])
        columns = ["Field", "Type", "Required", "Description", "Example"]
        if not any(map(self._examples, self.sampler.fields(model))):
            columns.pop()
            rows = [row[:4] for row in rows]
        return padded(columns, rows)

    def _row(self, model: ir.Record, one: ir.Field, name: str, path: str) -> list[tuple[str, str]]:
        label = f"~~`{name}`~~" if one.docs.deprecated else f"`{name}`"
        required = REQUIRED if self.required.holds(model, one) else OPTIONAL
        text = self._field_text(one)
        if one.docs.deprecated:
            text = f": warning: ** DEPRECATED **: {_gone(one.docs)}\n\n{text}"
        said = self._raw_cell(text or "N/A", model.id)
        return [_same(label), self._type(model, one, path), _same(required), said, self._example(model, one)]

    def _type(self, model: ir.Record, one: ir.Field, path: str) -> tuple[str, str]:
        if one.wire_name in self.uploads and is_binary(one.type) and model.id in self.usage.in_requests:
            file = self.uploads[one.wire_name]
            return _cell(f"{FILE_LINKS} | [{self.types.qualified(file)}]({self.places.from_top(file, path)})")
        type_ = self.types.cell(one.type, path)
        return _same(type_) if '"' in type_ else _cell(type_)

    def has_dates(self, model: ir.Model) -> bool:
        """Whether the table of a class mentions the class of dates without a time."""
        return isinstance(model, ir.Record) and any(self.types.is_date(one.type) for one in self.sampler.fields(model))

    def _referenced(self, one: ir.Field) -> ir.Docs:
        """The documentation of the schema that the type of a field names, also behind null and exact assertions."""
        type_ = one.type
        while isinstance(type_, ir.Checked | ir.Nullable):
            type_ = type_.type
        return self.package.models[type_.model].docs if isinstance(type_, ir.Ref) and type_.model in self.package.models else ir.NO_DOCS

    def _field_text(self, one: ir.Field) -> str:
        """The description of a field. What stands beside a ``$ref`` does not count, as in the pages that this form comes from."""
        if one.ref is not None:
            return self._referenced(one).description or ""
        if one.location not in (None, "body") and not one.docs.description:
            return self._referenced(one).description or ""
        return one.docs.description or ""

    def _examples(self, one: ir.Field) -> tuple[ir.Json, ...]:
        """The examples of a field; what stands beside a ``$ref`` does not count."""
        referenced = self._referenced(one)
        return referenced.examples if one.ref in self.package.models else one.docs.examples or referenced.examples

    def _example(self, model: ir.Record, one: ir.Field) -> tuple[str, str]:
        examples = self._examples(one)
        if not examples:
            return _same("")
        if len(examples) == 1:
            return self._raw_cell(_example_text(examples[0]), model.id)
        numbered = (f"**Example {number}:** {_example_text(example)}" for number, example in enumerate(examples, 1))
        return self._raw_cell("<br/>".join(numbered), model.id)


def _gone(docs: ir.Docs) -> str:
    """The sentence that warns of what is deprecated."""
    return f"{docs.deprecation_message or GOING_AWAY}." if docs.deprecated else ""


def _same(text: str) -> tuple[str, str]:
    """A cell that is written as it is."""
    return text, text


def _cell(text: str) -> tuple[str, str]:
    """A cell that is measured as it is, and written on one line."""
    return text, in_raw_cell(text)


def _example_text(value: ir.Json) -> str:
    match value:
        case ir.Moment(printed=printed):
            return printed
        case str():
            return value
        case dict() | list():
            text = json.dumps(value, indent=0, ensure_ascii=False)
            return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        case _:
            return js_value(value)
