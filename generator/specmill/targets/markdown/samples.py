"""What a string of the sample is, by the name of its property."""

from __future__ import annotations

from specmill.targets.markdown.random_stream import Stream


def sample_string(name: str, format_: str | None, stream: Stream) -> str:
    """The sample for a string property with a name in the spec (empty: it has none)."""
    if format_ == "uuid":
        return stream.uuid()
    told = name.lower().replace("_", "").replace("-", "")
    if told.endswith("id"):
        return "<id>"
    if told == "key":
        return "<key>"
    if told == "email" or format_ == "email":
        return "user@example.com"
    if told.endswith(("url", "uri")) or format_ == "uri":
        return "https://example.com"
    return "<value>"
