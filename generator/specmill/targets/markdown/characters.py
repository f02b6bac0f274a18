"""Characters that no page may hold, in whatever language a part of it is: those that are not seen, or make what is seen a lie."""

from __future__ import annotations

import re
from typing import Final

INVISIBLE: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
CONTROL: Final = re.compile(f"[{INVISIBLE}]")
NEWLINES: Final = re.compile("\r\n?|[\u0085\u2028\u2029]")


def visible(text: str) -> str:
    """All line ends are newlines; control, bidi and surrogate characters are spelled out by their number."""
    if text.isascii() and text.isprintable():
        return text
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", NEWLINES.sub("\n", text))
