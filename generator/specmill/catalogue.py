"""Every finding's code, and what it means: ``catalogue.md`` beside this module, as `specmill explain` and the documentation show it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """One code: a headline, and what to know and do about it (Markdown, with an example where it helps)."""

    title: str
    text: str


@cache
def catalogue() -> dict[str, Entry]:
    """Code → entry, in alphabetical order."""
    _, *parts = markdown().split("\n## ")
    return dict(map(_entry, parts))


def _entry(part: str) -> tuple[str, Entry]:
    code, title, text = part.split("\n\n", 2)
    return code, Entry(title.strip("*").removesuffix("."), text.strip())


def markdown() -> str:
    """The whole catalogue as a page."""
    return Path(__file__).with_name("catalogue.md").read_text("utf-8")
