"""What the template of the checks module sees."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from specmill.targets.python.code import Need
from specmill.targets.python.view import Late


class Function(Struct, frozen=True):
    """One function: where it comes from, its ``def`` and its body, laid out."""

    comment: str
    lines: tuple[str, ...]


class Runtime(Struct, frozen=True):
    """Which parts of the fixed text the functions call."""

    accepts: bool = False
    equals_any: bool = False
    frozen: bool = False
    frozen_values: bool = False
    has_unique_items: bool = False
    is_json_integer: bool = False
    is_json_number: bool = False
    is_multiple_of: bool = False


RUNTIME_NEEDS: Final[dict[str, tuple[Need, ...]]] = {
    "re": (("re", ""),),
    "accepts": (("collections.abc", "Callable"), ("typing", "NoReturn")),
    "frozen": (("collections.abc", "Hashable"),),
    "is_json_integer": (("typing", "TypeGuard"),),
    "is_json_number": (("typing", "TypeGuard"),),
    "is_multiple_of": (("decimal", "Decimal"), ("math", "isfinite")),
}
"""What the parts import; ``re`` is for the compiled patterns."""


class Formats(Struct, frozen=True):
    """Which format functions are there."""

    byte: bool = False
    date: bool = False
    date_time: bool = False
    decimal: bool = False
    duration: bool = False
    email: bool = False
    hostname: bool = False
    idn_email: bool = False
    idn_hostname: bool = False
    ipv4: bool = False
    ipv6: bool = False
    iri: bool = False
    iri_reference: bool = False
    json_pointer: bool = False
    regex: bool = False
    relative_json_pointer: bool = False
    time: bool = False
    uri: bool = False
    uri_reference: bool = False
    uri_template: bool = False
    uuid: bool = False


class Checks(Struct, frozen=True):
    """The module of exact assertions."""

    imports: tuple[str, ...]
    runtime: Runtime
    formats: Formats
    constants: tuple[str, ...]
    functions: tuple[Function, ...]
    is_whole: bool = True  # whether it has all that it needs in itself
    late: Late | None = None
