"""Schemas that no value can meet, since what they are merged from asks for what does not go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from specmill.diagnostics import Report
from specmill.frontend.unwritten import BOTH_PART, own_place
from specmill.ir import Constraints, Schema

if TYPE_CHECKING:
    from specmill.frontend.merge import Merged
    from specmill.frontend.vocabulary import Vocabulary

_VARIANT: Final = re.compile(rf"/(oneOf|anyOf)/\d+/{BOTH_PART}")  # that a variant is impossible beside the rest may be meant
_BOUNDS: Final = (
    ("minimum", "maximum"),
    ("min_length", "max_length"),
    ("min_items", "max_items"),
    ("min_properties", "max_properties"),
)


def tell(merged: Merged, atoms: Sequence[Schema], vocabulary: Vocabulary, report: Report) -> None:
    """Tell what does not go together."""
    if _VARIANT.search(merged.id):
        return
    if merged.types == () and all(atom.types != () for atom in atoms):
        notes = [(f"this asks for {' or '.join(atom.types)}", own_place(atom.id)) for atom in atoms if atom.types]
        report.warning("contradiction", own_place(merged.id), "no value is of all the types that are asked for here", notes=notes)
    if merged.enum == () and all(atom.enum != () for atom in atoms):
        notes = [("this lists some", own_place(atom.id)) for atom in atoms if atom.enum]
        report.warning("contradiction", own_place(merged.id), "no value is in all the lists of values that are asked for here", notes=notes)
    for text in _crossed(merged.constraints):
        report.warning("contradiction", own_place(merged.id), f"{text}, which nothing can meet")
    _tell_closed(merged, atoms, vocabulary, report)


def _crossed(c: Constraints) -> Iterator[str]:
    for lower, upper in _BOUNDS:
        least, most = getattr(c, lower), getattr(c, upper)
        if least is not None and most is not None and least > most:
            yield f"{_keyword(lower)} ({least}) is above {_keyword(upper)} ({most})"


def _keyword(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


def _tell_closed(merged: Merged, atoms: Sequence[Schema], vocabulary: Vocabulary, report: Report) -> None:
    """``additionalProperties: false`` speaks of its own schema alone, and so forbids the properties of all others."""
    for atom in atoms:
        place = atom.additional_properties
        if place is None or atom.pattern_properties or vocabulary.schema(place).types != ():
            continue
        own = {name for name, _ in atom.properties}
        others = [name for name in merged.required if name not in own]
        if others:
            text = f"{', '.join(map(repr, others))} must be there, but a part says additionalProperties: false and does not list it"
            hint = (
                "say unevaluatedProperties: false in the schema that holds the allOf instead" if len(atoms) > 1 else "add it to properties"
            )
            report.warning("contradiction", own_place(merged.id), text, help=hint, notes=[("this allows no others", own_place(atom.id))])
