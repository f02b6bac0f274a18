"""The second lock behind the escaping: a generated module is taken apart again before it is written, and held against the grammar.

A large module has hundreds of thousands of statements, but only hundreds of different forms. So the text is cut into statements, literals
and names are reduced to their kinds, and each form that results is parsed once. The cutting is as exact as Python's own: outside of
literals and comments, which are taken away first, only brackets and line feeds count, and any character that could mean something else is
refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from specmill.targets.python.grammar import DUNDER, KEPT, OTHER, OURS, Where, is_known, may_import


class ShapeFault(Exception):
    """The text is no module of ours: text of the spec may have become code. A bug, and nothing may be written."""


# Literals and comments. What follows a quote is taken as Python's tokenizer takes it; no `\r` and no NUL, which it would read otherwise.
# Each alternative begins with another character, so nothing is tried twice; a possessive group would say so, but CPython 3.11.2 errs on it.
_TEXT: Final = re.compile(
    r'''"""[^"\\\r\0]*+(?:(?:\\[^\r\0]|"(?!""))[^"\\\r\0]*+)*"""'''
    r'''|"(?!"")[^"\\\n\r\0]*+(?:\\[^\n\r\0][^"\\\n\r\0]*+)*"'''
    r"""|'(?!'')[^'\\\n\r\0]*+(?:\\[^\n\r\0][^'\\\n\r\0]*+)*'"""
    r"""|\#[^\n\r\0]*+"""
)
# Letters, digits, and all that is not ASCII: not every mark that names may have is in \w, and what else is not ASCII is no name. Said by what it is
# not, since `re` takes ten milliseconds for a range that goes on to the last character.
_NAME: Final = r"[^\x00-/:-@\[-^`{-\x7f]+"
_BLANK: Final = '""'
_PREFIXED: Final = re.compile(r'\b[br]""')
_ODD: Final = re.compile(r"[\x00-\x09\x0b-\x1f#$&';?\\^`~\x7f]")  # all else in ASCII stands in code of ours
# What begins with a line feed is searched for as fast as line feeds are found; `^` would be tried at every character.
_IMPORT: Final = re.compile(rf"\n( *)(?:from ((?:\.|{_NAME})+) import (?:\(([^()]*)\)|([^\n(]+))|import ([^\n]+))$", re.MULTILINE)
_DEFINED: Final = re.compile(rf"\n(?:(?:class|def) ({_NAME})|({_NAME})(?=: | = ))")
_WORD: Final = re.compile(r"(0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|" + _NAME + ")")

_known: Final[dict[Where, set[str]]] = {"module": set(), "class": set(), "function": set()}  # parsed before, and found good


def check(path: str, text: str, fixed: Iterable[str] = ()) -> None:
    """Raise ``ShapeFault`` where the module is not one that we would write. ``fixed`` are texts of ours that may stand in it as they are."""
    module = _Module(path)
    for part in fixed:
        if part in text:
            text = text.replace(part, "\n")
            module.define(part)
    if text.strip("\n") and not text.startswith('"""'):  # a comment there could name an encoding (PEP 263)
        raise ShapeFault(f"{path}: it does not begin with a docstring")
    bare, literals = _TEXT.subn(_BLANK, text)
    if bare.count('"') != 2 * literals:
        raise ShapeFault(f"{path}: a quote is not closed")
    bare = _IMPORT.sub(module.imported, bare)
    defined = module.define(bare)
    if len(defined) != len(set(defined)):  # the second time would take the place of what was meant
        raise ShapeFault(f"{path}: it defines a name twice")
    for where, forms in module.statements(bare).items():
        for form in forms - _known[where]:
            if not is_known(form, where):
                raise ShapeFault(f"{path}: {form[:200]!r} is not of a form that our code has")
            _known[where].add(form)


def kind_of(path: str) -> str:
    """The name of the template of a module: that of the module itself, or of the folder that it is in."""
    return path.partition("/")[0].removesuffix(".py")


class _Words(dict[str, str]):
    """What each name is reduced to."""

    def __missing__(self, word: str) -> str:
        kind = self[word] = self._kind(word)
        return kind

    @staticmethod
    def _kind(word: str) -> str:
        if word in KEPT:
            return word
        if word[0] in "0123456789":
            return "0"
        if not word.isascii() and not (word.isidentifier() and unicodedata.is_normalized("NFKC", word)):
            raise ShapeFault(f"{word!r} is no name that we give")
        return DUNDER if word.startswith("__") else OTHER


class _Module:
    """One module without its literals."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.names = _Words()

    def define(self, text: str) -> list[str]:
        """Take note of what the text defines, and give it."""
        defined = [name for pair in _DEFINED.findall(f"\n{text}") for name in pair if name]
        self.names.update((name, OURS) for name in defined if name not in KEPT)
        return defined

    def imported(self, found: re.Match[str]) -> str:
        """Take note of what is imported; ``pass`` in its place."""
        indent, module, many, few, whole = found.groups()
        names = [name.strip() for name in (many or few or whole or "").split(",")]
        for name in filter(None, names):
            if not name.isidentifier() or not may_import(module or name, name if module else ""):
                raise ShapeFault(f"{self.path}: {found[0].strip()[:200]!r} imports what our code never does")
            if name not in KEPT:
                self.names[name] = OURS
        return f"\n{indent}pass"

    def statements(self, text: str) -> dict[Where, set[str]]:
        """The statements by what they stand in, compound ones without their bodies, reduced to their forms."""
        lines = text.split("\n")
        forms = self._forms(set(lines))
        found: dict[Where, set[str]] = {"module": set(), "class": set(), "function": set()}
        where: Where = "module"
        level, parts = 0, list[str]()
        for line in lines:
            form, opened = forms[line]
            if not form:
                continue
            if level == 0 and line[0] != " ":
                where = "module"
            if opened or level:
                if opened or form != parts[-1]:  # a list of many alike is of one form
                    parts.append(form)
                level += opened
                if level:
                    continue
                form = "\n".join(parts)
                parts.clear()
            found[where].add(form)
            if where == "module":
                where = "class" if form.startswith("class ") else "function" if form.startswith("def ") else "module"
        if level:
            raise ShapeFault(f"{self.path}: a bracket is not closed")
        return found

    def _forms(self, lines: set[str]) -> dict[str, tuple[str, int]]:
        """Line -> its form, and how many brackets it leaves open."""
        bare = (_PREFIXED.sub(_BLANK, line) if 'b""' in line or 'r""' in line else line for line in lines)  # few lines have one
        parts = _WORD.split("\n".join(bare))
        parts[1::2] = map(self.names.__getitem__, parts[1::2])
        forms = [form.strip(" ") for form in "".join(parts).split("\n")]
        opened = {form: sum(map(form.count, "([{")) - sum(map(form.count, ")]}")) for form in set(forms)}
        if odd := _ODD.search("\n".join(opened)):
            raise ShapeFault(f"{self.path}: {odd[0]!r} stands nowhere in our code but in literals")
        return {line: (form, opened[form]) for line, form in zip(lines, forms, strict=True)}
