"""What a media type says of its content: JSON, text, or bytes."""

from __future__ import annotations

import re
from typing import Final

# Strings in content of these types are text, as strings in JSON are; content of other types, or a part of a multipart one, is as it is.
_TEXT: Final = r"(?i)text/|\*/\*|application/x-www-form-urlencoded|.*\b(json|ndjson|jsonl|xml|yaml)\b"


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259), of the ``+json`` kin (RFC 6839), or a sequence of JSON values."""
    essence = media_type.partition(";")[0].strip().lower()
    is_sequence = any(name in essence for name in ("ndjson", "jsonl", "json-seq"))
    return essence in {"application/json", "text/json", "*/*"} or essence.endswith("+json") or is_sequence


def is_plain(media_type: str) -> bool:
    """Whether the content is text, and no more is known of it."""
    return media_type.lower().startswith("text/") and not is_json(media_type)


def is_multipart(media_type: str) -> bool:
    """Whether the content has parts, each with a media type of its own."""
    return media_type.lower().startswith("multipart/")


def is_octets(media_type: str) -> bool:
    """Whether strings in the content are raw octets: it is an image or a stream of bytes, or has parts that may be."""
    return re.match(_TEXT, media_type) is None
