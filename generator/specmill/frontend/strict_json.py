"""JSON text to data: RFC 8259, with duplicate keys refused and every number kept."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

from specmill.config import Limits
from specmill.frontend.limits import DIGITS, Fault, Unreadable
from specmill.frontend.positions import TOKEN, of_json
from specmill.ir import MISSING, Json, Missing

_MALFORMED: Final = re.compile(r"JSON is malformed: (.*) \(byte (\d+)\)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_JSON: Final = frozenset(["NaN", "Infinity", "-Infinity"])


def sound(text: bytes, limits: Limits) -> Json | Missing:
    """The data of a JSON text that cannot have anything wrong with it; ``MISSING`` where that takes a closer look."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return MISSING
    return data if _keys_are_unique(text, data) and not _is_deep(data, limits.nesting) else MISSING


def load(text: bytes, limits: Limits) -> Json:
    """The data of a JSON text in UTF-8 without a byte order mark; raises ``Unreadable``."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(_explain(text.decode(), str(error), limits)) from None
    if _is_deep(data, limits.nesting):
        raise Unreadable(_too_deep(text.decode(), limits.nesting) or Fault("too-large", "it is nested too deeply"))
    if not _keys_are_unique(text, data) and (faults := list(of_json(text.decode()).repeats())):
        raise Unreadable(*faults)
    return data


def _keys_are_unique(text: bytes, data: Json) -> bool:
    r"""Whether no key was lost in the data; False also where that takes a closer look.

    A colon stands after every key and inside strings, nowhere else. Encoding the data again writes all of them back, except those of keys
    that repeat: so equal counts prove that none does, unless the text spells a colon as ``\u003a``.
    """
    if rb"\u003" in text and (rb"\u003a" in text or rb"\u003A" in text):
        return False
    return text.count(b":") == msgspec.json.encode(data).count(b":")


def _is_deep(data: Json, nesting: int) -> bool:
    level = [data] if type(data) is dict or type(data) is list else []
    for _ in range(nesting):
        level = [x for above in level for x in (above.values() if type(above) is dict else above) if type(x) is dict or type(x) is list]
        if not level:
            return False
    return True


def _explain(text: str, message: str, limits: Limits) -> Fault:
    """What is wrong with a text that could not be decoded, where people would not say it as the decoder does."""
    fault = _too_deep(text, limits.nesting)
    if fault is not None:
        return fault
    malformed = _MALFORMED.fullmatch(message)
    start = len(text.encode()[: int(malformed[2])].decode(errors="ignore")) if malformed else len(text.rstrip())
    if malformed and malformed[1] == "trailing characters":
        start -= 1  # the decoder has read one of them
    odd = _odd_token(text, start + 1)
    if odd is not None:
        return odd
    reason = malformed[1] if malformed else "it ends too early"
    return Fault("invalid-json", f"not valid JSON: {reason}", start, start + 1, _cure(text, start, reason))


def _cure(text: str, start: int, reason: str) -> str | None:
    """What to do about the usual mistakes of people who write JSON by hand."""
    found = text[start : start + 2]
    if reason.startswith("trailing comma"):
        return "take the last comma away"
    if found[:1] == "'":
        return "put texts into double quotes"
    if found in ("//", "/*") or found[:1] == "#":
        return "JSON has no comments: take it away"
    if found[:1] == '"' and "','" in reason:
        return "put a comma before this"
    return "close all that was opened" if reason == "it ends too early" else None


def _too_deep(text: str, nesting: int) -> Fault | None:
    depth = 0
    for token in TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > nesting:
                return Fault("too-large", f"lists and objects are nested more than {nesting} deep", *token.span())
        elif token[0] in "]}":
            depth -= 1
    return None


def _odd_token(text: str, before: int) -> Fault | None:
    """The first string or number before the offset that is not one in JSON, or that no Python value can hold."""
    for token in TOKEN.finditer(text):
        if token.start() > before:
            break
        mark = token[0]
        if mark in _NOT_JSON:
            return Fault("invalid-json", f"{mark} is not a JSON value", *token.span())
        if mark[0] == '"' and "\\u" in mark and _has_lone_surrogate(mark):
            return Fault("invalid-json", "the string holds half of a surrogate pair, which is not a character", *token.span())
        if mark[0] in "-0123456789" and (len(mark) > DIGITS or _overflows(mark)):
            return Fault("number-range", "the number is too large to be kept", *token.span())
    return None


def _has_lone_surrogate(mark: str) -> bool:
    try:
        return _SURROGATE.search(json.loads(mark, strict=False)) is not None
    except ValueError:
        return False


def _overflows(mark: str) -> bool:
    try:
        return float(mark) in (float("inf"), float("-inf")) and not mark.lstrip("-").isdigit()
    except ValueError:
        return False
