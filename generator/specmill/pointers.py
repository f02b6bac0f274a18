"""JSON Pointers and their segments (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable


def escaped(key: str) -> str:
    """The segment that stands for a key."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def unescaped(segment: str) -> str:
    """The key that a segment stands for."""
    return segment.replace("~1", "/").replace("~0", "~") if "~" in segment else segment


def pointer(path: Iterable[str]) -> str:
    """The JSON Pointer that consists of these keys."""
    return "".join(["/" + escaped(key) for key in path])
