"""The reader: bytes become plain data, and every mistake in them is told at its line and column."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import CORPORA
from hypothesis import given
from hypothesis import strategies as st

from specmill.config import Limits
from specmill.diagnostics import Place, Report, format_diagnostic
from specmill.frontend import positions, source
from specmill.frontend.graph import child
from specmill.frontend.source import Document, Sources
from specmill.ir import MISSING


def read(text: str | bytes, name: str = "spec.yaml", limits: Limits | None = None) -> Any:
    report = Report()
    data = source.parse(text if isinstance(text, bytes) else text.encode(), name, report, limits or Limits())
    assert not report.diagnostics, [format_diagnostic(diagnostic) for diagnostic in report]
    return data


def findings(text: str | bytes, name: str = "spec.yaml", limits: Limits | None = None) -> list[tuple[str, str]]:
    """The code and the place of each finding."""
    report = Report()
    data = source.parse(text if isinstance(text, bytes) else text.encode(), name, report, limits or Limits())
    assert data is MISSING
    return [(diagnostic.code, str(diagnostic.place)) for diagnostic in report]


def document(text: str, name: str = "spec.yaml") -> Document:
    report = Report()
    found = source.load(text.encode(), name, report)
    assert found is not None, list(report)
    return found


# ---- scalars --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(text, text) for text in "yes no on off Yes NO y n".split()],
        *[(text, text) for text in "1:30 12:30:45 2024-10-01 2024-10-01T00:00:00Z = 1_000 0b1 0o9 0x 1.2.3 +-1 -- . ..".split()],
        *[(text, text) for text in "nULL tRUE .Nan +.nan inf nan e3 1e 0O7 0X1f -0x1F +0o7 ١٢".split()],
        *[(text, None) for text in "null Null NULL ~".split()],
        ("", None),
        *[(text, True) for text in "true True TRUE".split()],
        *[(text, False) for text in "false False FALSE".split()],
        ("012", 12),
        ("-0", 0),
        ("+7", 7),
        ("0o14", 12),
        ("0xFf", 255),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        ("12e03", 12000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ('! "12"', "12"),
        ("&anchor ! true", "true"),
        ("!!str 12", "12"),
        ("!!int 012", 12),
        ("!!float 1", 1.0),
        ("!!null ~", None),
        ("!!bool true", True),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(written: str, value: Any) -> None:
    found = read(f"a: {written}\n")["a"]
    assert (type(found), found) == (type(value), value)


def test_not_a_number_is_a_float() -> None:
    assert math.isnan(read("a: .nan")["a"])


@pytest.mark.parametrize("key", ["200", "1.50", "010", "0x1F", "true", "null", "~", "on", "2020-01-01", "1:20", "''", "<<x"])
def test_a_key_is_its_text(key: str) -> None:
    assert list(read(f"{key}: 1")) == [key.strip("'")]


def test_separators_of_unicode_are_ordinary_characters() -> None:
    text = 'a: |\n  one\u2028two\n  three\x85four\nb: x\u2029y\nc: "\\L\\N\ue000"\n'
    assert read(text) == {"a": "one\u2028two\nthree\x85four\n", "b": "x\u2029y", "c": "\u2028\x85\ue000"}


# ---- anchors and merge keys -----------------------------------------------------------------------------------------------------


def test_an_alias_is_what_its_anchor_is() -> None:
    assert read("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n") == {"a": {"b": 1}, "c": {"b": 1}, "d": 2, "e": 2}


def test_an_alias_can_be_a_key() -> None:
    assert read("? &k 1\n: a\nb:\n  ? *k\n  : c\n") == {"1": "a", "b": {"1": "c"}}


def test_a_merge_key_brings_in_what_is_not_there() -> None:
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  c: 5\n  <<: [*x, *y]\n  d: 6\n"
    merged = read(text)["z"]
    assert merged == {"a": 1, "b": 2, "c": 5, "d": 6}
    assert list(merged) == ["a", "b", "c", "d"]


def test_a_merged_mapping_can_be_merged_again() -> None:
    assert read("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}")["c"] == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize("text", ['"<<": {b: 1}', "'<<': {b: 1}"])
def test_a_quoted_merge_key_is_a_key(text: str) -> None:
    assert read(text) == {"<<": {"b": 1}}


def test_a_merge_sign_as_a_value_is_text() -> None:
    assert read("a: <<\nb: [<<]") == {"a": "<<", "b": ["<<"]}


# ---- what is refused ------------------------------------------------------------------------------------------------------------

BOMB = "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
CHAIN = "m0: &m0 {k: [1]}\n" + "".join(f"m{n}: &m{n} {{k: *m{n - 1}}}\n" for n in range(1, 600))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", "spec.yaml:3:1")]),
        ("a: {b: 1, b: 2}\nc:\n  d: 1\n  d: 2\n", [("duplicate-key", "spec.yaml:1:11"), ("duplicate-key", "spec.yaml:4:3")]),
        ("1: a\n'1': b\n", [("duplicate-key", "spec.yaml:2:1")]),
        ("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n", [("duplicate-key", "spec.yaml:4:3")]),
        ("a: 1\n---\nb: 2\n", [("many-documents", "spec.yaml:2:1")]),
        ("? [a]\n: b\n", [("complex-key", "spec.yaml:1:3")]),
        ("{[a, b]: c}\n", [("complex-key", "spec.yaml:1:2")]),
        ("a: &a [1]\n? *a\n: c\n", [("complex-key", "spec.yaml:2:3")]),
        ("a: !!python/object/apply:os.system [x]\n", [("unknown-tag", "spec.yaml:1:4")]),
        ("a: !!binary aGVsbG8=\n", [("unknown-tag", "spec.yaml:1:4")]),
        ("a: !!set {b, c}\n", [("unknown-tag", "spec.yaml:1:4")]),
        ("a: !mine b\n", [("unknown-tag", "spec.yaml:1:4")]),
        ("!mine a: b\n", [("unknown-tag", "spec.yaml:1:1")]),
        ("a: !!int b\n", [("invalid-yaml", "spec.yaml:1:4")]),
        ("a: !!map [b]\n", [("unknown-tag", "spec.yaml:1:4")]),
        ("a: *nowhere\n", [("unknown-alias", "spec.yaml:1:4")]),
        ("a: &a\n  b: *a\n", [("alias-cycle", "spec.yaml:2:6")]),
        ("a: &a\n  <<: *a\n", [("alias-cycle", "spec.yaml:2:7")]),
        ("a: &x-y:z 1\n", [("invalid-yaml", "spec.yaml:1:4")]),
        ("a: {<<: 1}\n", [("invalid-merge", "spec.yaml:1:5")]),
        ("a: {<<: [{b: 1}, 2]}\n", [("invalid-merge", "spec.yaml:1:5")]),
        ("a:\n\tb: 1\n", [("invalid-yaml", "spec.yaml:2:1")]),
        ("a: b: c\n", [("invalid-yaml", "spec.yaml:1:5")]),
        ("a: 'b\n", [("invalid-yaml", "spec.yaml:2:1")]),
        ("a: @b\n", [("invalid-yaml", "spec.yaml:1:4")]),
        ('é: "x\x01y"\n', [("invalid-yaml", "spec.yaml:1:6")]),
        ("a: 1e999\n", [("number-range", "spec.yaml:1:4")]),
        (f"a: {'1' * 5000}\n", [("number-range", "spec.yaml:1:4")]),
        ("", [("empty-file", "spec.yaml:1:1")]),
        ("# nothing\n", [("empty-file", "spec.yaml:1:1")]),
        (b"a: \xff\n", [("invalid-encoding", "spec.yaml:1:4")]),
        ("b: 1\na: é".encode("latin-1"), [("invalid-encoding", "spec.yaml:2:4")]),
        (b"\xff\xfea\x00:\x00 \x00\x00\xd8", [("invalid-encoding", "spec.yaml:1:4")]),
        ('a: é\nb: "\0"\n', [("invalid-encoding", "spec.yaml:2:5")]),
        ('{"a": "é",\n"b": "\0"}', [("invalid-encoding", "spec.yaml:2:7")]),
        ("- " * 501 + "x", [("too-large", "spec.yaml:1:1001")]),
        ("[" * 100_000, [("too-large", "spec.yaml:1:501")]),
        ('{"a":' * 100_000, [("too-large", "spec.yaml:1:2501")]),
        ("{a: " * 100_000, [("too-large", "spec.yaml:1:2001")]),
        (BOMB, [("too-large", "spec.yaml:1:1")]),
        (CHAIN, [("too-large", "spec.yaml:1:1")]),
    ],
)
def test_a_yaml_mistake_is_told_at_its_place(text: str | bytes, expected: list[tuple[str, str]]) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": [{"c": 1, "c": 2}]}', [("duplicate-key", "spec.json:1:25")]),
        ('{"a": 1,\n "\\u0061": 2}', [("duplicate-key", "spec.json:2:2")]),
        ('{"a:": 1, "b\\u003a": "::", "a:": 2}', [("duplicate-key", "spec.json:1:28")]),
        ('{"\\u003a\\u003A": 1, "a": 2, "a": 3}', [("duplicate-key", "spec.json:1:29")]),
        ('{"a": NaN}', [("invalid-json", "spec.json:1:7")]),
        ('{"a": [-Infinity]}', [("invalid-json", "spec.json:1:8")]),
        ('{"a": 1,}', [("invalid-json", "spec.json:1:9")]),
        ('{"é": 1,\n  x}', [("invalid-json", "spec.json:2:3")]),
        ('{"a": "b\tc"}', [("invalid-json", "spec.json:1:9")]),
        ('{"a": 1', [("invalid-json", "spec.json:1:8")]),
        ('{"a": 01}', [("invalid-json", "spec.json:1:8")]),
        ("{} {}", [("invalid-json", "spec.json:1:4")]),
        ('{"a": "\\ud800"}', [("invalid-json", "spec.json:1:7")]),
        ('{"a": 1e400}', [("number-range", "spec.json:1:7")]),
        ('{"a": ' + "1" * 5000 + "}", [("number-range", "spec.json:1:7")]),
        ("[" * 501 + "]" * 501, [("too-large", "spec.json:1:501")]),
        ("[" * 100_000 + "]" * 100_000, [("too-large", "spec.json:1:501")]),
    ],
)
def test_a_json_mistake_is_told_at_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert findings(text, "spec.json") == expected


def test_a_repeated_key_is_shown_with_the_first_one() -> None:
    report = Report()
    source.parse(b"a:\n  b: 1\n  c: 2\n  b: 3\n  b: 4\n", "spec.yaml", report)
    assert format_diagnostic(report.diagnostics[0]).splitlines() == [
        "spec.yaml:4:3: error[duplicate-key]: the key 'b' stands more than once in one mapping",
        "  2 |   b: 1",
        "  3 |   c: 2",
        "  4 |   b: 3",
        "    |   ^",
        "  5 |   b: 4",
        "  note: the first one is here (spec.yaml:2:3)",
        "  note: another one is here (spec.yaml:5:3)",
        "  help: remove or rename all but one",
    ]
    assert report.diagnostics[0].pointer == "spec.yaml#/a/b"


def test_what_json_refuses_and_yaml_allows_depends_on_the_name() -> None:
    assert read("{a: 1,}", "spec.yaml") == {"a": 1}
    assert findings("{a: 1,}", "spec.json") == [("invalid-json", "spec.json:1:2")]


def test_a_json_file_may_hold_one_scalar_or_yaml() -> None:
    assert read('"\x7f\\u0041"', "spec.json") == "\x7fA"
    assert [read(text, "spec.json") for text in (" true", "-1.5", "null", "12")] == [True, -1.5, None, 12]
    assert read("title: x\ntags: [y]\n", "spec.json") == {"title": "x", "tags": ["y"]}


def test_json_in_a_yaml_file_keeps_json_rules() -> None:
    assert read('{"a": "on", "b": 1e3}') == {"a": "on", "b": 1000.0}
    assert findings('{"a": 1, "a": 2}') == [("duplicate-key", "spec.yaml:1:10")]


def test_budgets_can_be_set() -> None:
    assert findings("a: [1, 2, 3, 4, 5, 6, 7, 8, 9]", limits=Limits(values=10)) == [("too-large", "spec.yaml:1:1")]
    assert findings("[[[1]]]", limits=Limits(nesting=2)) == [("too-large", "spec.yaml:1:3")]
    assert findings("a: 1", limits=Limits(document_bytes=3)) == [("too-large", "None")]
    assert read("[[1]]", limits=Limits(nesting=2, document_bytes=5)) == [[1]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["a: é\nb: 😀\n", '{"a": "é", "b": "😀"}'])
def test_every_encoding_of_unicode_is_read(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == {"a": "é", "b": "😀"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("text", ["a: [1,\n 2]\n", '{"a": [1,\n 2]}'])
def test_positions_do_not_depend_on_the_encoding(text: str, encoding: str) -> None:
    found = source.load(text.encode(encoding), "spec.yaml", Report())
    assert found is not None
    assert found.text == text.encode()
    assert str(source.place(found, "/a/1")) == "spec.yaml:2:2"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one(line_end: str) -> None:
    text = line_end.join(["a: 1", "b:", "  c: |", "    x", "    y", "  d: 2", ""])
    assert read(text) == {"a": 1, "b": {"c": "x\ny\n", "d": 2}}
    place = source.place(document(text), "/b/d")
    assert (place.line, place.column, place.frame) == (6, 6, ((4, "    x"), (5, "    y"), (6, "  d: 2")))


@given(st.lists(st.sampled_from(["a", "é", "\u2028", "\n", "\r", "\r\n", "-" * 7])))
def test_every_offset_has_its_line_and_column_wherever_the_parts_end_in_which_lines_are_counted(pieces: list[str]) -> None:
    text = "".join(pieces)
    before = [text[:at] for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(positions, "_PART", 3)
        lines = positions.Lines(text.encode())
        for part in before:
            started = re.split("\r\n|\r|\n", part)
            place = lines.place("", len(part.encode()))
            assert (place.line, place.column) == (len(started), len(started[-1]) + 1)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        report = Report()
        assert source.read(path, path.name, report) is None
        assert [diagnostic.code for diagnostic in report] == ["unreadable-file"]


def test_a_file_is_read_with_its_name_and_path(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    found = source.read(path, "spec.yaml", Report())
    assert found is not None
    assert (found.name, found.path, found.data, found.text) == ("spec.yaml", path, {"a": 1}, b"a: 1\n")


# ---- positions ------------------------------------------------------------------------------------------------------------------

YAML = """\
openapi: 3.1.0
x-base: &base
  type: object
  title: Base
paths:
  /pets/{id}:
    get:
      tags: [one, 'two']
      responses:
        200: {description: OK}
components:
  schemas:
    Pet:
      <<: *base
      required:
      - name
      description: |
        Long
        text
    Cat: *base
"""


@pytest.mark.parametrize(
    ("pointer", "at_key", "line", "column", "width"),
    [
        ("", False, 1, 1, 14),
        ("/openapi", False, 1, 10, 5),
        ("/openapi", True, 1, 1, 7),
        ("/paths/~1pets~1{id}", True, 6, 3, 10),
        ("/paths/~1pets~1{id}/get/tags/1", False, 8, 19, 5),
        ("/paths/~1pets~1{id}/get/responses/200", False, 10, 14, 17),
        ("/paths/~1pets~1{id}/get/responses/200", True, 10, 9, 3),
        ("/components/schemas/Pet/required/0", False, 16, 9, 4),
        ("/components/schemas/Pet/description", False, 17, 20, 1),
        ("/components/schemas/Pet/title", False, 4, 10, 4),
        ("/components/schemas/Pet/title", True, 4, 3, 5),
        ("/components/schemas/Cat", False, 20, 10, 5),
        ("/components/schemas/Cat/type", False, 3, 9, 6),
        ("/components/schemas/Dog", False, 12, 3, 7),
        ("/components/schemas/Dog/type/0", False, 12, 3, 7),
        ("/nowhere", False, 1, 1, 14),
    ],
)
def test_a_pointer_leads_to_its_place(pointer: str, *, at_key: bool, line: int, column: int, width: int) -> None:
    place = source.place(document(YAML), pointer, at_key=at_key)
    assert (place.line, place.column, place.width) == (line, column, width)


def test_a_pointer_with_the_documents_name_leads_to_the_same_place() -> None:
    found = document(YAML)
    assert source.place(found, "spec.yaml#/paths", at_key=True) == source.place(found, "/paths", at_key=True)


def test_a_long_line_is_shown_around_the_place() -> None:
    text = json.dumps({f"key{n}": n for n in range(100)})
    place = source.place(document(text, "spec.json"), "/key90")
    ((_, shown),) = place.frame
    assert len(shown) <= 160
    assert shown[place.column - 1 - place.shift :].startswith("90, ")


def test_data_without_text_have_no_line() -> None:
    assert str(source.place(Document("urn:x", None, {"a": 1}), "/a")) == "urn:x"


def test_a_merge_of_merges_without_the_key_is_searched_once() -> None:
    text = "m0: &m0 {k0: 1}\n" + "".join(f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 10)}]\n  k{n}: 1\n" for n in range(1, 12))
    found = document(text)
    assert source.place(found, "/m11/k0").line == 1
    assert source.place(found, "/m11/none").line == source.place(found, "/m11", at_key=True).line


# ---- properties -----------------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12)
PRINTABLE_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PRINTABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Whether values are equal and of equal types."""
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 2]))
def test_json_is_read_as_it_was_written(*, value: Any, ascii_only: bool, indent: int | None) -> None:
    assert same(read(json.dumps(value, ensure_ascii=ascii_only, indent=indent), "spec.json"), value)


@given(PRINTABLE_VALUES.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([None, 2]))
def test_yaml_reads_json_as_json_does(value: Any, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assert same(read("# YAML\n--- " + text), value)


@given(st.lists(st.tuples(TEXT, VALUES), max_size=6))
def test_a_repeated_json_key_is_always_found(members: list[tuple[str, Any]]) -> None:
    text = "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members) + "}"
    repeated = {key for key, _ in members if [other for other, _ in members].count(key) > 1}
    if repeated:
        assert [code for code, _ in findings(text, "spec.json")] == ["duplicate-key"] * len(repeated)
    else:
        assert read(text, "spec.json") == dict(members)


def pointers(value: Any, prefix: str = "") -> list[tuple[str, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(prefix, value), *(found for key, held in inner for found in pointers(held, child(prefix, key)))]


@given(PRINTABLE_VALUES, st.sampled_from(["spec.json", "spec.yaml"]), st.sampled_from([None, 1]))
def test_every_pointer_leads_to_the_line_of_its_value(value: Any, name: str, indent: int | None) -> None:
    text = ("# YAML\n---\n" if name == "spec.yaml" else "") + json.dumps(value, ensure_ascii=False, indent=indent)
    found = document(text, name)
    lines = text.split("\n")
    decoder = json.JSONDecoder()
    for pointer, held in pointers(value):
        place = source.place(found, pointer)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert same(decoder.raw_decode(rest)[0], held), pointer


@given(PRINTABLE_VALUES, st.sampled_from(["spec.json", "spec.yaml"]))
def test_every_pointer_leads_to_the_line_of_its_key(value: Any, name: str) -> None:
    text = ("# YAML\n---\n" if name == "spec.yaml" else "") + json.dumps(value, ensure_ascii=False, indent=1)
    found = document(text, name)
    for pointer, held in pointers(value):
        if isinstance(held, dict):
            for key in held:
                place = source.place(found, child(pointer, key), at_key=True)
                line = text.split("\n")[place.line - 1]
                assert json.JSONDecoder().raw_decode(line[place.column - 1 :])[0] == key


# ---- the YAML test suite --------------------------------------------------------------------------------------------------------

SUITE = CORPORA / "yaml-test-suite/src"

_OPEN = "libyaml takes what YAML forbids; nothing is lost"
_OLD = "libyaml reads the syntax of YAML 1.1 and refuses what 1.2 allows"
_TAGS = "JSON has no such type"
_OTHER = "libyaml reads something else"
_MARK = "`!` makes a string of anything, an empty scalar too (YAML 1.2, section 6.9.1); the suite shows null"
_DEVIATIONS = {
    _OPEN: "9C9N-0 9JBA-0 CVW2-0 DK95-1 G5U8-0 MUS6-0 QB6E-0 S98Z-0 SU5Z-0 X4QW-0 Y79Y-3 YJV2-0",
    _OLD: (
        "2LFX-0 2SXE-0 4MUZ-1 4MUZ-2 58MP-0 5MUD-0 5T43-0 6BCT-0 6LVF-0 8XYN-0 96NN-0 96NN-1 9SA2-0 A2M4-0 BEC7-0 DBG4-0 DK3J-0 DK95-0 DK95-3 "
        "DK95-4 FP8R-0 HM87-0 K3WX-0 MUS6-5 MUS6-6 NJ66-0 R4YG-0 SM9W-1 VJP3-1 W5VH-0 Y2GN-0 Y79Y-1 Y79Y-10 ZYU8-0 ZYU8-1 ZYU8-2 ZYU8-3 "
        "2JQS-0 4ABK-0 6M2F-0 CFD4-0 FRK4-0 NHX8-0 NKF9-0 S3PD-0 UKK6-0"
    ),
    _TAGS: "2XXW-0 565N-0 6CK3-0 7FWL-0 C4HZ-0 CC74-0 CUP7-0 J7PZ-0 M5C3-0 P76L-0 UGM3-0 Z67P-0 Z9M4-0",
    _OTHER: "652Z-0 HM87-1 JEF9-2 L24T-1",
    _MARK: "UKK6-2",
}


def suite() -> list[tuple[str, dict[str, Any]]]:
    """The cases of the YAML test suite; one that leaves something out takes it over from the case before it in its file."""
    cases = []
    for path in sorted(SUITE.glob("*.yaml")):
        case: dict[str, Any] = {}
        for number, written in enumerate(yaml.load(path.read_text("utf-8"), yaml.BaseLoader)):
            kept = {key: value for key, value in case.items() if key != "fail" and not (key == "json" and "fail" in written)}
            case = {**kept, **written}
            cases.append((f"{path.stem}-{number}", case))
    return cases


def unescaped(text: str) -> str:
    """The text of a case without the signs that make its white space visible."""
    text = re.sub("—*»", "\t", text.replace("␣", " "))
    return text.replace("←", "\r").replace("⇔", "\ufeff").replace("↵", "").replace("∎\n", "")


def json_values(text: str) -> list[Any]:
    """The values that follow one another in a text."""
    decoder, found, text = json.JSONDecoder(), [], text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found


def verdict(case: dict[str, Any]) -> str | None:
    """How our reading of a case differs from what the suite says; None where it does not."""
    report = Report()
    data = source.parse(unescaped(case["yaml"]).encode(), "case.yaml", report)
    codes = {diagnostic.code for diagnostic in report}
    if case.get("fail"):
        return None if codes else "accepted"
    if "json" not in case:  # its keys are not strings; ours are their text, or there is a reason to refuse it
        return None if codes <= {"complex-key"} else "refused"
    values = json_values(case["json"])
    if len(values) != 1:  # one file is one document
        return None if codes else "accepted"
    if codes:
        return "tag" if codes == {"unknown-tag"} else "refused"
    return None if same(data, values[0]) else "differs"


@pytest.mark.skipif(not SUITE.exists(), reason="the YAML test suite is not here")
def test_the_yaml_test_suite_is_read_as_it_says_but_for_the_known_deviations() -> None:
    expected = {"accepted": _OPEN, "refused": _OLD, "tag": _TAGS, "differs": _OTHER}
    cases = suite()
    found = {name: verdict(case) for name, case in cases}
    deviating = {name: expected[what] for name, what in found.items() if what is not None}
    known = {name: _OTHER if reason is _MARK else reason for reason, names in _DEVIATIONS.items() for name in names.split()}
    assert len(cases) == 406
    assert deviating == known


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
def test_the_large_specs_are_read_alike_in_both_forms() -> None:
    report = Report()
    in_yaml, in_json = (source.read(CORPORA / "large" / f"stripe.{form}", f"stripe.{form}", report) for form in ("yaml", "json"))
    assert in_yaml is not None
    assert in_json is not None
    assert in_yaml.data == in_json.data


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
def test_real_specs_are_read_as_an_independent_reader_reads_them() -> None:
    class Core(yaml.CSafeLoader):
        """PyYAML's own constructor with the scalars of YAML 1.2."""

    Core.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", "~nN\0"),
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
        ("merge", "<<", "<"),
    ):
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), [*first.replace("\0", ""), ""])
    paths = [path for folder in ("oai-learn", "kiota", "ogen") for path in sorted((CORPORA / folder).rglob("*.y*ml"))]
    read_by_both = 0
    for path in paths:
        report = Report()
        ours = source.read(path, path.name, report)
        if ours is not None:
            theirs = yaml.load(path.read_bytes(), Core)
            assert json.dumps(ours.data) == json.dumps(with_text_keys(theirs)), path
            read_by_both += 1
    assert read_by_both > 20


def with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): with_text_keys(held) for key, held in value.items()}
    return [with_text_keys(held) for held in value] if isinstance(value, list) else value


def test_what_was_given_up_is_read_again_unless_it_is_another_text_by_now(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("# é\na:\n  b: 1\n", "utf-8")
    document = source.read(path, "spec.yaml", Report())
    assert document is not None
    sources = Sources({"spec.yaml": document}, {}, {})
    found = sources.place("spec.yaml#/a/b")
    assert found is not None
    assert found.line == 3
    assert sources.without_data().place("spec.yaml#/a/b") == found
    given_up = sources.without_data()
    path.write_text("# è\na:\n  b: 1\n", "utf-8")
    assert given_up.place("spec.yaml#/a/b") == Place("spec.yaml")
    path.unlink()
    assert sources.without_data().place("spec.yaml#/a/b") == Place("spec.yaml")
