"""The description as the TypeScript pages see it: nothing beside a reference, and a class for every file that is sent."""

from __future__ import annotations

from msgspec.structs import replace

from specmill import ir
from specmill.targets.markdown.usage import Usage


def by_reference(package: ir.Package) -> ir.Package:
    """The package as if nothing ever stood beside a ``$ref``: the pages that this form comes from do not see it."""

    def plain(one: ir.Field) -> ir.Field:
        return replace(one, type=ir.Ref(one.ref)) if one.ref is not None and one.ref in package.models else one

    def seen(model: ir.Model) -> ir.Model:
        if not isinstance(model, ir.Record) or all(one.ref is None for one in model.fields):
            return model
        return replace(model, fields=tuple(map(plain, model.fields)))

    return replace(package, models={id_: seen(model) for id_, model in package.models.items()})


def with_file_classes(package: ir.Package, usage: Usage) -> tuple[ir.Package, dict[str, ir.ModelId]]:
    """Add a class for the files that requests upload: property name → model."""
    added: dict[ir.ModelId, ir.Model] = {}
    uploads: dict[str, ir.ModelId] = {}
    for model in package.models.values():
        if isinstance(model, ir.Record) and model.id in usage.in_requests:
            for one in model.fields:
                if is_binary(one.type):
                    id_ = f"file#/{one.wire_name}"
                    uploads[one.wire_name] = id_
                    added[id_] = _file_class(id_, one.name)
    return replace(package, models={**package.models, **added}) if added else package, uploads


def _file_class(id_: ir.ModelId, name: ir.Words) -> ir.Record:
    text, content = ir.Scalar(ir.Kind.STRING), ir.Scalar(ir.Kind.BINARY)
    fields = (ir.Field(("file", "name"), "fileName", text, required=True), ir.Field(("content",), "content", content, required=True))
    return ir.Record(id_, name, fields)


def is_binary(type_: ir.Type) -> bool:
    """Whether a type is raw octets."""
    match type_:
        case ir.Nullable(inner) | ir.Checked(inner):
            return is_binary(inner)
        case ir.Scalar(ir.Kind.BINARY):
            return True
        case _:
            return False
