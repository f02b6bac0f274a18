"""The wire forms of lists, maps and tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from specmill import ir
from specmill.names import digest
from specmill.targets.python import ways
from specmill.targets.python.code import code
from specmill.targets.python.form import ARRAY, OBJECT, Form, annotated, bare
from specmill.targets.python.limits import meta, size_limits
from specmill.targets.python.scalars import told_apart
from specmill.targets.python.tree import Atom, Group, call
from specmill.targets.python.ways import Each, EachValue, Function, Way, applied

if TYPE_CHECKING:
    from specmill.targets.python.forms import Forms


def list_form(forms: Forms, type: ir.ListOf) -> Form:
    """The form of a list; its own rules come before those of its items."""
    item = forms.of(type.item)
    c = type.constraints
    keywords = tuple(size_limits(c.min_items, c.max_items))
    wire = annotated(code(Group("list[", (item.wire.node,), "]"), item.wire), *meta(keywords))
    form = Form(wire, plain=item.plain, slots=ARRAY)
    if c.unique_items and item.plain:  # all others stand inside a check, which compares the JSON values
        form = forms.ruled(form, [code("_wire.Unique()")], "unique")
    if item.load is None:
        load = form.load
    elif form.load is None:
        load = Each(forms.short(item.load, "load"))
    else:
        each = applied(Each(forms.short(item.load, "load")), str(applied(form.load, "wire")))
        load = Function(forms.function(f"_load_{bare(forms.name(item.load, 'load'))}_list", each))
    return replace(form, load=load, dump=item.dump and _dump_each(forms, item.dump, Each))


def map_form(forms: Forms, type: ir.MapOf) -> Form:
    """The form of a dict with strings as keys."""
    value = forms.of(type.value)
    c = type.constraints
    keywords = tuple(size_limits(c.min_properties, c.max_properties))
    wire = annotated(code(Group("dict[", (Atom("str"), value.wire.node), "]"), value.wire), *meta(keywords))
    load = value.load and EachValue(forms.short(value.load, "load"))
    return Form(wire, load, value.dump and _dump_each(forms, value.dump, EachValue), value.plain, OBJECT)


def tuple_form(forms: Forms, type: ir.TupleOf) -> Form:
    """The form of a list in which each place has a type of its own: what msgspec cannot read is read item by item."""
    items = [forms.of(told_apart(forms.package, item)) for item in type.items]
    if type.rest is None and items and all(item.load is None and item.slots != {"raw"} for item in items):
        wire = code(Group("tuple[", tuple(item.wire.node for item in items), "]"), *(item.wire for item in items))
        return Form(wire, dump=ways.ANY, plain=False, slots=ARRAY)
    codecs = [forms.codec(item).node for item in items]
    more = None if type.rest is None else forms.of(told_apart(forms.package, type.rest))
    rest = [] if more is None else [forms.codec(more).node]
    value = call("_wire.Row", Group("[", tuple(codecs), "]"), *rest)
    parts = [item.wire for item in items] + ([] if more is None else [more.wire])
    return forms.node(f"ROW_{digest(str(value))}", code(value, *parts))


def _dump_each(forms: Forms, dump: Way, each: type[Each | EachValue]) -> Way:
    return ways.ANY if dump == ways.ANY else each(forms.short(dump, "dump"))
