"""Strings of a format that has a class of its own in Python: a date, a UUID, bytes."""

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


def has_format(name: str, value: str) -> bool:
    """Whether a string has the format; what has no class of its own is taken to have it."""
    return name not in _KINDS or as_python(_KINDS[name], value) is not None


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
            case (ir.Kind.BYTES | ir.Kind.BINARY), str():
                return base64.b64decode(value, validate=True)
            case ir.Kind.DECIMAL, str() if Decimal(value).is_finite():
                return Decimal(value)
    except (ValueError, binascii.Error, InvalidOperation):
        return None
    return None
