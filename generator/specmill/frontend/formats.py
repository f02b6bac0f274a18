"""The formats that are known: a `format` may be anything, so a spelling mistake shows only beside these."""

from __future__ import annotations

from typing import Final

TYPED: Final = frozenset({"date-time", "date", "time", "uuid", "byte", "decimal"})
"""Those whose values have a Python type of their own."""

CHECKED: Final = TYPED | frozenset(
    "duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference iri iri-reference uri-template json-pointer "
    "relative-json-pointer regex".split()
)
"""Those that `formats = "assert"` asserts."""

COMMON: Final = CHECKED | frozenset("binary password int32 int64 float double base64url".split())
KNOWN: Final = COMMON | frozenset(  # of the registry of OpenAPI, and of well-known tools
    "int int8 int16 uint uint8 uint16 uint32 uint64 integer number decimal128 double-int char commonmark html http-date media-range sf-binary "
    "sf-boolean sf-decimal sf-integer sf-string sf-token base64 iso-time iso-date-time uuid1 uuid3 uuid4 uuid5 uuid6 uuid7 uuid8 uuidv4 uuidv7 "
    "float32 float64 url guid time-only date-only timezone unix-time unixtime".split()
)
