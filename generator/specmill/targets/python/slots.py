"""One field on its way between the wire and the model: its place in the Struct, and the lines that load and dump it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from specmill.targets.python import ways
from specmill.targets.python.code import Code, Need, literal
from specmill.targets.python.form import Form
from specmill.targets.python.forms import Forms
from specmill.targets.python.layout import field, statement
from specmill.targets.python.tree import Atom, Node, Prefixed, call, conditional
from specmill.targets.python.ways import OrNone, Way, applied

_NEVER_SET = "_wire.NOT_SET"


class Slot(Struct, frozen=True, dict=True, eq=False):
    """What is written of a field, each part when it is first asked for: many fields of a package are alike, and share one of these."""

    forms: Forms
    name: str
    key: str  # the name on the wire; where msgspec refuses it, the attribute's with a blank, which no other field has
    form: Form
    required: bool
    nullable: bool  # null is a value of it
    default: Code | None = None
    tag: Code | None = None  # the value of the field whose place in the Struct the tag takes
    frozen: bool = False

    @property
    def has_default(self) -> bool:
        """Whether the field may be absent and has a value then."""
        return self.default is not None and self.tag is None

    @property
    def absent(self) -> str | None:
        """The default of the wire field."""
        if self.required:
            return None
        return _NEVER_SET if self.nullable or self.default is not None or "raw" in self.form.slots else "_wire.ABSENT"

    @cached_property
    def declared(self) -> list[str]:
        """The lines of the wire field."""
        return field(self.name, self.form.wire.node, None if self.absent is None else Atom(self.absent))

    @cached_property
    def loaded(self) -> list[str]:
        """The lines that set the attribute of the model, from ``wire``."""
        return stored(self.name, self._loaded(), frozen=self.frozen)

    @cached_property
    def dumped(self) -> Node:
        """The value of the wire field, from ``model``."""
        return self._dumped()

    @property
    def keyword(self) -> Node:
        """The value of the wire field, by its name."""
        return Prefixed(f"{self.name}=", self.dumped)

    @cached_property
    def needs(self) -> frozenset[Need]:
        """The imports of what is written of it."""
        own = self.form.wire.needs if self.tag is None else self.tag.needs
        return own if self.default is None else own | self.default.needs

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
    return required != sorted(required, reverse=True)
