"""What a YAML scalar means: the core schema of YAML 1.2 (section 10.3.2)."""

from __future__ import annotations

import math
import re
from typing import Final

from specmill.frontend.limits import DIGITS
from specmill.ir import Json

STARTS: Final = frozenset(["", *"+-.0123456789~nNtTfF"])
"""How every plain scalar begins that is not a string: a quick test for the many that are."""

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_BASE: Final = re.compile(r"0o([0-7]+)\Z|0x([0-9a-fA-F]+)\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL: Final = re.compile(r"([-+]?)\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_PREFIX: Final = "tag:yaml.org,2002:"


class NumberRange(Exception):
    """The scalar is a number that Python cannot hold, or not exactly enough to be called kept."""


class UnknownTag(Exception):
    """The tag is not one of the core schema."""


def plain(text: str) -> Json:
    """The value of a plain scalar without a tag; raises ``NumberRange``."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return _integer(text, 10)
    if _FLOAT.match(text):
        return _float(text)
    if found := _OTHER_BASE.match(text):
        return _integer(found[1], 8) if found[1] else _integer(found[2], 16)
    if found := _SPECIAL.match(text):
        return math.nan if found[1] is None else float(f"{found[1]}inf")
    return text


def tagged(text: str, tag: str) -> Json:
    """The value of a scalar with a tag; raises ``UnknownTag``, ``NumberRange``, or ``ValueError`` where the text is not of that type."""
    kind = tag.removeprefix(_PREFIX)
    if tag == "!" or (kind == "str" and kind != tag):
        return text
    types = {"null": type(None), "bool": bool, "int": int, "float": float}
    if kind == tag or kind not in types:
        raise UnknownTag(short(tag))
    value = plain(text)
    if kind == "float" and type(value) is int:
        return _float(text)
    if type(value) is not types[kind]:
        raise ValueError(f"{text!r} is not {_ARTICLES[kind]}")
    return value


_ARTICLES: Final = {"null": "null", "bool": "a boolean", "int": "an integer", "float": "a number"}


def check_collection(tag: str, kind: str) -> None:
    """Raise ``UnknownTag`` unless the tag of a collection (``kind``: "map" or "seq") says what it is anyway."""
    if tag not in ("!", _PREFIX + kind):
        raise UnknownTag(short(tag))


def short(tag: str) -> str:
    """The tag as people write it: ``!!set``."""
    return "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag


def _integer(digits: str, base: int) -> int:
    if len(digits) > DIGITS:
        raise NumberRange
    return int(digits, base)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NumberRange
    return value
