"""Types as the Python pages write them: those of the generated dataclasses, with links to the pages of the classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from specmill import ir
from specmill.targets.markdown.escape import code_span
from specmill.targets.markdown.places import Places
from specmill.targets.python import Annotations, Values
from specmill.targets.python.tree import Node

_PIECES: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\W\d]\w*)""")
"""The words of an annotation, and the strings."""
_BEHIND: Final = {
    (False, ""): "",
    (True, ""): " \\| None",
    (False, "None"): " \\| None",
    (True, "UnsetType"): " \\| None \\| UnsetType",
    (False, "UnsetType"): " \\| UnsetType",
}
"""What stands behind the name of a class: where null is a value, and what stands for an absent one."""


class TypeTexts(Struct, frozen=True, dict=True):
    """Writes annotations."""

    annotations: Annotations
    values: Values
    places: Places
    pages: Mapping[str, ir.ModelId]  # class -> the model whose page it has
    _known: dict[tuple[str, str], str] = field(default_factory=dict)  # (annotation, folder of the page) -> how it is shown
    _plain: dict[tuple[ir.Kind, bool, bool], str] = field(default_factory=dict)  # (kind, or null, always there) -> cell

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(self.pages)

    def cell(self, type_: ir.Type, at: str, *, given: bool) -> str:
        """The annotation of a field, in the table of the page at a path; one that is not ``given`` may be absent and has no default."""
        nullable = isinstance(type_, ir.Nullable)
        inner = type_.type if isinstance(type_, ir.Nullable) else type_
        match inner:
            case ir.Scalar(kind=kind):
                key = (kind, nullable, given)
                if key not in self._plain:
                    self._plain[key] = self._cell(type_, at, given=given)
                return self._plain[key]
            case ir.Ref(model=model) if not self.annotations.is_open(model):
                last = "" if given else str(self.annotations.absent(type_))
                return self._link(model, at) + _BEHIND[nullable, last]
            case _:
                return self._cell(type_, at, given=given)

    def _cell(self, type_: ir.Type, at: str, *, given: bool) -> str:
        return self._shown(self.annotations.field(type_, required=given, has_default=given).node, at)

    def default(self, one: ir.Field) -> str | None:
        """The default of a field as source; None where it has none of its type."""
        if one.default is ir.MISSING:
            return None
        found = self.values.of(one.type, one.default)
        return None if found is None else str(found)

    def mention(self, type_: ir.Type, at: str) -> str:
        """A type, on the page at a path."""
        if isinstance(type_, ir.Ref) and not self.annotations.is_open(type_.model):
            return self._link(type_.model, at)
        return self._shown(self.annotations.of(type_).node, at)

    def code(self, type_: ir.Type) -> str:
        """A type as Python code."""
        return str(self.annotations.of(type_))

    def _shown(self, node: Node, at: str) -> str:
        """The same on all pages of a folder."""
        key = node.text, at.rpartition("/")[0]
        if key not in self._known:
            self._known[key] = self._linked(node.text, at)
        return self._known[key]

    def _linked(self, text: str, at: str) -> str:
        """One span of code where nothing is linked; else plain words with linked names between them."""
        pieces = [*filter(None, _PIECES.split(text))]
        if self._classes.isdisjoint(pieces):
            return code_span(text)
        return "".join([self._piece(piece, at) for piece in pieces])

    def _piece(self, piece: str, at: str) -> str:
        if piece in self.pages:
            return self._link(self.pages[piece], at)
        if piece.isalnum():
            return piece
        return code_span(piece) if piece[:1] in "\"'" else piece.replace("|", "\\|").replace("*", "\\*")

    def _link(self, model: ir.ModelId, at: str) -> str:
        return f"[{code_span(self.places.name[model])}]({self.places.nearest(model, at)})"
