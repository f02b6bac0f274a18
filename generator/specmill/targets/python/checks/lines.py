"""Generated statements as a small tree, and its layout: four spaces a level, wrapped where black would wrap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias, assert_never

from msgspec import Struct

from specmill.targets.python.checks.predicates import Test, both
from specmill.targets.python.layout import WIDTH, str_width

_STACK = 3  # operands; black stacks no fewer where it can break within one
# Strings first, so that a bracket in one does not count.
_BRACKETS = re.compile(r"""[()]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
_BRACKETS_AND_OPERATORS = re.compile(_BRACKETS.pattern + "| and | or | for |, ")


class Line(Struct, frozen=True):
    """One statement that is too short to need wrapping."""

    text: str


class Call(Struct, frozen=True):
    """A statement with one pair of brackets, whose inside goes on a line of its own where it is too long.

    The parts are joined by ``comma`` (arguments) or by blanks (a generator), and stand on lines of their own where even that is too long.
    """

    before: str
    parts: tuple[str, ...]
    after: str = ")"
    comma: str = ","


class Block(Struct, frozen=True):
    """A statement with a body; its inside is wrapped as that of a ``Call`` is."""

    head: Call | Line
    body: tuple[Code, ...]


class If(Struct, frozen=True):
    """``if``, with what happens otherwise."""

    test: Test
    body: tuple[Code, ...]
    otherwise: tuple[Code, ...] = ()


class Return(Struct, frozen=True):
    """``return`` of a boolean expression."""

    test: Test


class Failure(Struct, frozen=True):
    """``errors.append((...))``."""

    parts: tuple[str, str, str, str]


Code: TypeAlias = Line | Call | Block | If | Return | Failure


def width(text: str) -> int:
    """How wide black takes the text to be."""
    return len(text) if text.isascii() else str_width(text)


def layout(codes: Iterable[Code], level: int) -> list[str]:
    """The lines of the statements, indented for their level."""
    lines: list[str] = []
    for code in codes:
        match code:
            case Line("return" | "return False" as text):
                return [*lines, "    " * level + text]  # nothing behind it is reached
            case Line(text):
                lines.append("    " * level + text)
            case Call():
                lines += _call(code, level)
            case Block(head, body):
                lines += layout((head,), level)
                lines += layout(body, level + 1)
            case If():
                lines += _if("if ", code, level)
            case Return(test):
                lines += _condition("return ", test, "", level)
            case Failure(parts):
                lines += _failure(parts, level)
            case _:
                assert_never(code)
    return lines


@lru_cache(maxsize=4096)  # most say of a member that it has a type, and are in many functions
def _if(keyword: str, code: If, level: int) -> list[str]:
    code = merged(code)
    lines = [*_condition(keyword, code.test, ":", level), *layout(code.body, level + 1)]
    match code.otherwise:
        case ():
            return lines
        case (If() as other,):
            return lines + _if("elif ", other, level)
        case _:
            return [*lines, "    " * level + "else:", *layout(code.otherwise, level + 1)]


def merged(code: If) -> If:
    """An ``if`` with nothing in it but another one is one ``if``."""
    match code:
        case If(outer, (If(inner, body, ()),), ()):
            return merged(If(both((outer, inner)), body))
        case _:
            return code


def _condition(before: str, test: Test, after: str, level: int) -> Iterable[str]:
    indent = "    " * level
    whole = f"{indent}{before}{test.text}{after}"
    if width(whole) <= WIDTH:
        return [whole]
    parts = [part.yes for part in test.parts]
    broken = _bracketed if len(parts) < _STACK else _stacked
    return broken(indent, before, parts, (test.operator, after))


def _stacked(indent: str, before: str, parts: Sequence[str], ends: tuple[str, str]) -> Iterator[str]:
    """In parentheses: together where that fits, else every part on a line of its own."""
    operator, after = ends
    together = f"{indent}    {f' {operator} '.join(parts)}"
    if width(together) <= WIDTH:
        yield from (f"{indent}{before}(", together, f"{indent}){after}")
        return
    yield f"{indent}{before}("
    for place, part in enumerate(parts):
        yield from _operand(part if place == 0 else f"{operator} {part}", f"{indent}    ")
    yield f"{indent}){after}"


def _operand(part: str, indent: str) -> Iterator[str]:
    """An operand on a line of its own, broken at its last bracket where it is too long."""
    head, inside = _cut(part)
    if width(indent + part) > WIDTH and part.endswith((" is None", " is not None")):
        value, operator, none = part.rpartition(" is ")
        yield from (indent + value, indent + operator.strip() + " " + none)
        return
    if width(indent + part) <= WIDTH or not head:
        yield indent + part
        return
    yield indent + head
    yield from _inside(inside, f"{indent}    ")
    yield f"{indent})"


def _bracketed(indent: str, before: str, parts: Sequence[str], ends: tuple[str, str]) -> Iterator[str]:
    """One or two parts: black would rather break at their own brackets than add any."""
    operator, after = ends
    first, last = parts[0], parts[-1]
    lead = f"{indent}{before}{first} {operator} " if len(parts) > 1 else indent + before
    head, inside = _cut(last)
    # Black counts one level more for what it would put in parentheses, unless an earlier bracket shows where to break.
    # It does not count wide characters twice there.
    fits = len(f"{indent}    {lead.removeprefix(indent + before)}{head}") <= WIDTH or re.search(r"[(\[]", lead)
    if head and ((width(lead + head) <= WIDTH and fits) or len(parts) == 1):
        yield lead + head
        yield from _inside(inside, f"{indent}    ")
        yield f"{indent}){after}"
        return
    tail = f") {operator} {last}{after}"
    if len(parts) > 1 and first.startswith("(") and _cut(first)[0] == "(" and width(indent + tail) <= WIDTH:
        yield f"{indent}{before}("
        yield f"{indent}    {first[1:-1]}"
        yield indent + tail
        return
    head, inside = _cut(first)
    if head and len(parts) > 1 and last.endswith(")") and width(indent + before + head) <= WIDTH and width(indent + tail) <= WIDTH:
        yield indent + before + head
        yield from (f"{indent}    {one}" for one in _values(head, inside))
        yield indent + tail
        return
    yield from _stacked(indent, before, parts, ends)


def _values(head: str, inside: str) -> list[str]:
    """What stands within brackets that black has chosen to break: the values of a tuple go on lines of their own."""
    if not head.endswith(" in ("):
        return [inside]
    return [f"{found[0]}," for found in re.finditer(r"""[^,\s"']+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", inside)]


def _inside(text: str, indent: str) -> Iterator[str]:
    """What stands within brackets: in one line, or cut before every operator that is not in brackets of its own."""
    if width(indent + text) <= WIDTH:
        yield indent + text
        return
    yield from (indent + part for part in _split(text, (" for ",) if " for " in text else (" and ", " or ")))


def _split(text: str, at: tuple[str, ...]) -> Iterator[str]:
    """The parts of a text, cut at every comma or before every operator that is not in brackets of its own."""
    depth = start = 0
    for found in _BRACKETS_AND_OPERATORS.finditer(text):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth == 0 and found[0] in at:
            yield text[start : found.start()].lstrip()
            start = found.start() + 1
    yield text[start:].lstrip()


def _cut(part: str) -> tuple[str, str]:
    """A part that ends in a bracket, cut at it: ``not f(`` and ``value``; empty where it does not."""
    if not part.endswith(")"):
        return "", ""
    opened: list[int] = []
    last = 0
    for found in _BRACKETS.finditer(part):
        if found[0] == "(":
            opened.append(found.end())
        elif found[0] == ")":
            last = opened.pop()
    return part[:last], part[last:-1]


def _call(code: Call, level: int) -> Iterator[str]:
    indent = "    " * level
    inside = f"{code.comma} ".join(code.parts)
    if width(indent + code.before + inside + code.after) <= WIDTH:
        yield indent + code.before + inside + code.after
        return
    yield indent + code.before
    if width(f"{indent}    {inside}") <= WIDTH:
        yield f"{indent}    {inside}"
    else:
        comma = code.comma if len(code.parts) > 1 else ""
        yield from (line for part in code.parts for line in _item(part, f"{indent}    ", comma))
    yield indent + code.after


def _item(text: str, indent: str, comma: str) -> Iterator[str]:
    """An item on a line of its own; a tuple that is too long for that, with each of its own."""
    if width(indent + text + comma) <= WIDTH or not text.startswith("("):
        yield f"{indent}{text}{comma}"
        return
    yield f"{indent}("
    for part in _split(text[1:-1], (", ",)):
        yield from _item(part, f"{indent}    ", ",")
    yield f"{indent}){comma}"


def _failure(parts: tuple[str, str, str, str], level: int) -> Iterator[str]:
    error = Display("(", parts, ")")
    yield from _call(Call("errors.append(", (str(error),)), level) if error.fits(level + 1) else wrapped("errors.append(", error, level)


class Display(Struct, frozen=True):
    """A tuple, list, set or dict, written out; ``key`` stands before it where it is the value in a dict."""

    opening: str
    items: tuple[str | Display, ...]
    closing: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.key}{self.opening}{', '.join(map(str, self.items))}{self.closing}"

    def fits(self, level: int, after: int = 0) -> bool:
        """Whether it has a line to itself, with so many characters after it."""
        return 4 * level + width(str(self)) + after <= WIDTH

    def lines(self, level: int, after: str = "") -> Iterator[str]:
        """As one line where that fits, else with every item on its own."""
        indent = "    " * level
        if self.fits(level, len(after)) or not self.items:
            yield f"{indent}{self}{after}"
            return
        yield f"{indent}{self.key}{self.opening}"
        comma = "," if len(self.items) > 1 or self.opening == "(" else ""
        for item in self.items:
            if isinstance(item, Display):
                yield from item.lines(level + 1, comma)
            else:
                yield from _item(item, f"{indent}    ", comma)
        yield f"{indent}{self.closing}{after}"


def wrapped(before: str, display: Display, level: int) -> Iterator[str]:
    """``before`` (which ends in a bracket), the display on lines of its own, and the closing bracket."""
    yield "    " * level + before
    yield from display.lines(level + 1)
    yield "    " * level + ")"
