"""The value of each model is made once: for a page, and for all pages where it would come out the same on each.

On a page, the value of a model may depend on what stands around it: a model that is being made is left out of itself, and what was made before is
taken again. So what a value was made of is noted. Another page takes it as it is only where it would find all of that, too; otherwise the value is
made anew. That is why no page depends on which ones were made before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct, field

from specmill import ir
from specmill.targets.batches import Reads

_DEEPEST: Final = 12
_MOST_STEPS: Final = 3_000  # values for one page: a spec cannot make the search endless

Key: TypeAlias = tuple[ir.ModelId, int]
"""A model, and which of its values."""


class Impossible(Exception):
    """There is no value, or none was found."""


class Recount(Exception):
    """The steps may have run out, or not: for a value taken from another page, the most that it can take was counted."""


class _Whole(Struct, frozen=True):
    """A value that depends on nothing but what is noted here."""

    value: ir.Json
    made: dict[Key, ir.Json]  # it, and what was made for it
    seen: frozenset[ir.ModelId]  # the ids that were looked up for it; none of those models was open
    height: int  # how many were open at once
    steps: int


class _Making(Struct):
    """What is noted of a value while it is made."""

    level: int  # how many models were open before
    start: int  # how many steps had been taken
    deepest: int = 0
    made: dict[Key, ir.Json] = {}
    more: int = 0  # steps that it would take where nothing had been made before
    is_whole: bool = True

    def take(self, made: dict[Key, ir.Json], deepest: int) -> None:
        """A part of it was made."""
        self.made |= made
        self.deepest = max(self.deepest, deepest)


class Once(Struct):
    """What has been made, and what is being made."""

    reads: Reads
    open: list[ir.ModelId] = field(default_factory=list)
    _made: dict[Key, ir.Json] = field(default_factory=dict)  # on this page
    _whole: dict[Key, _Whole] = field(default_factory=dict)
    _making: list[_Making] = field(default_factory=list)
    _steps: int = 0
    _is_bound: bool = False  # whether fewer steps may have been taken than were counted
    _takes: bool = True  # what was made for other pages

    def forget(self) -> None:
        """Start anew, for another page."""
        self._made.clear()

    def search(self, make: Callable[[], ir.Json], *around: ir.ModelId) -> ir.Json:
        """The value found in the steps that are allowed, inside of a model or of none; ``MISSING`` where there is none."""
        before = dict(self._made)
        for self._takes in (True, False):
            self.open[:] = around
            self._steps, self._is_bound = 0, False
            try:
                return make()
            except Recount:
                self._made = dict(before)
            except (Impossible, RecursionError):
                break
        return ir.MISSING

    def count(self) -> None:
        """Take one of the steps that are allowed."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Recount if self._is_bound else Impossible

    def is_open(self, model: ir.ModelId) -> bool:
        """Whether a model cannot be made here: it is being made, or too many are."""
        level = len(self.open)
        if self._making:
            self._making[-1].deepest = max(self._making[-1].deepest, level)
        if model not in self.open and level <= _DEEPEST:
            return False
        outside = self.open.index(model) if model in self.open else -1
        for one in self._making:  # what is made inside of the open one would be another value elsewhere
            one.is_whole = one.is_whole and one.level <= outside
        return True

    def known(self, key: Key) -> ir.Json:
        """What was made on this page; ``MISSING`` where nothing was."""
        value = self._made.get(key, ir.MISSING)
        if self._making and value is not ir.MISSING and key not in self._making[-1].made:
            self._note(key, value)
        return value

    def _note(self, key: Key, value: ir.Json) -> None:
        """Something that is being made takes what was made before."""
        whole = self._whole.get(key)
        if whole is not None and whole.value is value:
            self._making[-1].take(whole.made, len(self.open) + whole.height)
            self._making[-1].more += whole.steps
            self.reads.saw(whole.seen)
            return
        for one in reversed(self._making):
            if key in one.made:
                return
            one.is_whole = False

    def first(self, key: Key, make: Callable[[], ir.Json]) -> ir.Json:
        """The first value of a model on this page."""
        whole = self._whole.get(key)
        if whole is not None and self._fits(whole):
            self._made |= whole.made
            self._steps += whole.steps
            self._is_bound = True
            if self._making:
                self._making[-1].take(whole.made, len(self.open) + whole.height)
            self.reads.saw(whole.seen)
            return whole.value
        self._making.append(_Making(len(self.open), self._steps, len(self.open)))
        seen = frozenset[str]()
        value = ir.MISSING
        try:
            value, seen = self.reads.noted(make)
        finally:
            self._end(key, value, seen)
        return value

    def simple(self, key: Key, value: ir.Json) -> ir.Json:
        """The first value of a model on this page, where it depends on nothing."""
        self.count()
        self._made[key] = value
        self._whole[key] = _Whole(value, {key: value}, frozenset(), 0, 1)
        if self._making:
            self._making[-1].made[key] = value
        return value

    def _fits(self, whole: _Whole) -> bool:
        """Whether a value would come out the same here."""
        return (
            self._takes
            and whole.seen.isdisjoint(self.open)
            and len(self.open) + whole.height <= _DEEPEST
            and self._steps + whole.steps <= _MOST_STEPS
            and all(self._made.get(key, value) is value for key, value in whole.made.items())
        )

    def _end(self, key: Key, value: ir.Json, seen: frozenset[str]) -> None:
        """A value was made, or cannot be."""
        done = self._making.pop()
        if value is not ir.MISSING:
            self._made[key] = done.made[key] = value
            if done.is_whole:
                steps = self._steps - done.start + done.more
                self._whole[key] = _Whole(value, done.made, seen, done.deepest - done.level, steps)
        if self._making:
            self._making[-1].take(done.made, done.deepest)
            self._making[-1].more += done.more

    def another(self, key: Key, value: ir.Json) -> None:
        """A value takes the place of the first."""
        self._made[key] = value
        for one in self._making:
            one.is_whole = False
