"""The wire forms of single values: strings, numbers, dates, constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from msgspec.structs import replace

from specmill import ir
from specmill.ir import Kind
from specmill.targets.python.code import Code, code, depth, json_node, literal, number
from specmill.targets.python.form import RAW, STR, Form, annotated
from specmill.targets.python.limits import INT64, MSGSPEC, meta, number_limits, size_limits
from specmill.targets.python.tree import Atom, Group, Prefixed, alternatives, call
from specmill.targets.python.types import ANY, KINDS
from specmill.targets.python.ways import Function, applied

if TYPE_CHECKING:
    from specmill.targets.python.forms import Forms

_SLOTS: Final = {Kind.INTEGER: {"int"}, Kind.NUMBER: {"int", "float"}, Kind.BOOLEAN: {"bool"}, Kind.NULL: {"null"}}
_DEEPEST: Final = 50


def scalar_form(forms: Forms, type: ir.Scalar) -> Form:
    """The form of a string, number, boolean, null, or a string that msgspec reads as something else."""
    match type.kind:
        case Kind.STRING:
            return _string(forms, type.constraints)
        case Kind.INTEGER | Kind.NUMBER:
            return _number(forms, type)
        case Kind.DATE_TIME | Kind.TIME:
            wire = annotated(KINDS[type.kind], *meta((("tz", "True"),)))
            return Form(wire, plain=False, slots=STR)
        case Kind.DECIMAL:
            return _decimal(forms)
        case Kind.BINARY:
            return _octets(forms, type.constraints)
        case Kind.DATE | Kind.UUID | Kind.BYTES:
            return Form(KINDS[type.kind], plain=False, slots=STR)
        case Kind.BOOLEAN | Kind.NULL:
            return Form(KINDS[type.kind], slots=frozenset(_SLOTS[type.kind]))
        case _:
            assert_never(type.kind)


def _decimal(forms: Forms) -> Form:
    """Text on the wire, both ways: msgspec would take numbers too, and NaN."""
    wire = code("str")
    form = forms.ruled(Form(wire, slots=STR), [code("_wire.DecimalText()")], "decimal_text")
    assert form.load is not None  # the rule
    name = forms.function("_load_decimal", call("_wire.decimal_of", applied(form.load, "wire")))
    return replace(form, load=Function(name), plain=False)


def _octets(forms: Forms, constraints: ir.Constraints) -> Form:
    """Text with a character for each octet, both ways: unlike ``byte``, ``binary`` is not base64 (OpenAPI 3.0, section 4.4)."""
    form = forms.ruled(_string(forms, constraints), [code("_wire.OctetText()")], "octet_text")
    assert form.load is not None  # the rule
    name = forms.function("_load_octets", call("_wire.octets_of", applied(form.load, "wire")))
    return replace(form, load=Function(name), dump=Function("_wire.octets_text"), plain=False)


def told_apart(package: ir.Package, type: ir.Type) -> ir.Type:
    """The type as a member of a union: what is written then follows from the class of the value, and bytes of either kind are base64."""
    match type:
        case ir.Scalar(kind=Kind.BINARY):
            return replace(type, kind=Kind.BYTES)
        case ir.Nullable(type=inner) | ir.Checked(type=inner):
            return replace(type, type=told_apart(package, inner))
        case ir.ListOf(item=inner):
            return replace(type, item=told_apart(package, inner))
        case ir.MapOf(value=inner):
            return replace(type, value=told_apart(package, inner))
        case ir.TupleOf(items=items, rest=rest):
            return ir.TupleOf(tuple(told_apart(package, item) for item in items), rest and told_apart(package, rest))
        case ir.Ref(model=model):
            named = package.models[model]
            return told_apart(package, named.type) if isinstance(named, ir.Alias) and isinstance(named.type, ir.Scalar) else type
        case _:
            return type


def _string(forms: Forms, c: ir.Constraints) -> Form:
    keywords = list(size_limits(c.min_length, c.max_length))
    if c.pattern is not None:
        from specmill.targets.python.patterns import python_pattern  # takes long to import, and small specs have no patterns

        pattern = python_pattern(c.pattern, forms.at, forms.report)
        keywords += [("pattern", literal(pattern))] if pattern is not None else []
    return Form(annotated(code("str"), *meta(tuple(keywords))), slots=STR)


def _number(forms: Forms, type: ir.Scalar) -> Form:
    integer = type.kind is Kind.INTEGER
    limits = number_limits(type.constraints, integer=integer)
    wire = annotated(code("int"), *meta(limits.ints))
    if not integer:
        floats = annotated(code("float"), *meta(limits.floats))
        wire = code(alternatives([wire.node, floats.node]), wire, floats) if limits.ints else code("_wire.Number")
    form = Form(wire, slots=frozenset(_SLOTS[type.kind]))
    rules = []
    if limits.between:
        rules.append(code(call("_wire.Between", *(Prefixed(f"{key}=", Atom(text)) for key, text in limits.between))))
    if limits.multiple_of is not None:
        rules.append(code(call("_wire.MultipleOf", Atom(literal(limits.multiple_of)))))
    return forms.ruled(form, rules, "number")


def literal_form(forms: Forms, values: tuple[ir.Json, ...]) -> Form:
    """The form of constants: a ``Literal`` where that can hold them."""
    simple = all(isinstance(v, str) or v is None or (isinstance(v, int) and not isinstance(v, bool) and v in INT64) for v in values)
    if simple and values:
        listed = [Atom(literal(v) if isinstance(v, str) else number(v)) for v in dict.fromkeys(values) if v is not None]
        slots = {"null" if v is None else "str" if isinstance(v, str) else "int" for v in values}
        parts = [code(Group("Literal[", tuple(listed), "]"), needs=[("typing", "Literal")])] if listed else []
        parts += [code("None")] if None in values else []
        return Form(code(alternatives([part.node for part in parts]), *parts), slots=frozenset(slots))
    made = [*map(_value, values)]
    rule = code(call("_wire.OneOf", *(one.node for one in made)), *made)
    if all(isinstance(v, bool) for v in values):
        return forms.ruled(Form(code("bool"), slots=frozenset({"bool"})), [rule], "one_of")
    return forms.ruled(Form(ANY, slots=RAW), [rule], "one_of")


def _value(value: ir.Json) -> Code:
    """A JSON value; one that is too deep for Python's parser is read from text."""
    if depth(value) < _DEEPEST:
        return code(json_node(value))
    import json  # hardly any spec needs it

    return code(call("msgspec.json.decode", Atom(literal(json.dumps(value)))), needs=[MSGSPEC])
