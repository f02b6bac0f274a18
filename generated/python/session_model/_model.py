"""What all models can do: read and write JSON, and say what is wrong with it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final, Self, TypeVar, overload

from ._errors import DecodeError, DecodeProblem

T = TypeVar("T")

__all__ = [
    "UNSET",
    "DecodeError",
    "DecodeProblem",
    "Model",
    "UnsetType",
    "decode",
    "decode_lines",
    "encode",
    "encode_lines",
]


class UnsetType(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> bool:
        """False, as None is."""
        return False

    def __repr__(self) -> str:
        """The name under which it is imported."""
        return "UNSET"


UNSET: Final = UnsetType.UNSET
"""The value of an optional field that is absent, where None means a JSON null."""


class Model:
    """A JSON object as a dataclass."""

    __slots__ = ()

    @classmethod
    def from_json(cls, data: bytes | bytearray | memoryview | str) -> Self:
        """Read one object from JSON text; `DecodeError` lists all that is wrong."""
        ready = _READY[cls]
        decode, load = ready.from_json
        try:
            model: Self = load(decode(data))
        except ready.failures:
            model = ready.read_json_exactly(data)
        return model

    def to_json(self) -> bytes:
        """Write the object as JSON, in UTF-8. Nothing is checked: see `validate`."""
        encode, dump = _READY[type(self)].to_json
        text: bytes = encode(dump(self))
        return text

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read one object from what `json.loads` returns; dates may be dates."""
        ready = _READY[cls]
        convert, wire, load = ready.from_data
        try:
            model: Self = load(convert(data, wire))
        except ready.failures:
            model = ready.read_data_exactly(data)
        return model

    def to_dict(self) -> dict[str, Any]:
        """The object as what `json.loads(self.to_json())` returns."""
        to_plain, dump = _READY[type(self)].to_data
        data: dict[str, Any] = to_plain(dump(self))
        return data

    def validate(self) -> None:
        """Check every rule; `DecodeError` lists all that is broken."""
        _READY[type(self)].validate(self)


class ModelWithDefaults(Model):
    """A model that knows which of its defaults the JSON left out, to leave them out again while they are unchanged."""

    __slots__ = ("_left_out",)


@overload
def decode(data: bytes | bytearray | memoryview | str, type: type[T]) -> T: ...
@overload
def decode(data: bytes | bytearray | memoryview | str, type: object) -> Any: ...
def decode(data: bytes | bytearray | memoryview | str, type: Any) -> Any:
    """Read JSON text as any type: a model, an alias, `list[Model]`, `str | None`, ..."""
    ready = _READY[type]
    decode, load = ready.from_json
    try:
        return load(decode(data))
    except ready.failures:
        return ready.read_json_exactly(data)


def encode(value: object) -> bytes:
    """Write models, or lists and dicts of them, as JSON, in UTF-8."""
    text: bytes = _READY[object].write(value)
    return text


@overload
def decode_lines(lines: Iterable[bytes | str], type: type[T]) -> Iterator[T]: ...
@overload
def decode_lines(lines: Iterable[bytes | str], type: object) -> Iterator[Any]: ...
def decode_lines(lines: Iterable[bytes | str], type: Any) -> Iterator[Any]:
    """Read JSON Lines, one value at a time: of an open file, or of anything that gives lines.

    Blank lines are passed over. `DecodeError.line` is the number of the line that is wrong.
    """
    if isinstance(lines, str | bytes):
        raise TypeError("pass an open file, or lines, not text")
    for number, line in enumerate(lines, 1):
        if line and not line.isspace():
            try:
                value = decode(line, type)
            except DecodeError as error:
                raise DecodeError(error.errors, number) from None
            yield value


def encode_lines(values: Iterable[object]) -> Iterator[bytes]:
    """Write JSON Lines, one value at a time: `file.writelines(encode_lines(values))`."""
    for value in values:
        yield encode(value) + b"\n"


class _Ready(dict[Any, Any]):
    """How each type is read and written, made on first use, so that importing models stays cheap."""

    def __missing__(self, type: Any) -> Any:
        """Make it."""
        ready = import_module("._codecs", __package__).ready(type)
        self[type] = ready
        return ready


_READY: Final = _Ready()
