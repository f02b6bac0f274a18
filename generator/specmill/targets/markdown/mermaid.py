"""Text of a spec becomes words of a Mermaid diagram, which knows no escapes: what could be syntax is left out."""

from __future__ import annotations

import re
from typing import Final

from specmill.targets.markdown.characters import visible

_MERMAID_TEXT: Final = re.compile(r"[^\w .,()-]")


def mermaid_word(text: str) -> str:
    """A name in a diagram: letters, digits and underscores only."""
    return re.sub(r"\W", "_", visible(text))


def mermaid_text(text: str) -> str:
    """Text in a diagram: what Mermaid could read as its own syntax is left out."""
    return _MERMAID_TEXT.sub("", visible(text))
