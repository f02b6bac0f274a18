"""The random numbers of the sample values: a function of the class name alone, so that a page follows from the spec."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

_STATE_SIZE = 624
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_hash(text: str) -> int:
    """``String.hashCode`` of Java as an unsigned 32-bit number: over UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    value = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + low + (high << 8)) & 0xFFFFFFFF
    return value


def mersenne_twister(seed: int) -> random.Random:
    """MT19937 after ``init_genrand(seed)``. ``random.seed`` would use ``init_by_array``, which is another stream."""
    state = [seed & 0xFFFFFFFF]
    for index in range(1, _STATE_SIZE):
        last = state[-1]
        state.append((1812433253 * (last ^ (last >> 30)) + index) & 0xFFFFFFFF)
    generator = random.Random()  # noqa: S311 - sample values are no secrets
    generator.setstate((3, (*state, _STATE_SIZE), None))
    return generator


class Stream:
    """Draws in the order of the output. The generator is made at the first draw: most pages never need one."""

    __slots__ = ("_generator", "_name")

    def __init__(self, name: str) -> None:
        """Start the stream of a class name."""
        self._name = name
        self._generator: random.Random | None = None

    def uniform(self) -> float:
        """A number in [0, 1) with 53 random bits."""
        if self._generator is None:
            self._generator = mersenne_twister(name_hash(self._name))
        return self._generator.random()

    def below(self, limit: int) -> int:
        """An integer in [0, limit)."""
        return int(self.uniform() * limit)

    def between(self, low: int, high: int) -> int:
        """An integer in [low, high]."""
        return low + self.below(high - low + 1)

    def choice(self, items: tuple[T, ...] | list[T]) -> T:
        """One of the items; costs no draw where there is only one."""
        return items[0] if len(items) == 1 else items[self.below(len(items))]

    def uuid(self) -> str:
        """A version 4 UUID: 30 digits are drawn, then the variant."""
        shape = "".join(f"{self.below(16):x}" if c == "x" else c for c in "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx")
        return shape.replace("y", "89ab"[self.below(4)])

    def date_time(self, year: int) -> datetime:
        """A moment, to the millisecond, in the three years that end with ``year``."""
        start = (datetime(year - 2, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
        end = (datetime(year + 1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
        return _EPOCH + timedelta(milliseconds=self.between(start, end))
