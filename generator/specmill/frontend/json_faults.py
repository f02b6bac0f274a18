"""What is wrong with a JSON text that could not be read, and where."""

from __future__ import annotations

import json
import re
from typing import Final

from specmill.config import Limits
from specmill.frontend.limits import DIGITS, Fault
from specmill.frontend.positions import TOKEN, of_json

_MALFORMED: Final = re.compile(r"JSON is malformed: (.*) \(byte (\d+)\)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_JSON: Final = frozenset(["NaN", "Infinity", "-Infinity"])


def of(text: str, message: str, limits: Limits) -> Fault:
    """What is wrong with a text that could not be decoded, where people would not say it as the decoder does."""
    fault = too_deep(text, limits.nesting)
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


def too_deep(text: str, nesting: int) -> Fault | None:
    """The first list or object that is nested too deep."""
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


def repeated_keys(text: str) -> list[Fault]:
    """The keys that stand more than once in one object."""
    return list(of_json(text).repeats())
