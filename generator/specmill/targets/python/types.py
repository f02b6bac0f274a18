"""Annotations: what each type of the description is called in the generated Python."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Final, assert_never

from msgspec import Struct

from specmill import ir
from specmill.ir import Kind
from specmill.targets.python.code import Code, code, literal, number
from specmill.targets.python.limits import INT64
from specmill.targets.python.naming import Names
from specmill.targets.python.tree import Applied, Atom, Group, Infix, Node, Prefixed, alternatives, operands

NONE: Final = code("None")
KINDS: Final[dict[Kind, Code]] = {
    Kind.STRING: code("str"),
    Kind.INTEGER: code("int"),
    Kind.NUMBER: code("float"),
    Kind.BOOLEAN: code("bool"),
    Kind.NULL: NONE,
    Kind.DATE_TIME: code("datetime", needs=[("datetime", "datetime")]),
    Kind.DATE: code("date", needs=[("datetime", "date")]),
    Kind.TIME: code("time", needs=[("datetime", "time")]),
    Kind.UUID: code("UUID", needs=[("uuid", "UUID")]),
    Kind.BYTES: code("bytes"),
    Kind.BINARY: code("bytes"),
    Kind.DECIMAL: code("Decimal", needs=[("decimal", "Decimal")]),
}
_DEEPEST: Final = 40
ANY: Final = code("Any", needs=[("typing", "Any")])
UNSET_TYPE: Final = code("UnsetType", needs=[("._model", "UnsetType")])


class Annotations(Struct, frozen=True):
    """Writes annotations for the models of one package."""

    package: ir.Package
    names: Names
    open_enums: bool = False
    _classes: dict[str, Code] = {}  # those of mentions of models, by class
    _wider: dict[tuple[str, str], Code] = {}  # by what they are, and what else they may be: most are one of a few of these

    def of(self, type: ir.Type, depth: int = 0) -> Code:
        """The annotation of a type; what nobody could read is Any."""
        if depth > _DEEPEST:
            return ANY
        match type:
            case ir.Scalar(kind=kind):
                return KINDS[kind]
            case ir.Ref(model=model):
                return self._ref(model)
            case ir.ListOf(item=item):
                return _generic("list", self.of(item, depth + 1))
            case ir.MapOf(value=value):
                return _generic("dict", KINDS[Kind.STRING], self.of(value, depth + 1))
            case ir.TupleOf():
                return self._tuple(type, depth)
            case ir.Nullable(type=inner):
                return self._or(self.of(inner, depth + 1), NONE)
            case ir.Literal(values=values):
                return _literals(values)
            case ir.Anything():
                return ANY
            case ir.Nothing():
                return code("Never", needs=[("typing", "Never")])
            case ir.Checked(type=inner):
                return self.of(inner, depth + 1)
            case _:
                assert_never(type)

    def _ref(self, model: ir.ModelId) -> Code:
        name = self.names.classes[model]  # looked up each time, for what a page depends on is what it looks up
        if name not in self._classes:
            shown = code(name, needs=[(".models", name)])
            found = self.package.models[model]
            if isinstance(found, ir.Enum) and found.keeps_others(opened=self.open_enums):
                shown = joined(shown, KINDS[found.kind])
            self._classes[name] = shown
        return self._classes[name]

    def is_open(self, model: ir.ModelId) -> bool:
        """Whether it is an enum that keeps values which the spec does not list."""
        found = self.package.models[model]
        return isinstance(found, ir.Enum) and found.keeps_others(opened=self.open_enums)

    def _tuple(self, type: ir.TupleOf, depth: int) -> Code:
        items = [self.of(item, depth + 1) for item in type.items]
        if type.rest is None:
            return _generic("tuple", *items) if items else code("tuple[()]")
        rest = self.of(type.rest, depth + 1)
        if not items:
            return _generic("tuple", rest, code("..."))
        more = code(Group("*tuple[", (rest.node, Atom("...")), "]"), rest)
        return _generic("tuple", *items, more)

    def union(self, variants: tuple[ir.Type, ...]) -> Code:
        """The annotation of a union."""
        return joined(*(self.of(variant) for variant in variants))

    def field(self, type: ir.Type, *, required: bool, has_default: bool) -> Code:
        """The annotation of a field: None stands for an absent one, ``UNSET`` where null means something else."""
        own = self.of(type)
        if required or has_default:
            return own
        if isinstance(type, ir.Nothing):
            return NONE
        return self._or(own, self.absent(type))

    def absent(self, type: ir.Type) -> Code:
        """What stands for the value of a field that is not there and has no default."""
        return UNSET_TYPE if accepts_null(self.package, type) else NONE

    def _or(self, own: Code, last: Code) -> Code:
        """``A | None`` or ``A | UnsetType``."""
        if own.needs:  # of classes there are as many as uses, nearly
            node = own.node
            is_one = not isinstance(node, Infix) and node.text not in ("Any", "Never")
            return code(Infix((node, Prefixed("| ", last.node))), own, last) if is_one else joined(own, last)
        key = own.node.text, last.node.text
        if key not in self._wider:
            self._wider[key] = joined(own, last)
        return self._wider[key]


def _literals_together(nodes: list[Node]) -> list[Node]:
    """The alternatives with all that ``Literal`` lists in the first of its kind."""
    listed = [node for node in nodes if isinstance(node, Group) and node.before == "Literal["]
    if len(listed) < 2:  # noqa: PLR2004
        return nodes
    values = {value.text: value for node in listed for value in node.items}
    merged = Group("Literal[", tuple(values.values()), "]")
    return [merged if node is listed[0] else node for node in nodes if node is listed[0] or node not in listed]


def joined(*parts: Code) -> Code:
    """``A | B``; each part once, None last, Any alone."""
    found = {node.text: node for node in _literals_together([node for part in parts for node in operands(part.node)])}
    if "Any" in found:
        keep = [node for text, node in found.items() if text in ("Any", "UnsetType")]
        return code(alternatives(keep), ANY, *(part for part in parts if str(part) == "UnsetType"))
    if len(found) > 1 and "Never" in found:
        del found["Never"]
        parts = tuple(part for part in parts if str(part) != "Never")
    last = [found.pop(text) for text in ("None", "UnsetType") if text in found]
    nodes = [*found.values(), *last]
    return code(alternatives(nodes), *parts)


def quoted(node: Node, names: Collection[str]) -> Node:
    """The annotation with what is not defined yet in quotes; a union with it as a whole, since strings have no ``|``."""
    match node:
        case Applied():
            return node  # no annotation calls anything
        case Atom(text=text):
            return Atom(literal(text)) if text in names else node
        case Prefixed(before=before, node=inner):
            return Prefixed(before, quoted(inner, names))
        case Group(before=before, items=items, close=close):
            return Group(before, tuple(quoted(item, names) for item in items), close)
        case Infix(parts=parts):
            bare = any(getattr(part, "node", part).text in names for part in parts)
            return Atom(literal(node.text)) if bare else Infix(tuple(quoted(part, names) for part in parts))


def _generic(name: str, *arguments: Code) -> Code:
    return code(Group(f"{name}[", tuple(argument.node for argument in arguments), "]"), *arguments)


def _literals(values: tuple[ir.Json, ...]) -> Code:
    """``Literal[...]`` for what it can hold, the class of the value for the rest."""
    listed: dict[str, Atom] = {}
    others: dict[str, Code] = {}
    for value in values:
        match value:
            case None:
                others["None"] = NONE
            case str():
                listed[literal(value)] = Atom(literal(value))
            case bool() | int() if value in INT64:
                listed[repr(value)] = Atom(number(value))
            case int():  # type checkers hold no longer ones in a Literal
                others["int"] = KINDS[Kind.INTEGER]
            case float():
                others["float"] = KINDS[Kind.NUMBER]
            case list():
                others["list"] = _generic("list", ANY)
            case _:
                others["dict"] = _generic("dict", KINDS[Kind.STRING], ANY)
    parts = [code(Group("Literal[", tuple(listed.values()), "]"), needs=[("typing", "Literal")])] if listed else []
    return joined(*parts, *others.values())


def keeps_keys(record: ir.Record, *, unknown: bool) -> bool:
    """Whether a record keeps keys that are no fields; ``unknown``: also where the spec says nothing of them."""
    return unknown if record.additional is None else not isinstance(record.additional, ir.Nothing)


def plain(type: ir.Scalar) -> tuple[Kind, int | None, int | None] | None:
    """What says all of most scalars: the kind, and the length where there is one; None where there is more to it."""
    limits = type.constraints
    if limits is ir.UNCONSTRAINED or (type.kind is Kind.STRING and limits.pattern is None):
        return type.kind, limits.min_length, limits.max_length
    return None


def alike(type: ir.Type) -> Hashable:
    """A key that types share where they are written alike: what says all of a scalar, the model of a reference; all else is alike to itself alone."""
    match type:
        case ir.Scalar():
            return plain(type) or id(type)
        case ir.Ref():
            return type.model
        case ir.Nullable():
            return None, alike(type.type)
        case _:
            return id(type)


def accepts_null(package: ir.Package, type: ir.Type, seen: frozenset[ir.ModelId] = frozenset()) -> bool:
    """Whether JSON's null may be a value of the type."""
    match type:
        case ir.Scalar(kind=kind):
            return kind is Kind.NULL
        case ir.Nullable() | ir.Anything():
            return True
        case ir.Literal(values=values):
            return None in values
        case ir.Checked(type=inner):
            return accepts_null(package, inner, seen)
        case ir.Ref(model=model) if model not in seen:
            found = package.models[model]
            if isinstance(found, ir.Alias):
                return accepts_null(package, found.type, seen | {model})
            return isinstance(found, ir.Union) and any(accepts_null(package, one, seen | {model}) for one in found.variants)
        case _:
            return False
