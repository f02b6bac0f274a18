"""The exact path: walks JSON data by its wire type, mends what JSON leaves open (1.0 for 1), and collects every error."""

from __future__ import annotations

import enum
import math
import re
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
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

from ._errors import At, Error, RefusedError, told

Errors: TypeAlias = list[Error]
NO_TAG: Final = "\0"
"""The tag of the Struct that stands beside a lone tagged one: without it msgspec would not insist on the tag."""
OR_NULL: Final = "or null"
"""Stands beside a node where null is welcome too."""
LARGEST: Final = sys.float_info.max
"""The bound of numbers that have no other: neither NaN nor the infinities, which only Python has, are within it."""
Number: TypeAlias = int | Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
"""Any number that JSON has."""
Step: TypeAlias = Callable[[Any, At, Errors], Any]
"""Checks a JSON value and returns it, mended; findings go into the list."""


class Rule:
    """A rule that msgspec cannot check, about a value of the right type."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Add what is wrong with the value."""
        raise NotImplementedError

    def require(self, value: Any) -> Any:
        """The value, on the fast path."""
        errors: Errors = []
        self.find(value, None, errors)
        if errors:
            raise RefusedError
        return value


class Decided:
    """A value that the exact path has mended, and how it is to be read: nothing is tried or checked again."""

    __slots__ = ("read", "value")

    def __init__(self, read: Callable[[Any], Any], value: Any) -> None:
        """Keep both."""
        self.read = read
        self.value = value


class Node:
    """A type that msgspec cannot express: it takes raw JSON data."""

    def kinds(self) -> frozenset[type] | None:
        """The classes of the JSON values that it may take; None: any."""
        return None

    def words(self) -> str:
        """What it takes, as people say it."""
        return "any value"

    def load(self, raw: Any) -> Any:
        """The Python value, on the fast path, or of what the exact path returned."""
        return raw.read(raw.value) if type(raw) is Decided else self.read(raw)

    def read(self, raw: Any) -> Any:
        """The Python value, on the fast path."""
        raise NotImplementedError

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """Check the value and return it, mended."""
        raise NotImplementedError


_WORDS: Final[dict[Any, str]] = {
    None: "null",
    types.NoneType: "null",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    tuple: "an array",
    dict: "an object",
    datetime: "a date-time as in RFC 3339",
    date: "a date as in RFC 3339",
    time: "a time as in RFC 3339",
    UUID: "a UUID",
    bytes: "base64 text",
    Decimal: "a decimal number",
}
_STEPS: Final[dict[Any, Step]] = {}


def step(wire: Any) -> Step:
    """The step for a wire type, made once."""
    found = _STEPS.get(wire)
    if found is None:
        found = _STEPS[wire] = _made(wire)
    return found


def _made(wire: Any) -> Step:
    origin = get_origin(wire)
    if origin is Annotated:
        return _annotated(*get_args(wire))
    if origin in (Union, types.UnionType):
        return _OneOfTypes(get_args(wire))
    if origin is Literal:
        return _Listed(get_args(wire))
    if origin is list or wire is list:
        return _Items(*get_args(wire) or (Any,))
    if origin is dict or wire is dict:
        return _Values(*get_args(wire) or (str, Any))
    if origin is tuple:
        return _Row(get_args(wire))
    return _plain(wire)


def _plain(wire: Any) -> Step:
    if wire is Any:
        return lambda value, at, errors: value
    if wire is int:
        return _integer
    if wire is float:
        return _number
    if wire in (str, bool, None, types.NoneType):
        return _OfClass(types.NoneType if wire is None else wire)
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        return ObjectStep(wire)
    if isinstance(wire, type) and issubclass(wire, enum.Enum):
        return _Listed(member.value for member in wire)
    return _Text(wire, wire)


def _annotated(wire: Any, *metadata: Any) -> Step:
    found = _restricted(wire, *metadata)
    return _OrNull(found) if OR_NULL in metadata else found


def _restricted(wire: Any, *metadata: Any) -> Step:
    nodes = [one for one in metadata if isinstance(one, Node)]
    if nodes:
        return nodes[0].walk
    metas = [one for one in metadata if isinstance(one, msgspec.Meta)]
    rules: list[Rule] = [one for one in metadata if isinstance(one, Rule)]
    if any(meta.tz for meta in metas):
        return _Ruled(_Text(Annotated[wire, msgspec.Meta(tz=True)], wire), rules)
    rules[:0] = [_Limits(meta) for meta in metas]
    return _Ruled(step(wire), rules)


def class_of(value: object) -> type[object]:
    """The class of a JSON value."""
    return type(value)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is a JSON object."""
    return type(value) is dict


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a JSON array."""
    return type(value) is list


def kinds_of(wire: Any) -> frozenset[type] | None:
    """The classes of the JSON values that a wire type may take; None: any."""
    origin = get_origin(wire)
    if origin is Annotated:
        inner, *metadata = get_args(wire)
        nodes = [one for one in metadata if isinstance(one, Node)]
        if not nodes:
            return kinds_of(inner)
        null = frozenset({types.NoneType} if OR_NULL in metadata else ())
        kinds = nodes[0].kinds()
        return None if kinds is None else kinds | null
    if origin in (Union, types.UnionType):
        return all_kinds(map(kinds_of, get_args(wire)))
    if origin is Literal:
        return _with_whole(frozenset(map(type, get_args(wire))))
    if origin in (list, tuple) or wire is list:
        return frozenset({list})
    if origin is dict or wire is dict:
        return frozenset({dict})
    if wire is Any:
        return None
    if wire is None:
        return frozenset({types.NoneType})
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        return frozenset({dict})
    if isinstance(wire, type) and issubclass(wire, enum.Enum):
        return _with_whole(frozenset(class_of(member.value) for member in wire))
    if wire in (bool, int, float, types.NoneType):
        return _with_whole(frozenset({wire}))
    return frozenset({str})


def all_kinds(kinds: Iterable[frozenset[type] | None]) -> frozenset[type] | None:
    """The kinds together; None if any of them is."""
    found: frozenset[type] = frozenset()
    for one in kinds:
        if one is None:
            return None
        found |= one
    return found


def has_keys(wire: Any, seen: set[Any]) -> bool:
    """Whether there may be dicts in a value of the wire type: their keys may be other than text in a model built by hand."""
    if wire in (Any, dict) or get_origin(wire) is dict:
        return True
    parts = get_args(wire)
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct) and wire not in seen:
        seen.add(wire)
        parts = tuple(field.type for field in msgspec.structs.fields(wire))
    return any(has_keys(part, seen) for part in parts)


def _with_whole(kinds: frozenset[type]) -> frozenset[type]:
    """Where integers are welcome, 1.0 is."""
    return kinds | {float} if int in kinds else kinds


def words(wire: Any) -> str:
    """What a wire type takes, as people say it."""
    if get_origin(wire) is Annotated:
        inner, *metadata = get_args(wire)
        nodes = [one for one in metadata if isinstance(one, Node)]
        found = nodes[0].words() if nodes else words(inner)
        return f"{found} or null" if OR_NULL in metadata else found
    if get_origin(wire) in (Union, types.UnionType):
        return any_of(get_args(wire))
    if get_origin(wire) is Literal:
        return any_of(map(class_of, get_args(wire)))
    if isinstance(wire, type) and issubclass(wire, enum.Enum):
        return any_of(class_of(member.value) for member in wire)
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        return "an object"
    if wire is Any:
        return "any value"
    return _WORDS.get(get_origin(wire) or wire, "another value")


def any_of(wires: Iterable[Any]) -> str:
    """What several wire types take, each thing once."""
    parts = (word for wire in wires for word in words(wire).split(" or "))
    found = dict.fromkeys(parts)
    if "a number" in found:
        found.pop("an integer", None)
    return " or ".join(found)


def whole(value: Any) -> Any:
    """The number, as an int where it is a whole float."""
    return int(value) if type(value) is float and value.is_integer() else value


def _integer(value: Any, at: At, errors: Errors) -> Any:
    value = whole(value)
    if type(value) is not int:
        errors.append((at, "type", "an integer", value))
    return value


def _number(value: Any, at: At, errors: Errors) -> Any:
    if type(value) is not float or not math.isfinite(value):  # JSON has no NaN
        errors.append((at, "type", "a number", value))
    return value


class _OrNull:
    def __init__(self, first: Step) -> None:
        self.first = first

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        return None if value is None else self.first(value, at, errors)


class _OfClass:
    def __init__(self, wanted: type) -> None:
        self.wanted = wanted

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if type(value) is not self.wanted:
            errors.append((at, "type", _WORDS[self.wanted], value))
        return value


class _Text:
    """A string that msgspec reads as something else: a date, a UUID, ..."""

    def __init__(self, wire: Any, plain: Any) -> None:
        self.wire = wire
        self.words = _WORDS.get(plain, "a string of another form")

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if type(value) is not str:
            errors.append((at, "type", "a string", value))
            return value
        try:
            msgspec.convert(value, self.wire)
        except (ValueError, msgspec.ValidationError):
            errors.append((at, "format", self.words, value))
        return value


class _Listed:
    """One of a few values, equal as JSON has it: 1 equals 1.0, but not true."""

    def __init__(self, values: Iterable[Any]) -> None:
        listed = list(values)
        self.values = {(class_of(value), value) for value in listed}
        shown = ", ".join(map(told, listed))
        self.words = shown if len(self.values) == 1 else f"one of {shown}"

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        value = whole(value)
        is_scalar = value is None or isinstance(value, str | int | float)
        if not is_scalar or (class_of(value), value) not in self.values:
            errors.append((at, "enum", self.words, value))
        return value


class _Items:
    def __init__(self, item: Any) -> None:
        self.item = item

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if not is_array(value):
            errors.append((at, "type", "an array", value))
            return value
        check = step(self.item)
        return [check(one, (at, i), errors) for i, one in enumerate(value)]


class _Values:
    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if not is_object(value):
            errors.append((at, "type", "an object", value))
            return value
        check = step(self.value)
        return {key: check(one, (at, key), errors) for key, one in value.items()}


class _Row:
    def __init__(self, items: tuple[Any, ...]) -> None:
        self.items = items

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if not is_array(value):
            errors.append((at, "type", "an array", value))
            return value
        if len(value) != len(self.items):
            code = "min_items" if len(value) < len(self.items) else "max_items"
            errors.append((at, code, f"{len(self.items)} items", value))
            return value
        pairs = enumerate(zip(self.items, value, strict=True))
        return [step(wire)(one, (at, i), errors) for i, (wire, one) in pairs]


class ObjectStep:
    """A wire Struct."""

    def __init__(
        self, struct: type[msgspec.Struct], renamed: Mapping[str, str] | None = None
    ) -> None:
        """`renamed` has the keys that the Struct knows under another name, by that name."""
        self.struct = struct
        self.renamed = renamed or {}
        self.fields: dict[str, tuple[bool, Any]] | None = None
        config = struct.__struct_config__
        self.tag_field = config.tag_field
        self.tag = config.tag
        self.closed = config.forbid_unknown_fields

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if not is_object(value):
            errors.append((at, "type", "an object", value))
            return value
        if self.fields is None:
            found = msgspec.structs.fields(self.struct)
            self.fields = {
                self.renamed.get(f.encode_name, f.encode_name): (f.required, f.type)
                for f in found
            }
        mended = dict(value)
        for key, (required, wire) in self.fields.items():
            if key in value:
                mended[key] = step(wire)(value[key], (at, key), errors)
            elif required:
                errors.append((at, "required", f"the key {told(key)}", value))
        if self.closed:
            for key in value.keys() - self.fields.keys() - {self.tag_field}:
                errors.append(
                    ((at, key), "additional_properties", "no such key", value[key])
                )
        return mended


class _OneOfTypes:
    """A union that msgspec can tell apart by the JSON type, or by the tags of Structs."""

    def __init__(self, members: tuple[Any, ...]) -> None:
        self.by_class: dict[type, Any] = {}
        self.tagged: dict[Any, Any] = {}
        self.tag_field: str | None = None
        self.other: Any = None
        for wire in members:
            self._add(wire)
        self.words = any_of(members)

    def _add(self, wire: Any) -> None:
        config = getattr(wire, "__struct_config__", None)
        if config is not None and config.tag is not None:
            self.tag_field = config.tag_field
            if config.tag != NO_TAG:
                self.tagged[config.tag] = wire
            return
        kinds = kinds_of(wire)
        if kinds is None:
            self.other = wire
        for kind in kinds or ():
            if kind is not float or float not in self.by_class or wire is float:
                self.by_class[kind] = wire
        if _is_float(wire):
            self.by_class[float] = wire

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        if is_object(value) and self.tag_field is not None:
            return self._tagged(value, at, errors)
        wire = self.by_class.get(class_of(value), self.other)
        if wire is None:
            errors.append((at, "type", self.words, value))
            return value
        return step(wire)(value, at, errors)

    def _tagged(self, value: dict[str, Any], at: At, errors: Errors) -> Any:
        key = str(self.tag_field)
        if key not in value:
            errors.append((at, "required", f"the key {told(key)}", value))
            return value
        tag = value[key]
        wire = self.tagged.get(tag) if isinstance(tag, str) else None
        if wire is None:
            known = [*map(told, self.tagged)]
            listed = known[0] if len(known) == 1 else f"one of {', '.join(known)}"
            errors.append(((at, key), "enum", listed, tag))
            return value
        return step(wire)(value, at, errors)


def _is_float(wire: Any) -> bool:
    return wire is float or (
        get_origin(wire) is Annotated and get_args(wire)[0] is float
    )


class _Ruled:
    """A step, and rules for what it found right."""

    def __init__(self, first: Step, rules: list[Any]) -> None:
        self.first = first
        self.rules = rules

    def __call__(self, value: Any, at: At, errors: Errors) -> Any:
        before = len(errors)
        value = self.first(value, at, errors)
        if len(errors) == before:
            for rule in self.rules:
                rule.find(value, at, errors)
        return value


class _Limits(Rule):
    """The constraints that msgspec checks on the fast path."""

    def __init__(self, meta: msgspec.Meta) -> None:
        self.meta = meta

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Add one finding for each constraint that is not met."""
        meta = self.meta
        if type(value) in _SIZES:
            self._size(value, at, errors)
            return
        if meta.ge is not None and not value >= meta.ge:
            errors.append((at, "minimum", f"at least {meta.ge}", value))
        if meta.le is not None and not value <= meta.le:
            errors.append((at, "maximum", f"at most {meta.le}", value))
        if meta.gt is not None and not value > meta.gt:
            errors.append((at, "exclusive_minimum", f"more than {meta.gt}", value))
        if meta.lt is not None and not value < meta.lt:
            errors.append((at, "exclusive_maximum", f"less than {meta.lt}", value))
        if meta.multiple_of is not None and value % meta.multiple_of:
            words = f"a multiple of {meta.multiple_of}"
            errors.append((at, "multiple_of", words, value))

    def _size(self, value: Any, at: At, errors: Errors) -> None:
        meta = self.meta
        what, thing = _SIZES[type(value)]
        if meta.min_length is not None and len(value) < meta.min_length:
            words = f"at least {_counted(meta.min_length, thing)}"
            errors.append((at, f"min_{what}", words, value))
        if meta.max_length is not None and len(value) > meta.max_length:
            words = f"at most {_counted(meta.max_length, thing)}"
            errors.append((at, f"max_{what}", words, value))
        if meta.pattern is not None:
            _search(meta.pattern, value, at, errors)


_SIZES: Final[dict[type, tuple[str, str]]] = {
    str: ("length", "character"),
    list: ("items", "item"),
    dict: ("properties", "key"),
}


def _search(pattern: str, value: str, at: At, errors: Errors) -> None:
    if re.search(pattern, value) is None:
        errors.append((at, "pattern", f"a match of {pattern}", value))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
