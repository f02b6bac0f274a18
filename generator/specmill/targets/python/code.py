"""Text of a spec made safe as Python source, and source that carries its imports with it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

from msgspec import Struct

from specmill.ir import Json
from specmill.targets.python.layout import fits
from specmill.targets.python.tree import Atom, Group, Node, Prefixed

Need: TypeAlias = tuple[str, str]
"""A module and the name that is imported from it; of ``OWN``, what the module itself is to define."""
OWN: Final = ""


class Code(Struct, frozen=True):
    """A piece of source and the imports that it needs."""

    node: Node
    needs: frozenset[Need] = frozenset()

    def __str__(self) -> str:
        return self.node.text


def code(node: Node | str, *parts: Code, needs: Iterable[Need] = ()) -> Code:
    """A piece of source that is made of others: it needs what they need."""
    made = Atom(node) if isinstance(node, str) else node
    found = frozenset(needs) if needs else _NOTHING
    for part in parts:  # most need nothing, or the same
        if part.needs and part.needs is not found:
            found = found | part.needs if found else part.needs
    return Code(made, found)


_NOTHING: Final[frozenset[Need]] = frozenset()


# ---- literals -------------------------------------------------------------------------------------------------------------------

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(text: str) -> str:
    """A string literal with the quotes that black would choose; whatever does not print is escaped."""
    plain = text.isprintable() and "\\" not in text
    body = text if plain else "".join(_ESCAPES.get(c) or (c if c.isprintable() else escaped(c)) for c in text)
    quote = "'" if '"' in body and body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, "\\" + quote) + quote


def escaped(character: str) -> str:
    """A character as an escape sequence: control and bidi characters, separators, lone surrogates."""
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def json_node(value: Json) -> Node:
    """A JSON value as a Python expression."""
    match value:
        case str():
            return Atom(literal(value))
        case list() | tuple():
            return Group("[", tuple(map(json_node, value)), "]")
        case dict():
            return Group("{", tuple(Prefixed(f"{literal(key)}: ", json_node(one)) for key, one in value.items()), "}")
        case float() if not math.isfinite(value):
            return Group("float(", (Atom(literal(str(value))),), ")")
        case _:
            return Atom(number(value))


def depth(value: Json) -> int:
    """How deep lists and dicts stand in each other; no recursion, since the value may be very deep."""
    found, level = 0, [value]
    while level:
        found += 1
        level = [one for part in level for one in _parts(part)]
    return found


def _parts(value: Json) -> Iterable[Json]:
    match value:
        case dict():
            return value.values()
        case list() | tuple():
            return value
        case _:
            return ()


def number(value: float | None) -> str:
    """A number (or true, false, null) as black would write it; huge integers in hexadecimal, which Python reads at any length."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > _LONGEST_DECIMAL:
        digits = f"{abs(value):x}".upper()
        return f"{'-' if value < 0 else ''}0x{digits}"
    return repr(value).replace("e+", "e")


_LONGEST_DECIMAL: Final = 14000  # bits; Python refuses to read decimal literals of more than 4300 digits


# ---- docstrings -----------------------------------------------------------------------------------------------------------------

_PROMPT: Final = r"(?m)^([ ]*)>>>"
_NEWLINES: Final = re.compile(r"\r\n?|\n")


def docstring(text: str, level: int) -> tuple[str, ...]:
    """The lines of a docstring, with their indentation, as black would leave them; empty where the text says nothing."""
    lines = _prose(text)
    if not lines:
        return ()
    indent = "    " * level
    if len(lines) == 1:
        first = _padded(lines[0])
        return (f'{indent}"""{first}{" " if first.endswith(chr(34)) else ""}"""',)
    return (f'{indent}"""{_padded(lines[0])}', *(f"{indent}{line}" if line else "" for line in lines[1:]), f'{indent}"""')


def _padded(line: str) -> str:
    return f" {line}" if line.startswith('"') else line


def _prose(text: str) -> list[str]:
    """The text in lines without indentation in common, as docstring source."""
    plain = _NEWLINES.sub("\n", text) if "\r" in text else text
    plain = plain.expandtabs(4) if "\t" in plain else plain
    plain = re.sub(_PROMPT, r"\1> > >", plain) if ">>>" in plain else plain  # a prompt in a description is not a test to run
    lines = [_prose_line(line) for line in plain.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if len(lines) < 2:  # noqa: PLR2004
        return [line.lstrip(" ") for line in lines]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines[1:] if line), default=0)
    return [lines[0].lstrip(" "), *(line[margin:] for line in lines[1:])]


def _prose_line(line: str) -> str:
    body = line.rstrip()
    if not body.isprintable() or "\\" in body:
        body = "".join("\\\\" if c == "\\" else c if c.isprintable() else escaped(c) for c in body)
    return body.replace('"""', '\\"\\"\\"')


def one_line(text: str) -> str:
    """Text for the middle of a one-line docstring: printable, without line breaks, quotes kept apart."""
    body = " ".join(text.split())
    return _prose_line(body).replace('"', "'").rstrip("\\") or "untitled"


# ---- imports --------------------------------------------------------------------------------------------------------------------


def imports(needs: Iterable[Need], level: int = 0) -> Iterator[str]:
    """An import block, sorted and wrapped as ruff and black would; a need with an empty name is the module itself."""
    modules: dict[str, set[str]] = {}
    for module, name in needs:
        modules.setdefault(module, set()).add(name)
    sections = groupby(sorted(modules, key=_module_order), key=lambda module: _module_order(module)[0])
    for i, (_, section) in enumerate(sections):
        if i:
            yield ""
        yield from _section([*section], modules, "    " * level)


_THIRD_PARTY: Final = frozenset({"msgspec"})


@lru_cache(maxsize=4096)
def _module_order(module: str) -> tuple[int, int, str]:
    """The section in which a module is imported, and its place there: what is further up in the package comes first."""
    if module.startswith("."):
        return 3, len(module.lstrip(".")) - len(module), _natural(module)
    return 0 if module == "__future__" else 2 if module in _THIRD_PARTY else 1, 0, module


def _section(section: list[str], modules: dict[str, set[str]], indent: str) -> Iterator[str]:
    yield from (f"{indent}import {module}" for module in section if "" in modules[module])
    for module in section:
        if names := modules[module] - {""}:
            yield from import_from(module, names, indent)


@lru_cache(maxsize=65536)
def import_order(name: str) -> tuple[object, ...]:
    """The order of imported names as isort has it: constants before classes before the rest, letters without their case."""
    return _kind(name), _natural(name.lower()), _natural(name)


def export_order(name: str) -> tuple[object, ...]:
    """The order of the names in ``__all__`` as ruff has it."""
    return _kind(name), _natural(name)


def _kind(name: str) -> int:
    is_long = len(name) > 1 or not name.isascii()  # ruff counts bytes
    return 0 if name.isupper() and is_long else 1 if name[:1].isupper() else 2


def _natural(name: str) -> str:
    """A text that sorts as the name does when its runs of digits are taken for numbers, which stand before all letters."""
    return name if name.isalpha() else _DIGITS.sub(_number_key, name)


_DIGITS: Final = re.compile(r"[0-9]+")


def _number_key(found: re.Match[str]) -> str:
    digits = found[0]
    if digits[0] == "0":  # compared from the left, and so before all numbers
        return f"\0\0{digits}\0"
    return f"\0{chr(len(digits))}{digits}"


def import_from(module: str, names: Collection[str], indent: str = "") -> list[str]:
    """The import of some names from one module, sorted and wrapped."""
    ordered = sorted(names, key=import_order) if len(names) > 1 else names
    line = f"{indent}from {module} import {', '.join(ordered)}"
    if fits(line):
        return [line]
    return [f"{indent}from {module} import (", *[f"{indent}    {name}," for name in ordered], f"{indent})"]


_WORDS: Final = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w.])[^\W\d]\w*"""
_MANY: Final = 2_000  # lines
_BLANKS: Final = {code: " " for code in range(128) if chr(code) not in "_." and not chr(code).isalnum()}


def words_in(lines: Iterable[str]) -> set[str]:
    """The names that source without comments and docstrings mentions, other than as attributes."""
    distinct = set(lines)
    quoted = [line for line in distinct if '"' in line or "'" in line]  # few; all others are split in a way that is several times as fast
    others, plain = [*distinct.difference(quoted)], set[str]()
    for start in range(0, len(others), _MANY):  # all of their words at once would take more memory than the lines
        plain.update("\n".join(others[start : start + _MANY]).translate(_BLANKS).split())
    return {word.partition(".")[0] for word in plain}.union(re.findall(_WORDS, "\n".join(quoted)))
