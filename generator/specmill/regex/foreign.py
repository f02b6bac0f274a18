r"""Parts of other dialects that mean the same wherever they are known, in the words of ECMA-262: ``\A``, ``\z``, ``[:alpha:]``, ``\p{Alnum}``.

Specs that are made from Java, Ruby or C code have them. ``\Z`` is not among them: whether it allows a line feed behind it depends on the dialect.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from specmill.regex.syntax import UnsupportedPatternError

_EDGES: Final = {r"\A": "^", r"\z": "$"}
_POSIX: Final = {  # IEEE 1003.1, section 7.3.1, in the POSIX locale; Java has them as \p{Alpha}
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": r" \t-\r", "blank": r" \t",
    "punct": r"!-\/:-@\[-`{-~", "graph": "!-~", "print": " -~", "cntrl": r"\0-\x1f\x7f", "xdigit": "0-9A-Fa-f", "ascii": r"\0-\x7f",
}  # fmt: skip
_JAVA: Final = {{"xdigit": "XDigit", "ascii": "ASCII"}.get(name, name.title()): chars for name, chars in _POSIX.items()}
_PROPERTIES: Final = _JAVA | {"IsLetter": r"\p{L}", "IsAlphabetic": r"\p{Alphabetic}", "IsDigit": r"\p{Nd}", "all": r"\0-\u{10ffff}"}
_PART: Final = re.compile(r"\\p\{(?P<property>\w+)\}|\\(?P<escape>.)|\[:(?P<posix>\w+):\]|(?P<sign>[\[\]]|&&)", re.DOTALL)


class Foreign(Struct):
    """A pattern in the words of ECMA-262, and what was foreign in it."""

    text: str
    parts: list[str] = []
    ignores_case: bool = False  # of ASCII letters
    _within: bool = False  # of a class
    _mixed: bool = False  # there are classes in the Java manner, with others in them

    def written(self, found: re.Match[str]) -> str:
        """One part in the words of ECMA-262."""
        name, posix, sign = found["property"], found["posix"], found["sign"]
        if sign is not None:
            return self._sign(sign)
        if name is not None and name in _PROPERTIES:
            return self._taken(found[0], _PROPERTIES[name] if self._within else f"[{_PROPERTIES[name]}]")
        if posix is not None and posix in _POSIX and self._within:
            return self._taken(found[0], _POSIX[posix])
        if found[0] in _EDGES and not self._within:
            return self._taken(found[0], _EDGES[found[0]])
        return found[0]

    def _taken(self, part: str, text: str) -> str:
        self.parts.append(part)
        return text

    def _sign(self, sign: str) -> str:
        self._mixed |= self._within and sign != "]"
        self._within = sign == "[" or (self._within and sign != "]")
        return sign

    def check(self) -> None:
        """Raise where classes are put together in ways that ECMA-262 does not have."""
        if self.parts and self._mixed:
            raise UnsupportedPatternError(
                f"it has {self.parts[0]} of another dialect, and classes within classes, which ECMA-262 reads otherwise"
            )


def foreign(pattern: str) -> Foreign:
    """The pattern with what other dialects have put into the words of ECMA-262; ``parts`` is empty where nothing was."""
    flag = "(?i)"
    found = Foreign(pattern.removeprefix(flag))
    if pattern.startswith(flag):
        found.ignores_case = True
        found.parts.append(flag)
    found.text = _PART.sub(found.written, found.text)
    found.check()
    return found
