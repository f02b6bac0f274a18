"""The serializers of one record: its wire Struct, and the straight-line functions between that and the dataclass."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from specmill import ir
from specmill.targets.python import ways
from specmill.targets.python.code import Code, Need, code, json_node, literal
from specmill.targets.python.form import Form, odd
from specmill.targets.python.forms import Forms
from specmill.targets.python.layout import field, header, statement
from specmill.targets.python.naming import Names, escaped
from specmill.targets.python.tree import Atom, Group, Node, Prefixed, call, conditional
from specmill.targets.python.types import accepts_null
from specmill.targets.python.values import Values
from specmill.targets.python.view import Block
from specmill.targets.python.ways import OrNone, Way, applied

_NEVER_SET = "_wire.NOT_SET"


class _Slot(Struct, frozen=True):
    """One field on its way between the wire and the model."""

    name: str
    wire_name: str
    form: Form
    required: bool
    nullable: bool  # null is a value of it
    default: Code | None
    tag: Code | None  # the value of the field whose place in the Struct the tag takes

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


class RecordWriter(Struct, frozen=True):
    """Writes the serializers of the records of one package."""

    forms: Forms
    names: Names
    values: Values
    frozen: bool = False

    def blocks(self, record: ir.Record) -> tuple[Block, Block, Block, frozenset[Need]]:
        """The Struct, the load function and the dump function; and the imports that they need."""
        slots = list(self._slots(record))
        cls = self.names.classes[record.id]
        needs: frozenset[Need] = frozenset({(".models", cls)})
        parts = [slot.form.wire for slot in slots if slot.tag is None] + [slot.default for slot in slots if slot.default is not None]
        parts += [slot.tag for slot in slots if slot.tag is not None]
        needs = needs.union(*(part.needs for part in parts))
        return self._struct(record, slots), self._load(record, cls, slots), self._dump(record, slots), needs

    def _slots(self, record: ir.Record) -> Iterator[_Slot]:
        tag = self.forms.tags.get(record.id)
        for one in record.fields:
            self.forms.at = f"{record.id}/properties/{escaped(one.wire_name)}"
            default = None if one.required or one.default is ir.MISSING else self.values.of(one.type, one.default)
            is_tag = tag is not None and tag[0] == one.wire_name
            yield _Slot(
                self.names.attribute(record, one),
                one.wire_name,
                self.forms.of(one.type),
                one.required,
                accepts_null(self.forms.package, one.type),
                default,
                self.values.of(one.type, tag[1]) if is_tag and tag is not None else None,
            )

    # ---- the Struct -------------------------------------------------------------------------------------------------------------

    def _struct(self, record: ir.Record, slots: list[_Slot]) -> Block:
        arguments: list[Node] = [Atom("_wire.Wire")]
        shown = [slot for slot in slots if slot.tag is None]
        tag = self.forms.tags.get(record.id)
        if tag is not None:
            arguments += [Prefixed("tag_field=", Atom(literal(tag[0]))), Prefixed("tag=", Atom(literal(tag[1])))]
        if isinstance(record.additional, ir.Nothing):
            arguments.append(Prefixed("forbid_unknown_fields=", Atom("True")))
        if _needs_keywords(shown):
            arguments.append(Prefixed("kw_only=", Atom("True")))
        renamed = [Prefixed(f"{literal(slot.name)}: ", Atom(literal(_key(slot)))) for slot in shown if slot.name != _key(slot)]
        if renamed:
            arguments.append(Prefixed("rename=", Group("{", tuple(renamed), "}")))
        lines = [
            line for slot in shown for line in field(slot.name, slot.form.wire.node, None if slot.absent is None else Atom(slot.absent))
        ]
        return Block(tuple(header(f"class {self.forms.structs[record.id]}", tuple(arguments), ":")), tuple(lines) or ("    pass",))

    # ---- load -------------------------------------------------------------------------------------------------------------------

    def _load(self, record: ir.Record, cls: str, slots: list[_Slot]) -> Block:
        stem = self.forms.stems[record.id]
        is_open = self.forms.is_open(record)
        parameter = (
            Atom("raw: dict[str, Any]")
            if is_open
            else Atom("wire: Any" if record.id in self.forms.tags else f"wire: {self.forms.structs[record.id]}")
        )
        head = header(f"def load_{stem}", (parameter,), f" -> {cls}:")
        lines: list[str] = []
        used = any(slot.tag is None for slot in slots)
        if is_open:
            rest = self._keeps(record)
            target = f"{'wire' if used else '_'}, {'rest' if rest else '_'}"
            lines += statement(f"{target} = ", call("_wire.split", Atom(f"{stem.upper()}_NODE"), Atom("raw")), level=1)
        lines += statement("model = ", call("_new", Atom(cls)), level=1)
        for slot in slots:
            lines += self._store(slot.name, self._loaded(slot))
        optional = tuple(Atom(literal(slot.name)) for slot in slots if slot.has_default)
        if optional:
            names = Group("[", optional, "]")
            lines += statement("", call("_wire.leave_out", Atom("model"), Atom("wire"), names), level=1)
        if is_open and self._keeps(record):
            lines += self._store("additional_properties", Atom("rest"))
        return Block(tuple(head), (*lines, "    return model"))

    def _keeps(self, record: ir.Record) -> bool:
        if record.additional is None:
            return self.forms.keeps_unknown
        return not isinstance(record.additional, ir.Nothing)

    def _store(self, name: str, value: Node) -> list[str]:
        if self.frozen:
            return statement("", call("_set", Atom("model"), Atom(literal(name)), value), level=1)
        return statement(f"model.{name} = ", value, level=1)

    # ---- dump -------------------------------------------------------------------------------------------------------------------

    def _dump(self, record: ir.Record, slots: list[_Slot]) -> Block:
        shown = [slot for slot in slots if slot.tag is None]
        keywords = _needs_keywords(shown)
        arguments = [Prefixed(f"{slot.name}=", self._dumped(slot)) if keywords else self._dumped(slot) for slot in shown]
        struct = self.forms.structs[record.id]
        made = call(struct, *arguments)
        stem = self.forms.stems[record.id]
        result = struct
        if self.forms.is_open(record):
            rest = Atom("model.additional_properties" if self._keeps(record) else "{}")
            made = call(f"{stem.upper()}_NODE.join", made, rest)
            result = "dict[str, Any]"
        head = header(f"def dump_{stem}", (Atom("model: Any"),), f" -> {result}:")
        return Block(tuple(head), tuple(statement("return ", made, level=1)))

    def _loaded(self, slot: _Slot) -> Node:
        """The value of a model's attribute, from ``wire``."""
        if slot.tag is not None:
            return slot.tag.node
        source = f"wire.{slot.name}"
        load = slot.form.load
        own: Node = Atom(source) if load is None else applied(load, source)
        if load is not None and slot.nullable and not slot.required:
            if isinstance(load, OrNone):
                own = self._maybe(Atom(source), load, "load")
            elif slot.default is None:  # what it makes of null is its own affair
                own = call("_wire.unless_unset", Atom(source), Atom(self.forms.name(load, "load")))
        if slot.default is not None:
            return conditional(slot.default.node, f"{source} is {_NEVER_SET}", own)
        if slot.required or slot.nullable:
            return own
        if load is not None:
            return conditional(Atom("None"), f"{source} is {slot.absent}", own)
        return call("_wire.none_if_unset", Atom(source)) if slot.absent == _NEVER_SET else own

    def _dumped(self, slot: _Slot) -> Node:
        """The value of a wire field, from ``model``."""
        dump = slot.form.dump
        source = f"model.{slot.name}"
        if slot.default is not None:
            own = call("_wire.given", Atom("model"), Atom(literal(slot.name)), slot.default.node)
            return own if dump is None else self._maybe(own, dump, "dump")
        if slot.absent == _NEVER_SET and not slot.nullable:
            names = [] if dump is None else [Atom(self.forms.name(dump, "dump"))]
            return call("_wire.unset_if_none", Atom(source), *names)
        if dump is None:
            return Atom(source)
        if slot.nullable and not slot.required:
            return self._maybe(Atom(source), dump, "dump")
        if slot.required or dump == ways.ANY:
            return applied(dump, source)
        inner = dump.way if isinstance(dump, OrNone) else dump  # None is dealt with here
        return conditional(Atom("_wire.ABSENT"), f"{source} is None", applied(inner, source))

    def _maybe(self, value: Node, way: Way, verb: str) -> Node:
        """What becomes of a value that may be None, or absent."""
        if way == ways.ANY:
            return call(ways.ANY.name, value)
        inner = way.way if isinstance(way, OrNone) else way
        return call("_wire.maybe", value, Atom(self.forms.name(inner, verb)))

    # ---- nodes ------------------------------------------------------------------------------------------------------------------

    def open_node(self, record: ir.Record) -> Code:
        """The node of a record that keeps its other keys."""
        struct = Atom(self.forms.structs[record.id])
        renamed = [one for one in record.fields if odd(one.wire_name)]
        arguments: list[Node] = [struct]
        parts: list[Code] = []
        if self._keeps(record):
            extra = self.forms.codec(self.forms.of(ir.MapOf(record.additional or ir.Anything())))
            arguments.append(extra.node)
            parts.append(extra)
        if renamed:
            pairs = {self.names.attribute(record, one): one.wire_name for one in renamed}
            arguments.append(Prefixed("renamed=", json_node({f"{name} ": key for name, key in pairs.items()})))
        return code(call("_wire.Open", *arguments), *parts)


def _key(slot: _Slot) -> str:
    """The name on the wire; where msgspec refuses it, the attribute's with a blank, which no other field has."""
    return f"{slot.name} " if odd(slot.wire_name) else slot.wire_name


def _needs_keywords(slots: list[_Slot]) -> bool:
    """Whether a required field stands behind an optional one."""
    required = [slot.required for slot in slots]
    return required != sorted(required, reverse=True)
