"""``serializers.py``: the wire Structs, and the functions between them and the models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specmill import ir
from specmill.names import assign, snake, words
from specmill.targets.python.code import Code, Need, imports, literal
from specmill.targets.python.form import Named
from specmill.targets.python.forms import Forms
from specmill.targets.python.headings import heading
from specmill.targets.python.layout import Atom, Prefixed, field, header, on_its_own, statement
from specmill.targets.python.naming import Names
from specmill.targets.python.records import RecordWriter
from specmill.targets.python.unions import decide_tags, other
from specmill.targets.python.view import Block, Serializers

_ALWAYS: tuple[Need, ...] = (("__future__", "annotations"), (".", "_codecs"), (".", "_wire"), ("typing", "Any"))
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


def stems(names: Names) -> dict[ir.ModelId, str]:
    """A part of private names for each model, made from its class."""
    return assign({model: (snake(words(name)), name) for model, name in names.classes.items()})


def structs(names: Names) -> dict[ir.ModelId, str]:
    """What each model is called on the wire, made from its class."""
    return assign({model: (f"{name}Wire", name) for model, name in names.classes.items()}, reserved=frozenset(names.classes.values()))


@dataclass(frozen=True, slots=True)
class SerializerWriter:
    """Writes the serializers of one package."""

    package: ir.Package
    names: Names
    forms: Forms
    records: RecordWriter

    def serializers(self) -> Serializers:
        """The view of the module."""
        forms = self.forms
        records = [model for model in self.package.models.values() if isinstance(model, ir.Record)]
        forms.taken |= {f"load_{forms.stems[record.id]}" for record in records}
        forms.taken |= {f"{forms.stems[record.id].upper()}_NODE" for record in records}
        decide_tags(forms)
        structs: list[Block] = [*self._others()]
        functions: list[Block] = []
        needs = set(_ALWAYS)
        nodes: list[Named] = []
        for record in records:
            struct, load, dump, more = self.records.blocks(record)
            structs.append(struct)
            functions += [load, dump]
            needs |= more
            if forms.is_open(record):
                nodes.append(Named(f"{forms.stems[record.id].upper()}_NODE", self.records.open_node(record)))
        entries = [*self._entries()]
        nodes += forms.nodes.values()
        for named in (*forms.rules.values(), *forms.functions.values(), *nodes):
            needs |= named.value.needs
        needs |= {need for _, entry in entries for need in entry.needs}
        return self._view(structs, functions, nodes, entries, needs)

    def _view(
        self, structs: list[Block], functions: list[Block], nodes: list[Named], entries: list[tuple[str, Code]], needs: set[Need]
    ) -> Serializers:
        setup = [] if not functions else ["_set = object.__setattr__" if self.records.frozen else "", "_new = object.__new__"]
        setup = [line for line in setup if line]
        setup += [line for rule in self.forms.rules.values() for line in statement(f"{rule.name} = ", rule.value.node)]
        constants = [line for node in nodes for line in _constant(node)]
        registry = ["_codecs.register(", "    {", *(line for key, entry in entries for line in _entry(key, entry)), "    }", ")"]
        if not entries:
            registry = ["_codecs.register({})"]
        text = "\n".join((*setup, *constants, *registry, *(line for one in (*structs, *functions) for line in one.head + one.body)))
        needs |= {("msgspec", "")} if "msgspec." in text else set()
        loaders = [*map(_function, self.forms.functions.values())]
        text += "\n".join(line for one in loaders for line in one.head + one.body)
        needs |= {(".", "_checks")} if self.forms.used_checks else set()
        mentioned = set(_NAME.findall(text))
        used = {need for need in needs if need[0] == "__future__" or (need[1] or need[0]) in mentioned}
        head = heading(self.package, "The serializers of the models", tuple(imports(used)))
        return Serializers(head, tuple(setup), tuple(structs), (*functions, *loaders), tuple(constants), tuple(registry))

    def _others(self) -> Iterator[Block]:
        for key in dict.fromkeys(key for key, _ in self.forms.tags.values()):
            arguments = (Atom("_wire.Wire"), Prefixed("tag_field=", Atom(literal(key))), Prefixed("tag=", Atom("_wire.NO_TAG")))
            yield Block(tuple(header(f"class {other(key)}", arguments, ":")), ("    pass",))

    def _entries(self) -> Iterator[tuple[str, Code]]:
        """What ``decode`` finds: classes, and the names of aliases."""
        for model in self.package.models.values():
            name = self.names.classes[model.id]
            self.forms.at = model.id
            form = self.forms.definition(model)
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


def _entry(key: str, entry: Code) -> Iterator[str]:
    return on_its_own(Prefixed(f"{key}: ", entry.node), 2, ",")


def _constant(named: Named) -> Iterator[str]:
    if "_LOADS" in named.name or "_DUMPS" in named.name:
        return field(named.name, Atom("dict[Any, _codecs.Function]"), named.value.node, 0)
    return statement(f"{named.name} = ", named.value.node)


def _function(named: Named) -> Block:
    head = header(f"def {named.name}", (Atom(f"{named.parameter}: Any"),), " -> Any:")
    return Block(tuple(head), tuple(statement("return ", named.value.node, level=1)))
