"""Text of a spec becomes Markdown that cannot break the page, act as markup of its own, or smuggle a script.

Ordinary Markdown goes on working: lists, emphasis, code, tables, quotes, links to http(s) and mailto. What is made harmless: raw HTML, links
and images with other targets, headings, fences that are never closed, control and bidi characters, template braces of site generators.

Everything is decided line by line. That is exact because no code span crosses a line: backticks that find no partner on their own line are
escaped, so whether a ``<`` stands in code never depends on what a parser takes for a paragraph.
"""

from __future__ import annotations

import html
import json
import re
from typing import Final

from specmill.targets.markdown.characters import CONTROL, INVISIBLE, NEWLINES, visible

# ---- one line -------------------------------------------------------------------------------------------------------------------

_SPECIAL: Final = re.compile(r"\\.|`+|<|!+\[|\][(:]|\{", re.DOTALL)
_TAG_START: Final = re.compile(r"<[A-Za-z/!?]")
_VOID_TAG: Final = re.compile(r"<w?br[ \t]*/?>", re.IGNORECASE)
_AUTOLINK: Final = re.compile(r"<(?:https?://|mailto:)[^\s<>`|\\]*>", re.IGNORECASE)
_DESTINATION: Final = re.compile(r"[ \t]*(<[^<>]*>?|[^\s)]*)")
_SAFE_TARGET: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"(?:javascript|vbscript|data|file):", re.IGNORECASE)
_BRACES: Final = re.compile(r"\{(?:[{%:#.]|[^{}]*=)")


def safe_line(line: str, *, anywhere: bool = False) -> str:
    """One line outside of fences: inline markup that is harmless stays, the rest is escaped.

    ``anywhere`` lets links lead anywhere but into a script; without it those that would lead nowhere from our pages lose their target.
    """
    out: list[str] = []
    at = 0
    while found := _SPECIAL.search(line, at):
        out.append(line[at : found.start()])
        text, at = found[0], found.end()
        if text[0] == "`":
            end = _closing(line, text, at)
            if end is None:
                out.append("\\`" * len(text))
            else:
                out.append(_code_on_line(line[found.start() : end]))
                at = end
        elif text == "<":
            piece, at = _angle(line, found.start())
            out.append(piece)
        elif text[0] == "]":
            out.append(text if _is_safe_target(line, at, anywhere=anywhere) else f"{text[0]}\\{text[1]}")
        elif text == "{":
            out.append("\\{" if _BRACES.match(line, found.start()) else "{")
        else:
            out.append("[" if text[-1] == "[" else text)
    out.append(line[at:])
    return "".join(out)


def _closing(line: str, ticks: str, start: int) -> int | None:
    """Where the code span that a run of backticks opens ends; None where the line has no run of that length."""
    for found in re.finditer(r"`+", line[start:]):
        if len(found[0]) == len(ticks):
            return start + found.end()
    return None


def _code_on_line(span: str) -> str:
    """A code span. In a row of a table a bar may end it, so that what looks like a tag behind a bar is escaped all the same."""
    if "|" in span and "<" in span:
        return span.replace("<", "&lt;")
    return span


def _angle(line: str, start: int) -> tuple[str, int]:
    """What becomes of ``<`` at a place: line breaks and links to http(s) stay, tags are escaped."""
    for harmless in (_VOID_TAG, _AUTOLINK):
        if found := harmless.match(line, start):
            return found[0], found.end()
    return ("&lt;" if _TAG_START.match(line, start) else "<"), start + 1


def _is_safe_target(line: str, start: int, *, anywhere: bool) -> bool:
    """Whether the link destination at a place is one that a browser may follow. One that stands on the next line is not looked for."""
    found = _DESTINATION.match(line, start)
    raw = found[1] if found else ""
    decoded = html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", raw.strip("<>")))
    target = re.sub(r"[\x00-\x20\x7f-\x9f]", "", decoded)
    if not raw:
        return False
    return bool(_SAFE_TARGET.match(target)) or (anywhere and not _SCRIPT.match(target))


# ---- a block --------------------------------------------------------------------------------------------------------------------

_FENCE: Final = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_LANGUAGE: Final = re.compile(r"[ \t]*[\w.+#-]*")
_CONTAINERS: Final = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*")
_HEADING: Final = re.compile(r"#{1,6}(?=[ \t]|$)")
_LONE_TAG: Final = re.compile(r"(.*?)<w?br[ \t]*/?>[ \t]*$", re.IGNORECASE)
_UNDERLINE: Final = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*?[ \t]*(=+|-+)[ \t]*$")


def safe_block(text: str, *, anywhere: bool = False, headings: bool = False) -> str:
    """Markdown of a spec that stands between blank lines of a page. Outer blank lines are dropped; nothing is left open."""
    lines = visible(text).strip("\n").split("\n")
    out: list[str] = []
    fence: tuple[int, str] | None = None
    for line in lines:
        if fence is not None:
            was, fence = fence, _in_fence(line, fence, out)
            if fence is was or out[-1] is line:
                continue
        if opened := _FENCE.match(line):
            fence = (len(opened[1]), opened[2])
            # Of what stands behind the mark only the language stays: some parsers look for a table there first.
            language = _LANGUAGE.match(line, opened.end())
            out.append(opened[0] + (language[0].strip() if language else ""))
            continue
        safe = _no_lone_tag(safe_line(line, anywhere=anywhere))
        out.append(safe if headings else _no_heading(safe, out[-1] if out else ""))
    if fence is not None:
        out.append(" " * fence[0] + fence[1])
    return "\n".join(one.rstrip() if one.isspace() else one for one in out)


def _in_fence(line: str, fence: tuple[int, str], out: list[str]) -> tuple[int, str] | None:
    """Take a line of an open fence; None when the fence ends: by its closing line, which is taken, or before a line that is not.

    An indented fence may stand in a list, which a line with less indentation ends, and the fence with it; it is closed before such a line.
    """
    indent, mark = fence
    here = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))
    if here < indent and line.strip():
        out.append(" " * indent + mark)
        return None
    out.append(line)
    return None if _closes(line, mark) and here <= 3 else fence  # noqa: PLR2004 - four spaces are code, not a fence


def _closes(line: str, mark: str) -> bool:
    """Whether a line is one that ends a fence of that mark."""
    bare = line.strip()
    return bare.startswith(mark) and not bare.strip(mark[0])


def _no_lone_tag(line: str) -> str:
    """A line break that is all of its line would open a block of raw HTML, in which code is markup; an empty line breaks as well."""
    found = _LONE_TAG.match(line)
    start = _CONTAINERS.match(line)
    return line[: found.end(1)] if found and start and start.end() == found.end(1) else line


def _no_heading(line: str, before: str) -> str:
    """A line that cannot be a heading of the page, nor make one of the line before it."""
    start = _CONTAINERS.match(line)
    at = start.end() if start else 0
    if heading := _HEADING.match(line, at):
        title = line[heading.end() :].strip().rstrip("#").rstrip()
        plain = title and not set(title) & set("*_`[]<>\\")
        return f"{line[:at]}**{title}**" if plain else f"{line[:at]}\\{line[at:]}"
    if before.strip() and (underline := _UNDERLINE.match(line)):
        at = underline.start(1)
        return f"{line[:at]}\\{line[at:]}"
    return line


# ---- a cell of a table ----------------------------------------------------------------------------------------------------------

_BARS: Final = re.compile(r"\\[\\|]|\|")


def safe_cell(text: str) -> str:
    """Markdown of a spec in one cell: one line, with ``<br/>`` for line ends; a fenced block becomes lines of code."""
    shown = visible(text).strip()
    if shown.isalnum():
        return shown
    if not ("\n" in shown or _SUSPECT.search(shown) or "|" in shown):
        return shown.removesuffix("\\") + "\\\\" if shown.endswith("\\") and not shown.endswith("\\\\") else shown
    out: list[str] = []
    fence = ""
    for line in shown.split("\n"):
        opened = _FENCE.match(line.strip())
        if fence and _closes(line, fence):
            fence = ""
        elif fence:
            out.append(code_span(line) if line.strip() else "")
        elif opened:
            fence = opened[2]
        else:
            out.append(cell_bars(safe_line(line.strip())))
    return "<br/>".join(out)


def cell_bars(line: str) -> str:
    """Bars that would end the cell are escaped; a backslash at the end of the cell does not reach the bar that ends it."""
    if "\\" in line:
        # An escaped bar stays; one that a code span holds behind a backslash cannot be written there, and is spelled instead.
        line = _BARS.sub(lambda found: "\\|" if found[0][-1] == "|" else found[0], line)
        return line + "\\" if (len(line) - len(line.rstrip("\\"))) % 2 else line
    return line.replace("|", "\\|")


_PLAIN_CODE: Final = re.compile(r"[\w.,:;<>=\[\](){}\"'/+-](?:[\w .,:;<>=\[\](){}\"'/+-]*[\w.,:;<>=\[\](){}\"'/+-])?\Z", re.ASCII)


as_json: Final = json.JSONEncoder(ensure_ascii=False).encode
"""The JSON of a value."""


def code_span(text: str) -> str:
    """Any text as code in a cell of a table: as many backticks around it as it needs; a backslash before a bar is kept apart from it."""
    if (text.isascii() and text.replace(".", "").isidentifier()) or _PLAIN_CODE.match(text):  # most are names
        return f"`{text}`"
    shown = visible(text).replace("\n", " ")
    if not shown.strip():
        return f"`{shown or ' '}`"
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" or shown[0] == shown[-1] == " " else ""
    if "\\|" in shown or shown.endswith("\\"):
        return plain_text(shown)
    return f"{ticks}{pad}{shown.replace('|', chr(92) + '|')}{pad}{ticks}"


def outside_table(text: str) -> str:
    """What was written for a cell, where no table is: there a bar needs no backslash, and code would show it."""
    return text.replace("\\|", "|")


_PUNCTUATION: Final = re.compile(r"([\\`*{}\[\]~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def plain_text(text: str) -> str:
    """Any text as itself within a line: nothing in it is markup."""
    if text.isalnum():
        return text
    shown = " ".join(visible(text).split())
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    return _PUNCTUATION.sub(r"\\\1", shown) if not shown.replace(" ", "").isalnum() else shown


# ---- text that is inserted as it is (the TypeScript pages) ----------------------------------------------------------------------

_SUSPECT: Final = re.compile(f"[<`{INVISIBLE}\r\u0085\u2028\u2029]|~~~|\\]\\s*[(:]|!\\[|\\{{|\\\\$")
_NEEDS_CARE: Final = re.compile(
    f"<[A-Za-z/!?]|[{INVISIBLE}\r\u0085\u2028\u2029]|~~~|```|!\\[|(?i:(?:javascript|data|vbscript|file)\\s*:)|&#|&[A-Za-z]+;|\\]\\s*[(:]\\s*<?[A-Za-z\\\\&]"
)


def is_harmless(text: str) -> bool:
    """Whether a text may stand on a page as it is: no HTML but line breaks, no script link, no image, no open fence, no control characters."""
    if not _NEEDS_CARE.search(text):
        return True
    if CONTROL.search(text) or NEWLINES.search(text):
        return False
    fence = ""
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif opened:
            fence = opened[2]
        elif not _is_harmless_line(line) or _no_lone_tag(line) is not line:
            return False
    return not fence


def is_harmless_in_cell(text: str) -> bool:
    """The same of a cell, which is one line, and where fences are none."""
    return not _NEEDS_CARE.search(text) or not (CONTROL.search(text) or "\r" in text or not _is_harmless_line(in_raw_cell(text)))


def _is_harmless_line(line: str) -> bool:
    """Whether making the line safe would change more than braces and lonely backticks, which do no harm."""
    at = 0
    while found := _SPECIAL.search(line, at):
        text, at = found[0], found.end()
        if text[0] == "`":
            end = _closing(line, text, at)
            if end is None and "<" in line:
                return False
            at = end or at
        elif text == "<":
            piece, at = _angle(line, found.start())
            if piece == "&lt;":
                return False
        elif text[0] == "!" or (text[0] == "]" and not (line[at:].strip() == "" or _is_safe_target(line, at, anywhere=True))):
            return False
    return True


def in_raw_cell(text: str) -> str:
    """Text that is inserted as it is, in a cell: line ends become ``<br/>``, bars are escaped, and nothing else changes."""
    if "\n" in text:
        text = text.replace("\r\n", "\n").replace("\n", "<br/>")
    return _BARE_BAR.sub(r"\1\\|", text)


_BARE_BAR: Final = re.compile(r"(?<!\\)((?:\\\\)*)\|")  # one that no backslash escapes
