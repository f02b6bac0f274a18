"""From types to functions: how each type is read and written, fast where the data is right, exactly where it is not."""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from threading import RLock
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
from ._exact import Number, Step, has_keys, step
from ._model import Model

Function: TypeAlias = Callable[[Any], Any]
Table: TypeAlias = dict[Any, Function]
"""The functions for the classes of values."""

_ENCODER: Final = msgspec.json.Encoder()
_BATCH: Final = 32
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
        raise decode_error(errors) from None


class Ready:
    """A codec at hand: all that the methods of a model need, two by two."""

    __slots__ = ("codec", "failures", "from_data", "from_json", "to_data", "to_json")

    def __init__(self, codec: Codec) -> None:
        """Make what reads JSON text; msgspec looks at the whole type here."""
        self.codec = codec
        with _IMPORTS:  # msgspec takes the types apart now, and must not be disturbed
            self.from_json = msgspec.json.Decoder(codec.wire).decode, codec.load
        self.to_json = _ENCODER.encode, codec.dump
        self.from_data = msgspec.convert, codec.wire, codec.load
        self.to_data: tuple[Function, Function] = self._first_data, codec.dump
        self.failures = FAILURES

    def _first_data(self, wire: Any) -> Any:
        """Plain data; from now on with a look at the keys only where there are dicts: it costs as much as two dates."""
        keyed = has_keys(self.codec.wire, set())
        writer: Function = _keyed_data if keyed else msgspec.to_builtins
        self.to_data = writer, self.codec.dump
        return writer(wire)

    def read_json_exactly(self, data: Any) -> Any:
        """The Python value of JSON text, on the exact path."""
        return self.codec.read_exactly(parsed(data))

    def read_data_exactly(self, data: Any) -> Any:
        """The Python value of plain data that may hold dates, on the exact path."""
        return self.codec.read_exactly(plain(data))

    def write(self, value: Any) -> bytes:
        """JSON text; of a long list some items at a time, which saves memory and with it time."""
        if is_list(value) and len(value) > _BATCH:
            return _written_in_batches(value, self.codec.dump)
        return _ENCODER.encode(self.codec.dump(value))

    def validate(self, value: Any) -> None:
        """Raise `DecodeError` for a value that breaks a rule."""
        try:
            data = plain(self.codec.dump(value))
        except (TypeError, AttributeError) as error:
            code, expected = "type", f"another object ({error})"
        except RecursionError:
            code, expected = "depth", "less nesting"
        else:
            self.codec.read_exactly(data)
            return
        raise decode_error([(None, code, expected, value)])


def _keyed_data(wire: Any) -> Any:
    return msgspec.to_builtins(wire, str_keys=True)


def ready(type: Any) -> Ready:
    """What reads and writes a type as users write it."""
    return Ready(codec_of(type))


CODECS: Final[dict[Any, Codec]] = {}
"""The codecs of the models, by class; those of aliases by name."""
_NEW: Final[dict[Any, Codec]] = {}
_IMPORTS: Final = RLock()


def register(codecs: Mapping[Any, Codec]) -> None:
    """Make the codecs of generated models known, once all that they mention is imported."""
    _NEW.update(codecs)


def known(key: Any) -> Codec | None:
    """The codec of a model or an alias; its module is imported on first use, by one thread at a time."""
    found = CODECS.get(key)
    home = None if found is not None else _home(key)
    if home is not None:
        with _IMPORTS:
            import_module(home, __package__)
            CODECS.update(_NEW)
            _NEW.clear()
        found = CODECS.get(key)
    return found


def _home(key: Any) -> str | None:
    """The module of the serializers, which is called as that of the models is."""
    if isinstance(key, str):
        modules = vars(import_module(".", __package__)).get("_MODULES")
        module = ".models" if modules is None else modules.get(key, "")
    else:
        module = str(getattr(key, "__module__", "")).removeprefix(str(__package__))
    if module == ".models" or module.startswith(".models."):
        return module.replace(".models", ".serializers", 1)
    return None


# ---- types to codecs -----------------------------------------------------------------

_SCALARS: Final[dict[Any, Any]] = {
    Any: Any,
    object: Any,
    None: None,
    types.NoneType: None,
    bool: bool,
    int: int,
    float: Number,
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
    found = known(type)
    if found is not None:
        return found
    if type in _SCALARS:
        return Codec(_SCALARS[type], dump=dump_value)
    origin = get_origin(type)
    if origin is Annotated:
        inner, *names = get_args(type)
        named = [
            codec
            for name in names
            if isinstance(name, str) and (codec := known(name)) is not None
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


def _codec_of_subclass(cls: Any) -> Codec:
    """A user's own subclass of a model: read as the model, then constructed."""
    bases = ((base, known(base)) for base in cls.__mro__)
    base, codec = next(((one, found) for one, found in bases if found), (cls, None))
    if codec is None:
        raise TypeError(f"{cls!r} is not a model of this package")
    names = [field.name for field in dataclasses.fields(base) if field.init]

    def load(wire: Any) -> Any:
        model = codec.load(wire)
        return cls(**{name: getattr(model, name) for name in names})

    return Codec(lambda: codec.wire, load, codec.dump)


def _codec_of_generic(type: Any, origin: Any, arguments: tuple[Any, ...]) -> Codec:
    from ._wire import Choice

    if origin is list:
        item = codec_of(arguments[0])
        load, wire = item.load, _generic(list, item.wire)
        if load is same:
            return Codec(wire, dump=dump_value)
        return Codec(wire, lambda items: [load(one) for one in items], dump_value)
    if origin in (dict, Mapping):
        value = codec_of(arguments[1])
        load, wire = value.load, _generic(dict, str, value.wire)
        if load is same:
            return Codec(wire, dump=dump_value)
        return Codec(
            wire,
            lambda items: {key: load(one) for key, one in items.items()},
            dump_value,
        )
    if origin is Literal:
        return Codec(type)
    if origin in (Union, types.UnionType):
        choice = Choice(*map(codec_of, arguments))
        return Codec(Annotated[Any, choice], choice.load, dump_value)
    raise TypeError(f"{type!r} is not a type that this package can read")


def _generic(container: Any, *arguments: Any) -> Any:
    return types.GenericAlias(container, arguments)


# ---- data ----------------------------------------------------------------------------


def parsed(data: Any) -> Any:
    """JSON text as plain data."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        expected, found = "less nesting", "deeply nested data"
    except (UnicodeError, msgspec.DecodeError) as error:
        expected, found = "JSON text in UTF-8", str(error)
    raise decode_error([(None, "json", expected, found)]) from None


def plain(data: Any) -> Any:
    """Data as JSON would have it: no dates, no tuples, no enums."""
    try:
        return msgspec.to_builtins(data, str_keys=True)
    except RecursionError:
        code, expected = "depth", "less nesting"
    except (TypeError, ValueError, AttributeError) as error:
        code, expected = "type", f"data that JSON can hold ({error})"
    raise decode_error([(None, code, expected, data)]) from None


def _written_in_batches(items: list[Any], dump: Function) -> bytes:
    """The JSON array, each batch written over the bracket that closed the one before."""
    text = bytearray()
    for start in range(0, len(items), _BATCH):
        end = max(len(text) - 1, 0)
        _ENCODER.encode_into(dump(items[start : start + _BATCH]), text, end)
        if start:
            text[end : end + 1] = b","
    return bytes(text)


def is_sequence(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether it becomes a JSON array."""
    return isinstance(value, list | tuple)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a list, of anything."""
    return isinstance(value, list)


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
