"""How much of a spec is documented, and what of it is going away."""

from __future__ import annotations

from collections.abc import Container

from specmill import ir
from specmill.diagnostics import counted
from specmill.targets import each
from specmill.targets.markdown.places import direct


def coverage(package: ir.Package, shown: Container[ir.ModelId]) -> str:
    """How many fields of the classes that are shown the spec describes."""
    counts = [one for id, one in _undescribed(package).items() if id in shown]
    fields = sum([all for all, _, _ in counts])
    missing = sum([plain for _, plain, _ in counts]) + sum([not _is_described(package, id) for _, _, ids in counts for id in ids])
    told = fields - missing
    return f"{told} of {counted(fields, 'field')} {'is' if 1 in (told, fields) else 'are'} documented." if fields else ""


@each
def going(model: ir.Model) -> tuple[str | None, ...]:
    """What of a class is going away: itself (None), its fields or its values."""
    found: list[str | None] = [None] if model.docs.deprecated else []
    match model:
        case ir.Record(fields=fields):
            found += [one.wire_name for one in fields if one.docs.deprecated]
        case ir.Enum(members=members):
            found += [str(member.value) for member in members if member.deprecated]
        case _:
            pass
    return tuple(found)


@each
def _undescribed(model: ir.Model) -> tuple[int, int, tuple[ir.ModelId, ...]]:
    """How many fields a class has, how many of them nobody describes, and the classes that may describe others."""
    if not isinstance(model, ir.Record):
        return 0, 0, ()
    silent = [one.type for one in model.fields if not one.docs.description]
    classes = tuple([id for type_ in silent if not isinstance(type_, ir.Scalar) and (id := direct(type_)) is not None])
    return len(model.fields), len(silent) - len(classes), classes


def _is_described(package: ir.Package, id: ir.ModelId) -> bool:
    model = package.models.get(id)
    return model is not None and bool(model.docs.description)
