"""What the configuration wants of a document: all of it, or some schemas, operations and tags; and what it calls them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from specmill import names
from specmill.config import Selection
from specmill.diagnostics import Report, nearest
from specmill.frontend.graph import Graph, child
from specmill.frontend.operations import Source, id_of, tags_of
from specmill.frontend.parts import Part, parts
from specmill.ir import ModelId, SchemaId, Words

if TYPE_CHECKING:
    from specmill.config import Config


def roots(graph: Graph, config: Config, *, narrowed: bool) -> Iterator[SchemaId]:
    """The schemas that are declared whether or not an operation reaches them."""
    for id, name in _declared(graph):
        wanted = _matches(name, config.include.schemas) if narrowed else True
        if wanted and not _matches(name, config.exclude.schemas):
            yield id


def _declared(graph: Graph) -> Iterator[tuple[SchemaId, str]]:
    """The schemas that have a name, with it."""
    for path in (("components", "schemas"), ("$defs",), ("definitions",)):
        table = graph.node(graph.root_id)
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        for name in table if isinstance(table, dict) else ():
            yield child(graph.root_id, *path, name), name


def in_components(graph: Graph) -> Iterator[SchemaId]:
    """The schemas that stand in components of all other kinds, for those that no operation reaches."""
    components = graph.node(graph.root_id).get("components") if isinstance(graph.node(graph.root_id), dict) else None
    waiting = [(child(graph.root_id, "components"), components, Part.COMPONENTS)] if isinstance(components, dict) else []
    while waiting:
        place, node, part = waiting.pop()
        inner = [(child(place, *keys), held, kind) for keys, held, kind in parts(part, node)]
        yield from (id for id, _, kind in inner if kind is Part.SCHEMA and part is not Part.COMPONENTS)
        waiting += [one for one in reversed(inner) if one[2] is not Part.SCHEMA]


def is_chosen(graph: Graph, config: Config, source: Source) -> bool:
    """Whether the configuration wants the operation."""
    id, tags = _called(graph, source)

    def selected(selection: Selection) -> bool:
        return _matches(id, selection.operations) or any(_matches(tag, selection.tags) for tag in tags)

    asked = config.include.operations or config.include.tags or config.include.schemas
    return (selected(config.include) if asked else True) and not selected(config.exclude)


def _called(graph: Graph, source: Source) -> tuple[str, tuple[str, ...]]:
    """The id of an operation, and its tags."""
    raw = graph.node(source.pointer)
    return id_of(source, raw), tags_of(raw)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def asked_names(config: Config, ids: Iterable[ModelId]) -> dict[ModelId, Words]:
    """The names that the configuration gives to models."""
    return {id: names.words(name) for id in ids for key in _keys(id) if (name := config.names.get(key))} if config.names else {}


def _keys(id: ModelId) -> tuple[str, ...]:
    """How a configuration may name a model: by its id, by its pointer, by the name of its component."""
    pointer = id.partition("#")[2]
    head, _, last = pointer.rpartition("/")
    return (id, f"#{pointer}", pointer, *((last,) if head.endswith(("/schemas", "/$defs", "/definitions")) else ()))


def tell_unused(graph: Graph, config: Config, sources: Iterable[Source], report: Report) -> None:
    """Find what the configuration chooses by a name that nothing has: misspelt, or called otherwise by now."""
    if config.include == config.exclude == Selection():
        return
    called = [_called(graph, source) for source in sources]
    tags = dict.fromkeys(tag for _, tags in called for tag in tags)
    known = {"schemas": [name for _, name in _declared(graph)], "operations": [id for id, _ in called], "tags": [*tags]}
    for table, selection in (("include", config.include), ("exclude", config.exclude)):
        for kind, there in known.items():
            for pattern in getattr(selection, kind):
                if not any(fnmatchcase(name, pattern) for name in there):
                    _tell(f"{table}.{kind}", pattern, there, report)


def tell_unused_names(graph: Graph, config: Config, models: Iterable[ModelId], report: Report) -> None:
    """Find the names that the configuration gives to what is not there."""
    if not config.names:
        return
    known = {name for _, name in _declared(graph)}.union(*map(_keys, models))
    home = graph.root_id.removesuffix("#")
    for key in config.names:
        document, _, pointer = key.rpartition("#")
        if key not in known and ("/" not in pointer or graph.node(f"{document or home}#{pointer}") is None):
            _tell("names", key, known, report)


def _tell(table: str, name: str, known: Iterable[str], report: Report) -> None:
    near = nearest(name, known)
    text = f"`{table}` names {name!r}, but nothing in the spec is called so"
    report.warning("unused-name", None, text, help=f"did you mean {near!r}?" if near else None)
