"""What the wire types are made of, beyond what msgspec has."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
)

import msgspec

from ._codecs import FAILURES, Codec, dump_value, is_mapping, is_sequence, known
from ._errors import At, Error, RefusedError, told
from ._exact import (
    LARGEST,
    NO_TAG,
    OR_NULL,
    Decided,
    Errors,
    Node,
    Number,
    ObjectStep,
    Rule,
    all_kinds,
    any_of,
    is_array,
    is_object,
    kinds_of,
    whole,
    words,
)
from ._model import UNSET

__all__ = [
    "ABSENT",
    "LARGEST",
    "NOT_SET",
    "NO_TAG",
    "OR_NULL",
    "Between",
    "Checked",
    "Choice",
    "DecimalText",
    "Later",
    "MultipleOf",
    "Never",
    "Number",
    "OctetText",
    "OneOf",
    "Open",
    "Other",
    "Row",
    "Tagged",
    "Unique",
    "Verified",
    "Wire",
    "decimal_of",
    "maybe",
    "member",
    "none_if_unset",
    "octets_of",
    "octets_text",
    "split",
    "unless_unset",
    "unset_if_none",
]

ABSENT: Final[Any] = None
"""The default of a wire field that may be absent but not null: None in the model, nothing in the JSON."""
NOT_SET: Final[Any] = UNSET
"""The default of a wire field that may be absent as well as null."""

E = TypeVar("E", bound=enum.Enum)
Decision: TypeAlias = tuple[Any, list[Error]]
"""What became of a value that was tried as several types: the value, mended, and what no type would take."""
Check: TypeAlias = Callable[[Any, At, Errors], None]


class Wire(msgspec.Struct, gc=False, omit_defaults=True):
    """A JSON object as msgspec reads and writes it; never seen by users."""


class Other(Wire):
    """What stands beside a lone tagged Struct: an object with `NO_TAG`, which is no tag."""

    def __post_init__(self) -> None:
        raise ValueError(NO_TAG)  # for msgspec, which makes an error of its own of it


def maybe(value: Any, function: Callable[[Any], Any]) -> Any:
    """What the function makes of the value, if there is one."""
    return value if value is None or value is UNSET else function(value)


def unless_unset(value: Any, function: Callable[[Any], Any]) -> Any:
    """What the function makes of the value, which may be None."""
    return value if value is UNSET else function(value)


def leave_out(model: Any, wire: Any, names: Iterable[str]) -> None:
    """Remember which of the fields with a default were not in the JSON."""
    absent = tuple([name for name in names if getattr(wire, name) is UNSET])
    object.__setattr__(model, "_left_out", absent)


def given(model: Any, name: str, default: Any) -> Any:
    """The value of a field with a default; nothing where it is the default because the JSON left it out."""
    value = getattr(model, name)
    left_out = name in getattr(model, "_left_out", ()) and value == default
    return UNSET if left_out else value


def unset_if_none(value: Any, dump: Callable[[Any], Any] | None = None) -> Any:
    """What a wire field holds that may be absent but, if present, may not be null."""
    if value is None:
        return UNSET
    return value if dump is None else dump(value)


def none_if_unset(value: Any) -> Any:
    """The way back."""
    return None if value is UNSET else value


def member(kind: type[E], value: Any) -> E | Any:
    """The member of an enum; a value that it does not list stays as it is."""
    return kind._value2member_map_.get(value, value)


def decimal_of(text: str) -> Decimal:
    """The number, exactly as written."""
    return Decimal(text)


def octets_of(text: str) -> bytes:
    """The octets that the characters stand for."""
    return text.encode("latin-1")


def octets_text(octets: bytes) -> str:
    """Octets as text: a character for each."""
    return octets.decode("latin-1")


# ---- rules ---------------------------------------------------------------------------


class Verified(Rule):
    """A value that meets a generated check."""

    def __init__(self, check: Check) -> None:
        """Keep the check."""
        self.check = check

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Call the check."""
        self.check(value, at, errors)


class MultipleOf(Rule):
    """A number that is an exact multiple, as written in decimal: 0.0075 is one of 0.0001."""

    def __init__(self, factor: str) -> None:
        """The factor as the spec wrote it."""
        self.factor = factor
        self.ratio = Decimal(factor).as_integer_ratio()

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Compare whole numbers; NaN and the infinities, which only Python has, are multiples of nothing."""
        if not self._divides(value):
            errors.append((at, "multiple_of", f"a multiple of {self.factor}", value))

    def _divides(self, value: float) -> bool:
        if isinstance(value, float) and not math.isfinite(value):
            return False
        exact = value if isinstance(value, int) else Decimal(repr(value))
        above, below = exact.as_integer_ratio()
        return above * self.ratio[1] % (below * self.ratio[0]) == 0


class Between(Rule):
    """A number within bounds that msgspec cannot hold."""

    def __init__(
        self,
        *,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
        lt: float | None = None,
    ) -> None:
        """Bounds as in `msgspec.Meta`."""
        self.ge, self.gt, self.le, self.lt = ge, gt, le, lt

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Compare with each bound."""
        if self.ge is not None and not value >= self.ge:
            errors.append((at, "minimum", f"at least {self.ge}", value))
        if self.gt is not None and not value > self.gt:
            errors.append((at, "exclusive_minimum", f"more than {self.gt}", value))
        if self.le is not None and not value <= self.le:
            errors.append((at, "maximum", f"at most {self.le}", value))
        if self.lt is not None and not value < self.lt:
            errors.append((at, "exclusive_maximum", f"less than {self.lt}", value))


def ordered(value: Any) -> Any:
    """The value as all that are equal to it are written: keys in order, and whole numbers as int."""
    if is_sequence(value):
        return [*map(ordered, value)]
    if is_mapping(value):
        return {key: ordered(value[key]) for key in sorted(value, key=str)}
    return whole(value)


def frozen(value: Any) -> Any:
    """A form that is equal where JSON values are: 1 is 1.0, and true is not 1. It is text, because the hash of a number can be chosen."""
    if value is None or isinstance(value, str):
        return value
    return "", repr(ordered(value))


class Unique(Rule):
    """An array whose items differ from each other."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Compare as JSON does."""
        if len(set(map(frozen, value))) != len(value):
            errors.append((at, "unique_items", "items that differ", value))


class OneOf(Rule):
    """One of a few JSON values that a Literal cannot hold."""

    def __init__(self, *values: Any) -> None:
        """Keep the values in a form that compares as JSON does."""
        self.values = frozenset(map(frozen, values))
        shown = ", ".join(map(told, values))
        self.words = shown if len(values) == 1 else f"one of {shown}"

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Look the value up."""
        if frozen(value) not in self.values:
            errors.append((at, "enum", self.words, value))


class DecimalText(Rule):
    """Text that is a decimal number."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Digits, at most one point, perhaps an exponent: no NaN, no blanks, no underscores."""
        if _DECIMAL.fullmatch(value) is None:
            errors.append((at, "format", "a decimal number", value))


_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,6})?")


class OctetText(Rule):
    """Text of which each character stands for an octet."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Characters up to U+00FF, as in ISO 8859-1."""
        if not value.isascii() and max(value) > "\xff":
            errors.append((at, "format", "octets: characters up to U+00FF", value))


class Never(Rule):
    """No value at all."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Refuse."""
        errors.append((at, "never", "no value at all", value))


# ---- nodes ---------------------------------------------------------------------------


class Checked(Node):
    """Raw data that meets a generated check, and then is read as another type."""

    def __init__(self, check: Check, codec: Codec) -> None:
        """Keep both."""
        self.check = check
        self.codec = codec

    def kinds(self) -> frozenset[type] | None:
        """Those of the type."""
        return kinds_of(self.codec.wire)

    def words(self) -> str:
        """Those of the type."""
        return words(self.codec.wire)

    def read(self, raw: Any) -> Any:
        """Check, then read."""
        errors: Errors = []
        self.check(raw, None, errors)
        if errors:
            raise RefusedError
        return self.codec.read(raw)

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """The findings of the check; those of the type where it has none."""
        before = len(errors)
        self.check(value, at, errors)
        if len(errors) > before:
            return value
        return Decided(self.codec.read, self.codec.step(value, at, errors))


class Later(Node):
    """An alias that mentions itself, or a model that stands too deep in others."""

    def __init__(self, key: Any) -> None:
        """The class, or the name of the alias."""
        self.key = key

    @property
    def codec(self) -> Codec:
        """How it is read; it may be in a module that was not needed before."""
        found = known(self.key)
        if found is None:
            raise LookupError(self.key)
        return found

    def read(self, raw: Any) -> Any:
        """Read it as what it stands for."""
        return self.codec.read(raw)

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """Walk it as what it stands for."""
        return self.codec.step(value, at, errors)


class Findings(list[Error]):
    """Findings of a trial, and what was decided before about values in it: a value is never tried twice."""

    def __init__(self, decided: dict[tuple[int, int], Decision]) -> None:
        """Share the decisions of the trial that this one is a part of."""
        super().__init__()
        self.decided = decided


class Deciding(Node):
    """One of several types, told apart by looking at the value."""

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """The value with the type that was decided on, so that reading it tries nothing again."""
        decided = errors.decided if isinstance(errors, Findings) else {}
        key = (id(self), id(value))
        found = decided.get(key) or self.decide(value, at, decided)
        if is_object(value) or is_array(value):
            decided[key] = found
        errors += found[1]
        return found[0]

    def decide(
        self, value: Any, at: At, decided: dict[tuple[int, int], Decision]
    ) -> Decision:
        """The value with its type, or what is wrong with it."""
        raise NotImplementedError


class Choice(Deciding):
    """The first of several types that accepts the value."""

    def __init__(self, *codecs: Codec) -> None:
        """In the order in which they are tried."""
        self.codecs = codecs
        self._guards: list[_Guard] | None = None

    @property
    def guards(self) -> list[_Guard]:
        """What rules a type out at a glance."""
        if self._guards is None:
            self._guards = [_Guard(codec.wire) for codec in self.codecs]
        return self._guards

    def kinds(self) -> frozenset[type] | None:
        """Those of all the types."""
        return all_kinds(guard.kinds for guard in self.guards)

    def words(self) -> str:
        """Those of all the types."""
        return any_of(codec.wire for codec in self.codecs)

    def read(self, raw: Any) -> Any:
        """Read the only type that it may be, or the first that accepts it; the exact path of one comes before the next."""
        pairs = zip(self.codecs, self.guards, strict=True)
        possible = [(codec, guard) for codec, guard in pairs if guard.passes(raw)]
        if len(possible) == 1:
            return possible[0][0].read(raw)
        decided: dict[tuple[int, int], Decision] = {}
        for codec, guard in possible:
            if guard.is_simple:
                try:
                    return codec.read(raw)
                except FAILURES:
                    pass
            errors = Findings(decided)
            mended = codec.step(raw, None, errors)
            if not errors:
                return codec.read(mended)
        raise RefusedError

    def decide(
        self,
        value: Any,
        at: At,
        decided: dict[tuple[int, int], Decision],
        refused: Codec | None = None,
    ) -> Decision:
        """The findings are those of the only type that might have been meant; else that none fits."""
        meant: list[Errors] = []
        for codec, guard in zip(self.codecs, self.guards, strict=True):
            if guard.is_of_kind(value) and codec is not refused:
                errors = Findings(decided)
                mended = codec.step(value, at, errors)
                if not errors:
                    return Decided(codec.read, mended), []
                meant.append(errors)
        if len(meant) == 1:
            return value, meant[0]
        text = f"one of {len(self.codecs)} types ({self.words()})"
        return value, [(at, "union", text, value)]


class _Guard:
    """What a wire type asks for that can be seen at a glance: the JSON type, keys, and keys with one value."""

    def __init__(self, wire: Any) -> None:
        self.kinds = kinds_of(wire)
        self.is_simple = is_simple(wire)
        self.required: frozenset[str] = frozenset()
        self.fixed: dict[str, Any] = {}
        struct, renamed = struct_of(wire)
        if struct is not None:
            fields = {
                renamed.get(one.encode_name, one.encode_name): one.type
                for one in msgspec.structs.fields(struct)
                if one.required
            }
            self.required = frozenset(fields)
            for key, of in fields.items():
                values = get_args(of) if _is_literal(of) else ()
                if len(values) == 1 and isinstance(values[0], str):
                    self.fixed[key] = values[0]
            config = struct.__struct_config__
            if config.tag is not None and config.tag_field is not None:
                self.fixed[config.tag_field] = config.tag

    def is_of_kind(self, raw: Any) -> bool:
        """Whether the JSON type is right."""
        return self.kinds is None or type(raw) in self.kinds

    def passes(self, raw: Any) -> bool:
        """Whether the value may be right."""
        if not self.is_of_kind(raw):
            return False
        if not is_object(raw):
            return True
        if not self.required <= raw.keys():
            return False
        return all(raw.get(key) == value for key, value in self.fixed.items())


def is_simple(wire: Any, seen: set[Any] | None = None) -> bool:
    """Whether msgspec alone reads the type, so that a trial costs one look at each value."""
    seen = set() if seen is None else seen
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        if wire in seen:
            return True
        seen.add(wire)
        fields = msgspec.structs.fields(wire)
        return all(is_simple(field.type, seen) for field in fields)
    return all(
        is_simple(part, seen) and not isinstance(part, Node) for part in get_args(wire)
    )


def _is_literal(wire: Any) -> bool:
    return get_origin(wire) is Literal


def struct_of(wire: Any) -> tuple[type[msgspec.Struct] | None, Mapping[str, str]]:
    """The only Struct of a wire type, if it has one, and the keys that it knows under another name, by that name."""
    if get_origin(wire) is Annotated:
        for one in get_args(wire):
            if isinstance(one, Open):
                return one.struct, one.renamed
            if isinstance(one, Checked):
                return struct_of(one.codec.wire)
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        return wire, {}
    return None, {}


class Tagged(Deciding):
    """Objects that one key tells apart. The key only says where to look first: what the schemas accept is accepted."""

    def __init__(
        self,
        key: str,
        tags: Mapping[str, int],
        *codecs: Codec,
        default: int | None = None,
    ) -> None:
        """The key, the place among the types for each of its values, the types in their order, and the place for all other objects."""
        self.key = key
        self.tags = tags
        self.default = default
        self.choice = Choice(*codecs)

    def kinds(self) -> frozenset[type] | None:
        """Those of the types: not all need to be objects."""
        return self.choice.kinds()

    def words(self) -> str:
        """Those of all the types."""
        return self.choice.words()

    def meant(self, raw: Any) -> Codec | None:
        """The type that the key names."""
        if not is_object(raw):
            return None
        tag = raw.get(self.key)
        named = self.tags.get(tag) if isinstance(tag, str) else None
        place = self.default if named is None else named
        return None if place is None else self.choice.codecs[place]

    def read(self, raw: Any) -> Any:
        """Read it as the type that the key names, or else as any of them."""
        codec = self.meant(raw)
        if codec is None:
            return self.choice.read(raw)
        try:
            return codec.read(raw)
        except FAILURES:
            found, errors = self.decide(raw, None, {})
        if errors:
            raise RefusedError
        return self.load(found)

    def decide(
        self, value: Any, at: At, decided: dict[tuple[int, int], Decision]
    ) -> Decision:
        """The findings are those of the type that the key names."""
        codec = self.meant(value)
        errors: Errors = Findings(decided)
        if codec is None:
            errors = self._unnamed(value, at)
        else:
            mended = codec.step(value, at, errors)
            if not errors:
                return Decided(codec.read, mended), []
        found = self.choice.decide(value, at, decided, codec)
        return (value, errors) if found[1] else found

    def _unnamed(self, value: Any, at: At) -> Errors:
        if not is_object(value):
            return [(at, "type", "an object", value)]
        if self.key not in value:
            return [(at, "required", f"the key {told(self.key)}", value)]
        listed = ", ".join(map(told, self.tags))
        return [((at, self.key), "discriminator", f"one of {listed}", value[self.key])]


class Open(Node):
    """An object that keeps the keys that are not fields, or whose keys msgspec cannot name."""

    def __init__(
        self,
        struct: type[msgspec.Struct],
        extra: Codec | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """The Struct of the fields; the type of `dict[str, T]` for the rest; and keys by the Struct's names for them."""
        self.struct = struct
        self.extra = extra
        self.renamed = renamed or {}
        self.step = ObjectStep(struct, self.renamed)
        self._known: frozenset[str] | None = None

    def kinds(self) -> frozenset[type]:
        """Objects alone."""
        return frozenset({dict})

    def words(self) -> str:
        """Objects alone."""
        return "an object"

    @property
    def known(self) -> frozenset[str]:
        """The keys of fields."""
        if self._known is None:
            names = (f.encode_name for f in msgspec.structs.fields(self.struct))
            self._known = frozenset(self.renamed.get(name, name) for name in names)
        return self._known

    def split(self, raw: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The Struct, and the loaded rest."""
        if not is_object(raw):
            raise RefusedError
        wire = msgspec.convert(self._named(raw), self.struct)
        if self.extra is None:
            return wire, {}
        rest = {key: value for key, value in raw.items() if key not in self.known}
        return wire, self.extra.read(rest)

    def _named(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The data under the names that the Struct has for its keys."""
        if not self.renamed:
            return raw
        odd = {*self.renamed, *self.renamed.values()}
        named = {key: value for key, value in raw.items() if key not in odd}
        for name, key in self.renamed.items():
            if key in raw:
                named[name] = raw[key]
        return named

    def join(self, wire: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
        """The object with all its keys; a field's own value goes before one of the rest."""
        fields: dict[str, Any] = msgspec.to_builtins(wire, str_keys=True)
        own = {self.renamed.get(key, key): value for key, value in fields.items()}
        return own | {key: dump_value(rest[key]) for key in rest if key not in own}

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """Walk the fields and the rest."""
        mended = self.step(value, at, errors)
        if self.extra is not None and is_object(value):
            rest = {key: one for key, one in value.items() if key not in self.known}
            mended |= self.extra.step(rest, at, errors)
        return mended


def split(node: Open, raw: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The Struct of an object's fields, and the loaded rest."""
    return node.split(raw)


class Row(Node):
    """An array whose first items have types of their own: a tuple."""

    def __init__(self, items: Iterable[Codec], rest: Codec | None = None) -> None:
        """A type for each place, and one for what follows (None: nothing may)."""
        self.items = tuple(items)
        self.rest = rest

    def kinds(self) -> frozenset[type]:
        """Arrays alone."""
        return frozenset({list})

    def words(self) -> str:
        """Arrays alone."""
        return "an array"

    def read(self, raw: Any) -> Any:
        """Read each item."""
        if not is_array(raw) or len(raw) < len(self.items):
            raise RefusedError
        if self.rest is None and len(raw) > len(self.items):
            raise RefusedError
        return tuple(self._at(i).read(one) for i, one in enumerate(raw))

    def _at(self, index: int) -> Codec:
        if index < len(self.items) or self.rest is None:
            return self.items[index]
        return self.rest

    def walk(self, value: Any, at: At, errors: Errors) -> Any:
        """Walk each item."""
        if not is_array(value):
            errors.append((at, "type", "an array", value))
            return value
        number = len(self.items)
        if len(value) < number:
            errors.append((at, "min_items", f"at least {number} items", value))
        elif len(value) > number and self.rest is None:
            errors.append((at, "max_items", f"at most {number} items", value))
            return value
        return [self._at(i).step(one, (at, i), errors) for i, one in enumerate(value)]
