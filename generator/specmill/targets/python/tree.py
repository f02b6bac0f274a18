"""Expressions as small trees, which know where they may be broken into lines.

Each node is made with its whole text, since that is asked for more than once: to see whether it fits a line, then to write it there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from msgspec import Struct


class Atom(Struct, frozen=True, eq=False):
    """Text that is never broken: a name, a number, a string."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def is_dotted(self) -> bool:
        """Whether it is ``a.b``, which black puts in parentheses even where that does not make it short enough."""
        head, dot, tail = self.text.partition(".")
        return bool(dot) and head.isidentifier() and tail.isidentifier()


class Group:
    """A bracketed list with what stands before it: ``f(a, b)``, ``list[T]``, ``{"k": v}``."""

    __slots__ = ("before", "close", "items", "text")
    __match_args__ = ("before", "items", "close")

    def __init__(self, before: str, items: tuple[Node, ...], close: str) -> None:
        self.before: Final = before  # up to and with the opening bracket
        self.items: Final = items
        self.close: Final = close
        listed = items[0].text if len(items) == 1 else ", ".join([item.text for item in items])  # most are calls with one argument
        self.text: Final[str] = f"{before}{listed}{close}"

    def __str__(self) -> str:
        return self.text


class Infix:
    """Operands of one operator: ``A | B | C``, those of a conditional expression, or the two halves of a comprehension."""

    __slots__ = ("parts", "text")
    __match_args__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        self.parts: Final = parts  # each but the first with its operator before it
        self.text: Final[str] = " ".join([part.text for part in parts])

    def __str__(self) -> str:
        return self.text

    @property
    def is_conditional(self) -> bool:
        """Whether it is ``a if b else c``."""
        return self.parts[1].text.startswith("if ")

    @property
    def is_loop(self) -> bool:
        """Whether it is ``f(a) for a in b``."""
        return self.parts[1].text.startswith("for ")


class Prefixed:
    """Something with words before it: ``key=value``, ``"key": value``, ``| B``, ``lambda: value``."""

    __slots__ = ("before", "node", "text")
    __match_args__ = ("before", "node")

    def __init__(self, before: str, node: Node) -> None:
        self.before: Final = before
        self.node: Final = node
        self.text: Final[str] = before + node.text

    def __str__(self) -> str:
        return self.text


class Applied:
    """A call of what a call or a subscription gives: ``table.get(key)(value)``."""

    __slots__ = ("argument", "function", "text")
    __match_args__ = ("function", "argument")

    def __init__(self, function: Group, argument: Atom) -> None:
        self.function: Final = function
        self.argument: Final = argument
        self.text: Final[str] = f"{function.text}({argument.text})"

    def __str__(self) -> str:
        return self.text


Node: TypeAlias = Atom | Group | Infix | Prefixed | Applied


def call(function: str, *arguments: Node) -> Group:
    """``function(arguments)``."""
    return Group(f"{function}(", arguments, ")")


def alternatives(parts: Iterable[Node]) -> Node:
    """``A | B``; a lone part is itself."""
    first, *rest = [inner for part in parts for inner in operands(part)]
    return Infix((first, *[Prefixed("| ", part) for part in rest])) if rest else first


def operands(node: Node) -> tuple[Node, ...]:
    """What ``|`` joins; a node that is no alternative is its own only one."""
    if not isinstance(node, Infix):
        return (node,)
    return tuple(part.node if isinstance(part, Prefixed) else part for part in node.parts)


def conditional(then: Node, test: str, otherwise: Node) -> Infix:
    """``then if test else otherwise``; a test ``a is b`` may go on two lines."""
    value, _, other = test.partition(" is ")
    return Infix((then, Prefixed("if ", Infix((Atom(value), Atom(f"is {other}"))) if other else Atom(test)), Prefixed("else ", otherwise)))


def comprehension(item: Node, loop: str, brackets: str) -> Group:
    """``[f(a) for a in b]``."""
    return Group(brackets[0], (Infix((item, Atom(loop))),), brackets[1])
