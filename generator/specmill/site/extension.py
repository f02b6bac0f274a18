"""Our own reader of Markdown for the site generator: an extension of Python-Markdown that leaves nothing of that but the frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from zensical.extensions.context import ContextPreprocessor

from specmill.site.gfm import Heading, Html, Reader

_FIRST, _LAST = 10_000, -10_000  # priorities beyond those of all others


class Gfm(Extension):
    """Reads pages with the parser that the tests hold them to; the other extensions see an empty page."""

    def __init__(self, **settings: Any) -> None:
        """Take the settings of the extension."""
        self.config = {"diagrams": ["", "the path of the script that draws them; empty: there is none"]}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Stand before the first and behind the last of its steps."""
        page = _Page()
        md.preprocessors.register(_Read(md, page, str(self.getConfig("diagrams"))), "specmill-read", _FIRST)
        md.postprocessors.register(_Write(md, page), "specmill-write", _LAST)


class _Page:
    """What the first step hands to the last."""

    html = Html("", ())


class _Read(Preprocessor):
    def __init__(self, md: Markdown, page: _Page, script: str) -> None:
        super().__init__(md)
        self.page, self.script = page, script

    def run(self, lines: list[str]) -> list[str]:
        found = ContextPreprocessor.from_markdown(self.md)
        top = "../" * found.page.url.count("/") if found is not None else ""
        self.page.html = Reader(f"{top}{self.script}" if self.script else "").read("\n".join(lines))
        return [""]


class _Write(Postprocessor):
    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, text: str) -> str:  # noqa: ARG002 - nothing is in it
        self.md.toc_tokens = _nested(self.page.html.headings)  # as its own extension `toc` sets it
        return self.page.html.body


def _nested(headings: Iterable[Heading]) -> list[dict[str, Any]]:
    """The headings as a tree, in the form of the extension ``toc``."""
    top: list[dict[str, Any]] = []
    open_: list[dict[str, Any]] = []
    for one in headings:
        node: dict[str, Any] = {"level": one.level, "id": one.id, "name": one.text, "html": one.html, "data-toc-label": "", "children": []}
        while open_ and open_[-1]["level"] >= one.level:
            open_.pop()
        (open_[-1]["children"] if open_ else top).append(node)
        open_.append(node)
    return top


def makeExtension(**settings: Any) -> Gfm:  # noqa: N802 - the name that Python-Markdown looks for
    """Make it."""
    return Gfm(**settings)
