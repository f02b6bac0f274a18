"""What all models can do: read and write JSON, and say what is wrong with it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, Self, TypeVar, overload

from ._errors import DecodeError, Problem

T = TypeVar("T")

__all__ = [
    "UNSET",
    "DecodeError",
    "Model",
    "Problem",
    "UnsetType",
    "decode",
    "encode",
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
        read = _FROM_JSON.get(cls) or _made(_FROM_JSON, "json_reader", cls)
        model: Self = read(data)
        return model

    def to_json(self) -> bytes:
        """Write the object as JSON, in UTF-8. Nothing is checked: see `validate`."""
        cls = type(self)
        write = _TO_JSON.get(cls) or _made(_TO_JSON, "json_writer", cls)
        text: bytes = write(self)
        return text

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read one object from what `json.loads` returns; dates may be dates."""
        read = _FROM_DATA.get(cls) or _made(_FROM_DATA, "data_reader", cls)
        model: Self = read(data)
        return model

    def to_dict(self) -> dict[str, Any]:
        """The object as what `json.loads(self.to_json())` returns."""
        cls = type(self)
        write = _TO_DATA.get(cls) or _made(_TO_DATA, "data_writer", cls)
        data: dict[str, Any] = write(self)
        return data

    def validate(self) -> None:
        """Check every rule; `DecodeError` lists all that is broken."""
        cls = type(self)
        check = _CHECKS.get(cls) or _made(_CHECKS, "checker", cls)
        check(self)


class ModelWithDefaults(Model):
    """A model that knows which of its defaults the JSON left out, to leave them out again while they are unchanged."""

    __slots__ = ("_left_out",)


@overload
def decode(data: bytes | bytearray | memoryview | str, type: type[T]) -> T: ...
@overload
def decode(data: bytes | bytearray | memoryview | str, type: object) -> Any: ...
def decode(data: bytes | bytearray | memoryview | str, type: Any) -> Any:
    """Read JSON text as any type: a model, an alias, `list[Model]`, `str | None`, ..."""
    read = _FROM_JSON.get(type) or _made(_FROM_JSON, "json_reader", type)
    return read(data)


def encode(value: object) -> bytes:
    """Write models, or lists and dicts of them, as JSON, in UTF-8."""
    write = _TO_JSON.get(object) or _made(_TO_JSON, "json_writer", object)
    text: bytes = write(value)
    return text


_Table = dict[Any, Callable[[Any], Any]]
_FROM_JSON: Final[_Table] = {}
_TO_JSON: Final[_Table] = {}
_FROM_DATA: Final[_Table] = {}
_TO_DATA: Final[_Table] = {}
_CHECKS: Final[_Table] = {}


def _made(table: _Table, kind: str, type: Any) -> Callable[[Any], Any]:
    """Make a function on first use, so that importing models stays cheap."""
    codecs = import_module("._codecs", __package__)
    made: Callable[[Any], Any] = getattr(codecs, kind)(type)
    table[type] = made
    return made
