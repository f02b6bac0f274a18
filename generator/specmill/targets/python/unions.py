"""How a value of a union is told apart: by its JSON type, by a tag that msgspec knows, by a discriminator, or by trying in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from specmill import ir
from specmill.names import digest, snake, words
from specmill.targets.python import ways
from specmill.targets.python.code import Code, Need, code, literal
from specmill.targets.python.form import OBJECT, RAW, Form, or_null
from specmill.targets.python.scalars import told_apart
from specmill.targets.python.tree import Atom, Group, Prefixed, alternatives, call
from specmill.targets.python.ways import Chosen, Function, Way

if TYPE_CHECKING:
    from specmill.targets.python.forms import Forms

_CLASSES = {"int": "int", "float": "float", "str": "str", "bool": "bool", "array": "list"}


def flattened(package: ir.Package, union: ir.Union, closed: frozenset[ir.ModelId] = frozenset()) -> tuple[ir.Type, ...]:
    """The variants, those of unions among them included (but for the closed ones), without null; where null is one of them, it comes last."""
    found: dict[Hashable, ir.Type] = {}
    for one in _variants(package, union, closed | {union.id}):  # a literal may hold what cannot be hashed, and takes 1 for true
        found.setdefault((one.model,) if isinstance(one, ir.Ref) else repr(one), one)
    plain = [one for one in found.values() if not _is_null(one)]
    return (*plain, *([ir.Scalar(ir.Kind.NULL)] if len(plain) < len(found) else []))


def _is_null(type: ir.Type) -> bool:
    return isinstance(type, ir.Scalar) and type.kind is ir.Kind.NULL


def _variants(package: ir.Package, union: ir.Union, seen: frozenset[ir.ModelId]) -> Iterator[ir.Type]:
    for variant in union.variants:
        yield from _expanded(package, variant, seen)


def _expanded(package: ir.Package, type: ir.Type, seen: frozenset[ir.ModelId]) -> Iterator[ir.Type]:
    match type:
        case ir.Nullable(type=inner):
            yield from _expanded(package, inner, seen)
            yield ir.Scalar(ir.Kind.NULL)
        case ir.Ref(model=model) if model not in seen:
            found = package.models[model]
            if isinstance(found, ir.Union) and found.check is None and found.discriminator is None:
                yield from _variants(package, found, seen | {model})
            elif isinstance(found, ir.Alias):
                yield from _expanded(package, found.type, seen | {model})
            else:
                yield type
        case _:
            yield type


# ---- tags -----------------------------------------------------------------------------------------------------------------------


def decide_tags(forms: Forms) -> None:
    """Choose the records whose Struct msgspec is to tell apart by a tag: those of unions in which each has a constant of its own."""
    for model in forms.package.models.values():
        if isinstance(model, ir.Union):
            found = constants(forms, model, flattened(forms.package, model, forms.later))
            if found is not None and all(forms.tags.get(record, tag) == tag for record, tag in found.items()):
                forms.tags |= found


def constants(forms: Forms, union: ir.Union, variants: tuple[ir.Type, ...]) -> dict[ir.ModelId, tuple[str, str]] | None:
    """The (key, value) that each record of the union requires, where that tells them apart; None where it does not."""
    records = _records(forms, variants)
    if len(records) < 2 or any(forms.is_open(record) or record.check is not None for record in records):  # noqa: PLR2004
        return None
    keys = [field.wire_name for field in records[0].fields]
    if union.discriminator is not None:
        keys = [union.discriminator.property]
    fields = [{one.wire_name: one for one in record.fields} for record in records]
    for key in keys:
        told: list[str] = []
        for one in fields:
            value = _constant(forms.package, one.get(key))
            if value is None:
                break
            told.append(value)
        if len(set(told)) == len(records) and _agrees(union, records, told):
            return {record.id: (key, value) for record, value in zip(records, told, strict=True)}
    return None


def _agrees(union: ir.Union, records: list[ir.Record], values: list[str]) -> bool:
    """Whether the discriminator, if there is one, says the same, and leaves no other value to any of them."""
    if union.discriminator is None:
        return True
    if union.discriminator.default is not None:
        return False
    mapping = dict(union.discriminator.mapping)
    return all(
        value in mapping and union.variants[mapping[value]] == ir.Ref(record.id) for record, value in zip(records, values, strict=True)
    )


def _records(forms: Forms, variants: tuple[ir.Type, ...]) -> list[ir.Record]:
    """The records among the variants; none where another object might be meant."""
    found: list[ir.Record] = []
    for variant in variants:
        match variant:
            case ir.Ref(model=model):
                record = forms.package.models[model]
                if not isinstance(record, ir.Record | ir.Enum):
                    return []
                found += [record] if isinstance(record, ir.Record) else []
            case ir.Scalar() | ir.ListOf():
                pass
            case _:
                return []
    return found


def _constant(package: ir.Package, field: ir.Field | None) -> str | None:
    """The only value of a required field."""
    match field:
        case ir.Field(required=True, type=ir.Literal(values=(str(value),))) if value != "\0":
            return value
        case ir.Field(required=True, type=ir.Ref(model=model)):
            enum = package.models[model]
            if isinstance(enum, ir.Enum) and len(enum.members) == 1 and isinstance(enum.members[0].value, str) and not enum.open:
                return enum.members[0].value
    return None


def other(key: str) -> str:
    """The Struct beside a lone tagged one, which makes msgspec insist on the tag; each key has one of its own."""
    if key.isascii() and f"_{key}".isidentifier():
        return f"_Other_{key}"
    return f"_Other_{snake(words(key))}_{digest(key)}"


# ---- forms ----------------------------------------------------------------------------------------------------------------------


def union_form(forms: Forms, union: ir.Union) -> Form:
    """The form of a union, its check left aside."""
    variants = flattened(forms.package, union, forms.later)
    found = [_form_of(forms, variant) for variant in variants]
    if len(found) == 1:
        return found[0]
    if not found:
        return forms.of(ir.Nothing())
    stem = forms.stems[union.id]
    told = _native(forms, union, variants, found)
    if told is not None:
        return _by_class(forms, stem, variants, told)
    tagged = _tagged(forms, union, stem)
    if tagged is not None:
        return tagged
    codecs = [forms.codec(form) for form in (forms.of(told_apart(forms.package, variant)) for variant in variants)]
    return forms.node(stem.upper(), code(call("_wire.Choice", *(one.node for one in codecs)), *codecs))


def _form_of(forms: Forms, variant: ir.Type) -> Form:
    """The form of a variant; that of a tagged record without the Struct that stands beside it alone."""
    form = forms.of(told_apart(forms.package, variant))
    if isinstance(variant, ir.Ref) and variant.model in forms.tags:
        return replace(form, wire=code(forms.structs[variant.model]))
    return form


def _native(forms: Forms, union: ir.Union, variants: tuple[ir.Type, ...], found: list[Form]) -> list[Form] | None:
    """The forms, where msgspec can tell them all apart."""
    tagged = {v.model for v in variants if isinstance(v, ir.Ref) and v.model in forms.tags}
    tells = constants(forms, union, variants)
    if tells is None or any(forms.tags.get(record) != tag for record, tag in tells.items()):
        tagged = set()
    taken: set[str] = set()
    for variant, form in zip(variants, found, strict=True):
        slots = form.slots
        if isinstance(variant, ir.Ref) and variant.model in tagged:
            slots = OBJECT if "object" not in taken or "tagged" in taken else RAW
            taken -= {"object"}
            taken |= {"tagged"}
        elif "object" in slots and "tagged" in taken:
            return None
        if "raw" in slots or slots & taken:
            return None
        taken |= slots
    if (union.discriminator is not None and not tagged) or _breaks_msgspec(forms, variants, found):
        return None
    return found


def _breaks_msgspec(forms: Forms, variants: tuple[ir.Type, ...], found: list[Form]) -> bool:
    """Whether msgspec 0.22 spoils memory when it reads such a type, or is done with it.

    It does where text with a pattern stands beside an array or a map, and where a tuple stands beside anything that has limits, as all numbers have.
    """
    parts = [part for variant in variants for part in _parts(forms.package, variant)]
    if any(isinstance(part, ir.TupleOf) for part in parts) and sum(not _is_null(part) for part in parts) > 1:
        return True
    has_pattern = any("str" in form.slots and "pattern=" in str(form.wire) for form in found)
    has_whole = any("array" in form.slots for form in found) or any(isinstance(part, ir.MapOf) for part in parts)
    return has_pattern and has_whole


def _parts(package: ir.Package, type: ir.Type) -> Iterator[ir.Type]:
    """The types that a type is one of: no union, and none that is only another's name."""
    match type:
        case ir.Nullable(type=inner) | ir.Checked(type=inner):
            yield from _parts(package, inner)
        case ir.Ref(model=id):
            match package.models[id]:
                case ir.Alias(type=inner):
                    yield from _parts(package, inner)
                case ir.Union(variants=variants):
                    yield from chain.from_iterable(_parts(package, one) for one in variants)
                case _:
                    yield type
        case _:
            yield type


def _by_class(forms: Forms, stem: str, variants: tuple[ir.Type, ...], found: list[Form]) -> Form:
    """A union that msgspec decides: what it read is loaded by its class."""
    wire = code(alternatives([form.wire.node for form in found]), *(form.wire for form in found))
    slots = frozenset().union(*(form.slots for form in found))
    plain = all(form.plain for form in found)
    form = replace(found[0], wire=wire, load=None, dump=_dump_by_class(forms, stem, variants, found), plain=plain, slots=slots)
    if all(one.load is None for one in found):
        return form
    loads = [
        (cls, forms.name(one.load, "load"))
        for variant, one in zip(variants, found, strict=True)
        if one.load is not None
        for cls in _classes(forms, variant, one)
    ]
    table = forms.constant(f"_{stem.upper()}_LOADS", _table(loads))
    complete = all(one.load is not None for one in found)
    return replace(form, load=Chosen(table, None if complete else "_codecs.same"))


def _dump_by_class(forms: Forms, stem: str, variants: tuple[ir.Type, ...], found: list[Form]) -> Way | None:
    """Records are dumped by their classes; all else, such as a user's subclass of one, by what it is."""
    if all(one.dump is None for one in found):
        return None
    records = [(variant.model, form.dump) for variant, form in zip(variants, found, strict=True) if isinstance(variant, ir.Ref)]
    dumps = [(forms.classes[model], dump.name) for model, dump in records if isinstance(dump, Function) and dump != ways.ANY]
    if not dumps:
        return ways.ANY
    return Chosen(forms.constant(f"_{stem.upper()}_DUMPS", _table(dumps, *((".models", cls) for cls, _ in dumps))), ways.ANY.name)


def _table(pairs: Iterable[tuple[str, str]], *needs: Need) -> Code:
    return code(Group("{", tuple(Prefixed(f"{cls}: ", Atom(function)) for cls, function in pairs), "}"), needs=needs)


def _classes(forms: Forms, variant: ir.Type, form: Form) -> Iterator[str]:
    """The classes of what msgspec reads for a variant that has a load function."""
    if "object" in form.slots:
        yield from dict.fromkeys(
            forms.structs[part.model] if isinstance(part, ir.Ref) else "dict"
            for part in _parts(forms.package, variant)
            if isinstance(part, ir.MapOf) or (isinstance(part, ir.Ref) and isinstance(forms.package.models[part.model], ir.Record))
        )
    yield from (_CLASSES[slot] for slot in sorted(form.slots & _CLASSES.keys()))


def _tagged(forms: Forms, union: ir.Union, stem: str) -> Form | None:
    """Raw data told apart by the discriminator; None where there is none."""
    tag = union.discriminator
    if tag is None:
        return None
    codecs = [forms.codec(forms.of(variant)) for variant in union.variants]
    items = tuple(Prefixed(f"{literal(value)}: ", Atom(str(index))) for value, index in dict(tag.mapping).items())
    arguments = [Atom(literal(tag.property)), Group("{", items, "}"), *(one.node for one in codecs)]
    if tag.default is not None:
        arguments.append(Prefixed("default=", Atom(str(tag.default))))
    value = code(call("_wire.Tagged", *arguments), *codecs)
    form = forms.node(stem.upper(), value)
    return or_null(form) if any(isinstance(variant, ir.Nullable) for variant in union.variants) else form
