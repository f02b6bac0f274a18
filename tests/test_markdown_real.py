"""The Python pages of large specs that nobody here wrote: what they say is what GitHub shows, and a small change is small."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import CORPORA
from test_markdown_escape import walk
from test_markdown_python import MARKDOWN, broken_links, descriptions

import specmill
from specmill.diagnostics import Report
from specmill.frontend import source

STRIPE = CORPORA / "large/stripe.yaml"
INHERITING = [path for name in ("ts-mistral", "ts-mollie") if (path := CORPORA / f"pages/{name}/spec.yaml").exists()]
SAMPLE = 200
OURS = re.compile(r'<a id="[\w-]+">|</a>|<br ?/?>')


@cache
def parsed(path: Path) -> Any:
    return source.parse(path.read_bytes(), path.name, Report())


@cache
def pages(path: Path) -> Mapping[str, str]:
    return drawn(parsed(path))


def drawn(spec: Any) -> Mapping[str, str]:
    return {name.removeprefix("docs/"): text for name, text in specmill.render(spec, {"docs": {"kind": "markdown"}}).items()}


def sample(items: list[Any], size: int) -> list[Any]:
    return random.Random(5).sample(items, min(size, len(items)))


def tables(page: str) -> Iterator[list[str]]:
    """The rows of all tables of a page, as they are read: the text of each cell."""
    cells: list[str] = []
    tokens = MARKDOWN.parse(page)
    for token, inline in pairwise(tokens):
        if token.type == "tr_open":
            cells = []
        elif token.type in ("td_open", "th_open"):
            cells.append("".join(child.content for child in inline.children or () if child.type in ("text", "code_inline")))
        elif token.type == "tr_close":
            yield cells


def page_of(schema: str) -> str:
    return f"models/{re.sub(r'[^a-z0-9]', '', schema.lower())}.md"


large = pytest.mark.skipif(not STRIPE.exists(), reason="the large specs are not beside this checkout (../shared/corpora/large)")


@large
def test_a_page_is_read_as_the_schema_has_it() -> None:
    schemas, shown = parsed(STRIPE)["components"]["schemas"], pages(STRIPE)
    described = [name for name, schema in schemas.items() if schema.get("properties") and page_of(name) in shown]
    assert len(described) > SAMPLE
    for name in sample(described, SAMPLE):
        head, *fields = tables(shown[page_of(name)])
        assert {len(row) for row in fields} == {len(head)}
        told = [dict(zip(head, row, strict=True)) for row in fields]
        assert [one.get("JSON name") or one["Field"] for one in told] == list(schemas[name]["properties"])
        assert [one["Required"] == "yes" for one in told] == [
            key in schemas[name].get("required", ()) for key in schemas[name]["properties"]
        ]


@large
def test_headings_and_links_are_those_that_were_meant_and_nothing_else_is_live() -> None:
    shown = pages(STRIPE)
    chosen = ["index.md", *sample(sorted(shown), SAMPLE)]
    assert broken_links(shown, chosen) == []
    for name in chosen:
        tokens = MARKDOWN.parse(shown[name])
        heads = [(token.tag, inline.content) for token, inline in pairwise(tokens) if token.type == "heading_open"]
        assert [tag for tag, _ in heads].count("h1") == 1
        if name.startswith("models/"):
            assert {"Example", "Examples"} & {text for tag, text in heads if tag == "h2"}
        for one in walk(tokens):
            assert one.type != "html_block"
            assert one.type != "html_inline" or OURS.fullmatch(one.content)


@pytest.mark.skipif(not INHERITING, reason="the pages of real SDKs are not beside this checkout (../shared/corpora/pages)")
@pytest.mark.parametrize("path", INHERITING, ids=lambda path: path.parent.name)
def test_changing_a_description_changes_one_line_of_the_pages_that_have_it(path: Path) -> None:
    spec, before = parsed(path), pages(path)
    places = [place for place in descriptions(spec) if place[:2] == ("components", "schemas") and place[-2] not in ("properties", 1)]
    changed = 0
    for place in sample(places, 12):
        *above, last = place
        node = spec
        for key in above:
            node = node[key]
        text, node[last] = node[last], f"{node[last].rstrip()} indeed"
        after = drawn(spec)
        node[last] = text
        assert after.keys() == before.keys()
        lines = {name: list(changes(before[name], after[name])) for name in before if before[name] != after[name]}
        assert all(len(found) == 1 for found in lines.values()), place
        assert len({line.partition("</a>")[0] for found in lines.values() for line in found}) <= 1, "several have inherited one field"
        changed += bool(lines)
    assert changed > 6  # half of them: what stands beside a reference that is told elsewhere need not be shown


def changes(before: str, after: str) -> Iterator[str]:
    """The lines that differ."""
    return (new for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new)
