"""The formats that can be asserted: which fixed text of the checks module says whether a string has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct


class Format(Struct, frozen=True):
    """A function ``valid_<stem>`` of the fixed text: what it imports, and the other functions that it calls."""

    stem: str
    imports: tuple[tuple[str, str], ...] = (("re", ""),)
    calls: tuple[str, ...] = ()


_UNICODE: Final = (("re", ""), ("unicodedata", ""))

FORMATS: Final[dict[str, Format]] = {
    "date": Format("date"),
    "time": Format("time"),
    "date-time": Format("date_time", (), ("date", "time")),
    "duration": Format("duration"),
    "ipv4": Format("ipv4"),
    "ipv6": Format("ipv6", (("ipaddress", "IPv6Address"),)),
    "uuid": Format("uuid"),
    "json-pointer": Format("json_pointer"),
    "relative-json-pointer": Format("relative_json_pointer", calls=("json-pointer",)),
    "uri-reference": Format("uri_reference", calls=("ipv6",)),
    "uri": Format("uri", calls=("uri-reference",)),
    "iri-reference": Format("iri_reference", calls=("uri-reference",)),
    "iri": Format("iri", (), ("iri-reference", "uri")),
    "uri-template": Format("uri_template"),
    "email": Format("email", calls=("ipv4", "ipv6")),
    "idn-email": Format("idn_email", calls=("email",)),
    "hostname": Format("hostname", _UNICODE),
    "idn-hostname": Format("idn_hostname", calls=("hostname",)),
    "regex": Format("regex"),
    "byte": Format("byte"),
    "decimal": Format("decimal"),
}
"""By the name that specs use (JSON Schema 2020-12, Validation, section 7.3; OpenAPI's format registry), each after those that it calls."""


def with_callees(names: Iterable[str]) -> tuple[str, ...]:
    """The formats and all that their functions call, in the order in which the text has them."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += FORMATS[name].calls
    return tuple(name for name in FORMATS if name in found)
