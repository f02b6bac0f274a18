"""What is looked at while a spec is understood, and for what: so that it is known after an edit what has to be understood again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from specmill.ir import SchemaId

Key: TypeAlias = SchemaId | int
_Span: TypeAlias = tuple[int, int]


class Looks:
    """All looks at places, in their order. What is made of them and kept for others has a key: to look at that is to look at all of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._all: list[Key] = []
        self.at = self._all.append  # a place (what is kept for it included), or a key that is no place
        self._made_of: dict[Key, list[_Span]] = {}
        self._aside: _Span = (0, 0)
        self.parts: dict[SchemaId, _Span] = {}  # component or operation -> the looks for it

    @property
    def now(self) -> int:
        """The number of looks so far."""
        return len(self._all)

    def keep(self, key: Key, start: int) -> None:
        """Something is kept that was made of the looks since the start."""
        self._made_of.setdefault(key, []).append((start, self.now))

    def set_aside(self, start: int) -> None:
        """The looks since the start were not for the part that is being understood, but for the whole."""
        self._aside = start, self.now

    @contextmanager
    def part(self, id: SchemaId) -> Iterator[None]:
        """All looks in the meantime are for a component or an operation."""
        start = self.now
        self.at(id)
        yield
        self.parts[id] = start, self.now

    @property
    def entries(self) -> set[SchemaId]:
        """The entries that were looked at: components, paths, and whatever else stands at the top."""
        return {entry_of(key) for key in set(self._all) if isinstance(key, str)}

    def parts_at(self, entry: SchemaId) -> list[SchemaId]:
        """The parts that looked at an entry."""
        seen: set[Key] = {key for key in set(self._all) if isinstance(key, str) and key.startswith(entry) and entry_of(key) == entry}
        known = -1
        while known < len(seen):  # mostly twice: what something is made of was made before it, but for what leads back to itself
            known = len(seen)
            for key, spans in self._made_of.items():
                if key not in seen and any(self._met(seen, span) for span in spans):
                    seen.add(key)
        return [id for id, span in self.parts.items() if self._met(seen, span)]

    def _met(self, keys: set[Key], span: _Span) -> bool:
        """Whether any of the keys was looked at meanwhile."""
        (start, end), (first, last) = span, self._aside
        if start <= first < last <= end:
            return not (keys.isdisjoint(self._all[start:first]) and keys.isdisjoint(self._all[last:end]))
        return not keys.isdisjoint(self._all[start:end])


def entry_of(id: SchemaId) -> SchemaId:
    """The component or path (or whatever else stands at the top) that contains a place."""
    steps = id.split("/", 4)
    return "/".join(steps[: 4 if steps[1:2] == ["components"] else 3])
