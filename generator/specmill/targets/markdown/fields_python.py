"""The table of fields on a Python page: a row for each, told completely; a column stands only where some row fills it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from msgspec import Struct

from specmill import ir
from specmill.json_values import as_json
from specmill.targets.markdown import constraints
from specmill.targets.markdown.escape import code_span, safe_cell
from specmill.targets.markdown.places import direct, is_named_in_spec
from specmill.targets.markdown.table import plain
from specmill.targets.markdown.types_python import TypeTexts
from specmill.targets.markdown.view import Table
from specmill.targets.python import plain as scalar

ADDITIONAL = "additional_properties"
_COLUMNS = ("Field", "Type", "Required", "Default", "Constraints", "JSON name", "Description", "Example")
_ALWAYS = frozenset({"Field", "Type", "Required", "Description"})
_LONGEST_CELL = 300  # of an example in the table; the script above it shows the whole


class FieldTables(Struct):
    """Draws the tables of one package."""

    package: ir.Package
    texts: TypeTexts
    _cells: dict[str, str] = {}  # description -> cell: a large spec says the same of many fields
    _known: dict[tuple[object, ...], Sequence[str]] = {}  # all that there is to say of a field without more to it -> its row

    def table(self, model: ir.Record, additional: ir.Type | None, path: str) -> Table:
        """The table of a class on the page at a path; ``additional`` is the type of keys that are not listed, where they are kept."""
        names = self.texts.annotations.names.within[model.id]
        rows = [self._known_row(one, names[one.wire_name], path) for one in model.fields]
        if additional is not None:
            rows.append(self._additional_row(additional, path))
        cells = [*zip(*rows, strict=True)] or [()] * len(_COLUMNS)
        kept = itemgetter(*[at for at, name in enumerate(_COLUMNS) if name in _ALWAYS or any(cells[at])])
        return plain(kept(_COLUMNS), [*map(kept, rows)])

    def _known_row(self, one: ir.Field, name: str, path: str) -> Sequence[str]:
        """The row of a field; large specs have most of those about which there is little to say many times."""
        docs, inner = one.docs, one.type.type if isinstance(one.type, ir.Nullable) else one.type
        if not isinstance(inner, ir.Scalar) or (told := scalar(inner)) is None or one.default is not ir.MISSING:
            return self._row(one, name, path)
        if docs.examples or docs.deprecated or one.read_only or one.write_only:
            return self._row(one, name, path)
        key = (name, one.wire_name, told, inner.format, inner is one.type, one.required, docs.description)
        row = self._known.get(key)
        if row is None:
            row = self._known[key] = self._row(one, name, path)
        return row

    def _row(self, one: ir.Field, name: str, path: str) -> Sequence[str]:
        default = self.texts.default(one)
        return (
            anchored("field", name, gone=one.docs.deprecated),
            self.texts.cell(one, path),
            "yes" if one.required and default is None else "no",
            "" if default is None else code_span(default),
            constraints.words(one),
            code_span(one.wire_name) if one.wire_name != name else "",
            self._text(one),
            _example(one) if one.docs.examples else "",
        )

    def _additional_row(self, type_: ir.Type, path: str) -> Sequence[str]:
        shown = self.texts.mention(ir.MapOf(type_), path)
        return (anchored("field", ADDITIONAL), shown, "no", "", constraints.of_type(type_), "", "Keys that are not listed.", "")

    def _text(self, one: ir.Field) -> str:
        text = one.docs.description or ""
        said = "" if not text or self._is_told_by_class(one, text) else self._cell(text)
        if not one.docs.deprecated:
            return said
        gone = f"**Deprecated.** {safe_cell(one.docs.deprecation_message or '')}".rstrip()
        return f"{gone}<br/>{said}" if said else gone

    def _is_told_by_class(self, one: ir.Field, text: str) -> bool:
        """Whether the page of the field's class says the same."""
        id_ = direct(one.type)
        model = self.package.models.get(id_) if id_ is not None else None
        return model is not None and model.docs.description == text and is_named_in_spec(model.id)

    def _cell(self, text: str) -> str:
        if text not in self._cells:
            self._cells[text] = safe_cell(text)
        return self._cells[text]


def _example(one: ir.Field) -> str:
    shown = map(as_json, one.docs.examples)
    return "<br/>".join(code_span(text) for text in shown if len(text) <= _LONGEST_CELL)


def anchored(kind: str, name: str, *, gone: bool = False) -> str:
    """A name that can be linked to."""
    label = f"~~{code_span(name)}~~" if gone else code_span(name)
    return f'<a id="{kind}-{name}"></a>{label}'
