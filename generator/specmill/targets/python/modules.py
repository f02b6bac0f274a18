"""Which module of a generated package holds which model: one for all, or one for each schema and operation of the top level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.names import assign, digest, folded, snake, words
from specmill.pointers import escaped, unescaped
from specmill.targets.outlines import Outline
from specmill.targets.python.code import Need
from specmill.targets.python.naming import MODULE_NAMES, classes_of

ALL: Final = ""
"""The name of the only module."""
_LARGEST: Final = 100
"""How many models a module holds at most: their serializers are some 3,000 lines."""
_LONGEST: Final = 80
_STEPS: Final = {"components": 3, "paths": 3, "webhooks": 3, "$defs": 2, "definitions": 2}
"""How many steps of a pointer lead to what stands at the top level of a document."""
_MOST_STEPS: Final = max(_STEPS.values()) + 1


class Module(Struct, frozen=True):
    """A module: what it is called, and the models in it, or their outlines."""

    name: str
    models: tuple[ir.Model, ...]

    @property
    def has_records(self) -> bool:
        """Whether a class of it is a dataclass."""
        return any(isinstance(model, ir.Record) for model in self.models)

    @property
    def is_leaf(self) -> bool:
        """Whether it has nothing but enums, which mention no other model."""
        return all(isinstance(model, ir.Enum) for model in self.models)


class Modules(Struct, frozen=True):
    """The modules of one package."""

    each: tuple[Module, ...]
    by_class: Mapping[str, Module]
    checks: Mapping[str, str]  # check function -> module
    places: Mapping[str, str] | None = None  # what stands at the top, or is too large for one module -> module; None: all are in one

    def home(self, place: ir.SchemaId) -> str:
        """The module that a schema belongs to."""
        return ALL if self.places is None else _home(self.places, place)

    def from_models(self, needs: Iterable[Need], own: str) -> Iterable[Need]:
        """The needs of a module of models, which are written as if there were only one."""
        return [self._moved(need, ".") for need in needs] if own else needs

    def from_others(self, needs: Iterable[Need], own: str) -> Iterable[Need]:
        """The needs of a module of serializers."""
        return [self._moved(need, "..models.") for need in needs] if own else needs

    def _moved(self, need: Need, models: str) -> Need:
        module, name = need
        if not module.startswith("."):
            return need
        if module == ".models":
            return f"{models}{self.by_class[name].name}", name
        if module == "._checks":
            return f".._checks.{self.checks[name]}", name
        return f".{module}", name


def one_module(package: Outline) -> Modules:
    """All in one."""
    whole = Module(ALL, tuple(package.models.values()))
    return Modules((whole,), dict.fromkeys(classes_of(package).values(), whole), {})


def one_by_one(package: Outline, checks: Mapping[ir.SchemaId, str]) -> Modules:
    """A module for each schema or operation, with all that stands within it; where that is too much, one for each model."""
    tops: defaultdict[str, list[ir.Model]] = defaultdict(list)
    for model in package.models.values():
        tops[_top(model.id)].append(model)
    large = {model.id: None for models in tops.values() if len(models) > _LARGEST for model in models}
    places = _named(package, dict.fromkeys([*tops, *large, *map(_top, package.schemas)]))
    held: defaultdict[str, list[ir.Model]] = defaultdict(list)
    for top, models in tops.items():
        for model in models:
            held[places[model.id if model.id in large else top]].append(model)
    each = tuple(Module(name, tuple(models)) for name, models in sorted(held.items()))
    classes = classes_of(package)
    by_class = {classes[model.id]: module for module in each for model in module.models}
    return Modules(each, by_class, {name: _home(places, schema) for schema, name in checks.items()}, places)


def _home(places: Mapping[str, str], place: str) -> str:
    """The module of a schema: that of the nearest place above it."""
    while place not in places:
        place = place.rpartition("/")[0]
    return places[place]


def _top(place: str) -> str:
    """The place of what stands at the top level of a document and holds the place."""
    document, _, pointer = place.partition("#")
    _, *steps = pointer.split("/", _MOST_STEPS)
    return "/".join((f"{document}#", *steps[: _STEPS.get(steps[0], 0) if steps else 0]))


def _named(package: Outline, places: Iterable[str]) -> dict[str, str]:
    """What each module is called: as the class that it is for; others give way, so that a class is found where one looks for it."""
    operations = {_place_of(one): snake(one.name) for one in package.operations}
    home = next(iter(package.models), "").partition("#")[0]
    wanted = {}
    for place in places:
        document, _, pointer = place.partition("#")
        operation = operations.get(pointer) if document == home else None
        wanted[place] = (_short(operation or _name_of(document, pointer), place), place)
    classes = classes_of(package)
    of_classes = {place: (_short(snake(words(classes[place])), place), classes[place]) for place in wanted if place in classes}
    own = assign(
        {place: one for place, one in of_classes.items() if operations.get(place.partition("#")[2]) is None},
        reserved=MODULE_NAMES,
        fold=folded,
    )
    return assign(wanted | {place: (name, name) for place, name in own.items()}, reserved=MODULE_NAMES, fold=folded)


def _name_of(document: str, pointer: str) -> str:
    """A name made from the place: its last step; for an operation, the method and the path."""
    *_, above, last = ["", "", *pointer.split("/")]
    if pointer.startswith("/paths/"):
        return snake(words(f"{last} {unescaped(above)}"))
    return snake(words(unescaped(last) or document.rpartition("/")[2].partition(".")[0]))


def _short(name: str, place: str) -> str:
    """A name that every file system takes, and every linter."""
    name = name.strip("_") or "root"
    if not name.isascii():
        name = f"{name.encode('ascii', 'ignore').decode().strip('_') or 'n'}_{digest(place)}"
    name = f"n{name}" if not name.isidentifier() else name
    return name if len(name.encode()) <= _LONGEST else f"{name.encode()[:_LONGEST].decode(errors='ignore')}_{digest(place)}"


def _place_of(operation: ir.Operation) -> str:
    path = escaped(operation.path)
    return f"/{'webhooks' if operation.webhook else 'paths'}/{path}/{operation.method}"
