"""A page of Markdown as HTML, read as GitHub reads it, and with no HTML of its own but what our pages are made of."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from msgspec import Struct
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_OURS: Final = re.compile(r'<a id="[\w-]+">|</a>|<br ?/?>')
_UNSEARCHED: Final = frozenset({"Example", "Examples", "Example Usage", "Used by"})  # sections whose words all stand elsewhere too
_FORMATTER: Final = HtmlFormatter(nowrap=True)


class Heading(Struct, frozen=True):
    """A heading of a page: what it says, as text and as HTML, and the anchor that leads to it."""

    level: int
    id: str
    text: str
    html: str


class Html(Struct, frozen=True):
    """A page."""

    body: str
    headings: tuple[Heading, ...]


class Reader(Struct, frozen=True, dict=True):
    """Turns Markdown into HTML; ``script`` is the address of what draws diagrams: without one they stay code."""

    script: str = ""

    @cached_property
    def _parser(self) -> MarkdownIt:
        return MarkdownIt("commonmark").enable(["table", "strikethrough"])

    @cached_property
    def _renderer(self) -> RendererHTML:
        return _Renderer(self._parser)

    def read(self, text: str) -> Html:
        """The page of a text."""
        env = {"diagrams": False}
        tokens = self._parser.parse(text, env)
        headings = tuple(self._headings(tokens, env))
        _name_cells(tokens)
        env["diagrams"] = bool(self.script) and any(token.type == "fence" and token.info == "mermaid" for token in tokens)
        body = str(self._renderer.render(tokens, self._parser.options, env))
        return Html(body + f'<script src="{html.escape(self.script)}"></script>\n' if env["diagrams"] else body, headings)

    def _headings(self, tokens: Sequence[Token], env: dict[str, Any]) -> list[Heading]:
        """The headings; each gets its anchor as an attribute."""
        found: list[Heading] = []
        taken: set[str] = set()
        for at, token in enumerate(tokens):
            if token.type == "heading_open":
                inline = tokens[at + 1]
                text = "".join(child.content for child in inline.children or ())
                token.attrSet("id", _anchor(text, taken))
                if text in _UNSEARCHED:
                    token.attrSet("data-search-exclude", "")
                shown = self._renderer.renderInline(inline.children or [], self._parser.options, env)
                found.append(Heading(int(token.tag[1:]), str(token.attrGet("id")), text, shown))
        return found


def _name_cells(tokens: Sequence[Token]) -> None:
    """Tell each cell of a table its column: where there is no room for columns, the style sheet writes the name before the text."""
    columns: list[str] = []
    at = 0
    for token, inline in pairwise(tokens):
        match token.type:
            case "thead_open":
                columns = []
            case "th_open":
                columns.append("".join(child.content for child in inline.children or ()))
            case "tr_open":
                at = 0
            case "td_open":
                token.attrSet("data-column", columns[at])
                at += 1


def _anchor(text: str, taken: set[str]) -> str:
    """The anchor of a heading as GitHub makes it; one that is taken gets a number."""
    plain = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") or "section"
    number = 0
    while (anchor := f"{plain}-{number}" if number else plain) in taken:
        number += 1
    taken.add(anchor)
    return anchor


class _Renderer(RendererHTML):
    """Code is coloured, diagrams are marked for the script that draws them, and HTML that is not ours is shown as text."""

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        code, language = tokens[idx].content, tokens[idx].info.strip().split(" ", 1)[0]
        if language == "mermaid" and env["diagrams"]:
            return f'<pre class="mermaid"><code>{html.escape(code)}</code></pre>\n'
        return f'<div class="highlight"><pre><code>{_coloured(code, language)}</code></pre></div>\n'

    def html_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        content = tokens[idx].content
        return content if _OURS.fullmatch(content) else html.escape(content)

    def html_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f"<p>{html.escape(tokens[idx].content)}</p>\n"


def _coloured(code: str, language: str) -> str:
    try:
        return str(highlight(code, get_lexer_by_name(language), _FORMATTER)) if language else html.escape(code)
    except ClassNotFound:
        return html.escape(code)
