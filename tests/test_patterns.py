"""ECMA-262 patterns mean in Python what they mean in a browser, or are refused."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.regex import UnsupportedPatternError, is_catastrophic, is_found, translate


@pytest.mark.parametrize(
    ("pattern", "found", "missed"),
    [
        ("^abc$", ["abc"], ["abc\n", "xabc"]),
        (r"^\d$", ["0"], ["\u07c0"]),
        (r"^\w\W$", ["aé"], ["éa"]),
        (r"^\s$", ["\ufeff", "\u2029", "\xa0"], ["\x1c", "\u200b"]),
        ("^.$", ["a", "😀", "\x85"], ["\n", "\r", "\u2028"]),
        (r"^\cC\x41\u0042\u{1F600}\ud83d\ude00$", ["\x03AB😀😀"], ["\x03AB😀"]),
        (r"^\p{Lu}\p{Letter}\P{L}\p{Script=Greek}$", ["Éé1π"], ["éé1π", "Éé1p"]),
        (r"^[\p{L}\d_-]+$", ["é-1_"], ["é 1"]),
        ("^[^]$", ["\n", "a"], ["", "ab"]),
        ("[]", [], ["", "a"]),
        ("^[[a&&b||~~]+$", ["[&|~"], ["]"]),
        (r"^\/\.$", ["/."], ["/a"]),
        (r"^a\-\_\:b$", ["a-_:b"], ["a-b"]),
        ("^a{,2}$", ["a{,2}"], ["aa", "a"]),
        ("^{x}]$", ["{x}]"], ["x"]),
        (r"^(?<year>\d+)-\k<year>$", ["12-12"], ["12-13"]),
        (r"^(a)?b\1c$", ["abac", "bc"], ["abc", "bac"]),
        (r"^\1(a)$", ["a"], ["aa"]),
        (r"(?<=a|bc)d", ["ad", "bcd"], ["cd", "d"]),
        (r"(?<!a|bc)d", ["d", "cd"], ["ad", "bcd"]),
        (r"\B", ["", "ab"], ["a"]),
        (r"^é\b", [], ["é"]),
        (r"^\bé", [], ["é"]),
        ("^/abc/i$", ["/abc/i"], ["abc"]),
        ("^[a-]+$", ["a-"], ["b"]),
        (r"^\0$", ["\0"], ["0"]),
        (r"\Aa\z", ["a"], ["a\n", "ba"]),
        (r"^[[:alpha:][:digit:]_]+$", ["aZ0_"], ["a-", ":", "é"]),
        (r"^[\p{Graph}\x20]*$", ["", "a ~"], ["\t", "é"]),
        (r"^[^\p{Cntrl}]\p{XDigit}{2}$", ["zfF"], ["zgf", "\x7fff"]),
        (r"^[\p{IsLetter}]\p{Punct}[\p{all}]$", ["é!\n"], ["1!a"]),
        ("(?i)^[a-f]x[^z]k$", ["FXyK", "axAk"], ["gxak", "axZk", "axa\u212a"]),
    ],
)
def test_a_pattern_finds_what_it_finds_in_ecmascript(pattern: str, found: list[str], missed: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compiled = re.compile(translate(pattern))
    assert [text for text in found if not compiled.search(text)] == []
    assert [text for text in missed if compiled.search(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)(a)\\1", "a(?i)b", r"[\p{Print}&&[^|]]", r"\P{Print}", "(?P<n>a)", "(?#c)a", "(?>a)", "a++", "a**", "a{2,1}", "(a", "a)", "[a", "[b-a]", "*a", r"[\A]", r"\Z", "\\", r"\p{Nope}",
        r"\p{IsNope}", r"(?<=a+)b", "(?<n>a)(?<n>b)", r"\k<n>(?<m>a)", "(?:" * 5000 + ")" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_ecmascript_or_cannot_be_said_in_python_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        translate(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(a|a)*$", r"^([\w.]*)*@", "^(a*)*b", r"^(\w|\d)+$", "^(a|aa)+$", "(x+x+)+y", "^(a|b|ab)*c", "^(([a-z])+.)+[A-Z]", "^(-?a{1,3})+$"],
)  # fmt: skip
def test_patterns_that_backtrack_without_end_are_found(pattern: str) -> None:
    assert is_catastrophic(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^a+$",
        "^(ab+)+$",
        "(a+)+",
        "^(a|b)*$",
        r"^[\w.]+@[\w.]+$",
        "^(-a{1,3})+$",
        "^(([^:]+):)*$",
        "^(a?b)*$",
        "^(ab|ac)*$",
        r"^(\b\w+\b)*$",
        "(.*,){10}x",
    ],
)
def test_harmless_patterns_are_left_alone(pattern: str) -> None:
    assert not is_catastrophic(pattern)


parts = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", "$", r"\b", r"\B", r"\w", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)"])
patterns = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda found: f"(?:{'|'.join(found)})"),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{3,5}"])),
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(patterns, st.text("ab-\n", max_size=7))
def test_what_is_looked_for_in_bounded_time_is_found_where_re_finds_it(pattern: str, text: str) -> None:
    try:
        compiled = re.compile(translate(pattern))
    except UnsupportedPatternError:
        return
    assert is_found(pattern, text) == (compiled.search(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 40 + "!"),
        ("^(.*a){25}$", "a" * 24 + "b" * 40),
        ("a?" * 60 + "a" * 60 + "b", "a" * 60),
        ("(?:" * 90 + "a" + ")*" * 90 + "b", "a" * 60),
        ("a*b", "a" * 10**6),
        ("(?:a{1000}){1000}", "a" * 900),
    ],
)
def test_a_pattern_with_endless_ways_is_looked_for_in_bounded_time(pattern: str, text: str) -> None:
    assert not is_found(pattern, text)
