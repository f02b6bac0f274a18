"""Every library that turns JSON into objects and back, as fast as its own documentation tells to do it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from importlib import import_module
from types import NoneType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from shapes import Case

import specmill

Function = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """What a library does with one case; None: it cannot."""

    decode: Function | None = None  # JSON text to objects
    encode: Function | None = None  # objects to JSON text
    from_dict: Function | None = None
    to_dict: Function | None = None
    renames: bool = False  # it is given the keys of the spec


class Plain:
    """The base of dataclasses that need none."""

    __slots__ = ()


def specmill_models(case: Case) -> Codec:
    module = specmill.compile_models(case.spec)
    cls = case.type_in(module)
    if not case.many:
        return Codec(cls.from_json, cls.to_json, cls.from_dict, cls.to_dict, renames=True)
    item = getattr(module, case.root)
    load, dump = item.from_dict, item.to_dict
    return Codec(
        lambda text: module.decode(text, cls),
        module.encode,
        lambda data: [*map(load, data)],
        lambda items: [*map(dump, items)],
        renames=True,
    )


def orjson_alone(_case: Case) -> Codec:
    orjson = import_module("orjson")
    return Codec(orjson.loads)


def msgspec_structs(case: Case) -> Codec:
    return _msgspec(case.type_in(case.structs()))


def msgspec_dataclasses(case: Case) -> Codec:
    return _msgspec(case.type_in(case.dataclasses(Plain)))


def _msgspec(type: Any) -> Codec:
    decoder, encoder = msgspec.json.Decoder(type), msgspec.json.Encoder()
    return Codec(decoder.decode, encoder.encode, lambda data: msgspec.convert(data, type), msgspec.to_builtins)


def pydantic_models(case: Case) -> Codec:
    pydantic = import_module("pydantic")
    module = case.classes(pydantic.BaseModel, lambda union: Annotated[union, pydantic.Field(discriminator="kind")])
    for cls in pydantic.BaseModel.__subclasses__():
        cls.model_rebuild()
    adapter = pydantic.TypeAdapter(case.type_in(module))
    return Codec(adapter.validate_json, adapter.dump_json, adapter.validate_python, lambda value: adapter.dump_python(value, mode="json"))


def mashumaro_dataclasses(case: Case) -> Codec:
    found = import_module("mashumaro.codecs.orjson")
    basic = import_module("mashumaro.codecs")
    type = case.type_in(case.dataclasses(Plain, lambda union: union))  # its Discriminator takes a thousand times as long in a recursion
    json = found.ORJSONDecoder(type), found.ORJSONEncoder(type)
    return Codec(json[0].decode, json[1].encode, basic.BasicDecoder(type).decode, basic.BasicEncoder(type).encode)


def cattrs_dataclasses(case: Case) -> Codec:
    type = case.type_in(case.dataclasses(Plain, lambda union: union))
    converter = import_module("cattrs.preconf.orjson").make_converter(detailed_validation=False)
    plain = import_module("cattrs.preconf.json").make_converter(detailed_validation=False)
    return Codec(
        lambda text: converter.loads(text, type),
        lambda value: converter.dumps(value, unstructure_as=type),
        lambda data: plain.structure(data, type),
        lambda value: plain.unstructure(value, unstructure_as=type),
    )


def adaptix_dataclasses(case: Case) -> Codec:
    adaptix, orjson = import_module("adaptix"), import_module("orjson")
    type = case.type_in(case.dataclasses(Plain, lambda union: union))
    retort = adaptix.Retort(strict_coercion=False, debug_trail=adaptix.DebugTrail.DISABLE)
    load, dump = retort.get_loader(type), retort.get_dumper(type)
    return Codec(lambda text: load(orjson.loads(text)), lambda value: orjson.dumps(dump(value)), load, dump)


def apischema_dataclasses(case: Case) -> Codec:
    apischema, orjson = import_module("apischema"), import_module("orjson")
    type = case.type_in(case.dataclasses(Plain, lambda union: Annotated[union, apischema.discriminator("kind")]))
    load, dump = apischema.deserialization_method(type), apischema.serialization_method(type)
    return Codec(lambda text: load(orjson.loads(text)), lambda value: orjson.dumps(dump(value)), load, dump)


def dacite_dataclasses(case: Case) -> Codec:
    dacite, orjson = import_module("dacite"), import_module("orjson")
    cls = getattr(case.dataclasses(Plain, lambda union: union), case.root)
    config = dacite.Config(type_hooks={datetime: datetime.fromisoformat}, cast=[Enum])

    def load(data: Any) -> Any:
        return [dacite.from_dict(cls, one, config) for one in data] if case.many else dacite.from_dict(cls, data, config)

    def dump(value: Any) -> Any:
        return [*map(asdict, value)] if case.many else asdict(value)

    return Codec(lambda text: load(orjson.loads(text)), lambda value: orjson.dumps(dump(value)), load)


def dataclasses_json(case: Case) -> Codec:
    library = import_module("dataclasses_json")
    if case.root == "Stream":
        raise NotImplementedError  # it has no unions that JSON alone decides
    settings = import_module("dataclasses_json.cfg").global_config
    for name in ("datetime", "datetime | None"):  # it looks fields up by their annotation, which is text
        settings.decoders[name] = lambda text: text and datetime.fromisoformat(text)
        settings.encoders[name] = lambda value: value and value.isoformat()
    module = case.dataclasses(Plain)
    for value in list(vars(module).values()):
        if is_dataclass(value):
            library.dataclass_json(value)
    schema = getattr(module, case.root)
    if not case.many:
        return Codec(schema.from_json, lambda one: one.to_json().encode(), schema.from_dict, lambda one: one.to_dict(encode_json=True))
    orjson = import_module("orjson")
    return Codec(
        lambda text: [schema.from_dict(one) for one in orjson.loads(text)],
        lambda items: orjson.dumps([one.to_dict(encode_json=True) for one in items]),
        lambda data: [schema.from_dict(one) for one in data],
        lambda items: [one.to_dict(encode_json=True) for one in items],
    )


def marshmallow_schemas(case: Case) -> Codec:
    library, orjson = import_module("marshmallow"), import_module("orjson")
    if case.root == "Stream":
        raise NotImplementedError  # it has no unions
    cls = getattr(case.dataclasses(Plain), case.root)
    schema = _schema(library, cls)(many=bool(case.many))
    return Codec(lambda text: schema.load(orjson.loads(text)), lambda value: orjson.dumps(schema.dump(value)), schema.load, schema.dump)


def _schema(library: Any, cls: Any) -> Any:
    hints = get_type_hints(cls)
    members: dict[str, Any] = {one.name: _field(library, hints[one.name], required=one.default is not None) for one in fields(cls)}
    members["make"] = library.post_load(lambda _self, data, **_: cls(**data))
    return type(f"{cls.__name__}Schema", (library.Schema,), members)


def _field(library: Any, hint: Any, **options: Any) -> Any:
    known = library.fields
    alternatives = [one for one in get_args(hint) if one is not NoneType]
    if get_origin(hint) is list:
        return known.List(_field(library, alternatives[0]), **options)
    if NoneType in get_args(hint):
        return _field(library, Union[tuple(alternatives)], allow_none=True, **options)  # noqa: UP007 - it may be only one
    if is_dataclass(hint):
        return known.Nested(_schema(library, hint), **options)
    if issubclass(hint, Enum):
        return known.Enum(hint, by_value=True, **options)
    kinds = {str: known.String, int: known.Integer, float: known.Float, bool: known.Boolean, datetime: known.DateTime}
    return kinds[hint](**options)


PEERS: Final[dict[str, tuple[str, Callable[[Case], Codec]]]] = {
    "specmill": ("specmill", specmill_models),
    "orjson.loads (no objects)": ("orjson", orjson_alone),
    "msgspec.Struct": ("msgspec", msgspec_structs),
    "msgspec, slots dataclasses": ("msgspec", msgspec_dataclasses),
    "pydantic": ("pydantic", pydantic_models),
    "mashumaro": ("mashumaro", mashumaro_dataclasses),
    "cattrs": ("cattrs", cattrs_dataclasses),
    "adaptix": ("adaptix", adaptix_dataclasses),
    "apischema": ("apischema", apischema_dataclasses),
    "dacite": ("dacite", dacite_dataclasses),
    "marshmallow": ("marshmallow", marshmallow_schemas),
    "dataclasses-json": ("dataclasses-json", dataclasses_json),
}
"""The distribution of each library, and how it is used."""


def version(distribution: str) -> str | None:
    """The version that is installed; None: it is not."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
