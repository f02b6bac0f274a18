"""``models.py``: the dataclasses, enums and aliases that people read, import and debug."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.diagnostics import Report
from specmill.ir import Kind
from specmill.targets.mentions import mentioned
from specmill.targets.python import layout
from specmill.targets.python.code import Code, Need, code, docstring, literal, number
from specmill.targets.python.headings import heading, late_imports
from specmill.targets.python.modules import Module, Modules
from specmill.targets.python.naming import Names
from specmill.targets.python.order import in_order
from specmill.targets.python.tree import Atom, Group, Node, Prefixed, call
from specmill.targets.python.types import Annotations, accepts_null, alike, keeps_keys, quoted
from specmill.targets.python.values import Values
from specmill.targets.python.view import Alias, Class, Member, Models

_ANNOTATIONS: Final[Need] = ("__future__", "annotations")
_UNSET: Final = code("UNSET", needs=[("._model", "UNSET")])
_EMPTY: Final = {"[]": "list", "{}": "dict"}


class ModelWriter(Struct):
    """Writes the declarations of one module; what they import is collected on the way."""

    package: ir.Package
    modules: Modules
    module: Module
    names: Names
    annotations: Annotations
    values: Values
    report: Report
    frozen: bool = False
    keeps_unknown: bool = False
    needs: set[Need] = set()
    mentioned: set[Need] = (
        set()
    )  # by annotations and defaults: needs, and classes that are defined here or imported for type checkers alone
    late: set[Need] = set()  # classes of other modules that are needed at run time
    listed: dict[int, tuple[Member, ...]] = {}  # those of enums, by the identity of their values
    members: dict[tuple[int, str], Member] = {}  # those of fields that stand in several records, by what they are called there
    known: dict[Hashable, tuple[str, ...]] = {}  # the lines of fields without a default: many are alike
    prose: dict[str, tuple[str, ...]] = {}  # docstrings: the same

    def models(self) -> Models:
        """The view of the module."""
        models = self.module.models
        enums = [self._enum(model) for model in models if isinstance(model, ir.Enum)]
        records = [self._record(model) for model in models if isinstance(model, ir.Record)]
        aliases = [self._alias(model, later) for model, later in in_order(self.package, models)]
        own = {_ANNOTATIONS, *self.needs, *(need for need in self.mentioned if need[0] != ".models")}
        needs, neighbours, late = (
            self.modules.from_models(found, self.module.name)
            for found in (own, self._foreign(self.mentioned) - self.needs, self.late - self.needs)
        )
        head = heading(self.package, "The models", needs, neighbours)
        return Models(head, (*enums, *records), late_imports(late), tuple(aliases))

    def _use(self, made: Code) -> Node:
        self.mentioned |= made.needs
        return made.node

    def _foreign(self, needs: Iterable[Need]) -> set[Need]:
        """The classes of other modules among them."""
        return {need for need in needs if need[0] == ".models" and self.modules.by_class[need[1]].name != self.module.name}

    # ---- enums ------------------------------------------------------------------------------------------------------------------

    def _enum(self, enum: ir.Enum) -> Class:
        base = "StrEnum" if enum.kind is Kind.STRING else "IntEnum"
        self.needs.add(("enum", base))
        name = self.names.classes[enum.id]
        head = tuple(layout.header(f"class {name}", (Atom(base),), ":"))
        return Class(enum.id, name, (), head, self._docs(enum.docs), self._members(enum))

    def _members(self, enum: ir.Enum) -> tuple[Member, ...]:
        """The members of an enum, the same for all that have the very same values: they are named within the enum."""
        key = id(enum.members)
        if key not in self.listed:
            self.listed[key] = tuple([self._member(enum, member) for member in enum.members])
        return self.listed[key]

    def _member(self, enum: ir.Enum, member: ir.Member) -> Member:
        value = literal(member.value) if isinstance(member.value, str) else number(member.value)
        lines = layout.statement(f"{self.names.within[enum.id][member.value]} = ", Atom(value), level=1)
        said = member.description or member.deprecated
        return Member(tuple(lines), self._docs(ir.Docs(description=member.description, deprecated=member.deprecated)) if said else ())

    # ---- records ----------------------------------------------------------------------------------------------------------------

    def _record(self, record: ir.Record) -> Class:
        base = "ModelWithDefaults" if any(one.default is not ir.MISSING and not one.required for one in record.fields) else "Model"
        self.needs |= {("dataclasses", "dataclass"), ("._model", base)}
        name = self.names.classes[record.id]
        called = self.names.within[record.id]
        known = self.members
        members = [known.get((id(one), called[one.wire_name])) or self._field(record, one, called[one.wire_name]) for one in record.fields]
        more = self._additional(record)
        frozen = ", frozen=True" if self.frozen else ""
        decorator = f"@dataclass(slots=True, kw_only=True{frozen})"
        head = tuple(layout.header(f"class {name}", (Atom(base),), ":"))
        return Class(record.id, name, (decorator,), head, self._docs(record.docs), (*members, *more))

    def _field(self, record: ir.Record, one: ir.Field, name: str) -> Member:
        if one.default is not ir.MISSING:  # what there is to say of it names the record
            return Member(self._declared(record, one, name), self._docs(one.docs))
        key = (name, alike(one.type), one.required)
        if key not in self.known:
            self.known[key] = self._declared(record, one, name)
        made = self.members[id(one), name] = Member(self.known[key], self._docs(one.docs))
        return made

    def _declared(self, record: ir.Record, one: ir.Field, name: str) -> tuple[str, ...]:
        default = self._default(record, one)
        annotation = self.annotations.field(one.type, required=one.required, has_default=default is not None)
        if default is None and not one.required:
            default = _UNSET if accepts_null(self.package, one.type) else code("None")
        node = None if default is None else self._use(default)
        return tuple(layout.field(name, self._use(annotation), node))

    def _default(self, record: ir.Record, one: ir.Field) -> Code | None:
        """The expression behind ``=``: the spec's default, through a factory where it is more than a literal."""
        if one.default is ir.MISSING:
            return None
        found = self.values.of(one.type, one.default)
        if found is None:
            pointer = f"{record.id}/properties/{one.wire_name}"
            self.report.warning("default-type", pointer, f"the default {one.default!r} is not a value of its type, and is left out")
            return None
        foreign = self._foreign(found.needs)
        if not isinstance(found.node, Group) and all(self.modules.by_class[name].is_leaf for _, name in foreign):
            self.needs |= foreign
            return found
        self.late |= foreign
        factory = Prefixed("default_factory=", self._factory(one.type, found.node))
        return code(call("field", factory), found, needs=[("dataclasses", "field")])

    def _factory(self, type: ir.Type, made: Node) -> Node:
        """What makes a value anew: a class for an empty list or dict, else a lambda."""
        empty = _EMPTY.get(str(made))
        return Prefixed("lambda: ", made) if empty is None else self._empty(type, empty) or Atom(empty)

    def _empty(self, type: ir.Type, name: str) -> Node | None:
        """The class of an empty list or dict of the type: ``list[str]``, which type checkers understand better than ``list``."""
        match type:
            case ir.Nullable(type=inner) | ir.Checked(type=inner):
                return self._empty(inner, name)
            case ir.ListOf(item=item) if name == "list":
                return Group("list[", (self._late(item),), "]")
            case ir.MapOf(value=value) if name == "dict":
                return Group("dict[", (Atom("str"), self._late(value)), "]")
            case ir.Ref(model=model):
                return self._empty_model(self.package.models[model], name)
            case _:
                return None

    def _empty_model(self, model: ir.Model, name: str) -> Node | None:
        match model:
            case ir.Alias(type=type):
                return self._empty(type, name)
            case ir.Union(variants=variants):
                return next((found for one in variants if (found := self._empty(one, name)) is not None), None)
            case _:
                return None

    def _late(self, type: ir.Type) -> Node:
        """The annotation of a type, in quotes where it mentions a class that may be defined further down."""
        made = self._use(self.annotations.of(type))
        return Atom(literal(str(made))) if any(mentioned(type)) else made

    def _additional(self, record: ir.Record) -> Iterator[Member]:
        if not keeps_keys(record, unknown=self.keeps_unknown):
            return
        type = ir.MapOf(record.additional or ir.Anything())
        annotation = self.annotations.of(type)
        self.needs.add(("dataclasses", "field"))
        factory = call("field", Prefixed("default_factory=", self._factory(type, Group("{", (), "}"))))
        lines = layout.field("additional_properties", self._use(annotation), factory)
        yield Member(tuple(lines), docstring("The keys that are not fields.", 1))

    # ---- aliases ----------------------------------------------------------------------------------------------------------------

    def _alias(self, model: ir.Alias | ir.Union, later: frozenset[ir.ModelId]) -> Alias:
        name = self.names.classes[model.id]
        if isinstance(model, ir.Union):
            made, says_more = self.annotations.union(model.variants), True
        else:
            made, says_more = self.annotations.of(model.type), not self._is_natural(model.type)
            if not says_more and isinstance(model.type, ir.Ref):  # a class by another name
                self.late |= self._foreign(made.needs)
                later = frozenset()
        node = quoted(made.node, {self.names.classes[one] for one in later})
        if says_more or node.text != made.node.text:
            node = Group("Annotated[", (node, Atom(literal(name))), "]")
            self.needs.add(("typing", "Annotated"))
        self.needs.add(("typing", "TypeAlias"))
        self._use(made)
        return Alias(model.id, name, tuple(layout.field(name, Atom("TypeAlias"), node, 0)), docstring(self._text(model.docs), 0))

    def _is_natural(self, type: ir.Type) -> bool:
        """Whether the annotation says all that there is to say, so that ``decode`` needs no name to go by."""
        match type:
            case ir.Scalar(constraints=constraints, kind=kind):
                return constraints == ir.UNCONSTRAINED and kind not in (Kind.BINARY, Kind.DECIMAL)
            case ir.ListOf(item=inner, constraints=constraints) | ir.MapOf(value=inner, constraints=constraints):
                return constraints == ir.UNCONSTRAINED and self._is_natural(inner)
            case ir.Ref(model=model):
                return isinstance(self.package.models[model], ir.Record | ir.Enum) and not self.annotations.is_open(model)
            case ir.Anything():
                return True
            case _:
                return False

    # ---- docs -------------------------------------------------------------------------------------------------------------------

    def _docs(self, docs: ir.Docs) -> tuple[str, ...]:
        text = self._text(docs)
        if text not in self.prose:
            self.prose[text] = docstring(text, 1)
        return self.prose[text]

    def _text(self, docs: ir.Docs) -> str:
        text = docs.description or docs.title or ""
        if not docs.deprecated:
            return text
        note = ".. deprecated::"
        if docs.deprecation_message:
            note = f"{note}\n   {' '.join(docs.deprecation_message.split())}"
        return f"{text.rstrip()}\n\n{note}" if text.strip() else note
