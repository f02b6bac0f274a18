"""The second lock, behind the escaping: before a generated module is written, it is taken apart again and compared with the grammar.

A large module has hundreds of thousands of statements, but only hundreds of different forms. So literals and names are reduced to their
kinds and lines to their forms, and the statements of the top level are cut apart. Each result is judged once: where it occurs again, in this
module or another, there is nothing new in it to look at. The cutting is as exact as Python's own: literals and comments are taken away first,
outside of them only brackets and line feeds count, and any character that could mean something else is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, count
from typing import Final, TypeAlias

from specmill.targets.python.grammar import DUNDER, KEPT, OTHER, OURS, Where, is_known, may_import


class ShapeFault(Exception):
    """A text is not a module of ours: text of the spec may have become code. That is a bug, and nothing may be written."""


# Literals and comments, ended as Python's tokenizer ends them; without `\r` and NUL, which it would read differently.
# Each alternative begins with a different character, so nothing is tried twice; a possessive group would say so, but CPython 3.11.2 gets it wrong.
_QUOTED: Final = re.compile(
    r'''"""[^"\\\r\0]*+(?:(?:\\[^\r\0]|"(?!""))[^"\\\r\0]*+)*"""|"(?!"")[^"\\\n\r\0]*+(?:\\[^\n\r\0][^"\\\n\r\0]*+)*"'''
)
_TEXT: Final = rf"{_QUOTED.pattern}|'(?!'')[^'\\\n\r\0]*+(?:\\[^\n\r\0][^'\\\n\r\0]*+)*'|\#[^\n\r\0]*+"
# Letters, digits, and everything that is not ASCII: names may contain marks that are not in \w, and whatever else is not ASCII is refused as a
# name later. It says what is excluded because `re` takes ten milliseconds to compile a range that extends to the last character.
_NAME: Final = r"[^\x00-/:-@\[-^`{-\x7f]+"
_BLANK: Final = '""'
_PREFIXED: Final = re.compile(r'\b[br]""')
_ODD: Final = re.compile(r"[\x00-\x09\x0b-\x1f#$&';?\\^`~\x7f]")  # our code contains everything else in ASCII
# A pattern that begins with a line feed is as fast as finding line feeds; `^` would be tried at every character.
_IMPORT: Final = re.compile(rf"\n( *+)(?:from ((?:\.|{_NAME})+) import (?:\(([^()]*)\)|([^\n(]+))|import ([^\n]+))$", re.MULTILINE)
_DEFINED: Final = re.compile(rf"\n(?:class |def |(?={_NAME}(?:: | = )))({_NAME})")
_INNER: Final = (" ", ")", "]", "}")  # how a line begins that continues a statement of the top level
_WHOLE: Final = re.compile(rb".*\n(?=[^ \n)\]}])", re.DOTALL)  # everything before the last statement of the top level
_MANY: Final = 500_000  # bytes to look at together
_WORDS: Final = {code: " " for code in range(128) if not re.match(_NAME, chr(code))}
"""Makes blanks of all that stands between words."""
_NUMBER: Final = r"0[xX][0-9A-Fa-f]+|[0-9]+(?:[eE][0-9]*)?"  # or part of a number that has a point or a sign

_Signs: TypeAlias = str
"""Lines, each as one character that stands for its form; so many lines are cut apart and compared as fast as words."""

_TOP: Final = "\0"
"""Marks the first line of a statement of the top level."""
_OPENING, _CLOSING, _ODDLY = range(0x40000, 0x100000, 0x40000)
"""Where the signs begin of lines that open one bracket more than they close, that close one more, and of those that differ by more."""
_PLAIN: Final = rf"[^{chr(_OPENING)}-\U0010ffff]"
_RUNS: Final = re.compile(rf"[{chr(_OPENING)}-{chr(_CLOSING - 1)}]{_PLAIN}*[{chr(_CLOSING)}-{chr(_ODDLY - 1)}]|\A.|{_PLAIN}+|.", re.DOTALL)
"""Matches a statement of several lines, the first line, a run of lines that open and close as many brackets, or any other line."""


def check(path: str, parts: Iterable[bytes], fixed: Iterable[str] = ()) -> None:
    """Raise ``ShapeFault`` if the module is not one that we would write. It may contain the ``fixed`` texts, which are ours, as they are.

    It comes in parts, each of any number of lines: taking a module apart needs ten times the memory of its text.
    """
    if len(_judged[0]) > _OPENING // 2:
        _judged[0] = _Judged()  # replaced, not emptied, since another thread may be using it
    module = _Module(path, _judged[0])
    rest = iter([module.without(fixed, b"".join(parts))] if fixed else parts)
    first = next(rest, b"")
    if first.strip(b"\n") and not first.startswith(b'"""'):  # a comment there could name an encoding (PEP 263)
        raise ShapeFault(f"{path}: it does not begin with a docstring")
    texts = deque([module.noted(text) for text in _without_literals(chain([first], rest), path)])  # all names, before anything is judged
    while texts:
        module.judge(texts.popleft())


def _without_literals(parts: Iterable[bytes], path: str) -> Iterator[str]:
    """The source without its literals, in texts that each begin with a statement of the top level."""
    rest = b""
    for part in parts:
        rest += part
        found = _WHOLE.match(rest) if len(rest) >= _MANY else None
        bare = _bare(found[0]) if found else None
        if found and bare is not None:
            yield bare
            rest = rest[found.end() :]
    bare = _bare(rest)
    if bare is None:
        raise ShapeFault(f"{path}: a quote is not closed")
    yield bare


def _bare(content: bytes) -> str | None:
    """Source without its literals; None where it ends within one."""
    text = content.decode()
    bare, literals = _QUOTED.subn(_BLANK, text)  # ten times as fast as the other, since all matches begin with the same character
    if "'" in bare or "#" in bare:  # only then is there anything else to find
        bare, literals = re.subn(_TEXT, _BLANK, text)
    return bare if bare.count('"') == 2 * literals else None


def kind_of(path: str) -> str:
    """The name of a module's template: that of the module itself, or of the folder it is in."""
    return path.partition("/")[0].removesuffix(".py")


class _Module:
    """A module without its literals, and the names it knows."""

    def __init__(self, path: str, judged: _Judged) -> None:
        self.path, self.judged = path, judged
        self.kinds = _Kinds()
        self.defined = set[str]()
        self.imported = list[str]()

    def without(self, fixed: Iterable[str], content: bytes) -> bytes:
        """The content without the texts that are ours; the names that those define are noted."""
        for part in fixed:
            if part.encode() in content:
                content = content.replace(part.encode(), b"\n")
                self._ours(_DEFINED.findall(f"\n{part}"))
        return content

    def noted(self, text: str) -> str:
        """The text with ``pass`` in place of its imports; the names that it imports and defines are noted."""
        text = _IMPORT.sub(self._imported, f"\n{text}") if "import " in text else f"\n{text}"
        defined = _DEFINED.findall(text)
        before = len(self.defined)
        self.defined.update(defined)
        if len(self.defined) != before + len(defined):  # the second would replace the first
            raise ShapeFault(f"{self.path}: it defines a name twice")
        self._ours([*defined, *self.imported])
        self.imported.clear()
        return text

    def _ours(self, names: Iterable[str]) -> None:
        self.kinds.update(dict.fromkeys(set(names) - KEPT, OURS))

    def _imported(self, found: re.Match[str]) -> str:
        indent, module, many, few, whole = found.groups()
        names = [name for part in (many or few or whole or "").split(",") if (name := part.strip())]
        for name in names:
            if not name.isidentifier() or not may_import(module or name, name if module else ""):
                raise ShapeFault(f"{self.path}: {found[0].strip()[:200]!r} imports what our code never does")
        self.imported += names
        return f"\n{indent}pass"

    def judge(self, text: str) -> None:
        """Compare the statements of the top level, and everything in them, with the grammar."""
        good = self.judged.good
        fresh = self._statements(text) - good["module"]
        found: dict[Where, set[_Signs]] = {"module": set(), "class": set(), "function": set()}
        for whole in fresh:
            self._sort(whole, found)
        for where, statements in found.items():
            new = statements - good[where]
            self._judge(set().union(*map(self.judged.pieces, new)), where)
            good[where] |= new
        good["module"] |= fresh

    def _judge(self, statements: set[_Signs], where: Where) -> None:
        for form in ["\n".join(map(self.judged.forms.__getitem__, statement)) for statement in statements]:
            if not is_known(form, where):
                raise ShapeFault(f"{self.path}: {form[:200]!r} is not of a form that our code has")

    def _statements(self, text: str) -> set[_Signs]:
        """The statements of the top level, each with everything in it."""
        lines = text.split("\n")
        sign_of = dict.fromkeys(lines, "")  # each different line once
        sign_of.update(zip([*sign_of], map(self.judged.__getitem__, self._forms(sign_of)), strict=True))
        return set("".join(map(sign_of.__getitem__, lines)).split(_TOP))

    def _forms(self, lines: Iterable[str]) -> list[str]:
        """The form of each line, with its indentation."""
        text = "\n".join(lines)
        if 'b""' in text or 'r""' in text:
            text = _PREFIXED.sub(_BLANK, text)
        between = f"\n{text}\n".translate(_between).split()  # half the time of splitting by a pattern
        pieces = [""] * (2 * len(between) - 1)
        pieces[::2] = between
        pieces[1::2] = map(self.kinds.__getitem__, text.translate(_WORDS).split())
        return "".join(pieces).translate(_SPACES)[1:-1].split("\n")

    def _sort(self, whole: _Signs, found: dict[Where, set[_Signs]]) -> None:
        """Sort the statements in one of the top level, its own head and those of its body, by where they stand."""
        opened, first = self.judged.opened, self.judged.forms[whole[0]]
        body: Where = "class" if first.startswith("class ") else "function" if first.startswith("def ") else "module"
        level, statement, into = 0, "", found["module"]
        for run in _RUNS.findall(whole):
            if level or run in opened:
                statement += run
                level += opened.get(run, 0)
                if level:
                    continue
                into.add(statement)
                statement = ""
            elif run >= chr(_OPENING):
                into.add(run)
            else:
                into.update(run)
            into = found[body]
        if level:
            raise ShapeFault(f"{self.path}: a bracket is not closed")


class _Judged(dict[str, _Signs]):
    """The sign of each form with its indentation, empty for a blank line; and the statements already found to be good."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = dict[_Signs, str]()
        self.good: dict[Where, set[_Signs]] = {"module": {""}, "class": set(), "function": set()}
        self.opened = dict[_Signs, int]()  # how many more brackets a line opens than it closes, where that is not none
        self._numbers = {start: count(start) for start in (1, _OPENING, _CLOSING, _ODDLY)}
        # each hands out a number once, even to threads at the same time

    def __missing__(self, line: str) -> _Signs:
        form = line.strip(" ")
        if odd := _ODD.search(form):
            raise ShapeFault(f"{odd[0]!r} stands nowhere in our code but in literals: {form[:200]!r}")
        opened = _opened(form)
        start = {0: 1, 1: _OPENING, -1: _CLOSING}.get(opened, _ODDLY)
        sign = chr(next(self._numbers[start]))
        self.forms[sign] = form
        if opened:
            self.opened[sign] = opened
        found = self[line] = "" if not form else sign if line.startswith(_INNER) else _TOP + sign
        return found

    def pieces(self, statement: _Signs) -> set[_Signs]:
        """A statement of several lines, once for each item in its brackets, without the others: a large module has many items of few forms."""
        first, last = statement[0], statement[-1]
        items = self._items(statement[1:-1]) if self.opened.get(first) == 1 and self.opened.get(last) == -1 else None
        if not items:
            return {statement}
        return {f"{first}{piece}{last}" for item in items for piece in self.pieces(item)}

    def _items(self, lines: _Signs) -> set[_Signs] | None:
        """The different items in brackets, cut after the commas between them; None where a line in between closes the brackets."""
        found = set[_Signs]()
        start = level = 0
        for end, sign in enumerate(lines, 1):
            form = self.forms[sign]
            if not level and form[0] in ")]}":
                return None
            level += self.opened.get(sign, 0)
            if not level and form[-1] == ",":
                found.add(lines[start:end])
                start = end
        return found | {lines[start:]} if start < len(lines) else found


_judged: Final = [_Judged()]


class _Between(dict[int, str]):
    """Makes blanks of words, for ``str.split`` to find what stands between them; there spaces and line feeds have signs of their own."""

    def __missing__(self, code: int) -> str:
        one = chr(code)
        kept = self[code] = "?" if one.isspace() or _ODD.match(one) else " " if re.match(_NAME, one) else one
        return kept


_between: Final = _Between({ord(" "): "\1", ord("\n"): "\2"})
_SPACES: Final = {1: " ", 2: "\n"}


class _Kinds(dict[str, str]):
    """What names and numbers are reduced to."""

    def __missing__(self, word: str) -> str:
        kind = self[word] = _kind(word)
        return kind


@lru_cache(maxsize=65536)
def _kind(word: str) -> str:
    """What a name or a number is reduced to, where the module does not define it."""
    if word in KEPT:
        return word
    if word[0] in "0123456789":
        if not re.fullmatch(_NUMBER, word):  # `1or x` contains a keyword
            raise ShapeFault(f"{word!r} is no number that we write")
        return "0"
    if not word.isascii() and not (word.isidentifier() and unicodedata.is_normalized("NFKC", word)):
        raise ShapeFault(f"{word!r} is no name that we give")
    return DUNDER if word.startswith("__") else OTHER


def _opened(form: str) -> int:
    """How many more brackets a line opens than it closes."""
    return sum(map(form.count, "([{")) - sum(map(form.count, ")]}"))
