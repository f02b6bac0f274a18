"""Expressions as small trees, which know where they may be broken into lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct


class Atom(Struct, frozen=True):
    """Text that is never broken: a name, a number, a string."""

    text: str

    @property
    def is_dotted(self) -> bool:
        """Whether it is ``a.b``, which black puts in parentheses even where that does not make it short enough."""
        head, dot, tail = self.text.partition(".")
        return bool(dot) and head.isidentifier() and tail.isidentifier()

    def __str__(self) -> str:
        return self.text


class Group(Struct, frozen=True):
    """A bracketed list with what stands before it: ``f(a, b)``, ``list[T]``, ``{"k": v}``."""

    before: str  # up to and with the opening bracket
    items: tuple[Node, ...]
    close: str

    def __str__(self) -> str:
        return f"{self.before}{', '.join(map(str, self.items))}{self.close}"


class Infix(Struct, frozen=True):
    """Operands of one operator: ``A | B | C``, those of a conditional expression, or the two halves of a comprehension."""

    parts: tuple[Node, ...]  # each but the first with its operator before it

    @property
    def is_conditional(self) -> bool:
        """Whether it is ``a if b else c``."""
        return str(self.parts[1]).startswith("if ")

    @property
    def is_loop(self) -> bool:
        """Whether it is ``f(a) for a in b``."""
        return str(self.parts[1]).startswith("for ")

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))


class Prefixed(Struct, frozen=True):
    """Something with words before it: ``key=value``, ``"key": value``, ``| B``, ``lambda: value``."""

    before: str
    node: Node

    def __str__(self) -> str:
        return self.before + str(self.node)


class Applied(Struct, frozen=True):
    """A call of what a call or a subscription gives: ``table.get(key)(value)``."""

    function: Group
    argument: Atom

    def __str__(self) -> str:
        return f"{self.function}({self.argument})"


Node: TypeAlias = Atom | Group | Infix | Prefixed | Applied


def call(function: str, *arguments: Node) -> Group:
    """``function(arguments)``."""
    return Group(f"{function}(", arguments, ")")


def alternatives(parts: Iterable[Node]) -> Node:
    """``A | B``; a lone part is itself."""
    first, *rest = [inner for part in parts for inner in operands(part)]
    return Infix((first, *(Prefixed("| ", part) for part in rest))) if rest else first


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
