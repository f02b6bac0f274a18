"""What a string of the sample is, by the name of its property."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from specmill.targets.markdown import fakes
from specmill.targets.markdown.random_stream import Stream

_BY_NAME: Final[Mapping[str, Callable[[Stream], str]]] = {
    **dict.fromkeys(("host", "hostname", "domain", "referer"), fakes.domain),
    "description": fakes.sentence,
    "displayname": fakes.display_name,
    "email": fakes.email,
    "model": partial(fakes.pick, "car"),
    "path": partial(fakes.pick, "folder"),
    "username": fakes.user_name,
}


def sample_string(name: str, format_: str | None, stream: Stream) -> str:
    """The sample for a string property with a name in the spec (empty: it has none)."""
    if format_ == "uuid":
        return stream.uuid()
    told = name.lower().replace("_", "").replace("-", "")
    if told.endswith("id"):
        return "<id>"
    if told == "key":
        return "<key>"
    if told == "filename":
        return "example.file"
    if told in _BY_NAME:
        return _BY_NAME[told](stream)
    if told.endswith(("url", "uri")) or format_ == "uri":
        return fakes.url(stream)
    return fakes.email(stream) if format_ == "email" else "<value>"
