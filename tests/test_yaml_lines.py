"""What is read of YAML line by line is what the parser reads of it, and where that is not certain, the parser reads it."""

from __future__ import annotations

from typing import Any

import pytest
from cases import FOLDER
from conftest import CORPORA
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specmill.config import Limits
from specmill.frontend import yaml12, yaml_lines
from specmill.frontend.limits import Unreadable
from specmill.ir import MISSING

SPECS = [path for folder in (FOLDER, CORPORA) for path in sorted(folder.rglob("*.yaml")) if path.stat().st_size < 500_000]


def by_lines(text: str, limits: Limits | None = None) -> Any:
    return yaml_lines.load(text.encode(), limits or Limits())


def by_parser(text: str) -> Any:
    return yaml12.load(text, Limits())


@pytest.mark.parametrize(
    "text",
    [
        "a: b\nc:\n  - d\n  - e: 1\n    f: 0x10\n  -\n    - g\nh:\n- i\n- j:\n  - k\nl: {}\nm: []\n",
        "---\n# a comment\n'a b': \"c: d # e\"  \n\n# another\n\"f\": 'g'",
        "a:\n- b\n-\nc:\n",
        "".join(" " * i + "a:\n" for i in range(150)),
        "a: |2\n   b\n\n  c\n# d\ne: &f [g]\nh: *f\ni: \ufeffj\nk: >+\n\n l\n",
        "  a: 1\n  b:\n    c: ~\n",
        "a:\n  b: http://c:d#e\n  f: -1.5e3\n  g: no\n  /h/{i}: .j\n  k: <p>é</p>  \n",
        "a:\r\n  b: c\r\n  d: |\r\n    e\r\n    f\r\n",
        "a:\n  b: |-\n    c\n\n     d: e\n  f: >2\n      g\n     h\n# i\n  j: |+\n    k\n\n\n",
        "a:\n  b: c\n    d\n\n    e\n  g:\n    h\n  i: 'j\n\n    k'\n  l: [m,\n   ]\n",
        "a:\n  b: &c {d: e}\n  f: *c\n  g:\n    - - h\n      - i\n",
        "a:\n  - b: \"c\\n\"\n    d: !!str 1\n  - |\n    e\n  - 'f''g'\n",
        "a:\n  b: c\u2028d\n  e: \U0001f600\n  \xe9: 1\n",
    ],
)
def test_what_specs_are_written_like_is_read(text: str) -> None:
    found = by_lines(text)
    assert found is not MISSING
    assert repr(found) == repr(by_parser(text))


@pytest.mark.parametrize(
    "text",
    [
        "", "# nothing\n", "a", "- a\nb: c\n", "a: b\n- c\n", "a: b\n c: d\n", "a:\n  b:\n- c\n", "a:\n    b: c\n  d: e\n", "a: &b c\nd: {",
        "<<: {a: b}\n", "? a\n: b\n", "a: b\na: c\n", "a:\n  b: |\n    c\n  b: d\n", "a:\tb\n", "a: b\n...\n", "a: b\n---\nc: d\n", "... a: b\n", "--- a: b\n",
        "%YAML 1.2\n---\na: b\n", "a: 1e999\n", "a:\n  b: c: d\n", "a:\n  b: 'c\n  d: e'\n", "a:\n  b: 'c\n  d: |\n    e'\n", "a:\n  b: [c\n  d: |\n    e]\n",
        "a:\n  b: *c\n", "a: \x07\n", "a: b\rc: d\n", f"{'a' * 2000}: b\n", "a:\n  b: c\n    d: e\n", "a:\n  b: |\n    c\n   d\n",
    ],
)  # fmt: skip
def test_what_is_uncertain_is_left_to_the_parser(text: str) -> None:
    assert by_lines(text) is MISSING


@pytest.mark.parametrize("limits", [Limits(values=20), Limits(nesting=5)])
def test_what_comes_near_to_a_limit_is_left_to_the_parser(limits: Limits) -> None:
    text = "a:\n  b:\n    c: d\n"
    assert by_lines(text) == by_parser(text)
    assert by_lines(text, limits) is MISSING


def test_nearly_all_specs_are_read_and_as_the_parser_reads_them() -> None:
    specs = SPECS if len(SPECS) < 500 else SPECS[::7]
    left = 0
    for path in specs:
        try:
            text = path.read_text("utf-8")
            found = by_lines(text)
        except UnicodeDecodeError:
            continue
        left += found is MISSING
        assert found is MISSING or repr(found) == repr(by_parser(text)), path
    assert left < len(specs) / 5


TEXT = """\
a: b
c:
  d: |-
    e

    f
  g: &h 'i'
  'j': "k"
  l:
  - m: 1
    n:
    - o
    -
      - {}
  p: q
    r
  s: {t: [u]}
  v:
    w
x: ~
"""
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(TEXT)),
        st.integers(0, 4),
        st.sampled_from(
            [
                *"\n :#-?'\"|>[]{}&*!,%`.~\\\t\r\x85\u2028é",
                "",
                "",
                "\n ",
                "\n  ",
                "\n    ",
                ": ",
                " #",
                "\n- ",
                "\n  - ",
                "a:",
                "<<: ",
                "...",
                "---",
                "*h",
            ]
        ),
    ),
    min_size=1,
    max_size=3,
)


@given(EDITS)
@settings(max_examples=2000)
@example([(TEXT.index("w"), 1, "?"), (TEXT.index("x"), 0, "  - y\n")])  # the value below the key is read already
@example([(TEXT.index("x"), 1, "... x")])
def test_no_text_is_read_in_another_way(edits: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for start, cut, put in edits:
        text = text[:start] + put + text[start + cut :]
    found = by_lines(text)
    if found is MISSING:
        return
    try:
        expected = by_parser(text)
    except Unreadable as error:
        pytest.fail(f"{text!r} is read as {found!r}, but {error.faults[0].message}")
    assert repr(found) == repr(expected)
