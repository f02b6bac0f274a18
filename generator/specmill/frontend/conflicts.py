"""Schemas that no value can meet, because the parts that they are merged from contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from specmill.diagnostics import Report
from specmill.frontend.unwritten import BOTH_PART, own_place
from specmill.ir import Constraints, Schema, SchemaId

if TYPE_CHECKING:
    from specmill.frontend.merge import Merged
    from specmill.frontend.vocabulary import Vocabulary

_VARIANT: Final = rf"/(oneOf|anyOf)/\d+/{BOTH_PART}"  # a variant may be meant to be impossible beside the rest
_BOUNDS: Final = (
    ("minimum", "maximum"),
    ("min_length", "max_length"),
    ("min_items", "max_items"),
    ("min_properties", "max_properties"),
)


def tell(merged: Merged, atoms: Sequence[Schema], vocabulary: Vocabulary, report: Report) -> None:
    """Report what the parts contradict each other in."""
    if re.search(_VARIANT, merged.id):
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
    """``additionalProperties`` knows the properties of its own schema alone, and so forbids those of all others, or those of another type."""

    def types(place: SchemaId | None) -> tuple[str, ...] | None:
        return None if place is None else vocabulary.schema(place).types

    for atom in atoms:
        allowed = types(atom.additional_properties)
        if allowed is None or atom.pattern_properties:
            continue
        own = {name for name, _ in atom.properties}
        others = [n for n in merged.required if n not in own and (not allowed or _disjoint(allowed, types(merged.properties.get(n))))]
        if others:
            listed, kinds = ", ".join(map(repr, others)), " or ".join(allowed)
            said = f"wants keys that it does not list to be {kinds}" if allowed else "says additionalProperties: false and does not list it"
            instead = "unevaluatedProperties" if allowed else "unevaluatedProperties: false"
            hint = f"say {instead} in the schema that holds the allOf instead" if len(atoms) > 1 else "add it to properties"
            notes = [(f"this lets others be {kinds} only" if allowed else "this allows no others", own_place(atom.id))]
            report.warning("contradiction", own_place(merged.id), f"{listed} must be there, but a part {said}", help=hint, notes=notes)


def _disjoint(allowed: tuple[str, ...], given: tuple[str, ...] | None) -> bool:
    numbers = {"integer", "number"}
    return given is not None and {*allowed}.isdisjoint(given) and not (numbers & {*allowed} and numbers & {*given})
