"""The names of classes: the shortest that is unique in its folder, told apart by kind, then by where they stand, then by a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Final

from msgspec import Struct

from specmill import names
from specmill.ir import Group, ModelId, Words

ENUM: Final = "Enum"
UNION: Final = "Union"
PARENT: Final = "~parent"
"""Stands at the start of a level for the name of the class around."""

_CAPITALS: Final = re.compile(r"[A-Z]{2,}(?=\d|\Z)")


def class_words(text: str) -> Words:
    """The words of a class name; what is all capitals, or has some before a digit, is written as a word: ``AND`` → And, ``LLMV1`` → Llmv1."""
    return tuple(_spoken(word) if word.isupper() or not word.isalpha() else word for word in names.words(text))


def _spoken(word: str) -> str:
    return _CAPITALS.sub(lambda run: run[0].capitalize(), word)


class Rules(Struct, frozen=True):
    """How the SDK names its classes."""

    folders: Mapping[Group, str]  # names are unique in each
    in_order: bool = False  # whoever comes first gets the name; otherwise all who want it say more of themselves
    constant_tags: bool = True  # a property by which a union chooses is the one value that it can have


class Wish(Struct, frozen=True):
    """What a class would like to be called, from the shortest name on."""

    id: ModelId
    kind: str  # what is said behind the name where the kind alone tells two apart: ENUM, UNION; anything else is never said
    folder: str
    levels: tuple[Words, ...]
    parent: ModelId = ""  # the class that it is written in
    fixed: bool = False  # the schema has a name of its own in the spec


def settle(wishes: Iterable[Wish], rules: Rules) -> dict[ModelId, Words]:
    """Give every class a name of its own in its folder; the wishes come in the order of the spec, parts before what they are parts of."""
    folders: defaultdict[str, dict[ModelId, Wish]] = defaultdict(dict)
    for wish in wishes:
        folders[wish.folder][wish.id] = wish
    out: dict[ModelId, Words] = {}
    for inside in folders.values():
        out |= _first_come(inside) if rules.in_order else _Contest(inside).settled()
    return out


def _first_come(wishes: Mapping[ModelId, Wish]) -> dict[ModelId, Words]:
    out: dict[ModelId, Words] = {}
    taken: set[str] = set()
    for wish in wishes.values():
        levels = [level for level in wish.levels if level[0] != PARENT]
        numbered = ((*levels[-1], str(number)) for number in count(1))
        out[wish.id] = next(name for name in chain(levels, numbered) if _key(name) not in taken)
        taken.add(_key(out[wish.id]))
    return out


class _Contest(Struct):
    """The classes of one folder on their way to a name each: all of those that want one name say more of themselves at once."""

    wishes: Mapping[ModelId, Wish]
    level: dict[ModelId, int] = {}
    suffix: dict[ModelId, str] = {}

    def settled(self) -> dict[ModelId, Words]:
        self.level = dict.fromkeys(self.wishes, 0)
        while sum(self._by_kind(group) or self._by_place(group) for group in self._groups()):  # each group gets its turn
            pass
        self._fall_back()
        out = {wish.id: self._name(wish) for wish in self.wishes.values()}
        for group in self._groups():
            for number, wish in enumerate((one for one in group if not one.fixed), 1):
                out[wish.id] = (*out[wish.id], str(number))
        return out

    def _name(self, wish: Wish) -> Words:
        said = wish.levels[self.level[wish.id]]
        if said[0] == PARENT:
            around = self.wishes.get(wish.parent)
            said = (*(self._name(around) if around else ()), *said[1:])
        return (*said, self.suffix[wish.id]) if wish.id in self.suffix else said

    def _groups(self) -> list[list[Wish]]:
        """The classes that would have one name."""
        found: defaultdict[str, list[Wish]] = defaultdict(list)
        for wish in self.wishes.values():
            found[_key(self._name(wish))].append(wish)
        return [group for group in found.values() if len(group) > 1]

    def _by_kind(self, group: list[Wish]) -> bool:
        """Add its kind to the name of the only enum, or of the only union; a union that is named in the spec stays as it is."""
        for kind in (ENUM, UNION):
            alike = [wish for wish in group if wish.kind == kind]
            if len(alike) != 1 or alike[0].id in self.suffix or (kind == UNION and alike[0].fixed):
                continue
            self.suffix[alike[0].id] = kind
            if alike[0].fixed:  # the name was given: classes that are written in place say where, all the same
                self._by_place([wish for wish in group if wish.kind not in (ENUM, UNION)])
            return True
        return False

    def _by_place(self, group: list[Wish]) -> bool:
        """Say more of where the classes stand, which makes the kind unnecessary."""
        able = [wish for wish in group if self.level[wish.id] + 1 < len(wish.levels)]
        for wish in able:
            self.level[wish.id] += 1
            self.suffix.pop(wish.id, None)
        return bool(able)

    def _fall_back(self) -> None:
        """Where nothing more can be said, the first of several takes its shortest name, if all others who wanted that have moved on."""
        taken = {_key(self._name(wish)) for wish in self.wishes.values()}
        for group in self._groups():
            first = next((wish for wish in group[:-1] if _key(wish.levels[0]) not in taken), None)
            if first is not None:
                self.level[first.id] = 0
                taken.add(_key(first.levels[0]))


def _key(name: Words) -> str:
    return names.pascal(name).casefold()
