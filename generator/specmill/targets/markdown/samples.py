"""What a string of the sample is, by the name of its property."""

from __future__ import annotations

from specmill.targets.markdown.random_stream import Stream


def sample_string(name: str, format_: str | None, stream: Stream, year: int) -> str:
    """The sample for a string property with a name in the spec (empty: it has none)."""
    lowered = name.lower().replace("_", "").replace("-", "")
    if format_ == "uuid":
        return stream.uuid()
    if lowered.endswith("id"):
        return "<id>"
    if lowered == "key":
        return "<key>"
    return "<value>"
