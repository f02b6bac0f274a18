"""The properties by which unions choose: where a class is only ever chosen by one value, its property is that value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from specmill.frontend.classes.shapes import Classes
from specmill.ir import Enum, Field, Kind, ListOf, Literal, MapOf, Model, ModelId, Operation, Record, Ref, Scalar, Type, Union

_Choice: TypeAlias = tuple[str, str]  # a property and the value by which a union chooses


def write(classes: Classes, operations: Iterable[Operation]) -> None:
    """Turn such properties into constants: an enum that was written in place for one is no class then."""
    free = _mentioned_freely(classes.models, operations)
    for id, choices in _choices(classes.models).items():
        record = classes.models[id]
        if isinstance(record, Record):
            only = next(iter(choices)) if len(choices) == 1 and id not in free else None
            properties = {name for name, _ in choices}
            fields = tuple(_tag(classes, one, only) if one.wire_name in properties else one for one in record.fields)
            classes.models[id] = replace(record, fields=fields)


def _choices(models: Mapping[ModelId, Model]) -> dict[ModelId, set[_Choice]]:
    """By what each class is chosen; an empty value where a union has a discriminator that does not say."""
    found: defaultdict[ModelId, set[_Choice]] = defaultdict(set)
    for model in models.values():
        if isinstance(model, Union) and model.discriminator is not None:
            for at, variant in enumerate(model.variants):
                if isinstance(variant, Ref) and variant.model in models:
                    values = [value for value, index in model.discriminator.mapping if index == at] or [""]
                    found[variant.model] |= {(model.discriminator.property, value) for value in values}
    return found


def _mentioned_freely(models: Mapping[ModelId, Model], operations: Iterable[Operation]) -> set[ModelId]:
    """The classes that are met without a union that chooses them."""
    types: list[Type] = []
    for operation in operations:
        types += [body.type for body in operation.bodies]
        types += [body.type for answer in operation.responses for body in answer.bodies]
    for model in models.values():
        match model:
            case Record(fields=fields, additional=additional):
                types += [one.type for one in fields]
                types += [additional] if additional is not None else []
            case Union(variants=variants, discriminator=None):
                types += variants
            case _:
                pass
    return {id for type_ in types for id in _classes(type_)}


def _classes(type_: Type) -> Iterator[ModelId]:
    match type_:
        case Ref(model):
            yield model
        case ListOf(inner) | MapOf(inner):
            yield from _classes(inner)
        case _:
            return


def _tag(classes: Classes, one: Field, only: _Choice | None) -> Field:
    """A property as the constant that it always is; as it was where it may be several."""
    value = only[1] if only and only[1] else None
    enum = classes.models.get(one.type.model) if isinstance(one.type, Ref) else None
    if isinstance(enum, Enum):
        return _enum_tag(classes, one, enum, value)
    is_text = isinstance(one.type, Scalar) and one.type.kind is Kind.STRING
    return replace(one, type=Literal((value,))) if is_text and value is not None else one


def _enum_tag(classes: Classes, one: Field, enum: Enum, chosen: str | None) -> Field:
    values = [member.value for member in enum.members]
    is_named = classes.wishes[enum.id].fixed
    value = values[0] if len(values) == 1 else chosen
    if value not in values or (is_named and len(values) == 1):
        return one
    if not is_named:
        classes.wishes[enum.id] = replace(classes.wishes[enum.id], kind="Literal")  # it has no page, and keeps others from its name
    return replace(one, type=Literal((value,)))
