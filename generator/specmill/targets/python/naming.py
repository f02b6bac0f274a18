"""What everything is called in Python: classes, attributes, enum members; and the annotation of each type."""

from __future__ import annotations

import builtins
import keyword
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from msgspec import Struct

from specmill import ir
from specmill.diagnostics import Diagnostic, Report
from specmill.names import assign, pascal, snake, upper_snake
from specmill.pointers import escaped, unescaped
from specmill.targets import each, once
from specmill.targets.outlines import Outline, outlined

K = TypeVar("K", bound=Hashable)

_KEYWORDS: Final = frozenset(keyword.kwlist)

_BUILTINS: Final = {name for name in dir(builtins) if name[0].isupper()} - {"WindowsError"} | {"PythonFinalizationError"}
"""``Warning``, ``ValueError``, ...: mypy takes them for Python's own where they stand before the class. The same for every Python from 3.11 on."""

RESERVED_CLASSES: Final = _KEYWORDS | _BUILTINS | {
    "Annotated", "Any", "Decimal", "DecodeError", "DecodeProblem", "Final", "IntEnum", "Literal", "Model", "ModelWithDefaults", "Never", "StrEnum",
    "TypeAlias", "UNSET", "UUID", "UnsetType",
}  # fmt: skip
"""Those, and the names that a module of models imports."""

RESERVED_ATTRIBUTES: Final = _KEYWORDS | {
    "bool", "bytes", "date", "datetime", "dict", "field", "float", "int", "list", "str", "time", "tuple",  # would shadow annotations
    "additional_properties", "from_dict", "from_json", "to_dict", "to_json", "validate",  # what every model has
    "cls", "msgspec", "self",
}  # fmt: skip

MODULE_NAMES: Final = _KEYWORDS | {"con", "prn", "aux", "nul"} | {f"{port}{i}" for port in ("com", "lpt") for i in range(10)}
"""What no module may be called: keywords, and the devices of Windows."""

_SHOWN: Final = 5  # names in one note
RESERVED_MEMBERS: Final = _KEYWORDS | {"mro", "name", "value"}


class Names(Struct, frozen=True):
    """The identifiers of one package."""

    classes: dict[ir.ModelId, str]
    within: Mapping[ir.ModelId, Mapping[Any, str]]  # of each record: wire name -> attribute; of each enum: value -> member

    def attribute(self, record: ir.Record, field: ir.Field) -> str:
        """The attribute of a field."""
        return self.within[record.id][field.wire_name]

    def member(self, model: ir.ModelId, value: str | int) -> str:
        """``Species.CAT``."""
        return f"{self.classes[model]}.{self.within[model][value]}"


def name_all(package: ir.Package, report: Report | None = None) -> Names:
    """Name everything, with a note in the report for each name that had to change."""
    outline = outlined(package)
    if report is not None:
        for one in (*_notes(package), *_classes(outline)[1]):
            report.add(one)
    return Names(classes_of(outline), _within(package))


def classes_of(package: Outline) -> dict[ir.ModelId, str]:
    """The classes."""
    return _classes(package)[0]


@once
def _within(package: ir.Package) -> dict[ir.ModelId, dict[Any, str]]:
    return {id: given for id, (given, _) in _named(package).items()}


def _notes(package: ir.Package) -> list[Diagnostic]:
    return [one for _, notes in _named(package).values() for one in notes]


@each
def _named(model: ir.Model) -> tuple[dict[Any, str], tuple[Diagnostic, ...]]:
    """The names within a model, and what there is to say of them."""
    match model:
        case ir.Record():
            return _attributes(model)
        case ir.Enum():
            return _members(model)
        case ir.Union() | ir.Alias():
            return {}, ()


@once
def _classes(package: Outline) -> tuple[dict[ir.ModelId, str], list[Diagnostic]]:
    """The classes, and what there is to say of them."""
    report = Report()
    plain = {id: pascal(model.name) for id, model in package.models.items()}
    wanted = {id: _public("Model", name) for id, name in plain.items()}
    given = _own(wanted, RESERVED_CLASSES, lambda: _in_spec(plain))
    _tell(report, "class", wanted, given, str)
    for id, name in plain.items():
        if name.startswith("_"):
            _tell_spelled(report, id, {" ".join(package.models[id].name): given[id]})
    return given, report.asked


def _in_spec(models: Iterable[ir.ModelId]) -> dict[ir.ModelId, str]:
    """What each model is called in the spec: by the last step to it, where no other has that."""
    segments = {model: unescaped(model.rpartition("/")[2]) for model in models}
    often = Counter(segments.values())
    return {model: segment if often[segment] == 1 else model for model, segment in segments.items()}


def _attributes(record: ir.Record) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    wanted = {field.wire_name: _attribute(field.name) for field in record.fields}
    given = _own(wanted, RESERVED_ATTRIBUTES, lambda: {key: key for key in wanted})
    if given is wanted and not _spelled(given):
        return given, ()
    report = Report()
    _tell(report, "attribute", wanted, given, lambda key: f"{record.id}/properties/{escaped(key)}")
    _tell_spelled(report, record.id, given)
    return given, tuple(report.asked)


@lru_cache(maxsize=16384)  # the same names come again and again
def _attribute(name: ir.Words) -> str:
    return _public("field_", snake(name))


def _members(enum: ir.Enum) -> tuple[dict[str | int, str], tuple[Diagnostic, ...]]:
    wanted = {member.value: _member(member.name) for member in enum.members}
    given = _own(wanted, RESERVED_MEMBERS, lambda: {value: str(value) for value in wanted})
    texts = {value: name for value, name in given.items() if isinstance(value, str)}
    if given is wanted and not _spelled(texts):
        return given, ()
    report = Report()
    _tell(report, "enum member", wanted, given, lambda _: f"{enum.id}/enum")
    _tell_spelled(report, f"{enum.id}/enum", texts)
    return given, tuple(report.asked)


@lru_cache(maxsize=16384)
def _member(name: ir.Words) -> str:
    return _public("VALUE_", upper_snake(name))


def _own(wanted: dict[K, str], reserved: frozenset[str], in_spec: Callable[[], Mapping[K, str]]) -> dict[K, str]:
    """An identifier for each key: the one that is wanted, as nearly always, or what follows from what the key is called in the spec."""
    if reserved.isdisjoint(wanted.values()) and len(set(wanted.values())) == len(wanted):
        return wanted
    called = in_spec()
    return assign({key: (name, called[key]) for key, name in wanted.items()}, reserved=reserved)


def _public(prefix: str, identifier: str) -> str:
    """A leading underscore, which a digit at the start leads to, would tell type checkers that the name is private."""
    return prefix + identifier[1:] if identifier.startswith("_") else identifier


def _tell(report: Report, what: str, wanted: Mapping[K, str], given: Mapping[K, str], pointer: Callable[[K], str]) -> None:
    """A note on each name that is not the one that was wanted."""
    for key, name in given.items() if given is not wanted else ():
        if name != (other := wanted[key]):
            report.note("renamed", pointer(key), f"the {what} {other!r} is called {name!r} in Python, since the name is taken")


def _tell_spelled(report: Report, pointer: str, given: Mapping[str, str]) -> None:
    """One note on all names at a place that no identifier could be."""
    found = [f"{key!r} is {given[key]!r}" for key in _spelled(given)]
    if found:
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        report.note("renamed", pointer, f"names start with a letter in Python, so {', '.join(found[:_SHOWN])}{more}")


def _spelled(names: Iterable[str]) -> list[str]:
    """Those that start with a digit, or are symbols only."""
    return [name for name in names if not name[:1].isalpha() and (name[:1].isdigit() or not any(map(str.isalnum, name)))]
