"""The pages as a website: static, searchable, made by Zensical, which is an extra."""

from __future__ import annotations

import importlib.util
from typing import Final

_NEEDED: Final = ("zensical", "markdown", "markdown_it", "pygments")


def is_available() -> bool:
    """Whether the generator is installed."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)
