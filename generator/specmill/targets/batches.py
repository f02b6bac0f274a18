"""Pages that are made together, and what they were made of: where none of that has changed since the last run, they need not be made again.

A target hands its writers watched tables in place of its own (models, schemas, names, each by an id). Whatever is looked up in one of them while a
batch is made is noted: the batch depends on all that any table says of that id. What it depends on besides is ``told``. A watched table cannot be
iterated over, since a batch would then depend on all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeAlias, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from specmill import ir
from specmill.targets import Page, each, former, once, taken_over

T = TypeVar("T")
Table: TypeAlias = Mapping[str, object]
Prints: TypeAlias = list[Table]  # what each table says of an id: plain data, of models and schemas a digest

_encode = msgspec.msgpack.Encoder().encode


class Watched(dict[str, T]):
    """A table that notes which ids are looked up. It begins empty, and what was looked up is in it from then on, at no further cost."""

    __slots__ = ("_misses", "_source")

    def __init__(self, source: Mapping[str, T], misses: set[str]) -> None:
        super().__init__()
        self._source, self._misses = source, misses

    def show(self, source: Mapping[str, T]) -> None:
        """From here on, look things up in another table."""
        self.clear()
        self._source = source

    def __missing__(self, key: str) -> T:
        self._misses.add(key)
        value = self[key] = self._source[key]
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """As in any dict."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        self._misses.add(str(key))
        return key in self._source

    def _walked(self) -> NoReturn:
        raise TypeError("a watched table is looked up by id: a page must not depend on all of it")

    __iter__ = __len__ = keys = values = items = __or__ = __ror__ = copy = _walked  # type: ignore[assignment]


class Reads:
    """The tables that the batches of one target read, and what the batch that is being made has looked up."""

    def __init__(self) -> None:
        """Nothing can be read before there is a package to ``show``."""
        self._tables: list[Table] = []
        self._watched: list[Watched[Any]] = []
        self._seen: set[str] = set()
        self._models: Watched[ir.Model] = self._noting({})
        self._schemas: Watched[ir.Schema] = self._noting({})
        self.operations: Watched[ir.Operation] = self._noting({})  # by `named`

    def show(self, package: ir.Package) -> ir.Package:
        """From here on, batches see this package, which is told from others of the same outline by what they look up: as a batch may see it."""
        self._package = package
        self._models.show(package.models)
        self._schemas.show(package.schemas)
        self.operations.show(named(package))
        self.package = replace(package, models=self._models, schemas=self._schemas, operations=())
        return self.package

    def _noting(self, table: Mapping[str, T]) -> Watched[T]:
        self._watched.append(Watched(table, self._seen))
        return self._watched[-1]

    def watch(self, table: Mapping[str, T]) -> dict[str, T]:
        """The table, which is of plain data, as a batch may see it."""
        self.tell(table)
        return self._noting(table)

    def tell(self, *tables: Table) -> None:
        """Further tables of plain data about the ids; whoever reads of an id there has looked it up in a watched table, too."""
        self._tables += tables

    def prints(self) -> Prints:
        """What the tables say of each id; asked for when all are known."""
        return [*_described(self._package), *self._tables]

    def forget(self) -> None:
        """What was looked up for another batch."""
        self._seen.clear()
        for table in self._watched:
            table.clear()

    def noted(self, make: Callable[[], T]) -> tuple[T, frozenset[str]]:
        """What ``make`` gives, and the ids that were looked up for it; whatever it becomes a part of depends on them, too."""
        before = frozenset(self._seen)
        self.forget()
        try:
            return make(), frozenset(self._seen)
        finally:
            self._seen |= before

    def seen_with(self, others: Iterable[str]) -> tuple[str, ...]:
        """The ids that were looked up, and others, in no order."""
        return tuple(self._seen.union(others))

    def saw(self, ids: frozenset[str]) -> None:
        """Note the ids that were looked up for something made before, which is taken again."""
        self._seen |= ids


class Batch(Struct, frozen=True):
    """Pages that are made together, where something that they are made of has changed."""

    name: str  # its own among those of the target
    make: Callable[[], Iterable[Page]]
    reads: Reads  # the one of its target: what has changed since the last run is found once for all of its batches
    about: tuple[str, ...] = ()  # ids that it depends on in any case
    told: object = None  # what it depends on that no table says

    def print(self) -> bytes:
        """A digest of what it was told, and of which ids it is about."""
        return fingerprint([self.about, self.told])

    def made(self) -> tuple[list[Page], tuple[str, ...]]:
        """The pages, and the ids that they depend on, in no order."""
        self.reads.forget()
        return list(self.make()), self.reads.seen_with(self.about)


@once
def named(package: ir.Package) -> dict[str, ir.Operation]:
    """The operations, each by a name of its own: one path item may serve several paths, and a callback several operations."""
    found: dict[str, ir.Operation] = {}
    for one in package.operations:
        name = f"{one.id} {one.method} {one.path}"
        while name in found:
            name += "'"
        found[name] = one
    return found


def _described(package: ir.Package) -> Prints:
    """A digest of each model, of each schema and of each operation."""
    return [_models_described(package), schemas_described(package), _operations_described(package)]


@each
def _models_described(model: ir.Model) -> bytes:
    return fingerprint(model)


@once
def schemas_described(package: ir.Package) -> dict[ir.SchemaId, bytes]:
    """A digest of each schema."""
    before, known = former(package, schemas_described)
    return taken_over(known or {}, before.schemas, package.schemas, fingerprint)


@once
def _operations_described(package: ir.Package) -> dict[str, bytes]:
    before, known = former(package, _operations_described)
    return taken_over(known or {}, named(before), named(package), fingerprint)


def after(package: ir.Package, before: ir.Package) -> ir.Package:
    """A package after an edit, with the very models, schemas and operations of the one before wherever they say the same."""
    tables = [
        {name: old[name] if known.get(name) == digest else new[name] for name, digest in digests.items()}
        for known, old, digests, new in zip(_described(before), _tables(before), _described(package), _tables(package), strict=True)
    ]
    models, schemas, operations = tables
    return replace(package, models=models, schemas=schemas, operations=tuple(operations.values())).after(before)


def _tables(package: ir.Package) -> tuple[Mapping[str, Any], ...]:
    return package.models, package.schemas, named(package)


def fingerprint(value: object) -> bytes:
    """A digest of data, or of the description of models: different values have different ones."""
    try:
        text = _encode(value)
    except (OverflowError, RecursionError, TypeError, ValueError):  # an integer of more than 64 bits, half a surrogate pair
        text = repr(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
