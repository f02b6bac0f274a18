"""Schemas that say the same: large specs repeat thousands of short ones, which need only be understood once."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from specmill.frontend.graph import is_place_of_its_own
from specmill.frontend.reader import SIMPLE
from specmill.ir import Json, Kind, Nullable, Ref, Scalar, Type

_SAID: Final = SIMPLE | {"nullable", "enum"}
_SHORT: Final = _SAID | frozenset("title description default example examples deprecated readOnly writeOnly".split())
_ALIKE: Final = _SHORT - {"enum"} | {"$ref"}
_NULL: Final = re.compile(rb"[:,\[]null")  # may have been infinity
_decoded: Final = msgspec.json.Decoder().decode
_encoded: Final = msgspec.json.Encoder().encode  # tells 1 from 1.0 and from true, as hashes do not


def asserted(raw: Json) -> bytes | None:
    """What a schema of simple values, or an enum, asserts, in a form to look it up by; None where it says more."""
    if type(raw) is not dict or not raw.keys() <= _SHORT:
        return None
    return _form({key: value if key in _SAID else type(value).__name__ for key, value in raw.items()})


def whole(raw: Json) -> bytes | None:
    """All that a schema of simple values, or one that refers to another, says; None where it says more."""
    return _form(raw) if type(raw) is dict and raw.keys() <= _ALIKE else None


def is_alike(type_: Type) -> bool:
    """Whether a type is the same wherever its schema stands: nothing is asserted of it at that place alone, and it cannot be octets."""
    inner = type_.type if isinstance(type_, Nullable) else type_
    match inner:
        case Scalar():
            return inner.kind is not Kind.BINARY and inner.format != "binary"
        case Ref():
            return is_place_of_its_own(inner.model)
        case _:
            return False


def _form(raw: dict[str, Json]) -> bytes | None:
    try:
        found = _encoded(raw)
    except (TypeError, ValueError):  # data that no JSON text holds
        return None
    return None if b"null" in found and _NULL.search(found) and _decoded(found) != raw else found
