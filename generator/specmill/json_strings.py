"""Strings of a format: those with a class of their own in Python (a date, a UUID, bytes), and those that have none."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from specmill import ir

_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_KINDS: Final = {kind.value: kind for kind in (ir.Kind.DATE_TIME, ir.Kind.DATE, ir.Kind.TIME, ir.Kind.UUID, ir.Kind.BYTES, ir.Kind.DECIMAL)}
_HOST: Final = r"(?:[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?\.){0,5}[a-z]{2,30}"
_PATH: Final = r"/[\w.~!$&'()*+,;=:@/-]*"
_SURELY: Final = {
    name: re.compile(rf"(?:{pattern})\Z", re.ASCII)
    for names, pattern in {
        ("email", "idn-email"): rf"[A-Za-z0-9_+-]{{1,30}}(?:\.[A-Za-z0-9_+-]{{1,30}})?@{_HOST}",
        ("hostname", "idn-hostname"): _HOST,
        ("uri", "iri"): rf"[a-z]{{2,20}}://{_HOST}(?::\d{{1,4}})?(?:{_PATH})?(?:\?[\w=&.-]*)?(?:#[\w.-]*)?",
        ("uri-reference", "iri-reference"): rf"(?:[a-z]{{2,20}}://{_HOST})?{_PATH}",
        ("uri-template",): r"(?:[\w./:-]|\{\w+\})+",
        ("json-pointer",): r"(?:/[\w.-]*)*",
        ("relative-json-pointer",): r"(?:0|[1-9]\d*)(?:/[\w.-]*)*",
        ("duration",): r"P\d+[DWMY]|P(?:\d+D)?T\d+[HMS]",
        ("regex",): r"\^?(?:\w|\[(?:a-z|A-Z|0-9)\][+*]?|\\d[+*]?)*\$?",
        ("ipv4",): r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\Z)|\Z)){4}",
        ("ipv6",): r"2001:db8(?::[0-9a-f]{1,4}){0,4}::[0-9a-f]{1,4}|[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}|::1?",
    }.items()
    for name in names
}
"""What has one of the formats beyond doubt: an example need not be all that the generated checks accept, but must be accepted."""


def has_format(name: str, value: str) -> bool:
    """Whether a string has a format that is asserted, beyond doubt."""
    if name in _KINDS:
        return as_python(_KINDS[name], value) is not None
    return name not in _SURELY or _SURELY[name].match(value) is not None


def as_python(kind: ir.Kind, value: ir.Json) -> datetime | date | time | UUID | bytes | Decimal | None:
    """The value of a kind that has a class of its own in Python; None where the JSON value is not one."""
    try:
        match kind, value:
            case ir.Kind.DATE_TIME, str() if _DATE_TIME.match(value):
                return datetime.fromisoformat(value.upper())
            case ir.Kind.DATE, str() if _DATE.match(value):
                return date.fromisoformat(value)
            case ir.Kind.TIME, str() if _TIME.match(value):
                return time.fromisoformat(value.upper())
            case ir.Kind.UUID, str() if _UUID.match(value):
                return UUID(value)
            case ir.Kind.BYTES, str():
                return base64.b64decode(value, validate=True)
            case ir.Kind.BINARY, str():
                return value.encode("latin-1")
            case ir.Kind.DECIMAL, str() if Decimal(value).is_finite():
                return Decimal(value)
    except (ValueError, binascii.Error, InvalidOperation):
        return None
    return None
