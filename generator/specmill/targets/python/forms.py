"""The wire form of each type: what msgspec sees of it, and the functions from there to the Python value and back."""

from __future__ import annotations

import re
from typing import Final, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from specmill import ir
from specmill.diagnostics import Report
from specmill.ir import Kind
from specmill.names import digest, snake, words
from specmill.targets.python import ways
from specmill.targets.python.code import OWN, Code, Need, code, json_node, literal
from specmill.targets.python.containers import list_form, map_form, tuple_form
from specmill.targets.python.form import INT, OBJECT, RAW, STR, Form, Named, annotated, bare, odd, or_null
from specmill.targets.python.limits import INT64
from specmill.targets.python.scalars import literal_form, scalar_form
from specmill.targets.python.tree import Atom, Node, Prefixed, alternatives, call
from specmill.targets.python.types import ANY, keeps_keys, plain
from specmill.targets.python.unions import other, union_form
from specmill.targets.python.ways import Chosen, Each, EachValue, Function, OrNone, Way, applied

_OURS: Final = r"Wire\b|Wire_|\b_(?!wire\b)|_NODE\b"
"""What may be defined further down."""
_DEEPEST: Final = 40  # Python's parser takes 200 brackets in each other, and each level may need two


class Forms(Struct):
    """The wire forms of one package; the loaders that they need are collected on the way."""

    package: ir.Package
    classes: dict[ir.ModelId, str]  # the classes of the models
    structs: dict[ir.ModelId, str]  # what they are on the wire
    stems: dict[ir.ModelId, str]  # for the names of functions
    checks: dict[ir.SchemaId, str]  # the check functions
    report: Report
    open_enums: bool = False
    keeps_unknown: bool = False
    rules: dict[str, Named] = field(default_factory=dict)
    functions: dict[str, Named] = field(default_factory=dict)
    nodes: dict[str, Named] = field(default_factory=dict)
    used_records: set[ir.ModelId] = field(default_factory=set)
    tags: dict[ir.ModelId, tuple[str, str]] = field(default_factory=dict)  # records whose Struct is tagged: (key, value)
    at: str | None = None  # what is being written, for findings
    later: frozenset[ir.ModelId] = frozenset()  # aliases and unions within themselves, and records too deep in others: see `order`

    defined: dict[tuple[ir.ModelId, int], Form] = field(default_factory=dict)  # by the depth of the mention, which it may depend on
    deep: dict[str, ir.Type] = field(default_factory=dict)  # types that stand so deep in others that they get a name
    _scalars: dict[tuple[Kind, int | None, int | None], Form] = field(default_factory=dict)  # by what says all of them
    _declared: dict[ir.ModelId, Form] = field(default_factory=dict)  # those of records and enums
    _open: dict[ir.ModelId, bool] = field(default_factory=dict)
    _depth: int = 0

    def emptied(self) -> Forms:
        """The same for another module, with nothing collected yet."""
        return replace(self, rules={}, functions={}, nodes={}, used_records=set(), at=None, defined={}, deep={}, _scalars={}, _declared={})

    def of(self, type: ir.Type) -> Form:
        """The form of a type; one that stands too deep in others for Python's parser is looked up by a name of its own."""
        if self._depth >= _DEEPEST:
            name = f"deep_{digest(repr(type))}"
            self.deep[name] = type
            return self.node(f"LATER_{name.upper()}", code(call("_wire.Later", Atom(literal(name)))))
        self._depth += 1
        try:
            return self._of(type)
        finally:
            self._depth -= 1

    def _of(self, type: ir.Type) -> Form:
        match type:
            case ir.Scalar():
                return self._scalar(type)
            case ir.Ref(model=model):
                return self.model(self.package.models[model])
            case ir.ListOf():
                return list_form(self, type)
            case ir.MapOf():
                return map_form(self, type)
            case ir.TupleOf():
                return tuple_form(self, type)
            case ir.Nullable(type=inner):
                return or_null(self.of(inner))
            case ir.Literal(values=values):
                return literal_form(self, values)
            case ir.Anything():
                return Form(ANY, slots=RAW)
            case ir.Nothing():
                return self.ruled(Form(ANY, slots=RAW), [code("_wire.Never()")], "never")
            case ir.Checked(type=inner, schema=schema):
                return self.checked(self.of(inner), schema)
            case _:
                assert_never(type)

    def _scalar(self, type: ir.Scalar) -> Form:
        key = plain(type)
        if key is None:
            return scalar_form(self, type)
        if key not in self._scalars:
            self._scalars[key] = scalar_form(self, type)
        return self._scalars[key]

    # ---- models -----------------------------------------------------------------------------------------------------------------

    def model(self, model: ir.Model) -> Form:
        """The form of a mention of a model."""
        match model:
            case ir.Record() if model.id in self.later:
                cls = self.classes[model.id]
                return self._later(model, code(cls, needs=[(".models", cls)]))
            case ir.Union() | ir.Alias() if model.id in self.later:
                return self._later(model, code(literal(self.classes[model.id])))
            case ir.Record() | ir.Enum():
                return self._class(model)
            case ir.Union() | ir.Alias():
                key = model.id, self._depth  # unions of unions would be written out as often as there are ways to them
                if key not in self.defined:
                    self.defined[key] = self.definition(model)
                return self.defined[key]
            case _:
                assert_never(model)

    def _later(self, model: ir.Model, key: Code) -> Form:
        """A model that is looked up when a value of it is met."""
        return self.node(f"LATER_{self.stems[model.id].upper()}", code(call("_wire.Later", key.node), key))

    def _class(self, model: ir.Record | ir.Enum) -> Form:
        """A model that is written the same wherever it is mentioned."""
        if model.id not in self._declared:
            self._declared[model.id] = self._record(model) if isinstance(model, ir.Record) else self._enum(model)
        return self._declared[model.id]

    def _record(self, record: ir.Record) -> Form:
        bare = self.bare_record(record)
        if record.check is None:
            return bare
        inner = self.codec(bare)
        value = call("_wire.Checked", Atom(self.checks[record.check]), inner.node)
        stem = f"CHECKED_{self.stems[record.id].upper()}"
        return replace(self.node(stem, code(value, inner, needs=[("._checks", self.checks[record.check])])), dump=bare.dump)

    def bare_record(self, record: ir.Record) -> Form:
        """The form of a record, its check left aside."""
        self.used_records.add(record.id)
        stem = self.stems[record.id]
        load, dump = Function(f"load_{stem}"), Function(f"dump_{stem}")
        if self.is_open(record):
            wire = annotated(ANY, code(f"{stem.upper()}_NODE"))
            return Form(wire, load, dump, plain=False, slots=RAW)
        name = self.structs[record.id]
        if record.id in self.tags:
            beside = other(self.tags[record.id][0])
            wire = code(alternatives([Atom(name), Atom(beside)]), needs=[(OWN, beside)])
            return Form(wire, load, dump, plain=False, slots=OBJECT)
        return Form(code(name), load, dump, plain=False, slots=OBJECT)

    def is_open(self, record: ir.Record) -> bool:
        """Whether the record keeps keys that are not fields, or has keys that msgspec cannot name."""
        if record.id not in self._open:
            self._open[record.id] = self._is_open(record)
        return self._open[record.id]

    def _is_open(self, record: ir.Record) -> bool:
        return keeps_keys(record, unknown=self.keeps_unknown) or odd("".join([f.wire_name for f in record.fields]))

    def _enum(self, enum: ir.Enum) -> Form:
        name = self.classes[enum.id]
        slot, slots = ("str", STR) if enum.kind is Kind.STRING else ("int", INT)
        native = not enum.keeps_others(opened=self.open_enums)
        if native and (slot == "str" or all(m.value in INT64 for m in enum.members)):
            return Form(code(name, needs=[(".models", name)]), plain=False, slots=slots)
        form = Form(code(slot), plain=False, slots=slots)
        if native:
            form = self.ruled(form, [code(call("_wire.OneOf", *(json_node(m.value) for m in enum.members)))], "one_of")
        listed = Atom("wire") if form.load is None else applied(form.load, "wire")
        member = call("_wire.member", Atom(name), listed)
        return replace(form, load=Function(self.function(f"_load_{self.stems[enum.id]}", member, (".models", name))))

    def definition(self, model: ir.Model) -> Form:
        """The form of a model itself, even where mentions of it wait."""
        match model:
            case ir.Record():
                return self._class(model)
            case ir.Alias(type=type):
                return self.of(type)
            case ir.Union(check=check):
                mention = self.defined.get((model.id, 1))
                if mention is not None and not (self._depth or self.deep or self.report.asked):
                    return mention  # it would come out the same again: nothing in it was too deep, and nothing was reported
                form = union_form(self, model)
                return form if check is None else self.checked(form, check)
            case _:
                return self.model(model)

    # ---- beyond msgspec ---------------------------------------------------------------------------------------------------------

    def checked(self, form: Form, schema: ir.SchemaId) -> Form:
        """The form, for values that meet the schema too."""
        check = self.checks[schema]
        needs = [("._checks", check)]
        if form.plain and form.load is None:
            ruled = self.ruled(form, [code(call("_wire.Verified", Atom(check)), needs=needs)], check)
            return replace(ruled, slots=RAW) if "null" in ruled.slots else ruled  # a null that may be refused: nothing tells it from others
        inner = self.codec(form)
        made = code(call("_wire.Checked", Atom(check), inner.node), inner, needs=needs)
        return replace(self.node(f"CHECKED_{check.removeprefix('check_').upper()}", made), dump=form.dump)

    def ruled(self, form: Form, rules: list[Code], stem: str) -> Form:
        """The form with rules that msgspec cannot check; they are constants, shared by all that say the same."""
        for rule in rules:
            text = str(rule)
            said = snake(words(text.removeprefix("_wire."))) if text.endswith("()") else f"{stem}_{digest(text)}"
            name = f"_{said.upper()}_RULE"
            self.rules[name] = Named(name, rule)
            load = Function(f"{name}.require")
            if form.load is not None:
                both = applied(load, str(applied(form.load, "wire")))
                load = Function(self.function(f"_load{name.lower()}_{digest(str(both))}", both))
            form = replace(form, wire=annotated(form.wire, code(name)), load=load)
        return form

    def node(self, name: str, value: Code) -> Form:
        """A form that takes raw JSON data and hands it to a node."""
        constant = self.constant(f"_{name}_NODE", value)
        load = Function(self.function(f"_load_{name.lower()}", call(f"{constant}.load", Atom("wire"))))
        return Form(annotated(ANY, code(constant)), load, ways.ANY, plain=False, slots=RAW)

    def codec(self, form: Form) -> Code:
        """``Codec(wire, load, dump)``; the wire type behind a lambda where it mentions what may be defined later."""
        wire: Node = form.wire.node
        if not isinstance(wire, Atom) and re.search(_OURS, str(wire)):
            wire = Prefixed("lambda: ", wire)
        arguments = [wire]
        if form.load is not None or form.dump is not None:
            arguments.append(Atom("_codecs.same" if form.load is None else self.name(form.load, "load")))
        if form.dump is not None:
            arguments.append(Atom(self.name(form.dump, "dump")))
        return code(call("_codecs.Codec", *arguments), form.wire)

    def short(self, way: Way, verb: str) -> Way:
        """The way, as a call: what may stand within a comprehension and still be read at a glance."""
        return way if isinstance(way, Function | Chosen) else Function(self.name(way, verb))

    def name(self, way: Way, verb: str) -> str:
        """The name of a function that goes this way; ``verb`` is load or dump."""
        match way:
            case Function(name):
                return name
            case Chosen(table):
                stem = bare(table.lower().removesuffix(f"_{verb}s"))
            case Each(item):
                stem = f"{bare(self.name(item, verb))}_list"
            case EachValue(value):
                stem = f"{bare(self.name(value, verb))}_map"
            case OrNone(inner):
                stem = f"{bare(self.name(inner, verb))}_or_none"
            case _:
                assert_never(way)
        parameter = "wire" if verb == "load" else "model"
        return self._define(self.functions, Named(f"_{verb}_{stem}", code(applied(way, parameter)), parameter))

    def constant(self, name: str, value: Code) -> str:
        """Define a constant behind the functions; its name, with a suffix where another has it."""
        return self._define(self.nodes, Named(name, value))

    def function(self, name: str, value: Node, *needs: Need) -> str:
        """Define a function of ``wire`` that returns the value; its name, with a suffix where another has it."""
        return self._define(self.functions, Named(name, code(value, needs=needs)))

    def _define(self, known: dict[str, Named], named: Named) -> str:
        other = known.get(named.name)
        if other is not None and str(other.value) != str(named.value):
            named = replace(named, name=f"{named.name}_{digest(str(named.value))}")
        known[named.name] = named
        return named.name
