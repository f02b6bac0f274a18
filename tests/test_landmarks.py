"""A place that is found by its landmarks is the one in the tree of all places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from test_source import SUITE, suite, unescaped

from specmill.diagnostics import Report
from specmill.frontend import landmarks, source
from specmill.frontend.positions import Spot, find
from specmill.frontend.source import Document, _tree
from specmill.ir import Json

YAML = """\
---
# a comment
openapi: 3.1.0
"quoted": {flow: [1, {deep: x}], 'more': ''}
tags:
- name: one
  text: |
    blöck 😀:
      - not an item
- name: "two: €"
- - nested
  - list
-
  name: below
list:
    -   far: 1
        away: |-
          x
    - plain
    - {in: flow}
é:
  😀: {ß: [ß]}
empty:
base: &base
  a: 1
  'b': >
    folded
    text
derived:
  <<: *base
  c: "over
    lines: two"
alias: *base
? complex
: value
last:
  deep:
    deeper: [a,
  b]
    and: x  # comment
"""
JSON = '{"a" : [1, {"b\\n": null}, []], "c":{} ,"d~/": {"é": "😀", "e": "\\u0041"}}'


def pointers(data: Json, above: tuple[str, ...] = ()) -> Iterator[list[str]]:
    yield list(above)
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from pointers(value, (*above, str(key)))


def marked(document: Document, spot: Spot) -> object:
    """What a finding shows of a spot."""
    lines = document.lines
    return lines.place("", spot.start, spot.end), spot.key and lines.place("", *spot.key)


def compare(document: Document) -> tuple[int, int]:
    """How many places there are, and how many of them are found by landmarks, each of these rightly."""
    found = landmarks.of(document.text)
    root = _tree(document.text.decode(), found).root
    count = short = 0
    for segments in pointers(document.data):
        spot = found.find(document.data, segments)
        count += 1
        if root is not None and spot is not None:
            short += 1
            whole, is_there = find(root, segments)
            assert is_there
            assert marked(document, spot) == marked(document, whole.in_bytes(document.text.decode())), segments
    return count, short


@pytest.mark.parametrize(
    "text", [YAML, YAML.replace("\n", "\r\n"), YAML.replace("? complex\n: value\n", ""), JSON], ids=["yaml", "crlf", "simple", "json"]
)
def test_places_are_those_in_the_tree(text: str) -> None:
    document = source.load(text.encode(), "x", Report())
    assert document is not None
    assert compare(document)[0] > 8


@pytest.mark.parametrize("text", [YAML.replace("? complex\n: value\n", "").replace("  <<: *base\n", ""), JSON], ids=["yaml", "json"])
def test_most_places_are_found_without_the_tree(text: str) -> None:
    document = source.load(text.encode(), "x", Report())
    assert document is not None
    count, short = compare(document)
    assert short > count * 0.8


@pytest.mark.parametrize("path", sorted((ROOT / "tests/cases").glob("*/spec.*")), ids=lambda path: path.parent.name)
def test_places_in_our_cases_are_those_in_the_tree(path: Path) -> None:
    document = source.read(path, path.name, Report())
    if document is not None:
        compare(document)


@pytest.mark.skipif(not SUITE.exists(), reason="the YAML test suite is not here")
def test_places_in_hostile_yaml_are_those_in_the_tree() -> None:
    compared = 0
    for _, case in suite():
        document = source.load(unescaped(case["yaml"]).encode(), "case.yaml", Report())
        if document is not None and document.text:
            compared += compare(document)[1]
    assert compared > 50
