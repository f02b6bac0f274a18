"""No text of a spec breaks a page, acts as markup of its own or smuggles a script; ordinary Markdown goes on working."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import CORPORA
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from specmill import library
from specmill.targets.markdown import escape, javascript, mermaid

NAUGHTY = CORPORA / "blns/blns.json"


def renderer() -> MarkdownIt:
    """CommonMark with tables, as GitHub has them; links are not filtered, so that a renderer without a filter is covered."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return made


MARKDOWN = renderer()


def walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def faults(text: str) -> list[str]:
    """What is live in a page that should be dead."""
    found = []
    for token in walk(MARKDOWN.parse(text)):
        if token.type in ("html_block", "html_inline") and not re.fullmatch(
            r"(?i)\s*<(?:(?:br|hr|wbr)\s*/?|a id=\"x\"|/a)>\s*", token.content
        ):
            found.append(f"HTML {token.content!r}")
        for key in ("href", "src"):
            target = str(token.attrGet(key) or "")
            if target and not re.match(r"(?i)https?://|mailto:|#", target):
                found.append(f"{key} {target!r}")
        if token.type == "image":
            found.append("image")
    return found


def page_with_block(text: str) -> str:
    return f"# Title\n\n{escape.safe_block(text)}\n\n## Fields\n\n| A | B |\n| --- | --- |\n| {escape.safe_cell(text)} | end |\n"


def outline(page: str) -> list[str]:
    tokens = MARKDOWN.parse(page)
    return [after.content for token, after in itertools.pairwise(tokens) if token.type == "heading_open"]


def rows(page: str) -> list[int]:
    """The number of cells of each row of the page's last table, and whether it is there at all."""
    tokens = MARKDOWN.parse(page)
    last = max((at for at, token in enumerate(tokens) if token.type == "table_open"), default=None)
    assert last is not None
    counts: list[int] = []
    for token in tokens[last:]:
        if token.type == "tr_open":
            counts.append(0)
        elif token.type in ("td_open", "th_open"):
            counts[-1] += 1
    return counts


def assert_sound(text: str) -> None:
    page = page_with_block(text)
    assert not faults(page), page
    assert outline(page) == ["Title", "Fields"], page
    assert rows(page) == [2, 2], page
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
    bars = [re.sub(r"\\.", "", line).count("|") for line in page.rstrip("\n").split("\n")[-1:]]
    assert bars == [3], page


RULES = {  # rule: what the text becomes, in a block, in a cell, in a line of its own, or in another language within the page
    "pipes": (escape.safe_cell, "a | b", "a \\| b"),
    "pipes in code": (escape.code_span, "a|b", "`a\\|b`"),
    "backslashes": (escape.safe_cell, "ends with \\", "ends with \\\\"),
    "backticks": (escape.safe_block, "`a", "\\`a"),
    "backticks in code": (escape.code_span, "a`b", "``a`b``"),
    "fences": (escape.safe_block, "```\nopen", "```\nopen\n```"),
    "raw HTML": (escape.safe_block, "<b onclick=x>", "&lt;b onclick=x>"),
    "javascript: links": (escape.safe_block, "[x](javascript:alert(1))", "[x]\\(javascript:alert(1))"),
    "definitions of links": (escape.safe_block, "[x]: javascript:alert(1)", "[x]\\: javascript:alert(1)"),
    "images": (escape.safe_block, "![x](https://x.test/a.png)", "[x](https://x.test/a.png)"),
    "headings": (escape.safe_block, "# heading", "**heading**"),
    "headings with a line below": (escape.safe_block, "heading\n===", "heading\n\\==="),
    "line ends": (escape.safe_block, "a\rb\x85c\u2028d\u2029e", "a\nb\nc\nd\ne"),
    "NUL and other controls": (escape.safe_block, "a\0b\x1b[31m", "a\\u0000b\\u001b[31m"),
    "bidi controls": (escape.safe_block, "a\u202eb\u2066", "a\\u202eb\\u2066"),
    "lone surrogates": (escape.safe_block, "a\ud800", "a\\ud800"),
    "braces of site generators": (escape.safe_block, "{{ x }} {: onclick=x }", "\\{{ x }} \\{: onclick=x }"),
    "anything, where nothing is markup": (
        escape.plain_text,
        "*a* _b_ [c](d) <e> `f` | & g",
        "\\*a\\* \\_b\\_ \\[c\\](d) &lt;e&gt; \\`f\\` &#124; &amp; g",
    ),
    "text that goes in as it is": (escape.in_raw_cell, "a|b\nc\\|d", "a\\|b<br/>c\\|d"),
    "a string of JavaScript": (javascript.js_string, 'a"b\n\u2028\u202e</script>', '"a\\"b\\n\\u2028\\u202e</script>"'),
    "a literal type": (javascript.literal_cell, "<b>", '"&lt;b&gt;"'),
    "a literal type of more than a word": (javascript.literal_cell, [{"<b>": "|"}], '\\[\\{"&lt;b&gt;": "&#124;"\\}\\]'),
    "a name in Mermaid": (mermaid.mermaid_word, 'a"]; click b', "a____click_b"),
    "text in Mermaid": (mermaid.mermaid_text, 'x"]\n%%{init: {}}%%', "xinit "),
}


@pytest.mark.parametrize(("function", "text", "written"), RULES.values(), ids=RULES)
def test_each_rule_does_what_it_says(function: Callable[[object], str], text: object, written: str) -> None:
    assert function(text) == written


HOSTILE = {
    "a bar": "a | b | c",
    "an escaped bar": r"\| \\| \\\|",
    "a bar in code": r"`a|b` and `a\|b`",
    "a backslash at the end": "ends with \\",
    "lonely backticks": "`code` ``x`` ``` and `",
    "a tag behind a backtick of the line before": "`a\nb` <script>alert(1)</script> `c`",
    "a tag in code split by a bar": "| ` | <script>alert(1)</script> ` |\n| --- | --- |\n| ` | <b> ` |",
    "a script": "<script>alert(1)</script>",
    "a comment": "<!-- comment",
    "a processing instruction": "<?php echo 1 ?>",
    "a closing tag": "</td></tr></table><script>alert(1)</script>",
    "an attribute": "<img src=x onerror=alert(1)>",
    "a tag over two lines": "<img\nsrc=x onerror=alert(1)>",
    "a script link": "[x](javascript:alert(1))",
    "a script link in disguise": "[x](java&#115;cript:alert(1)) [x](java\\script:alert(1)) [x](<javascript:alert(1)>)",
    "a script link on the next line": "[x](\njavascript:alert(1))",
    "a data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "a script autolink": "<javascript:alert(1)>",
    "a link definition": "[ref]: javascript:alert(1)\n\n[ref]",
    "a link definition over two lines": "[ref]:\njavascript:alert(1)\n\n[ref]",
    "an image": "![x](http://127.0.0.1:18765/img) !![x](http://127.0.0.1/a)",
    "headings": "# heading\n## h2\n> # in a quote\n- # in a list",
    "a heading underlined": "heading\n===\n\nh2\n---",
    "an open fence": "~~~\nfence",
    "an open fence of backticks": "````\nfence\n```",
    "a fence in a list that ends": "- item\n  ```\n  code\n<script>alert(1)</script>\n  ```\n<script>alert(1)</script>",
    "a fence with a tag behind it": "```<script>\nx\n```",
    "a fence that is too far in": "    ```\n<script>alert(1)</script>",
    "nul and controls": "a\x00b\x1b[31mc\x7f",
    "bidi": "a\u202eb\u2066c",
    "line separators": "a\u2028# h\u2029b\x85c\rd",
    "front matter": "---\ntitle: evil\n---\n",
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "a delimiter row": "|---|---|",
    "a quote": "> quote\n# heading",
    "indented code": "\n\n    indented code <b>",
    "a tag after a tab": "\t<b>x</b>\n \t# x",
    "braces": "{{ liquid }} {% include x %} {: onclick=x } { .x onclick=y }",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_page_holds_any_text(text: str) -> None:
    assert_sound(text)


FENCED = "~~~\n<script>alert(1)</script>\n~~~"  # harmless by itself; in a cell there are no fences


def everywhere(text: str) -> dict[str, Any]:
    """A schema that says a text wherever a page could repeat it."""
    said: dict[str, Any] = {"description": text, "deprecated": True, "x-speakeasy-deprecation-message": text}
    fields = {
        "told": said | {"type": "string", "title": text, "default": text, "examples": [text]},
        "several": {"type": "string", "examples": [text, text + "2"]},
        "word": {"const": text},
        "whole": {"const": {text: [text]}},
        "words": {"enum": [text, "other"], "x-enum-descriptions": [text, text]},
        "parts": {"oneOf": [{"const": text, "description": text}, {"type": "array", "items": {"const": [text]}}]},
        text: {"type": "object", "additionalProperties": {"enum": [text, None]}},
    }
    return said | {"type": "object", "title": text, "properties": fields, "example": {"told": text}}


@pytest.mark.parametrize("language", ["python", "typescript"])
@pytest.mark.parametrize("text", [*HOSTILE.values(), FENCED], ids=[*HOSTILE, "HTML in a fence"])
def test_no_text_is_live_wherever_a_spec_says_it(text: str, language: str) -> None:
    operation: dict[str, Any] = {
        "operationId": "o",
        "summary": text,
        "description": text,
        "tags": [text],
        "responses": {"200": {"description": text}},
    }
    operation["parameters"] = [{"name": "q" + text, "in": "query", "description": text, "schema": {"const": text}}]
    spec = {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text},
        "servers": [{"url": text, "description": text}],
        "paths": {"/": {"get": operation}},
        "components": {"schemas": {"Plain": everywhere(text), "N" + text: {"type": "string", "enum": [text, "b"], "description": text}}},
    }
    for path, page in library.render(spec, {"docs": {"kind": "markdown", "language": language}}).items():
        live = [fault for fault in faults(re.sub(r'<a id="[\w-]+">', "", page)) if re.search(r"HTML|(?:script|data):|image", fault)]
        assert not live, path
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the list of naughty strings is not beside this checkout (../shared/corpora)")
def test_a_page_holds_the_naughty_strings() -> None:
    for text in json.loads(NAUGHTY.read_text("utf-8")):
        assert_sound(text)


PIECES = st.sampled_from(
    [
        *"`|<>[]()!#\\*_~-={}:&\n\t a1",
        "```",
        "~~~",
        "<b>",
        "</b>",
        "<!--",
        "](",
        "]:",
        "[x]",
        "javascript:",
        "\n\n",
        "\n  ",
        "\n    ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "---",
        "| a | b |\n|--|--|\n",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@example("`` ` <b>")
@example("- ```\n<b>")
def test_a_page_holds_any_mixture(text: str) -> None:
    assert_sound(text)


ORDINARY = {
    "emphasis": ("some *em* and **strong** words", ["em_open", "strong_open"]),
    "a list": ("- one\n- two\n\n1. first", ["bullet_list_open", "ordered_list_open"]),
    "a link": ("see [docs](https://example.com/a?b=c) or <https://example.com>", ["link_open", "link_open"]),
    "code": ("use `<id>` and `a|b`", ["code_inline", "code_inline"]),
    "a fence": ('```json\n{"a": "<b>"}\n```', ["fence"]),
    "a table": ("| a | b |\n| --- | --- |\n| 1 | `2` |", ["table_open", "code_inline"]),
    "a quote": ("> said", ["blockquote_open"]),
    "a line break": ("one<br>two", ["html_inline"]),
}


@pytest.mark.parametrize(("text", "wanted"), ORDINARY.values(), ids=ORDINARY)
def test_ordinary_markdown_goes_on_working(text: str, wanted: list[str]) -> None:
    found = [token.type for token in walk(MARKDOWN.parse(escape.safe_block(text)))]
    assert [name for name in found if name in wanted] == wanted


def test_text_without_markup_stays_as_it_is() -> None:
    for text in ("Plain words, with punctuation: a < b && c > d (1.5 %).", "snake_case and `code`"):
        assert escape.safe_block(text) == escape.safe_cell(text) == text
        assert escape.is_harmless(text)


def test_a_cell_is_one_line() -> None:
    assert escape.safe_cell("one\n\ntwo") == "one<br/><br/>two"
    assert escape.safe_cell("```\na|b\n```\nafter") == "`a\\|b`<br/>after"


def test_a_span_of_code_holds_any_text() -> None:
    for text in ("a`b", "`", "``a", "a|b", r"a\|b", "a\\", " a ", "", "<b>", "a\nb"):
        line = f"| {escape.code_span(text)} | end |"
        page = f"| A | B |\n| --- | --- |\n{line}\n"
        assert rows(page) == [2, 2]
        assert not faults(page)


def test_plain_text_is_itself() -> None:
    for text in ("a*b*c", "_x_", "snake_case", "[x](y)", "<b>", "a|b", "`x`", "&lt;", "\\"):
        tokens = MARKDOWN.parse(escape.plain_text(text))
        assert "".join(t.content for t in walk(tokens) if t.type in ("text", "text_special")) == text


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "[x](javascript:alert(1))", "~~~\nopen", "a\u202eb", "`a\n<b> `c`", "![x](https://x/y.png)"]
)
def test_raw_text_that_is_more_than_text_is_noticed(text: str) -> None:
    assert not escape.is_harmless(text)


@pytest.mark.parametrize(
    "text",
    [
        "one<br>two",
        "a<br/>b",
        "`<id>`",
        "# heading",
        "[x](payments-api)",
        "```\n<b>\n```",
        "a < b",
        "<https://example.com>",
    ],
)
def test_raw_text_that_is_harmless_is_left_alone(text: str) -> None:
    assert escape.is_harmless(text)
