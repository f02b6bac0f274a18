"""The project that the site generator builds: the pages, what helps them in a browser, and the settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

INDEX: Final = "index.md"
DOCS, BUILT, SETTINGS = "docs", "site", "mkdocs.yml"  # what the project's folder holds; JSON is YAML
_STYLE: Final = "assets/specmill.css"
SCRIPT: Final = "assets/mermaid.min.js"
_LIGHT: Final = {"media": "(prefers-color-scheme: light)", "scheme": "default", "primary": "indigo", "accent": "indigo"}
_DARK: Final = {"media": "(prefers-color-scheme: dark)", "scheme": "slate", "primary": "indigo", "accent": "indigo"}
_AUTO: Final = {"media": "(prefers-color-scheme)", "primary": "indigo", "accent": "indigo"}
_FEATURES: Final = [
    "content.code.copy",
    "navigation.indexes",
    "navigation.instant",  # keeps the search index in memory from page to page
    "navigation.path",
    "navigation.top",
    "search.highlight",
    "toc.follow",
]
_MOST_ENTRIES: Final = 60  # of a navigation that every page shows whole
_TITLE: Final = re.compile(r"# (.*)")
_PLAIN: Final = re.compile(r"\\([!-/:-@\[-`{-~])|[`~]")


class Site(Struct, frozen=True):
    """What is to be built: pages by their path, and the style sheet; ``script`` draws the diagrams, where there is one."""

    pages: Mapping[str, str]
    style: str
    script: Path | None = None

    @property
    def title(self) -> str:
        """What the first page is called."""
        return title_of(self.pages[INDEX])


def title_of(page: str) -> str:
    """The title of a page without Markdown, as HTML."""
    return _PLAIN.sub(lambda mark: mark[1] or "", _heading(page))


def _heading(page: str) -> str:
    found = _TITLE.match(page)
    return found[1] if found else "Models"


def lay_out(site: Site, folder: Path) -> None:
    """Write the project."""
    for path, text in {**site.pages, _STYLE: site.style}.items():
        place = folder / DOCS / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_text("utf-8") != text:  # a server that watches the folder sees only what changed
            place.write_text(text, "utf-8", newline="\n")
    script = folder / DOCS / SCRIPT
    if site.script is not None and not script.exists():
        script.write_bytes(site.script.read_bytes())
    (folder / SETTINGS).write_text(json.dumps(_settings(site), indent=1), "utf-8")


def _settings(site: Site) -> dict[str, Any]:
    toggles = [
        (_AUTO, "lucide/sun-moon", "Switch to light mode"), (_LIGHT, "lucide/sun", "Switch to dark mode"), (_DARK, "lucide/moon", "Follow the system"),
    ]  # fmt: skip
    sections = navigation(site.pages)
    entries = sum(len(items) for section in sections for items in section.values())
    shape = "navigation.sections" if entries <= _MOST_ENTRIES else "navigation.prune"
    return {
        "site_name": site.title,
        "docs_dir": DOCS,
        "site_dir": BUILT,
        "nav": [{"Overview": INDEX}, *sections],
        "theme": {
            "name": "material",
            "font": False,  # none is fetched from elsewhere
            "features": [*_FEATURES, shape],
            "palette": [palette | {"toggle": {"icon": icon, "name": name}} for palette, icon, name in toggles],
        },
        "markdown_extensions": [{"specmill.site.extension": {"diagrams": SCRIPT if site.script else ""}}],
        "extra_css": [_STYLE],
        "extra": {"generator": False},
        "validation": {"invalid_links": False, "invalid_link_anchors": False},
    }


def navigation(pages: Mapping[str, str]) -> list[dict[str, list[dict[str, str]]]]:
    """The index is the table of contents: its headings are sections, and each line that begins with a link to a page stands in its section.

    A page that several lines lead to stands where it is named first: what is going away is listed once more, field by field.
    """
    sections: dict[str, list[dict[str, str]]] = {}
    left = set(pages)
    title = ""
    for tokens in _lines(pages[INDEX]):
        if tokens[0].type == "heading_open":
            title = _name("".join(child.content for child in tokens[1].children or ()))
        elif (item := _first_link(tokens[2].children or ())) and item[1] in left:
            left.remove(item[1])
            sections.setdefault(title, []).append({item[0]: item[1]})
    return [{title: items} for title, items in sections.items()]


def _name(text: str) -> str:
    """Text for the navigation. The generator puts it on pages as HTML, and into their titles with all entities dissolved."""
    return text.replace("&", "&amp;").replace("<", "‹").replace(">", "›")


def _lines(page: str) -> Iterator[Sequence[Token]]:
    """The headings below the first and the items of lists, each with the tokens that it begins with."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").parse(page)
    for at, token in enumerate(tokens):
        if (token.type == "heading_open" and token.tag == "h2") or token.type == "list_item_open":
            yield tokens[at : at + 3]


def _first_link(children: Sequence[Token]) -> tuple[str, str] | None:
    """The text and the page of the link that a line begins with."""
    told = [child for child in children if child.type not in ("s_open", "s_close") and (child.type != "text" or child.content)]
    if len(told) < 2 or told[0].type != "link_open":  # noqa: PLR2004 - the link and its text
        return None
    return _name(told[1].content), str(told[0].attrGet("href"))


def joined(targets: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The pages of all targets: a lone one's as they are, several in a folder for each behind a first page that names them."""
    if len(targets) == 1:
        (pages,) = targets.values()
        return dict(pages)
    lines = (f"- [{_heading(pages[INDEX])}: {name}]({name}/{INDEX})" for name, pages in targets.items())
    title = _heading(next(iter(targets.values()))[INDEX])
    first = {INDEX: "\n".join([f"# {title}", "", *lines, ""])}
    return first | {f"{name}/{path}": text for name, pages in targets.items() for path, text in pages.items()}
