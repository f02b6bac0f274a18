"""Formats what a user's own template drew; the only module that imports black."""

from __future__ import annotations

import black

from specmill.output.render import Text


def format_page(page: Text) -> Text:
    """The page as black's own defaults would have it; ``black.InvalidInput`` where it is not Python."""
    if not page.path.endswith((".py", ".pyi")):
        return page
    mode = black.Mode(is_pyi=page.path.endswith(".pyi"))
    return Text(page.path, [black.format_str(page.text, mode=mode)], page.custom)
