"""The example of a Python page: a whole script that makes the object, writes it as JSON and reads it back."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from specmill import ir, names
from specmill.targets.markdown.escape import code_span, outside_table
from specmill.targets.markdown.examples_json import Examples
from specmill.targets.markdown.expressions import Expressions
from specmill.targets.markdown.types_python import TypeTexts
from specmill.targets.markdown.view import Sample
from specmill.targets.python.code import Need, import_from, imports, literal, number
from specmill.targets.python.layout import statement

# Written out, since the builtins of Python differ from version to version, and the pages must not.
_TAKEN: Final = frozenset(
    "datetime date decode encode text time _ case match type all any bool bytes dict dir filter float format hash help id input int iter len "
    "list map max min next object open pow print property range repr round set slice sorted str sum super tuple vars zip".split()
)
_NOTHING: Final[frozenset[Need]] = frozenset()


class Scripts(Struct, dict=True):
    """Writes the examples of one package, which is imported as ``module``."""

    module: str
    texts: TypeTexts
    examples: Examples
    _standard: dict[frozenset[Need], list[str]] = {}  # what is needed of the standard library -> its imports

    @cached_property
    def _expressions(self) -> Expressions:
        return Expressions(self.texts.annotations, self.texts.values, self.examples.judge)

    def begin(self) -> None:
        """Forget what was made for other pages: an example does not depend on which pages were made before."""
        self.examples.once.forget()

    def record(self, model: ir.Record) -> str:
        """Make one, write it, read it back; empty where no valid value was found."""
        value = self.examples.model(model)
        if value is ir.MISSING:
            return ""
        shown = self._expressions.whole(value, model)
        name = self._class(model)
        variable = self.variable(name)
        lines = list(statement(f"{variable} = ", shown.node))
        lines += ["", f"text = {variable}.to_json()", f"assert {name}.from_json(text) == {variable}"]
        return self._script(shown.needs, lines)

    def enum(self, model: ir.Enum) -> str:
        """A member by its value."""
        if not model.members:
            return ""
        name = self._class(model)
        member = next((one for one in model.members if not one.deprecated), model.members[0])
        value = literal(member.value) if isinstance(member.value, str) else number(member.value)
        return self._script(
            frozenset({("", name)}), [f"assert {name}({value}) is {self.texts.annotations.names.member(model.id, member.value)}"]
        )

    def members(self, model: ir.Union) -> Iterator[Sample]:
        """A value for each variant; those for which none was found are left out."""
        for at, variant in enumerate(model.variants):
            if script := self._value(model, self.examples.variant(model, at)):
                yield Sample(outside_table(code_span(self.texts.code(variant))), script)

    def alias(self, model: ir.Alias) -> str:
        """A value of the type; empty where none was found."""
        return self._value(model, self.examples.model(model))

    def _value(self, model: ir.Union | ir.Alias, value: ir.Json) -> str:
        if value is ir.MISSING:
            return ""
        shown = self._expressions.of(value, ir.Ref(model.id))
        name = self._class(model)
        lines = [*statement(f"value: {name} = ", shown.node), "", f"assert decode(encode(value), {name}) == value"]
        return self._script(shown.needs | {("", name), ("", "decode"), ("", "encode")}, lines)

    def _class(self, model: ir.Model) -> str:
        return self.texts.annotations.names.classes[model.id]

    def variable(self, class_name: str) -> str:
        """A name for an object: the last word of the class's name, unless that means something else here."""
        word = names.last_hump(class_name).lower()
        usable = word.isidentifier() and not keyword.iskeyword(word) and word not in self.texts.pages and word not in _TAKEN
        return word if usable else "value"

    def _script(self, needs: frozenset[Need], lines: Iterable[str]) -> str:
        """The imports and the statements."""
        own = [name for module, name in needs if not module]
        standard = frozenset([need for need in needs if need[0]]) if len(own) < len(needs) else _NOTHING
        if standard not in self._standard:
            self._standard[standard] = [*imports(standard), ""] if standard else []
        return "\n".join([*self._standard[standard], *import_from(self.module, own), "", *lines])
