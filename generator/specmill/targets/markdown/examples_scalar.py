"""Example strings and numbers that meet the assertions of their schema."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from specmill import ir, names
from specmill.targets.markdown.pattern_sample import matching

_BY_KIND: Final = {
    ir.Kind.DATE_TIME: "2025-01-{day:02}T09:30:00Z",
    ir.Kind.DATE: "2025-01-{day:02}",
    ir.Kind.TIME: "09:{day:02}:00Z",
    ir.Kind.UUID: "3fa85f64-5717-4562-b3fc-2c963f66af{day:02}",
}
_BY_FORMAT: Final = {
    "email": "ada#@example.com",
    "idn-email": "ada#@example.com",
    "hostname": "example#.com",
    "idn-hostname": "example#.com",
    "ipv4": "192.0.2.1#",
    "ipv6": "2001:db8::1#",
    "uri": "https://example.com/#",
    "url": "https://example.com/#",
    "iri": "https://example.com/#",
    "uri-reference": "/path#",
    "iri-reference": "/path#",
    "uri-template": "/items#/{id}",
    "json-pointer": "/items/0#",
    "relative-json-pointer": "0/items#",
    "regex": "^[a-z]+#$",
    "duration": "P1#D",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "date-time": "2025-01-01T09:30:00Z",
    "date": "2025-01-01",
    "time": "09:30:00Z",
    "byte": "ZXhhbXBsZQ==",
    "int64": "1",
    "decimal": "1.50",
}
_NUMBER: Final = "#"  # stands where another value of the same format has a number
_FILLER: Final = "example"
_LONGEST: Final = 400

_FAR: Final = 10**30  # examples stay nearer to nothing; nor can every larger number be reckoned with


def strings(kind: ir.Kind, limits: ir.Constraints, format_: str | None, name: ir.Words, turn: int) -> Iterator[ir.Json]:
    """Candidates for what is not a number, the most telling first."""
    match kind:
        case ir.Kind.STRING:
            yield from _texts(limits, format_, name, turn)
        case ir.Kind.BOOLEAN:
            yield turn % 2 == 0
            yield turn % 2 == 1
        case ir.Kind.NULL:
            yield None
        case ir.Kind.DECIMAL:
            yield f"{turn + 1}.50"
        case ir.Kind.BINARY:
            yield f"{_FILLER}{turn or ''}"
        case ir.Kind.BYTES:
            yield base64.b64encode(f"{_FILLER}{turn or ''}".encode()).decode()
        case _:
            yield _BY_KIND[kind].format(day=turn % 28 + 1)


def _texts(limits: ir.Constraints, format_: str | None, name: ir.Words, turn: int) -> Iterator[str]:
    suffix = f"-{turn + 1}" if turn else ""
    told = "-".join(part.lower() for part in names.humps(name)) if name else ""
    low, high = limits.min_length or 0, limits.max_length
    if format_ in _BY_FORMAT:
        yield _sized(_BY_FORMAT[format_].replace(_NUMBER, str(turn + 1) if turn else ""), low, high)
    for base in (told, _FILLER):
        if base:
            yield _sized(base + suffix, low, high)
    if limits.pattern is not None:
        made = matching(limits.pattern, low, high)
        if made is not None:
            yield made


def _sized(text: str, low: int, high: int | None) -> str:
    if high is not None and len(text) > high:
        return text[:high]
    if len(text) < low <= _LONGEST:
        return (text + "-" + _FILLER * low)[:low] if text else (_FILLER * low)[:low]
    return text


def numbers(limits: ir.Constraints, kind: ir.Kind, turn: int) -> Iterator[ir.Json]:
    """Candidates for a number: small ones within the limits."""
    step = limits.multiple_of
    whole = kind is ir.Kind.INTEGER
    if not whole and step is None:
        yield 1.5 + turn
    yield from _near(limits, Decimal(str(step)) if step else Decimal(1), turn, whole=whole)
    if not whole:
        low = limits.minimum if limits.minimum is not None else limits.exclusive_minimum
        high = limits.maximum if limits.maximum is not None else limits.exclusive_maximum
        if low is not None and high is not None and abs(low) < _FAR and abs(high) < _FAR:
            yield (low + high) / 2


def _near(limits: ir.Constraints, step: Decimal, turn: int, *, whole: bool) -> Iterator[ir.Json]:
    """Multiples of the step: around one, from the lower limit up, from the upper limit down."""
    for base in (step, _first(limits, step), _last(limits, step), Decimal(0)):
        if base is not None and base.is_finite() and abs(base) < _FAR:
            for number in (base + step * turn, base):
                if number == number.to_integral_value():
                    yield int(number)
                elif not whole:
                    yield float(number)


def _first(limits: ir.Constraints, step: Decimal) -> Decimal | None:
    low = limits.minimum if limits.minimum is not None else limits.exclusive_minimum
    if low is None or not abs(low) < _FAR:
        return None
    first = (Decimal(str(low)) / step).to_integral_value("ROUND_CEILING") * step
    return first + step if limits.exclusive_minimum is not None and first <= Decimal(str(limits.exclusive_minimum)) else first


def _last(limits: ir.Constraints, step: Decimal) -> Decimal | None:
    high = limits.maximum if limits.maximum is not None else limits.exclusive_maximum
    if high is None or not abs(high) < _FAR:
        return None
    last = (Decimal(str(high)) / step).to_integral_value("ROUND_FLOOR") * step
    return last - step if limits.exclusive_maximum is not None and last >= Decimal(str(limits.exclusive_maximum)) else last
