"""From types to functions: how each type is read and written, fast where the data is right, exactly where it is not."""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeGuard,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID

import msgspec

from ._errors import Error, decode_error
from ._exact import Step, step
from ._model import Model

Function: TypeAlias = Callable[[Any], Any]

FAILURES: Final = (msgspec.DecodeError, ValueError, RecursionError)
"""What the fast path raises for data that it does not accept."""


def same(value: Any) -> Any:
    """The value: what msgspec reads is what the user gets."""
    return value


class Codec:
    """How one type is read and written: what msgspec sees, and the way from there to the Python value and back."""

    __slots__ = ("_step", "_wire", "dump", "load")

    def __init__(self, wire: Any, load: Function = same, dump: Function = same) -> None:
        """`wire` may be a function without arguments, which is called on first use."""
        self._wire = wire
        self._step: Step | None = None
        self.load = load
        self.dump = dump

    @property
    def wire(self) -> Any:
        """The type that msgspec reads and writes."""
        if isinstance(self._wire, types.FunctionType):
            self._wire = self._wire()
        return self._wire

    @property
    def step(self) -> Step:
        """The exact path."""
        if self._step is None:
            self._step = step(self.wire)
        return self._step

    def read(self, raw: Any) -> Any:
        """The Python value of JSON data, on the fast path."""
        return self.load(msgspec.convert(raw, self.wire))

    def read_exactly(self, raw: Any) -> Any:
        """The Python value of JSON data, on the exact path."""
        errors: list[Error] = []
        try:
            mended = self.step(raw, None, errors)
            if not errors:
                return self.read(mended)
        except RecursionError:
            errors = [(None, "depth", "less nesting", raw)]
        except FAILURES as error:
            errors = [(None, "invalid", f"another value ({error})", raw)]
        raise decode_error(errors)


CODECS: Final[dict[Any, Codec]] = {}
"""The codecs of the models, by class; those of aliases by name."""


def register(codecs: Mapping[Any, Codec]) -> None:
    """Make the codecs of generated models known."""
    CODECS.update(codecs)


# ---- types to codecs -----------------------------------------------------------------

_SCALARS: Final[dict[Any, Any]] = {
    Any: Any,
    object: Any,
    None: None,
    types.NoneType: None,
    bool: bool,
    int: int,
    float: int | float,
    str: str,
    bytes: bytes,
    datetime: Annotated[datetime, msgspec.Meta(tz=True)],
    date: date,
    time: Annotated[time, msgspec.Meta(tz=True)],
    UUID: UUID,
    Decimal: Decimal,
    list: list[Any],
    dict: dict[str, Any],
}


def codec_of(type: Any) -> Codec:
    """The codec of a type as users write it; `TypeError` for one that this package cannot read."""
    if not CODECS:
        import_module(".serializers", __package__)
    found = CODECS.get(type)
    if found is not None:
        return found
    if type in _SCALARS:
        return Codec(_SCALARS[type])
    origin = get_origin(type)
    if origin is Annotated:
        inner, *names = get_args(type)
        named = [
            CODECS[name] for name in names if isinstance(name, str) and name in CODECS
        ]
        return named[-1] if named else codec_of(inner)  # the outermost name stands last
    if origin is None:
        return _codec_of_class(type)
    return _codec_of_generic(type, origin, get_args(type))


def _codec_of_class(cls: Any) -> Codec:
    if isinstance(cls, type) and issubclass(cls, enum.Enum):
        return Codec(cls)
    if isinstance(cls, type) and issubclass(cls, Model):
        return _codec_of_subclass(cls)
    raise TypeError(f"{cls!r} is not a type that this package can read")


def _codec_of_subclass(cls: type[Model]) -> Codec:
    """A user's own subclass of a model: read as the model, then constructed."""
    base = next((one for one in cls.__mro__ if one in CODECS), None)
    if base is None:
        raise TypeError(f"{cls!r} is not a model of this package")
    codec = CODECS[base]
    names = [field.name for field in dataclasses.fields(base) if field.init]

    def load(wire: Any) -> Any:
        model = codec.load(wire)
        return cls(**{name: getattr(model, name) for name in names})

    return Codec(lambda: codec.wire, load, codec.dump)


def _codec_of_generic(type: Any, origin: Any, arguments: tuple[Any, ...]) -> Codec:
    from ._wire import Choice, each, each_value

    if origin is list:
        item = codec_of(arguments[0])
        load: Function = (
            same if item.load is same else lambda wire: each(wire, item.load)
        )
        return Codec(_generic(list, item.wire), load, dump_value)
    if origin in (dict, Mapping):
        value = codec_of(arguments[1])
        load = same if value.load is same else lambda wire: each_value(wire, value.load)
        return Codec(_generic(dict, str, value.wire), load, dump_value)
    if origin is Literal:
        return Codec(type)
    if origin in (Union, types.UnionType):
        choice = Choice(*map(codec_of, arguments))
        return Codec(Annotated[Any, choice], choice.load, dump_value)
    raise TypeError(f"{type!r} is not a type that this package can read")


def _generic(container: Any, *arguments: Any) -> Any:
    return types.GenericAlias(container, arguments)


# ---- codecs to functions -------------------------------------------------------------


def json_reader(type: Any) -> Function:
    """From JSON text to the type."""
    codec = codec_of(type)
    decode = msgspec.json.Decoder(codec.wire).decode
    load = codec.load

    def read(data: Any) -> Any:
        try:
            return load(decode(data))
        except FAILURES:
            pass
        return codec.read_exactly(parsed(data))

    return read


def parsed(data: Any) -> Any:
    """JSON text as plain data."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        expected, found = "less nesting", "deeply nested data"
    except (UnicodeError, msgspec.DecodeError) as error:
        expected, found = "JSON text in UTF-8", str(error)
    raise decode_error([(None, "json", expected, found)])


def data_reader(type: Any) -> Function:
    """From plain data to the type."""
    codec = codec_of(type)
    wire = codec.wire
    load = codec.load

    def read(data: Any) -> Any:
        try:
            return load(msgspec.convert(data, wire))
        except FAILURES:
            pass
        return codec.read_exactly(plain(data))

    return read


def plain(data: Any) -> Any:
    """Data as JSON would have it: no dates, no tuples, no enums."""
    try:
        return msgspec.to_builtins(data, str_keys=True)
    except RecursionError:
        code, expected = "depth", "less nesting"
    except (TypeError, ValueError, AttributeError) as error:
        code, expected = "type", f"data that JSON can hold ({error})"
    raise decode_error([(None, code, expected, data)])


_ENCODE: Final = msgspec.json.Encoder().encode


def json_writer(type: Any) -> Function:
    """From the type to JSON text."""
    dump = dump_value if type is object else codec_of(type).dump

    def write(value: Any) -> bytes:
        return _ENCODE(dump(value))

    if type is object:
        codec_of(type)
    return write


def data_writer(type: Any) -> Function:
    """From the type to plain data."""
    dump = codec_of(type).dump

    def write(value: Any) -> Any:
        return msgspec.to_builtins(dump(value), str_keys=True)

    return write


def checker(type: Any) -> Function:
    """What raises `DecodeError` for a value that breaks a rule."""
    codec = codec_of(type)

    def check(value: Any) -> None:
        try:
            data = plain(codec.dump(value))
        except (TypeError, AttributeError) as error:
            problem = decode_error([(None, "type", f"another object ({error})", value)])
        else:
            codec.read_exactly(data)
            return
        raise problem

    return check


def is_sequence(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether it becomes a JSON array."""
    return isinstance(value, list | tuple)


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it becomes a JSON object."""
    return isinstance(value, dict)


def dump_value(value: Any) -> Any:
    """What msgspec writes for any value: models become their wire form, wherever they stand."""
    codec = CODECS.get(type(value))
    if codec is not None:
        return codec.dump(value)
    if is_sequence(value):
        return [dump_value(one) for one in value]
    if is_mapping(value):
        return {key: dump_value(one) for key, one in value.items()}
    if isinstance(value, Model):
        return codec_of(type(value)).dump(value)
    return value
