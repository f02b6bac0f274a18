"""The second lock behind the escaping: a generated module is taken apart again before it is written, and held against the grammar.

A large module has hundreds of thousands of statements, but only hundreds of different forms. So the text is cut into the statements of
its top level, literals and names are reduced to their kinds, and what results is judged once: where it comes again, in this module or
another, there is nothing in it that was not looked at. The cutting is as exact as Python's own: outside of literals and comments, which
are taken away first, only brackets and line feeds count, and any character that could mean something else is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Final, TypeAlias

from specmill.targets.python.grammar import DUNDER, KEPT, OTHER, OURS, Where, is_known, may_import


class ShapeFault(Exception):
    """The text is no module of ours: text of the spec may have become code. A bug, and nothing may be written."""


# Literals and comments. What follows a quote is taken as Python's tokenizer takes it; no `\r` and no NUL, which it would read otherwise.
# Each alternative begins with another character, so nothing is tried twice; a possessive group would say so, but CPython 3.11.2 errs on it.
_QUOTED: Final = re.compile(
    r'''"""[^"\\\r\0]*+(?:(?:\\[^\r\0]|"(?!""))[^"\\\r\0]*+)*"""|"(?!"")[^"\\\n\r\0]*+(?:\\[^\n\r\0][^"\\\n\r\0]*+)*"'''
)
_TEXT: Final = re.compile(rf"{_QUOTED.pattern}|'(?!'')[^'\\\n\r\0]*+(?:\\[^\n\r\0][^'\\\n\r\0]*+)*'|\#[^\n\r\0]*+")
# Letters, digits, and all that is not ASCII: not every mark that names may have is in \w, and what else is not ASCII is no name. Said by what it is
# not, since `re` takes ten milliseconds for a range that goes on to the last character.
_NAME: Final = r"[^\x00-/:-@\[-^`{-\x7f]+"
_BLANK: Final = '""'
_PREFIXED: Final = re.compile(r'\b[br]""')
_ODD: Final = re.compile(r"[\x00-\x09\x0b-\x1f#$&';?\\^`~\x7f]")  # all else in ASCII stands in code of ours
# What begins with a line feed is searched for as fast as line feeds are found; `^` would be tried at every character.
_IMPORT: Final = re.compile(rf"\n( *)(?:from ((?:\.|{_NAME})+) import (?:\(([^()]*)\)|([^\n(]+))|import ([^\n]+))$", re.MULTILINE)
_DEFINED: Final = re.compile(rf"\n(?:(?:class|def) ({_NAME})|({_NAME})(?=: | = ))")
_TOP: Final = re.compile(r"\n(?![ \n)\]}])")  # where a statement of the top level begins, unless a bracket is open: then it is found to be
_WHOLE: Final = re.compile(rb".*\n(?=[^ \n)\]}])", re.DOTALL)  # what stands before the last statement of the top level
_MANY: Final = 2_000  # statements that are looked at at once
_WORD: Final = re.compile(f"({_NAME})")
_NUMBER: Final = re.compile(r"0[xX][0-9A-Fa-f]+|[0-9]+(?:[eE][0-9]*)?")  # of those with a point or a sign, a part

_LONG: Final = 100  # lines of a statement

_Shape: TypeAlias = tuple[str, ...]
"""The lines of a statement of the top level, and of all that stands in it, reduced to their forms."""

_good: Final[set[_Shape]] = set()
_known: Final[dict[Where, set[str]]] = {"module": set(), "class": set(), "function": set()}  # parsed before, and found good


def check(path: str, parts: Iterable[bytes], fixed: Iterable[str] = ()) -> None:
    """Raise ``ShapeFault`` where the module is not one that we would write. ``fixed`` are texts of ours that may stand in it as they are.

    A large one comes in parts, in lines of any number: what is made of them on the way takes ten times their size.
    """
    module = _Module(path)
    rest = iter([module.without(fixed, b"".join(parts))] if fixed else parts)
    first = next(rest, b"")
    if first.strip(b"\n") and not first.startswith(b'"""'):  # a comment there could name an encoding (PEP 263)
        raise ShapeFault(f"{path}: it does not begin with a docstring")
    for shape in module.shapes(_without_literals(chain([first], rest), path)) - _good:
        for where, form in _statements(shape, path):
            if form not in _known[where]:
                if not is_known(form, where):
                    raise ShapeFault(f"{path}: {form[:200]!r} is not of a form that our code has")
                _known[where].add(form)
        _good.add(shape)


def _without_literals(parts: Iterable[bytes], path: str) -> Iterator[str]:
    """What may be statements of the top level, without their literals."""
    rest = b""
    for part in parts:
        rest += part
        found = _WHOLE.match(rest)
        bare = _bare(found[0]) if found else None
        if found and bare is not None:
            yield from _TOP.split(bare)[:-1]
            rest = rest[found.end() :]
    bare = _bare(rest)
    if bare is None:
        raise ShapeFault(f"{path}: a quote is not closed")
    yield from _TOP.split(bare)


def _bare(content: bytes) -> str | None:
    """Source without its literals; None where it ends within one."""
    text = content.decode()
    bare, literals = _QUOTED.subn(_BLANK, text)  # ten times as fast, since all that it finds begins with the same character
    if "'" in bare or "#" in bare:  # else nothing else began outside of what it found
        bare, literals = _TEXT.subn(_BLANK, text)
    return bare if bare.count('"') == 2 * literals else None


def kind_of(path: str) -> str:
    """The name of the template of a module: that of the module itself, or of the folder that it is in."""
    return path.partition("/")[0].removesuffix(".py")


class _Module:
    """One module without its literals."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.kinds = _Kinds()  # of what is defined or imported, to begin with

    def define(self, text: str) -> list[str]:
        """Take note of what the text defines, and give it."""
        defined = [name for pair in _DEFINED.findall(f"\n{text}") for name in pair if name]
        self.kinds.update((name, OURS) for name in defined if name not in KEPT)
        return defined

    def without(self, fixed: Iterable[str], content: bytes) -> bytes:
        """The content without texts of ours; of what they define, it takes note."""
        for part in fixed:
            if part.encode() in content:
                content = content.replace(part.encode(), b"\n")
                self.define(part)
        return content

    def imported(self, found: re.Match[str]) -> str:
        """Take note of what is imported; ``pass`` in its place."""
        indent, module, many, few, whole = found.groups()
        names = [name.strip() for name in (many or few or whole or "").split(",")]
        for name in filter(None, names):
            if not name.isidentifier() or not may_import(module or name, name if module else ""):
                raise ShapeFault(f"{self.path}: {found[0].strip()[:200]!r} imports what our code never does")
            if name not in KEPT:
                self.kinds[name] = OURS
        return f"\n{indent}pass"

    def shapes(self, parts: Iterable[str]) -> set[_Shape]:
        """The statements of the top level, each with all that stands in it, by their shapes."""
        parts = [_IMPORT.sub(self.imported, f"\n{part}")[1:] if "import " in part else part for part in parts]
        defined = self.define("\n".join([part.partition("\n")[0] for part in parts]))
        if len(defined) != len(set(defined)):  # the second time would take the place of what was meant
            raise ShapeFault(f"{self.path}: it defines a name twice")
        found = set[_Shape]()
        for start in range(0, len(parts), _MANY):
            numbers = _Numbers()
            numbered = [[numbers[line] for line in part.split("\n")] for part in parts[start : start + _MANY]]
            forms = self._forms(numbers)
            found.update([tuple([forms[number] for number in part]) for part in numbered])
        return found

    def _forms(self, lines: Iterable[str]) -> list[str]:
        """The form of each line."""
        text = "\n".join(lines)
        if 'b""' in text or 'r""' in text:
            text = _PREFIXED.sub(_BLANK, text)
        parts = _WORD.split(text)
        parts[1::2] = map(self.kinds.__getitem__, parts[1::2])
        forms = [form.strip(" ") for form in "".join(parts).split("\n")]
        if odd := _ODD.search("\n".join(set(forms))):
            raise ShapeFault(f"{self.path}: {odd[0]!r} stands nowhere in our code but in literals")
        return forms


class _Numbers(dict[str, int]):
    """Which of all different lines each is: a number is found faster than a text."""

    def __missing__(self, line: str) -> int:
        number = self[line] = len(self)
        return number


class _Kinds(dict[str, str]):
    """What each name, or number, is reduced to."""

    def __missing__(self, word: str) -> str:
        kind = self[word] = _kind(word)
        return kind


@lru_cache(maxsize=65536)
def _kind(word: str) -> str:
    """What a name that is not the module's own is reduced to, or a number."""
    if word in KEPT:
        return word
    if word[0] in "0123456789":
        if not _NUMBER.fullmatch(word):  # `1or x` has a keyword in it
            raise ShapeFault(f"{word!r} is no number that we write")
        return "0"
    if not word.isascii() and not (word.isidentifier() and unicodedata.is_normalized("NFKC", word)):
        raise ShapeFault(f"{word!r} is no name that we give")
    return DUNDER if word.startswith("__") else OTHER


def _statements(shape: _Shape, path: str) -> Iterator[tuple[Where, str]]:
    """What stands in a shape: each statement, compound ones without their bodies, behind what it stands in."""
    where: Where = "module"
    level, parts = 0, list[str]()
    for line in filter(None, shape):
        form, opened = line, _opened(line)
        if opened or level:
            if opened or form != parts[-1]:  # a list of many alike is of one form
                parts.append(form)
            level += opened
            if level:
                continue
            form = "\n".join(parts if len(parts) < _LONG else _each_once(parts))
            parts.clear()
        yield where, form
        if where == "module":
            where = "class" if form.startswith("class ") else "function" if form.startswith("def ") else "module"
    if level:
        raise ShapeFault(f"{path}: a bracket is not closed")


def _each_once(lines: list[str]) -> list[str]:
    """The lines of a long statement without the items that stood in the same brackets before: there are as many as models, but few forms of them."""
    kept = list[str]()
    brackets = list[tuple[int, set[str]]]()  # of those that are open: where the item begins, and those before it
    for line in lines:
        kept.append(line)
        opened = _opened(line)
        if line[0] in ")]}" and brackets:
            brackets.pop()
            opened += 1
        del brackets[len(brackets) + min(opened, 0) :]
        brackets += ((len(kept), set()) for _ in range(opened))
        if line[-1] == "," and brackets:
            start, before = brackets[-1]
            item = "\n".join(kept[start:])
            if item in before:
                del kept[start:]
            before.add(item)
            brackets[-1] = len(kept), before
    return kept


@lru_cache(maxsize=4096)
def _opened(form: str) -> int:
    """How many brackets a line leaves open."""
    return sum(map(form.count, "([{")) - sum(map(form.count, ")]}"))
