"""The segments of a JSON Pointer (RFC 6901, section 4)."""

from __future__ import annotations


def escaped(key: str) -> str:
    """The segment that stands for a key."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def unescaped(segment: str) -> str:
    """The key that a segment stands for."""
    return segment.replace("~1", "/").replace("~0", "~") if "~" in segment else segment
