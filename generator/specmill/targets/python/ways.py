"""How one value becomes another, between what msgspec reads and the models: as a function's name, or written out where it happens."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

from msgspec import Struct

from specmill.targets.python.tree import Applied, Atom, Group, Node, Prefixed, call, comprehension, conditional


class Function(Struct, frozen=True):
    """By a function."""

    name: str


class Chosen(Struct, frozen=True):
    """By the function that a table has for the class of the value."""

    table: str
    otherwise: str | None = None  # for classes that the table does not have; None: it has all


class Each(Struct, frozen=True):
    """Each item of a list."""

    item: Way


class EachValue(Struct, frozen=True):
    """Each value of a dict."""

    value: Way


class OrNone(Struct, frozen=True):
    """None stays None."""

    way: Way


Way: TypeAlias = Function | Chosen | Each | EachValue | OrNone

ANY: Final = Function("_codecs.dump_value")
"""The way from a model, or anything made of models, to what msgspec writes."""


def applied(way: Way, source: str) -> Node:
    """The expression for what becomes of a source, which is an expression without side effects."""
    match way:
        case Function(name):
            return call(name, Atom(source))
        case Chosen(table, otherwise):
            kind = call("type", Atom(source))
            found = Group(f"{table}[", (kind,), "]") if otherwise is None else call(f"{table}.get", kind, Atom(otherwise))
            return Applied(found, Atom(source))
        case Each(item):
            return comprehension(applied(item, "item"), f"for item in {source}", "[]")
        case EachValue(value):
            return comprehension(Prefixed("key: ", applied(value, "value")), f"for key, value in {source}.items()", "{}")
        case OrNone(inner):
            return conditional(Atom("None"), f"{source} is None", applied(inner, source))
        case _:
            assert_never(way)
