"""Mermaid class diagrams of records and unions and what they mention: of all classes, or of a group's where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from specmill import ir
from specmill.targets.markdown.escape import mermaid_text, mermaid_word
from specmill.targets.markdown.places import Places
from specmill.targets.markdown.usage import Usage, mentioned, parts
from specmill.targets.markdown.view import Diagram

LARGEST: Final = 60  # classes; a diagram of more cannot be read
_WIDEST: Final = 20  # classes; more grow downwards, since a page has more room there
_FEWEST: Final = 2  # that say something in a group's diagram
_HEAD: Final = ("---", "config:", "  class:", "    hideEmptyMembersBox: true", "---", "classDiagram")


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws the classes of one package that have a page."""

    package: ir.Package
    usage: Usage
    places: Places

    @property
    def all(self) -> list[ir.ModelId]:
        """Every class that can be drawn."""
        return [model for model in self.package.models if self._is_drawn(model)]

    def _is_drawn(self, model: ir.ModelId) -> bool:
        return isinstance(self.package.models[model], ir.Record | ir.Union) and model in self.places.path

    def whole(self) -> tuple[Diagram, ...]:
        """The diagram of everything, where it is not too large."""
        shown = self.all
        return (Diagram("", self._source(shown)),) if 0 < len(shown) <= LARGEST else ()

    def near(self, title: str, starts: Iterable[ir.ModelId]) -> tuple[Diagram, ...]:
        """The diagram of some classes and of those that they reach, the nearest first, as many as can be read; none of a lone class."""
        levels = list(self._levels(starts))
        shown: list[ir.ModelId] = []
        for level in levels:
            if shown and len(shown) + len(level) > LARGEST:
                break
            shown += level[:LARGEST]
        left = sum(map(len, levels)) - len(shown)
        if len(shown) < _FEWEST:
            return ()
        return (
            Diagram(title, self._source(shown), f"The nearest {len(shown)} classes; {left} more are reached through them." if left else ""),
        )

    def _levels(self, starts: Iterable[ir.ModelId]) -> Iterator[list[ir.ModelId]]:
        """The classes by their distance."""
        level = [model for model in dict.fromkeys(starts) if model in self.package.models]
        seen = set(level)
        while level:
            yield [model for model in level if self._is_drawn(model)]
            level = [model for model in dict.fromkeys(one for here in level for one in self.usage.neighbours[here]) if model not in seen]
            seen.update(level)

    def _source(self, shown: Sequence[ir.ModelId]) -> str:
        ids = {model: mermaid_word(self.places.name[model]) for model in shown}
        lines = [*_HEAD, *(["  direction LR"] if len(shown) > _WIDEST else [])]
        for model, id_ in ids.items():
            lines.append(f"  class {id_}")
            if isinstance(self.package.models[model], ir.Union):
                lines.append(f"  <<union>> {id_}")
        for model in shown:
            lines += dict.fromkeys(self._edges(self.package.models[model], ids))
        return "\n".join(lines)

    @staticmethod
    def _edges(model: ir.Model, ids: dict[ir.ModelId, str]) -> Iterator[str]:
        for field, type_ in parts(model):
            for to in mentioned(type_):
                if to in ids:
                    label = mermaid_text(field.wire_name).strip() if field else ""
                    yield f"  {ids[model.id]} {'-->' if field else '..>'} {ids[to]}" + (f" : {label}" if label else "")
