"""One field on its way between the wire and the model: its place in the Struct, and the lines that load and dump it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from specmill.targets.python import ways
from specmill.targets.python.code import Code, Need, literal
from specmill.targets.python.form import Form
from specmill.targets.python.forms import Forms
from specmill.targets.python.layout import field, statement
from specmill.targets.python.tree import Atom, Node, call, conditional
from specmill.targets.python.ways import OrNone, Way, applied

_NEVER_SET = "_wire.NOT_SET"
_NOTHING = Atom("")


class Slot(Struct, eq=False):
    """What is written of a field; many fields of a package are alike, and share one of these.

    How it is loaded and dumped is written for the first record that has it: the functions that this takes stand in the order in which they are
    needed.
    """

    forms: Forms
    name: str
    key: str  # the name on the wire; where msgspec refuses it, the attribute's with a blank, which no other field has
    form: Form
    required: bool
    nullable: bool  # it may be absent, and null is a value of it
    default: Code | None = None
    tag: Code | None = None  # the value of the field whose place in the Struct the tag takes
    frozen: bool = False

    absent: str | None = None  # the default of the wire field
    declared: list[str] = []  # the lines of the wire field
    needs: frozenset[Need] = frozenset()
    has_default: bool = False  # whether the field may be absent and has a value then
    loaded: list[str] = []  # the lines that set the attribute of the model, from ``wire``
    dumped: Node = _NOTHING  # the value of the wire field, from ``model``

    def __post_init__(self) -> None:
        if not self.required:
            is_raw = self.nullable or self.default is not None or "raw" in self.form.slots
            self.absent = _NEVER_SET if is_raw else "_wire.ABSENT"
        self.declared = field(self.name, self.form.wire.node, None if self.absent is None else Atom(self.absent))
        self.needs = self.form.wire.needs if self.tag is None else self.tag.needs
        if self.default is not None:
            self.needs |= self.default.needs
            self.has_default = self.tag is None

    def write_load(self) -> None:
        """Write how it is loaded."""
        self.loaded = stored(self.name, self._loaded(), frozen=self.frozen)

    def write_dump(self) -> None:
        """Write how it is dumped; a tag is not."""
        if self.tag is None:
            self.dumped = self._dumped()

    def _loaded(self) -> Node:
        if self.tag is not None:
            return self.tag.node
        source = f"wire.{self.name}"
        load = self.form.load
        own: Node = Atom(source) if load is None else applied(load, source)
        if load is not None and self.nullable and not self.required:
            if isinstance(load, OrNone):
                own = self._maybe(Atom(source), load, "load")
            elif self.default is None:  # what it makes of null is its own affair
                own = call("_wire.unless_unset", Atom(source), Atom(self.forms.name(load, "load")))
        if self.default is not None:
            return conditional(self.default.node, f"{source} is {_NEVER_SET}", own)
        if self.required or self.nullable:
            return own
        if load is not None:
            return conditional(Atom("None"), f"{source} is {self.absent}", own)
        return call("_wire.none_if_unset", Atom(source)) if self.absent == _NEVER_SET else own

    def _dumped(self) -> Node:
        dump = self.form.dump
        source = f"model.{self.name}"
        if self.default is not None:
            own = call("_wire.given", Atom("model"), Atom(literal(self.name)), self.default.node)
            return own if dump is None else self._maybe(own, dump, "dump")
        if self.absent == _NEVER_SET and not self.nullable:
            names = [] if dump is None else [Atom(self.forms.name(dump, "dump"))]
            return call("_wire.unset_if_none", Atom(source), *names)
        if dump is None:
            return Atom(source)
        if self.nullable and not self.required:
            return self._maybe(Atom(source), dump, "dump")
        if self.required or dump == ways.ANY:
            return applied(dump, source)
        inner = dump.way if isinstance(dump, OrNone) else dump  # None is dealt with here
        return conditional(Atom("_wire.ABSENT"), f"{source} is None", applied(inner, source))

    def _maybe(self, value: Node, way: Way, verb: str) -> Node:
        """What becomes of a value that may be None, or absent."""
        if way == ways.ANY:
            return call(ways.ANY.name, value)
        inner = way.way if isinstance(way, OrNone) else way
        return call("_wire.maybe", value, Atom(self.forms.name(inner, verb)))


def stored(name: str, value: Node, *, frozen: bool) -> list[str]:
    """The lines that set an attribute of ``model``."""
    if frozen:
        return statement("", call("_set", Atom("model"), Atom(literal(name)), value), level=1)
    return statement(f"model.{name} = ", value, level=1)


def need_keywords(slots: Iterable[Slot]) -> bool:
    """Whether a required field stands behind an optional one."""
    required = [slot.required for slot in slots]
    return False in required[: required.count(True)]
