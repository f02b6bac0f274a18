"""What is known of how one type is read and written."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from specmill.targets.python import ways
from specmill.targets.python.code import Code, Need, code
from specmill.targets.python.tree import Atom, Group, alternatives
from specmill.targets.python.ways import OrNone, Way

# What most forms take on the wire; there are thousands of forms, and these are made once.
RAW: Final = frozenset({"raw"})
ARRAY: Final = frozenset({"array"})
OBJECT: Final = frozenset({"object"})
STR: Final = frozenset({"str"})
INT: Final = frozenset({"int"})
_ANNOTATED: Final[Need] = ("typing", "Annotated")


class Form(Struct, frozen=True):
    """How a type is read and written."""

    wire: Code
    load: Way | None = None  # from what msgspec read to the Python value; None: they are the same
    dump: Way | None = None  # the way back
    plain: bool = True  # what msgspec reads is what the JSON says: no date, no enum, no Struct
    slots: frozenset[str] = frozenset()  # which places of a msgspec union it takes; "raw": none, it must stand alone


class Named(Struct, frozen=True):
    """A one-line function of the serializers, or a constant of theirs."""

    name: str
    value: Code
    parameter: str = "wire"


def odd(key: str) -> bool:
    """Whether msgspec refuses the key as the name of a field."""
    return not key.isidentifier() and re.search(_ODD, key) is not None


_ODD: Final = r'["\\\x00-\x1f\ud800-\udfff]'


def annotated(wire: Code, *metadata: Code) -> Code:
    """``Annotated[wire, *metadata]``, one level deep; the alternatives of a union keep their own."""
    if not metadata:
        return wire
    node = wire.node
    extra = [one.node for one in metadata]
    if isinstance(node, Group) and node.before == "Annotated[":
        return code(Group(node.before, (*node.items, *extra), node.close), wire, *metadata)
    return code(Group("Annotated[", (node, *extra), "]"), wire, *metadata, needs=[_ANNOTATED])


def or_null(form: Form) -> Form:
    """The form, or null."""
    if "null" in form.slots or ("raw" in form.slots and form.load is None):
        return form
    if "raw" in form.slots:
        wire = annotated(form.wire, code("_wire.OR_NULL"))
    else:
        wire = code(alternatives([form.wire.node, Atom("None")]), form.wire)
    dump = ways.ANY if form.dump == ways.ANY else _or_none(form.dump)
    return replace(form, wire=wire, load=_or_none(form.load), dump=dump, slots=form.slots | {"null"})


def _or_none(way: Way | None) -> Way | None:
    return way if way is None or isinstance(way, OrNone) else OrNone(way)


def bare(function: str) -> str:
    """The part of a function's name that says what it loads or dumps."""
    name = function.removesuffix("_RULE.require").removeprefix("_")
    return name.removeprefix("load_").removeprefix("dump_").removeprefix("wire.").strip("_").lower()
