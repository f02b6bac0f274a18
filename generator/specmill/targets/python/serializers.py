"""``serializers.py``: the wire Structs, and the functions between them and the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.names import assign, snake, words
from specmill.targets.python.code import OWN, Code, Need, literal, words_in
from specmill.targets.python.form import Named
from specmill.targets.python.forms import Forms
from specmill.targets.python.headings import heading, late_imports
from specmill.targets.python.layout import field, header, on_its_own, statement
from specmill.targets.python.modules import Module, Modules
from specmill.targets.python.naming import Names
from specmill.targets.python.records import RecordWriter
from specmill.targets.python.scalars import told_apart
from specmill.targets.python.tree import Atom, Prefixed
from specmill.targets.python.unions import other
from specmill.targets.python.view import Block, Serializers

_OPEN: Final = Atom("_wire.Open")  # said, since checkers cannot infer it in modules that need each other's
_ALWAYS: Final[tuple[Need, ...]] = (("__future__", "annotations"), (".", "_codecs"))
_NEARLY_ALWAYS: Final[tuple[Need, ...]] = ((".", "_wire"), ("typing", "Any"))  # where there is a record, for one


def stems(classes: Mapping[ir.ModelId, str]) -> dict[ir.ModelId, str]:
    """A part of private names for each model, made from its class."""
    return assign({model: (snake(words(name)), name) for model, name in classes.items()})


def structs(classes: Mapping[ir.ModelId, str]) -> dict[ir.ModelId, str]:
    """What each model is called on the wire, made from its class."""
    return assign({model: (f"{name}Wire", name) for model, name in classes.items()}, reserved=frozenset(classes.values()))


class SerializerWriter(Struct, frozen=True):
    """Writes the serializers of one module of models."""

    package: ir.Package
    modules: Modules
    module: Module
    names: Names
    forms: Forms
    records: RecordWriter

    def serializers(self) -> Serializers:
        """The view of the module."""
        forms = self.forms
        records = [model for model in self.module.models if isinstance(model, ir.Record)]
        structs: list[Block] = []
        functions: list[Block] = []
        needs: set[Need] = {*_ALWAYS, *_NEARLY_ALWAYS}
        nodes: list[Named] = []
        for record in records:
            struct, load, dump = self.records.blocks(record)
            structs.append(struct)
            functions += [load, dump]
            if forms.is_open(record):
                nodes.append(Named(f"{forms.stems[record.id].upper()}_NODE", self.records.open_node(record)))
        needs |= self.records.needs
        self.records.let_go()
        entries: list[str] = []
        for key, entry in self._entries():
            entries += _entry(key, entry)
            needs |= entry.needs
        for named in (*forms.rules.values(), *forms.functions.values(), *forms.nodes.values(), *nodes):
            needs |= named.value.needs
        functions += map(_function, forms.functions.values())
        return self._view(structs, functions, nodes, entries, needs)

    def _view(self, structs: list[Block], functions: list[Block], nodes: list[Named], entries: list[str], needs: set[Need]) -> Serializers:
        setup = [] if not self.module.has_records else ["_set = object.__setattr__" if self.records.frozen else "", "_new = object.__new__"]
        setup = [line for line in setup if line]
        setup += [line for rule in self.forms.rules.values() for line in statement(f"{rule.name} = ", rule.value.node)]
        open_nodes = [line for node in nodes for line in field(node.name, _OPEN, node.value.node, 0)]
        constants = [line for node in self.forms.nodes.values() for line in _constant(node)]
        registry = ["_codecs.register(", "    {", *entries, "    }", ")"] if entries else ["_codecs.register({})"]
        structs = [*self._others(needs), *structs]
        late = {*self._neighbours()}
        if late or not self.module.has_records:
            blocks = chain.from_iterable([block.lines for block in (*structs, *functions)])
            mentioned = words_in(chain(setup, open_nodes, constants, registry, blocks))
            late = {need for need in late if need[1] in mentioned}
            needs -= {need for need in _NEARLY_ALWAYS if need[1] not in mentioned}
        used = self.modules.from_others([need for need in needs if need[0] != OWN], self.module.name)
        head = heading(self.package, "The serializers of the models", used, late)
        return Serializers(
            head,
            tuple(setup),
            tuple(structs),
            tuple(functions),
            tuple(open_nodes),
            late_imports(late),
            tuple(constants),
            tuple(registry),
        )

    def _neighbours(self) -> Iterator[Need]:
        """What other modules have for the records that are mentioned here."""
        for record in self.forms.used_records if self.module.name else ():
            home = self.modules.by_class[self.names.classes[record]].name
            if home != self.module.name:
                stem = self.forms.stems[record]
                yield from (
                    (f".{home}", name) for name in (self.forms.structs[record], f"load_{stem}", f"dump_{stem}", f"{stem.upper()}_NODE")
                )

    def _others(self, needs: set[Need]) -> Iterator[Block]:
        own = {name for module, name in needs if module == OWN}  # most modules need none
        for key in sorted({key for key, _ in self.forms.tags.values() if other(key) in own}) if own else ():
            arguments = (Atom("_wire.Other"), Prefixed("tag_field=", Atom(literal(key))), Prefixed("tag=", Atom("_wire.NO_TAG")))
            yield Block((*header(f"class {other(key)}", arguments, ":"), "    pass"))

    def _entries(self) -> Iterator[tuple[str, Code]]:
        """What ``decode`` finds: classes, and the names of aliases."""
        for model in self.module.models:
            name = self.names.classes[model.id]
            self.forms.at = model.id
            # what is written of an alias, by itself, follows from the class of the value
            form = self.forms.of(told_apart(self.package, model.type)) if isinstance(model, ir.Alias) else self.forms.definition(model)
            match model:
                case ir.Record():
                    yield name, self.forms.codec(form)
                case ir.Enum() if form.load is None:
                    pass  # an enum is its own codec
                case ir.Enum():
                    yield name, self.forms.codec(form)
                case _:
                    yield literal(name), self.forms.codec(form)
        done: set[str] = set()
        while waiting := self.forms.deep.keys() - done:
            name = min(waiting)
            done.add(name)
            yield literal(name), self.forms.codec(self.forms.of(self.forms.deep[name]))


def _entry(key: str, entry: Code) -> list[str]:
    return on_its_own(Prefixed(f"{key}: ", entry.node), 2, ",")


def _constant(named: Named) -> list[str]:
    if "_LOADS" in named.name or "_DUMPS" in named.name:
        return field(named.name, Atom("_codecs.Table"), named.value.node, 0)
    return statement(f"{named.name} = ", named.value.node)


def _function(named: Named) -> Block:
    head = header(f"def {named.name}", (Atom(f"{named.parameter}: Any"),), " -> Any:")
    return Block((*head, *statement("return ", named.value.node, level=1)))
