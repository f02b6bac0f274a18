"""A document of which only one entry was read again is the one that reading all of it would give."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT

from specmill.config import Limits
from specmill.diagnostics import Report
from specmill.frontend import positions, source, spliced

SPECS = [ROOT / "spec/session.yaml", *sorted((ROOT / "tests/cases").glob("*/spec.*"))]
MORE = [
    "", " ", "\n", "x", "x: 1\n", "  y: {a: b}\n", "    z: [1, 2]\n", "#", " # no\n", "'", '"', "|", "|\n", ">-\n   folded\n", "- a\n", "-", ":", ": ", "? ",
    "&a ", "&a", "*a", "<<: *a\n", "!t ", "---\n", "\n---\n", "\n...\n", "{", "}", "[", "]", ",", "\t", "\r\n", "\u2028", "é", "😀", '"k": 1, ', "null", "\ufeff",
    "0x1F", "1e400", "\\u003a", "%YAML 1.1\n",
]  # fmt: skip
ANCHORED = """\
components:
  schemas:
    A: &a
      type: object
      properties: {x: {type: string}}
    B:
      <<: *a
      description: 'over
        C: two'
    C:
      description: |

        text

    "D":
      - - deep
    E: {type: object, properties: {x: {type: string}, y: "z"}}
    F:
      type: object
      # plain
      properties:
        a: {type: integer}
        b:
          description: >-
            folded
          type: string
paths: &p
  /x: {get: {}}
again: *p
"""
FLOW = '{"a": {"b": [1, {"c": null}]},\n "components" : {"schemas": {"A" : {}, "B":"x:y", "C": [1 ,2], "D/~": 1.5 }} , "paths":{}}\n'


def edited(chance: random.Random, text: str) -> str:
    """The text with something put in, taken out or written twice, anywhere."""
    at = chance.choice(
        [chance.randrange(len(text) + 1), chance.choice([found.start() for found in re.finditer(r"^|\b|$", text, re.MULTILINE)])]
    )
    end = at + chance.choice([0, 0, 0, 1, 2, chance.randrange(40)])
    put = chance.choice([*MORE, text[at:end] * 2, chance.choice(text.splitlines(keepends=True))])
    return text[:at] + put + text[end:]


def parts(entries: spliced.Entries) -> list[bytes]:
    """What the entries are thought to be."""
    return [entries.document.text[start:end].strip() for start, end in entries.spans]


def follow(chance: random.Random, text: str, name: str, turns: int) -> int:
    """Edit a text many times, and hold what is read again against what is read; how often it was enough to read one entry."""
    document = source.load(text.encode(), name, Report())
    assert document is not None
    first, entries = text, spliced.entries(document)
    short = 0
    for _ in range(turns):
        new = edited(chance, text)
        found = None if entries is None else entries.again(new.encode())
        whole = source.load(new.encode(), name, Report())
        if found is not None:
            assert whole is not None, new
            assert found.document.data == whole.data, new
            assert msgspec.json.encode(found.document.data) == msgspec.json.encode(whole.data), new  # 1 is not true
            fresh = spliced.entries(whole)
            assert fresh is None or fresh.paths != found.paths or parts(fresh) == parts(found), new
            assert found.lines == [positions.ends(new.encode(), 0, start) + 1 for start, _ in found.spans], new
            assert found.changed is not None or new == text
            short += new != text
        lot = chance.random()
        if whole is not None and lot < 0.5:
            text, entries = new, found or spliced.entries(whole)
        elif lot > 0.8:  # after many edits, not much is left
            text, entries = first, spliced.entries(document)
    return short


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_an_edited_spec_is_read_as_a_whole_would_be(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    if source.load(text.encode(), path.name, Report()) is None:
        pytest.skip("it cannot be read")
    follow(random.Random(path.parent.name), text, path.name, 60)


@pytest.mark.parametrize(("text", "name"), [(ANCHORED, "spec.yaml"), (FLOW, "spec.json"), (FLOW, "spec.yaml")])
def test_what_is_written_in_odd_ways_is_read_as_a_whole_would_be(text: str, name: str) -> None:
    assert follow(random.Random(name), text, name, 2000) > 20


@pytest.mark.parametrize("name", ["spec.yaml", "spec.json"])
def test_an_edit_within_a_schema_reads_that_alone(name: str) -> None:
    data = source.load((ROOT / "spec/session.yaml").read_bytes(), name, Report()).data  # type: ignore[union-attr]
    text = json.dumps(data, indent=1) if name == "spec.json" else (ROOT / "spec/session.yaml").read_text()
    document = source.load(text.encode(), name, Report())
    assert document is not None
    entries = spliced.entries(document)
    assert entries is not None
    assert entries.again(text.replace("Error", "Fault").encode()) is None
    start = text.index("HTTP status code")
    found = entries.again((text[:start] + "An " + text[start:]).encode())
    assert found is not None
    assert found.changed == ("components", "schemas", "HonoApiError")
    before, after = document.data["components"]["schemas"], found.document.data["components"]["schemas"]
    assert [name for name in after if after[name] is not before[name]] == ["HonoApiError"]


def test_a_text_of_too_many_values_is_read_as_a_whole() -> None:
    limits = Limits(values=60)
    text = "components:\n  schemas:\n    A: [1]\n"
    document = source.load(text.encode(), "spec.yaml", Report(), limits=limits)
    assert document is not None
    entries = spliced.entries(document)
    assert entries is not None
    assert entries.again(text.replace("1", "1, 1").encode()) is not None
    assert entries.again(text.replace("1", "1, " * 20).encode()) is None
