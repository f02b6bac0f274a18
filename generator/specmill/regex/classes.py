r"""Sets of characters: ``\d``, ``\w``, ``\s``, ``.`` and Unicode's properties, as ECMA-262 defines them.

The properties come from a file of our own, not from ``unicodedata``: its Unicode version depends on the Python that runs this.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from specmill.regex.syntax import Ranges, UnsupportedPatternError

LAST: Final = 0x10FFFF
DIGITS: Final[Ranges] = ((0x30, 0x39),)
WORD: Final[Ranges] = ((0x41, 0x5A), (0x61, 0x7A), (0x30, 0x39), (0x5F, 0x5F))
SPACE: Final[Ranges] = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
    (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
ESCAPES: Final = {"d": DIGITS, "w": WORD, "s": SPACE}

_CATEGORIES: Final = {
    "Cased_Letter": "LC", "Close_Punctuation": "Pe", "Connector_Punctuation": "Pc", "Control": "Cc", "cntrl": "Cc", "Currency_Symbol": "Sc",
    "Dash_Punctuation": "Pd", "Decimal_Number": "Nd", "digit": "Nd", "Enclosing_Mark": "Me", "Final_Punctuation": "Pf", "Format": "Cf",
    "Initial_Punctuation": "Pi", "Letter": "L", "Letter_Number": "Nl", "Line_Separator": "Zl", "Lowercase_Letter": "Ll", "Mark": "M",
    "Combining_Mark": "M", "Math_Symbol": "Sm", "Modifier_Letter": "Lm", "Modifier_Symbol": "Sk", "Nonspacing_Mark": "Mn", "Number": "N",
    "Open_Punctuation": "Ps", "Other": "C", "Other_Letter": "Lo", "Other_Number": "No", "Other_Punctuation": "Po", "Other_Symbol": "So",
    "Paragraph_Separator": "Zp", "Private_Use": "Co", "Punctuation": "P", "punct": "P", "Separator": "Z", "Space_Separator": "Zs",
    "Spacing_Mark": "Mc", "Surrogate": "Cs", "Symbol": "S", "Titlecase_Letter": "Lt", "Unassigned": "Cn", "Uppercase_Letter": "Lu",
}  # fmt: skip
_GROUPS: Final = {
    "L": ("Lu", "Ll", "Lt", "Lm", "Lo"), "LC": ("Lu", "Ll", "Lt"), "M": ("Mn", "Mc", "Me"), "N": ("Nd", "Nl", "No"),
    "P": ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"), "S": ("Sm", "Sc", "Sk", "So"), "Z": ("Zs", "Zl", "Zp"), "C": ("Cc", "Cf", "Cs", "Co", "Cn"),
}  # fmt: skip
_BINARY: Final = {
    "Alpha": "Alphabetic", "Lower": "Lowercase", "Upper": "Uppercase", "space": "White_Space", "IDS": "ID_Start", "IDC": "ID_Continue",
    "EPres": "Emoji_Presentation", "ExtPict": "Extended_Pictographic", "Ideo": "Ideographic",
}  # fmt: skip
_BINARY_NAMES: Final = frozenset(_BINARY.values()) | {"Emoji"}
_HEX: Final[Ranges] = ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66))


def complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All other code points."""
    return tuple(_gaps(merged(ranges)))


def _gaps(ranges: Ranges) -> Iterator[tuple[int, int]]:
    start = 0
    for low, high in ranges:
        if low > start:
            yield start, low - 1
        start = high + 1
    if start <= LAST:
        yield start, LAST


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same code points, in order and without overlaps."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


@functools.cache
def prop(name: str) -> Ranges:
    r"""The characters of ``\p{name}``; ``UnsupportedPatternError`` where ECMA-262 does not know the property, or we do not."""
    key, equals, value = name.partition("=")
    found: Ranges | None = None
    if not equals:
        found = _category(name) or _binary(name)
    elif key in ("General_Category", "gc"):
        found = _category(value)
    elif key in ("Script", "sc"):
        found = _table().get(f"Script={value}")
    if found is None:
        raise UnsupportedPatternError(f"there is no property \\p{{{name}}}, or its characters are not known here")
    return found


def _category(name: str) -> Ranges | None:
    short = _CATEGORIES.get(name, name)
    if short in _GROUPS:
        return merged(one for part in _GROUPS[short] for one in _category(part) or ())
    if short == "Cn":
        return _unassigned()
    return _table().get(short) if len(short) == 2 else None  # noqa: PLR2004


@functools.cache
def _unassigned() -> Ranges:
    return complement(one for name, ranges in _table().items() if len(name) == 2 for one in ranges)  # noqa: PLR2004


def _binary(name: str) -> Ranges | None:
    match name:
        case "Any":
            return ((0, LAST),)
        case "ASCII":
            return ((0, 0x7F),)
        case "Assigned":
            return complement(_unassigned())
        case "ASCII_Hex_Digit" | "AHex":
            return _HEX
        case _:
            full = _BINARY.get(name, name)
            return _table()[full] if full in _BINARY_NAMES else None


@functools.cache
def _table() -> dict[str, Ranges]:
    """The file, by property; a script by both of its names."""
    out: dict[str, Ranges] = {}
    for line in Path(__file__).with_name("unicode.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        names, _, text = line.partition(": ")
        name, _, short = names.partition(" ")
        ranges = tuple(_span(one) for one in text.split())
        out[name] = ranges
        if short:
            out[f"Script={short}"] = ranges
    return out


def _span(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low, 16), int(high or low, 16)
