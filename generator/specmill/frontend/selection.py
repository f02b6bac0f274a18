"""What the configuration wants of a document: all of it, or some schemas, operations and tags; and what it calls them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from specmill import names
from specmill.frontend.graph import Graph, child
from specmill.frontend.operations import Source, tags_of
from specmill.frontend.parts import Part, parts
from specmill.ir import Json, ModelId, SchemaId, Words

if TYPE_CHECKING:
    from specmill.config import Config, Selection


def roots(graph: Graph, config: Config, *, narrowed: bool) -> Iterator[SchemaId]:
    """The schemas that are declared whether or not an operation reaches them."""
    root = graph.node(graph.root_id)
    for path in (("components", "schemas"), ("$defs",), ("definitions",)):
        table: Json = root
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        for name in table if isinstance(table, dict) else ():
            wanted = _matches(name, config.include.schemas) if narrowed else True
            if wanted and not _matches(name, config.exclude.schemas):
                yield child(graph.root_id, *path, name)


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
    raw = graph.node(source.pointer)
    id = str(raw.get("operationId", f"{source.method} {source.path}"))
    tags = tags_of(raw)

    def selected(selection: Selection) -> bool:
        return _matches(id, selection.operations) or any(_matches(tag, selection.tags) for tag in tags)

    asked = config.include.operations or config.include.tags or config.include.schemas
    return (selected(config.include) if asked else True) and not selected(config.exclude)


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
