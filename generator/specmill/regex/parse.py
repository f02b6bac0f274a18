"""Reads a regular expression: with the ``u`` flag's strictness first, then with the leniency that the web allows (ECMA-262, Annex B)."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from msgspec import Struct

from specmill.regex.classes import ESCAPES, LAST, LINE_ENDS, complement, prop
from specmill.regex.foreign import foreign
from specmill.regex.syntax import (
    Back,
    Chars,
    Choice,
    Edge,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
    UnsupportedPatternError,
    in_either_case,
)

_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|")
_CONTROLS: Final = {"f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
_HIGH_SURROGATES: Final = range(0xD800, 0xDC00)
_DEEPEST: Final = 100  # groups within groups; Python's own parser gives up at a few hundred
_LOOKS: Final = {"?=": (True, False), "?!": (True, True), "?<=": (False, False), "?<!": (False, True)}
_COUNTS: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_NAME: Final = re.compile(r"\?<([\w$]+)>")
_GROUP: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?<(?![=!])", re.DOTALL)


def parse(pattern: str) -> Node:
    """The expression; ``UnsupportedPatternError`` where it is none."""
    return _read(pattern)[0]


def foreign_parts(pattern: str) -> tuple[str, ...]:
    """What there is in an expression of other dialects."""
    return _read(pattern)[1]


def _read(pattern: str) -> tuple[Node, tuple[str, ...]]:
    try:
        return _Reader(pattern, strict=True).whole(), ()
    except UnsupportedPatternError as strict:
        found = foreign(pattern)
        try:
            node = _Reader(found.text, strict=False).whole()
        except UnsupportedPatternError:
            raise strict from None
        return (in_either_case(node) if found.ignores_case else node), tuple(dict.fromkeys(found.parts))


class _Reader(Struct):
    """A position in the pattern, and the groups met so far."""

    text: str
    strict: bool
    at: int = 0
    groups: int = 0
    depth: int = 0
    total: int = 0  # groups in the whole pattern: a back reference may come before its group
    names: dict[str, int] = {}
    references: list[str] = []

    def whole(self) -> Node:
        self._find_groups()
        node = self._choice()
        if self.at < len(self.text):
            self._fail("has a ) without its (")
        return node

    def _find_groups(self) -> None:
        for found in _GROUP.finditer(self.text):
            if found[0].startswith(("\\", "[")):
                continue
            self.total += 1
            if found[0] == "(?<":
                named = _NAME.match(self.text, found.start() + 1)
                if named is None or named[1][0].isdigit():
                    self._fail("has a group with a broken name")
                if named[1] in self.names:
                    self._fail(f"has two groups of the name {named[1]}")
                self.names[named[1]] = self.total

    def _fail(self, what: str) -> NoReturn:
        raise UnsupportedPatternError(f"it {what} (at character {self.at + 1})")

    def _take(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    # -- expressions

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            node = self._atom()
            items.append(self._quantified(node))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _quantified(self, node: Node) -> Node:
        counts = self._counts()
        if counts is None:
            return node
        if isinstance(node, Edge) or (isinstance(node, Look) and (self.strict or not node.ahead)):
            self._fail("repeats an assertion")
        least, most = counts
        if most is not None and most < least:
            self._fail("has the numbers of a quantifier out of order")
        lazy = self._take("?")
        return Repeat(node, least, most, lazy)

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        found = _COUNTS.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        return least, (least if found[2] is None else int(found[3]) if found[3] else None)

    def _atom(self) -> Node:
        sign = self.text[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign in "*+?" or (sign == "{" and (self.strict or _COUNTS.match(self.text, self.at))):
            self._fail(f"has nothing to repeat before {sign}")
        if self.strict and sign in "]}":
            self._fail(f"has a lone {sign}")
        self.at += 1
        if sign in "^$":
            return Edge(sign)
        if sign == ".":
            return Chars(LINE_ENDS, negated=True)
        return _char(ord(sign))

    def _group(self) -> Node:
        self.at += 1
        number: int | None = None
        look: tuple[bool, bool] | None = None
        if self._take("?:"):
            pass
        elif (sign := next((one for one in _LOOKS if self.text.startswith(one, self.at)), None)) is not None:
            self.at += len(sign)
            look = _LOOKS[sign]
        else:
            self.groups += 1
            number = self.groups
            named = _NAME.match(self.text, self.at)
            if named is not None:
                self.at = named.end()
            elif self.text.startswith("?", self.at):
                self._fail(f"has a group of a kind that ECMA-262 does not know: ({self.text[self.at : self.at + 3]}")
        self.depth += 1
        if self.depth > _DEEPEST:
            self._fail("has groups nested too deeply")
        body = self._choice()
        self.depth -= 1
        if not self._take(")"):
            self._fail("has a ( without its )")
        return Group(body, number) if look is None else Look(body, *look)

    # -- escapes

    def _escape(self) -> Node:
        found = re.compile(r"\\(?:([bB])|([1-9][0-9]*)|k<([^>]*)>)").match(self.text, self.at)
        if found is not None and found[1]:
            self.at = found.end()
            return Edge(found[0])
        if found is not None and found[2]:
            if int(found[2]) <= self.total:
                self.at = found.end()
                return Back(int(found[2]))
            if self.strict:
                self._fail(f"refers to the group {found[2]}, which is not there")
        elif found is not None and (self.strict or self.names):
            if found[3] not in self.names:
                self._fail(f"refers to the group {found[3]!r}, which is not there")
            self.at = found.end()
            return Back(self.names[found[3]])
        return self._set_or_char()

    def _set_or_char(self) -> Chars:
        self.at += 1
        if self.at >= len(self.text):
            self._fail("ends in a backslash")
        sign = self.text[self.at]
        if sign in "dDwWsS":
            self.at += 1
            return Chars(ESCAPES[sign.lower()], negated=sign.isupper())
        if sign in "pP":
            found = re.compile(r"[pP]\{([\w=]+)\}").match(self.text, self.at)
            if found is None:
                self._fail(f"has \\{sign} without a property in braces")
            self.at = found.end()
            return Chars(prop(found[1]), negated=sign == "P")
        return _char(self._code())

    def _code(self) -> int:
        """The code point that an escape stands for; the backslash is read already."""
        sign = self.text[self.at]
        self.at += 1
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign == "c":
            return self._control()
        if sign == "x":
            return self._hex(r"[0-9a-fA-F]{2}", "x")
        if sign == "u":
            return self._unicode()
        if sign.isascii() and sign.isdigit():
            return self._octal(sign)
        if (self.strict and sign not in _SYNTAX and sign != "/") or (sign.isascii() and sign.isalpha()):
            self._fail(f"has the escape \\{sign}, which ECMA-262 does not know")
        return ord(sign)

    def _control(self) -> int:
        letter = self.text[self.at : self.at + 1]
        if not (letter.isascii() and letter.isalpha()):
            self._fail("has \\c without a letter")
        self.at += 1
        return ord(letter) % 32

    def _hex(self, digits: str, sign: str) -> int:
        found = re.compile(digits).match(self.text, self.at)
        if found is None:
            self._fail(f"has \\{sign} without its hexadecimal digits")
        self.at = found.end()
        return int(found[0].strip("{}"), 16)

    def _unicode(self) -> int:
        code = self._hex(r"[0-9a-fA-F]{4}|\{[0-9a-fA-F]+\}", "u")
        low = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})").match(self.text, self.at)
        if code > LAST:
            self._fail("names a character beyond U+10FFFF")
        if code in _HIGH_SURROGATES and low is not None and self.text[self.at - 1] != "}":
            self.at = low.end()
            return 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00
        return code

    def _octal(self, first: str) -> int:
        r"""``\0``, and outside of strict mode the octal numbers of old."""
        more = re.compile(r"[0-3][0-7]{0,2}|[4-7][0-7]?").match(self.text, self.at - 1)
        if first == "0" and not self.text[self.at : self.at + 1].isdigit():
            return 0
        if self.strict:
            self._fail("has an octal escape")
        if more is None:
            return ord(first)
        self.at = more.end()
        return int(more[0], 8)

    # -- classes

    def _class(self) -> Chars:
        self.at += 1
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            if self.at >= len(self.text):
                self._fail("has a [ without its ]")
            low = self._member()
            if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                ranges += self._range(low, self._member())
            else:
                ranges += _positive(low)
        return Chars(tuple(ranges), negated)

    def _range(self, low: Chars, high: Chars) -> Ranges:
        if not (low.single and high.single):
            if self.strict:
                self._fail("has a set of characters as the end of a range")
            return (*_positive(low), (0x2D, 0x2D), *_positive(high))
        first, last = low.ranges[0][0], high.ranges[0][0]
        if last < first:
            self._fail("has a range out of order")
        return ((first, last),)

    def _member(self) -> Chars:
        sign = self.text[self.at : self.at + 1]
        if sign == "":
            self._fail("has a [ without its ]")
        if sign != "\\":
            self.at += 1
            return _char(ord(sign))
        following = self.text[self.at + 1 : self.at + 2]
        if following in ("b", "-"):
            self.at += 2
            return _char(0x08 if following == "b" else 0x2D)
        return self._set_or_char()


def _char(code: int) -> Chars:
    return Chars(((code, code),), single=True)


def _positive(chars: Chars) -> Ranges:
    return complement(chars.ranges) if chars.negated else chars.ranges
