"""What the last run understood of a large spec: after an edit, only what looks at the edited entries is understood again, as after a save.

The record lies in the user's cache. It is a shortcut, never a source: where there is none, or another specmill or configuration wrote it, or where it is
not certain what comes of an edit, the whole spec is understood.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from specmill import ir, user_cache
from specmill.config import Config, Selection
from specmill.diagnostics import Diagnostic, Report
from specmill.frontend.graph import Graph
from specmill.frontend.limits import Exhausted
from specmill.frontend.looks import Looks
from specmill.frontend.source import Document
from specmill.ir import Json, Package
from specmill.output.paths import MANIFEST
from specmill.output.templates import edition
from specmill.targets.batches import fingerprint

_Texts = dict[tuple[str, ...], bytes]

_FORMAT: Final = 2  # of a record; another one is not read
_MANY: Final = 1000  # models and operations; fewer are understood in no time
_EDITS: Final = 8  # entries that may differ from the record; beyond that, the whole is understood, and remembered
_NAME: Final = "spec-"  # how the name of a record begins
_RECORDS: Final = 10  # that are kept; each has some megabytes, ...
_MOST: Final = 50_000_000  # ... and none is made of a spec with more bytes
_SOME: Final = 500  # entries that are pickled together
_NAMED: Final = {id(ir.NO_DOCS): "NO_DOCS", id(ir.UNCONSTRAINED): "UNCONSTRAINED"}  # the same objects in each process
_encode: Final = msgspec.msgpack.Encoder().encode  # tells 1 from 1.0 and from true


class _Record(NamedTuple):
    texts: _Texts
    looks: Looks
    package: Package
    said: list[Diagnostic]


class Recalled:
    """The record of one spec."""

    def __init__(self, config: Config) -> None:
        """Nothing is read as long as nobody asks."""
        self._config = config
        self._file = f"{user_cache.folder()}/{_NAME}{fingerprint(str(config.spec)).hex()}"
        self._key = fingerprint([_FORMAT, *edition(), sorted(config.silence), repr(replace(config, silence=frozenset()))])

    def understood(self, document: Document, report: Report) -> Package | None:
        """The description of a document that is nearly what it was; what was found in it is reported again."""
        record = self._read()
        texts = None if record is None else _texts(document.data)
        if record is None or texts is None or texts.keys() != record.texts.keys():
            return None
        edited = {path: text for path, text in texts.items() if text != record.texts[path]}
        if () in edited or len(edited) > _EDITS:
            return None
        try:
            package = self._mended(document, record, edited)
        except (Exhausted, RecursionError):
            return None
        for one in record.said if package is not None else ():
            report.add(one)
        return package

    def _mended(self, document: Document, record: _Record, edited: _Texts) -> Package | None:
        """What becomes of the description by one edit after the other."""
        from specmill.frontend.mended import Mended  # with all that it needs, only for large specs

        for path in edited:
            document = _with(document, path, record.texts[path])
        mended = Mended(document, self._config, record.package)
        mended.recall(record.looks, record.said)
        package = mended.again(document, None)
        for path, text in edited.items():
            document = _with(document, path, text)
            package = None if package is None else mended.again(document, path)
        return package

    def keep(self, graph: Graph, package: Package, said: list[Diagnostic]) -> None:
        """Remember what was understood, where that can be mended; without it, the next run only takes longer."""
        is_large = len(package.models) + len(package.operations) >= _MANY
        is_whole = self._config.include == self._config.exclude == Selection()
        is_simple = graph.is_plain and len(graph.documents) == 1 and all(one.code != "invalid-default" for one in said)
        texts = _texts(graph.node(graph.root_id)) if is_large and is_whole and is_simple else None
        if texts is None or sum(map(len, texts.values())) > _MOST:
            return
        user_cache.write(self._file, _pickled(self._key, _Record(texts, graph.looks, package, said)))
        user_cache.tidy(_RECORDS, _NAME)

    def _read(self) -> _Record | None:
        """The record, trusted where it is the user's own, as Python's ``__pycache__`` is. Where nothing was generated yet, there is no last run."""
        if not any(os.path.exists(target.path / MANIFEST) for target in self._config.targets):
            return None
        stream = io.BytesIO(user_cache.read(self._file) or b"")
        if stream.read(len(self._key)) != self._key:
            return None
        import pickle  # needed only for large specs

        load = partial(pickle.load, stream)
        try:
            looks, package, said = load()
            return _Record(_table(load), looks, replace(package, models=_table(load)), said)
        except Exception:  # noqa: BLE001 - what is broken may raise anything
            return None


def _texts(data: Json) -> _Texts | None:
    """An OpenAPI document in pieces: each schema and path by itself, all else at ``()``; None where it is none, or holds what no text can."""
    from specmill.frontend.mended import MENDED  # as above
    from specmill.frontend.spliced import with_value

    if not (isinstance(data, dict) and "openapi" in data):
        return None
    found, rest = _Texts(), data
    try:
        for home in MENDED:
            held: Json = data
            for key in home:
                held = held.get(key) if isinstance(held, dict) else None
            if isinstance(held, dict):
                found |= {(*home, key): _encode(value) for key, value in held.items()}
                rest = with_value(rest, home, [*held])
        return found | {(): _encode(rest)}
    except (OverflowError, RecursionError, TypeError, ValueError):
        return None


def _with(document: Document, path: tuple[str, ...], text: bytes) -> Document:
    from specmill.frontend.spliced import with_value  # as above

    return replace(document, data=with_value(document.data, path, msgspec.msgpack.decode(text)))


class _Pieces(list[bytes]):
    """What is written, in pieces: together, they would be copied."""

    write = list.append


def _pickled(key: bytes, record: _Record) -> Iterator[bytes]:
    """The record, some entries at a time, since a pickler remembers all that it has written."""
    import pickle  # needed only for large specs

    pieces = _Pieces([key])
    pickler = pickle.Pickler(pieces, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {ir.Docs: _reduced, ir.Constraints: _reduced}
    for part in _parts(record):
        pickler.dump(part)
        pickler.clear_memo()
        yield from pieces
        pieces.clear()


def _parts(record: _Record) -> Iterator[object]:
    yield record.looks, replace(record.package, models={}), record.said
    yield from _some_of(record.texts)
    yield from _some_of(record.package.models)


def _some_of(table: Mapping[Any, object]) -> Iterator[dict[Any, object]]:
    """A table in parts; an empty one is the last."""
    entries = iter(table.items())
    while some := dict(islice(entries, _SOME)):
        yield some
    yield {}


def _table(load: Callable[[], dict[Any, Any]]) -> dict[Any, Any]:
    """A table that was written in parts."""
    found: dict[Any, Any] = {}
    while some := load():
        found |= some
    return found


def _reduced(value: Any) -> Any:
    return _NAMED.get(id(value)) or value.__reduce__()
