"""Mermaid class diagrams of records and unions and what they mention: of all classes, or of a group's where there are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.targets.batches import fingerprint
from specmill.targets.markdown.mermaid import mermaid_text, mermaid_word
from specmill.targets.markdown.places import Places
from specmill.targets.markdown.usage import Usage
from specmill.targets.markdown.view import Diagram
from specmill.targets.mentions import mentions

LARGEST: Final = 60  # classes; a diagram of more cannot be read
_WIDEST: Final = 20  # classes; more grow downwards, since a page has more room there
_FEWEST: Final = 2  # that say something in a group's diagram
_HEAD: Final = ("---", "config:", "  class:", "    hideEmptyMembersBox: true", "---", "classDiagram")


class Drawer(Struct, frozen=True, dict=True):
    """Draws the classes of one package that have a page."""

    package: ir.Package
    usage: Usage
    places: Places

    @cached_property
    def all(self) -> dict[ir.ModelId, tuple[ir.ModelId, ...]]:
        """Every class that can be drawn, with those that it mentions."""
        models = self.package.models
        shown = dict.fromkeys(id for id, model in models.items() if isinstance(model, ir.Record | ir.Union) and id in self.places.path)
        return {model: tuple(filter(shown.__contains__, self.usage.neighbours.get(model, ()))) for model in shown}

    @cached_property
    def _mentions(self) -> dict[ir.ModelId, list[tuple[str | None, Sequence[ir.ModelId]]]]:
        """What each class mentions, with the field that does."""
        found: defaultdict[ir.ModelId, list[tuple[str | None, Sequence[ir.ModelId]]]] = defaultdict(list)
        for user, field, ids in mentions(self.package):
            found[user].append((field, ids))
        return found

    @cached_property
    def print(self) -> bytes:
        """A digest of all that a diagram can show: of a class its name, that it is a union, and what its fields mention."""
        kinds = [(self.places.name[id], isinstance(self.package.models[id], ir.Union)) for id in self.all]
        return fingerprint([kinds, list(self.all), mentions(self.package)])

    def whole(self) -> tuple[Diagram, ...]:
        """The diagram of everything, where it is not too large."""
        shown = list(self.all)
        return (Diagram("", self._source(shown)),) if 0 < len(shown) <= LARGEST else ()

    def near(self, title: str, starts: Iterable[ir.ModelId]) -> tuple[Diagram, ...]:
        """The diagram of some classes and of those that they reach, the nearest first, as many as can be read; none of a lone class."""
        nearest = self._nearest(starts)
        shown = nearest[:LARGEST]
        left = len(nearest) - len(shown)
        if len(shown) < _FEWEST:
            return ()
        return (
            Diagram(title, self._source(shown), f"The nearest {len(shown)} classes; {left} more are reached through them." if left else ""),
        )

    def _nearest(self, starts: Iterable[ir.ModelId]) -> list[ir.ModelId]:
        """The classes that have to do with each other: each of the first with what it mentions itself, then the others by their distance."""
        neighbours = self.usage.neighbours
        first = [model for model in dict.fromkeys(starts) if model in neighbours]
        found = dict.fromkeys(one for model in first for one in (model, *neighbours[model]))
        level = list(found)
        while level:
            level = [one for one in dict.fromkeys(chain.from_iterable(map(neighbours.__getitem__, level))) if one not in found]
            found |= dict.fromkeys(level)
        known = self.all
        drawn = {model: known[model] for model in found if model in known}
        joined = set(chain.from_iterable(drawn.values()))
        return [model for model, others in drawn.items() if others or model in joined]

    def _source(self, shown: Sequence[ir.ModelId]) -> str:
        ids = {model: mermaid_word(self.places.name[model]) for model in shown}
        lines = [*_HEAD, *(["  direction LR"] if len(shown) > _WIDEST else [])]
        for model, id_ in ids.items():
            lines.append(f"  class {id_}")
            if isinstance(self.package.models[model], ir.Union):
                lines.append(f"  <<union>> {id_}")
        for model in shown:
            lines += dict.fromkeys(self._edges(model, ids))
        return "\n".join(lines)

    def _edges(self, model: ir.ModelId, ids: dict[ir.ModelId, str]) -> Iterator[str]:
        for field, mentioned in self._mentions.get(model, ()):
            for to in mentioned:
                if to in ids:
                    label = mermaid_text(field or "").strip()
                    yield f"  {ids[model]} {'..>' if field is None else '-->'} {ids[to]}" + (f" : {label}" if label else "")
