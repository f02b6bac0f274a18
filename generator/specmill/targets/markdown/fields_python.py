"""The table of fields on a Python page: a row for each, told completely; a column stands only where some row fills it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, reduce
from operator import itemgetter, or_
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.targets.markdown import constraints
from specmill.targets.markdown.escape import as_json, code_span, safe_cell
from specmill.targets.markdown.places import direct, is_named_in_spec
from specmill.targets.markdown.table import plain, row
from specmill.targets.markdown.types_python import TypeTexts
from specmill.targets.markdown.view import Row, Table

ADDITIONAL = "additional_properties"
_COLUMNS = ("Field", "Type", "Required", "Default", "Constraints", "JSON name", "Description", "Example")
_SELDOM: Final = [(1 << at, at) for at, name in enumerate(_COLUMNS) if name in ("Default", "Constraints", "JSON name", "Example")]
_ALWAYS: Final = 2 ** len(_COLUMNS) - 1 - sum(bit for bit, _ in _SELDOM)
_LONGEST_CELL = 300  # of an example in the table; the script above it shows the whole


class _Told(Struct):
    """All that there is to say of a field: a cell for each column, of which a table has those that any of its fields fills."""

    cells: Sequence[str]
    filled: int = _ALWAYS  # a bit for each column
    rows: dict[int, Row] = {}  # by the columns that the table has

    def __post_init__(self) -> None:
        for bit, at in _SELDOM:
            if self.cells[at]:
                self.filled |= bit

    def row(self, columns: int) -> Row:
        found = self.rows.get(columns)
        if found is None:
            found = self.rows[columns] = row(_kept(columns)(self.cells))
        return found


class FieldTables(Struct):
    """Draws the tables of one package."""

    package: ir.Package
    texts: TypeTexts
    _cells: dict[str, str] = {}  # description -> cell: a large spec says the same of many fields
    _known: dict[tuple[int, str], _Told] = {}  # those whose type mentions no model, by identity and name: many classes have the same

    def table(self, model: ir.Record, additional: ir.Type | None, path: str) -> Table:
        """The table of a class on the page at a path; ``additional`` is the type of keys that are not listed, where they are kept."""
        names = self.texts.annotations.names.within[model.id]
        known = self._known
        told = [known.get((id(one), names[one.wire_name])) or self._field(one, names[one.wire_name], path) for one in model.fields]
        if additional is not None:
            told.append(_Told(self._additional(additional, path)))
        columns = reduce(or_, [one.filled for one in told], _ALWAYS)
        return plain(_kept(columns)(_COLUMNS), [one.row(columns) for one in told])

    def _field(self, one: ir.Field, name: str, path: str) -> _Told:
        told = _Told(self._told(one, name, path))
        if isinstance(one.type.type if isinstance(one.type, ir.Nullable) else one.type, ir.Scalar):
            self._known[id(one), name] = told
        return told

    def _told(self, one: ir.Field, name: str, path: str) -> Sequence[str]:
        default = self.texts.default(one)
        given = one.required or default is not None
        return (
            anchored("field", name, gone=one.docs.deprecated),
            self.texts.cell(one.type, path, given=given),
            "yes" if one.required and default is None else "no",
            "" if default is None else code_span(default),
            constraints.words(one),
            code_span(one.wire_name) if one.wire_name != name else "",
            self._text(one),
            _example(one) if one.docs.examples else "",
        )

    def _additional(self, type_: ir.Type, path: str) -> Sequence[str]:
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
        return id_ is not None and self.package.models[id_].docs.description == text and is_named_in_spec(id_)

    def _cell(self, text: str) -> str:
        if text not in self._cells:
            self._cells[text] = safe_cell(text)
        return self._cells[text]


@cache
def _kept(columns: int) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Picks the cells of those columns."""
    return itemgetter(*[at for at in range(len(_COLUMNS)) if columns >> at & 1])


def _example(one: ir.Field) -> str:
    shown = map(as_json, one.docs.examples)
    return "<br/>".join(code_span(text) for text in shown if len(text) <= _LONGEST_CELL)


def anchored(kind: str, name: str, *, gone: bool = False) -> str:
    """A name that can be linked to."""
    label = f"~~{code_span(name)}~~" if gone else code_span(name)
    return f'<a id="{kind}-{name}"></a>{label}'
