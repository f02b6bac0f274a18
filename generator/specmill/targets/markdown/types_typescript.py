"""Types as the TypeScript pages write them: in a cell of a table (with links), and as code."""

from __future__ import annotations

import posixpath
from typing import assert_never

from msgspec import Struct

from specmill import ir
from specmill.targets.markdown.javascript import js_string, literal_cell
from specmill.targets.markdown.places import Places
from specmill.targets.mentions import mentioned

DATE_LINK = "[Date](https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Date)"
FILE_LINKS = "[File](https://developer.mozilla.org/en-US/docs/Web/API/File) | [Blob](https://developer.mozilla.org/en-US/docs/Web/API/Blob)"

_SCALARS = {
    ir.Kind.STRING: "string",
    ir.Kind.INTEGER: "number",
    ir.Kind.NUMBER: "number",
    ir.Kind.BOOLEAN: "boolean",
    ir.Kind.NULL: "any",
    ir.Kind.DATE_TIME: "Date",
    ir.Kind.DATE: "RFCDate",
    ir.Kind.TIME: "string",
    ir.Kind.UUID: "string",
    ir.Kind.BYTES: "string",
    ir.Kind.BINARY: "ReadableStream<Uint8Array>",
    ir.Kind.DECIMAL: "number",
}


class TypeNames(Struct, frozen=True):
    """Writes types; the namespace of a class is the last part of its folder's path."""

    package: ir.Package
    places: Places

    def target(self, type_: ir.Type) -> ir.Type:
        """The type behind aliases, null and exact assertions: the pages show none of these."""
        seen: set[ir.ModelId] = set()
        while True:
            match type_:
                case ir.Checked() | ir.Nullable():
                    type_ = type_.type
                case ir.Ref(model) if isinstance(alias := self.package.models.get(model), ir.Alias):
                    if model in seen:
                        return ir.Anything()
                    seen.add(model)
                    type_ = alias.type
                case ir.Ref(model) if model not in self.package.models:
                    return ir.Anything()
                case _:
                    return type_

    def is_whole(self, type_: ir.Type) -> bool:
        """Whether a type is an integer, or a list of them."""
        match self.target(type_):
            case ir.Scalar(ir.Kind.INTEGER):
                return True
            case ir.ListOf(item):
                return self.is_whole(item)
            case _:
                return False

    def is_date(self, type_: ir.Type, depth: int = 0) -> bool:
        """Whether the cell of a type mentions the class of dates."""
        match self.target(type_):
            case ir.Scalar(ir.Kind.DATE):
                return True
            case ir.ListOf(inner) | ir.MapOf(inner) if depth < _DEEPEST:
                return self.is_date(inner, depth + 1)
            case _:
                return False

    def qualified(self, model: ir.ModelId) -> str:
        """``operations.GetPetRequest``."""
        return f"{posixpath.basename(posixpath.dirname(self.places.path[model])) or 'models'}.{self.places.name[model]}"

    def cell(self, type_: ir.Type, at: str, depth: int = 0) -> str:
        """A type in the table of the page at a path."""
        match self.target(type_):
            case _ if depth > _DEEPEST:
                return "*any*"
            case ir.Scalar(kind):
                return self._scalar_cell(kind, at)
            case ir.ListOf(item):
                return self.cell(item, at, depth + 1) + "[]"
            case ir.MapOf(value):
                return f"Record<string, {self.cell(value, at, depth + 1)}>"
            case ir.TupleOf():
                return "*any*[]"
            case ir.Literal(values):
                return f"*{literal_cell(values[0])}*" if len(values) == 1 else f"*{_common(values)}*"
            case ir.Ref(model):
                if isinstance(self.package.models[model], ir.Union):
                    return f"*{self.qualified(model)}*"
                return f"[{self.qualified(model)}]({self.places.from_top(model, at)})"
            case ir.Anything() | ir.Nothing():
                return "*any*"
            case ir.Nullable() | ir.Checked():  # `target` has looked behind these
                return "*any*"
            case other:
                assert_never(other)

    def linked(self, type_: ir.Type, at: str) -> str:
        """A type in our own lists, where a union has a link as well."""
        text = self.cell(type_, at)
        for model in mentioned(self.target(type_)):
            if model in self.places.path:
                name = self.qualified(model)
                text = text.replace(f"*{name}*", f"[{name}]({self.places.from_top(model, at)})")
        return text

    def _scalar_cell(self, kind: ir.Kind, at: str) -> str:
        if kind is ir.Kind.DATE_TIME:
            return DATE_LINK
        if kind is ir.Kind.DATE:
            return f"[RFCDate]({'../' * at.count('/')}types/rfcdate.md)"
        return f"*{_SCALARS[kind]}*"

    def code(self, type_: ir.Type, depth: int = 0) -> str:
        """A type as TypeScript code: ``components.Pet[]``."""
        match self.target(type_):
            case _ if depth > _DEEPEST:
                return "any"
            case ir.Scalar(kind):
                return _SCALARS[kind]
            case ir.ListOf(item):
                return self.code(item, depth + 1) + "[]"
            case ir.MapOf(value):
                return f"{{ [k: string]: {self.code(value, depth + 1)} }}"
            case ir.TupleOf():
                return "any[]"
            case ir.Literal(values):
                return js_value(values[0]) if len(values) == 1 else _common(values)
            case ir.Ref(model):
                return self.qualified(model)
            case ir.Anything() | ir.Nothing() | ir.Nullable() | ir.Checked():
                return "any"
            case other:
                assert_never(other)


def in_order(union: ir.Union) -> tuple[ir.Type, ...]:
    """The variants as the pages list them: in the order of the discriminator's mapping, where there is one."""
    if union.discriminator is None:
        return union.variants
    first = dict.fromkeys(at for _, at in union.discriminator.mapping)
    return tuple(union.variants[at] for at in dict.fromkeys([*first, *range(len(union.variants))]))


_DEEPEST = 20  # a list that holds itself has no end


def js_value(value: ir.Json) -> str:
    """A scalar JSON value as TypeScript code."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return js_string(value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _common(values: tuple[ir.Json, ...]) -> str:
    """The one type of several values."""
    kinds = {
        "boolean" if isinstance(v, bool) else "number" if isinstance(v, int | float) else "string" if isinstance(v, str) else "any"
        for v in values
        if v is not None
    }
    return kinds.pop() if len(kinds) == 1 else "any"
