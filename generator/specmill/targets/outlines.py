"""A package as all that looks at every model sees it: of each one only what may matter to others.

What follows from the outline of a package is kept beside that. Most edits change the outline of no model (what is said of it, what a value may be, a
property of a plain type). Then the outline is the very object that it was before the edit, and all that follows from it is still there. That nothing
else is looked at needs no care: nothing else is in it.
"""

from __future__ import annotations

from typing import Final

from specmill import ir
from specmill.targets import each, former, once
from specmill.targets.batches import schemas_described


class Outline(ir.Package, frozen=True, dict=True):
    """A package of which nothing is left but the outline."""


_SCALARS: Final = {kind: ir.Scalar(kind) for kind in ir.Kind}
_VALUES: Final = ir.Literal(())  # that are not all text
_PLAIN: Final = (ir.Scalar, ir.Anything, ir.Nothing)
_AROUND: Final = (ir.Nullable, ir.ListOf, ir.MapOf)


@once
def outlined(package: ir.Package) -> Outline:
    """The outline of a package: the one of the package before, if it is the same."""
    before, known = former(package, outlined)
    made = dict[int, ir.Operation]() if known is None else dict(zip(map(id, before.operations), known.operations, strict=True))
    operations = tuple([made.get(id(one)) or _operation(one) for one in package.operations])
    found = Outline(
        package.title, package.version, package.description, _models(package), operations, package.schemas, package.kept
    )  # fmt: skip
    if known is None:
        return found
    if found == known and [*found.models] == [*known.models] and _has_like_schemas(package, before):
        return known
    found.after(known)
    return found


def _has_like_schemas(package: ir.Package, before: ir.Package) -> bool:
    """Whether the schemas are what they were: other than by ``==``, for which 1 is ``True``. That is why outlines have no values but text."""
    if package.schemas is before.schemas:
        return True
    now, then = schemas_described(package), schemas_described(before)
    return now == then and [*now] == [*then]


@each
def _models(model: ir.Model) -> ir.Model:
    match model:
        case ir.Record():
            found = [one for one in model.fields if not isinstance(one.type, ir.Scalar) or not one.wire_name.isidentifier()]  # few
            fields = tuple([ir.Field((), one.wire_name, _bare(one.type), one.required) for one in found if _matters(one)])
            return ir.Record(model.id, model.name, fields, model.additional and _bare(model.additional), model.check, group=model.group)
        case ir.Enum():
            constant = len(model.members) == 1 and isinstance(model.members[0].value, str)
            members = tuple([ir.Member((), one.value) for one in model.members if constant])
            return ir.Enum(model.id, model.name, model.kind, members, model.open, group=model.group, closed=model.closed)
        case ir.Union():
            variants = tuple(map(_bare, model.variants))
            return ir.Union(model.id, model.name, variants, model.discriminator, model.check, group=model.group)
        case ir.Alias():
            return ir.Alias(model.id, model.name, _bare(model.type), group=model.group)


def _operation(one: ir.Operation) -> ir.Operation:
    responses = tuple([ir.Response(it.status, "", _bodies(it.bodies), tuple(map(_header, it.headers))) for it in one.responses])
    return ir.Operation(
        one.id, one.name, one.method, one.path, tags=one.tags, request=one.request, bodies=_bodies(one.bodies), responses=responses,
        webhook=one.webhook,
    )  # fmt: skip


def _bodies(bodies: tuple[ir.Body, ...]) -> tuple[ir.Body, ...]:
    return tuple([ir.Body(one.media_type, _bare(one.type)) for one in bodies])


def _header(one: ir.Field) -> ir.Field:
    return ir.Field((), one.wire_name, _bare(one.type), one.required)


def _matters(field: ir.Field) -> bool:
    """Whether a property can matter to another model: it mentions one or has a constant value, or its name is odd."""
    type_ = field.type
    while isinstance(type_, _AROUND):
        type_ = type_.item if isinstance(type_, ir.ListOf) else type_.value if isinstance(type_, ir.MapOf) else type_.type
    return not isinstance(type_, _PLAIN) or not field.wire_name.isidentifier()


def _bare(type_: ir.Type) -> ir.Type:
    """A type without what it demands of a value."""
    match type_:
        case ir.Ref() | ir.Anything() | ir.Nothing():
            return type_
        case ir.Literal(values):
            return type_ if all(isinstance(one, str) for one in values) else _VALUES
        case ir.Scalar(kind):
            return _SCALARS[kind]
        case ir.ListOf(item):
            return ir.ListOf(_bare(item))
        case ir.MapOf(value):
            return ir.MapOf(_bare(value))
        case ir.Nullable(inner):
            return ir.Nullable(_bare(inner))
        case ir.Checked(inner, schema):
            return ir.Checked(_bare(inner), schema)
        case ir.TupleOf(items, rest):
            return ir.TupleOf(tuple(map(_bare, items)), rest and _bare(rest))
