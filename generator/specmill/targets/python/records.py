"""The serializers of one record: its wire Struct, and the straight-line functions between that and the dataclass."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import chain

from msgspec import Struct

from specmill import ir
from specmill.pointers import escaped
from specmill.targets.python.code import Code, Need, code, json_node, literal
from specmill.targets.python.form import odd
from specmill.targets.python.forms import Forms
from specmill.targets.python.layout import header, statement
from specmill.targets.python.naming import Names
from specmill.targets.python.slots import Slot, need_keywords, stored
from specmill.targets.python.tree import Atom, Group, Node, Prefixed, call
from specmill.targets.python.types import accepts_null, alike, keeps_keys
from specmill.targets.python.values import Values
from specmill.targets.python.view import Block


class RecordWriter(Struct, frozen=True):
    """Writes the serializers of the records of one package."""

    forms: Forms
    names: Names
    values: Values
    frozen: bool = False
    needs: set[Need] = set()  # the imports of all that was written
    placed: dict[tuple[int, str], Slot] = {}  # those of fields that stand in several records, by what they are called there
    known: dict[Hashable, Slot] = {}  # those of fields that are alike
    fresh: list[Slot] = []  # those that the record being written has and no other had

    def blocks(self, record: ir.Record) -> tuple[Block, Block, Block]:
        """The Struct, the load function and the dump function."""
        called = self.names.within[record.id]
        tag = self.forms.tags.get(record.id)
        placed = self.placed if tag is None else {}
        slots = [
            placed.get((id(one), called[one.wire_name])) or self._slot(record, one, called[one.wire_name], tag) for one in record.fields
        ]
        for slot in self.fresh:
            self.needs.update(slot.needs)
            slot.write_load()
        for slot in self.fresh:
            slot.write_dump()
        self.fresh.clear()
        cls = self.names.classes[record.id]
        self.needs.add((".models", cls))
        shown = slots if tag is None else [slot for slot in slots if slot.tag is None]
        by_name = need_keywords(shown)
        struct = self._struct(record, shown, by_name=by_name)
        return struct, self._load(record, cls, slots), self._dump(record, shown, by_name=by_name)

    def let_go(self) -> None:
        """Let go of what is known of fields, once all records are written: in a large module it takes as much memory as the source itself."""
        self.placed.clear()
        self.known.clear()

    def _slot(self, record: ir.Record, one: ir.Field, name: str, tag: tuple[str, str] | None) -> Slot:
        """What is written for a field; fields that are alike share it."""
        if tag is not None and tag[0] == one.wire_name:
            return self._made(record, one, name, tag[1])
        found = self.placed.get((id(one), name))
        if found is not None:
            return found
        if not (one.required or one.default is ir.MISSING):
            return self._made(record, one, name, None)
        key = (name, one.wire_name, alike(one.type), one.required)
        found = self.known.get(key)
        if found is None:
            said = len(self.forms.report.asked)
            found = self._made(record, one, name, None)
            if len(self.forms.report.asked) != said:  # findings name the field
                return found
            self.known[key] = found
        self.placed[id(one), name] = found
        return found

    def _made(self, record: ir.Record, one: ir.Field, name: str, tag: str | None) -> Slot:
        self.forms.at = f"{record.id}/properties/{escaped(one.wire_name)}"
        default = None if one.required or one.default is ir.MISSING else self.values.of(one.type, one.default)
        form = self.forms.of(one.type)
        value = None if tag is None else self.values.of(one.type, tag)
        nullable = not one.required and accepts_null(self.forms.package, one.type)
        key = f"{name} " if odd(one.wire_name) else one.wire_name
        made = Slot(self.forms, name, key, form, one.required, nullable, default, value, self.frozen)
        self.fresh.append(made)
        return made

    # ---- the Struct -------------------------------------------------------------------------------------------------------------

    def _struct(self, record: ir.Record, shown: list[Slot], *, by_name: bool) -> Block:
        arguments: list[Node] = [Atom("_wire.Wire")]
        tag = self.forms.tags.get(record.id)
        if tag is not None:
            arguments += [Prefixed("tag_field=", Atom(literal(tag[0]))), Prefixed("tag=", Atom(literal(tag[1])))]
        if isinstance(record.additional, ir.Nothing):
            arguments.append(Prefixed("forbid_unknown_fields=", Atom("True")))
        if by_name:
            arguments.append(Prefixed("kw_only=", Atom("True")))
        renamed = [Prefixed(f"{literal(slot.name)}: ", Atom(literal(slot.key))) for slot in shown if slot.name != slot.key]
        if renamed:
            arguments.append(Prefixed("rename=", Group("{", tuple(renamed), "}")))
        head = header(f"class {self.forms.structs[record.id]}", tuple(arguments), ":")
        return Block((*head, *(chain.from_iterable([slot.declared for slot in shown]) if shown else ["    pass"])))

    # ---- load -------------------------------------------------------------------------------------------------------------------

    def _load(self, record: ir.Record, cls: str, slots: list[Slot]) -> Block:
        stem = self.forms.stems[record.id]
        is_open = self.forms.is_open(record)
        parameter = (
            Atom("raw: dict[str, Any]")
            if is_open
            else Atom("wire: Any" if record.id in self.forms.tags else f"wire: {self.forms.structs[record.id]}")
        )
        lines = header(f"def load_{stem}", (parameter,), f" -> {cls}:")
        if is_open:
            used, rest = any(slot.tag is None for slot in slots), self._keeps(record)
            target = f"{'wire' if used else '_'}, {'rest' if rest else '_'}"
            lines += statement(f"{target} = ", call("_wire.split", Atom(f"{stem.upper()}_NODE"), Atom("raw")), level=1)
        lines += statement("model = ", call("_new", Atom(cls)), level=1)
        lines += chain.from_iterable([slot.loaded for slot in slots])
        optional = tuple([Atom(literal(slot.name)) for slot in slots if slot.has_default])
        if optional:
            names = Group("[", optional, "]")
            lines += statement("", call("_wire.leave_out", Atom("model"), Atom("wire"), names), level=1)
        if is_open and self._keeps(record):
            lines += stored("additional_properties", Atom("rest"), frozen=self.frozen)
        return Block((*lines, "    return model"))

    def _keeps(self, record: ir.Record) -> bool:
        return keeps_keys(record, unknown=self.forms.keeps_unknown)

    # ---- dump -------------------------------------------------------------------------------------------------------------------

    def _dump(self, record: ir.Record, shown: list[Slot], *, by_name: bool) -> Block:
        struct = self.forms.structs[record.id]
        made = call(struct, *[Prefixed(f"{slot.name}=", slot.dumped) if by_name else slot.dumped for slot in shown])
        stem = self.forms.stems[record.id]
        result = struct
        if self.forms.is_open(record):
            rest = Atom("model.additional_properties" if self._keeps(record) else "{}")
            made = call(f"{stem.upper()}_NODE.join", made, rest)
            result = "dict[str, Any]"
        head = header(f"def dump_{stem}", (Atom("model: Any"),), f" -> {result}:")
        return Block((*head, *statement("return ", made, level=1)))

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
