"""The schema graph to ``ir.Package``: every model that the document declares, and those that its operations describe in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from specmill import names
from specmill.diagnostics import Report
from specmill.frontend import dialects
from specmill.frontend.assertions import closure
from specmill.frontend.defaults import settle
from specmill.frontend.graph import Graph, child
from specmill.frontend.inline_names import InlineNames, resolve
from specmill.frontend.operations import Source, find, lower_operation
from specmill.frontend.shapes import Shapes
from specmill.frontend.vocabulary import Vocabulary, own_place
from specmill.ir import Group, Json, ListOf, Model, ModelId, Nullable, Operation, Package, Ref, SchemaId, Type, Words

if TYPE_CHECKING:
    from specmill.config import Config, Selection


def lower(graph: Graph, config: Config, report: Report) -> Package:
    """Describe what the document declares; what is wrong with it goes to the report, and the rest is described all the same."""
    root = graph.node(graph.root_id)
    if not _is_supported(root, graph.root_id, report):
        return Package("", "", None, {})
    vocabulary = Vocabulary(graph, report, config.formats)
    namer = InlineNames(graph, vocabulary, config.inline_names, _root_name(graph, config))
    shapes = Shapes(graph, vocabulary, namer, report)
    sources = find(graph, namer) if vocabulary.is_openapi else []
    chosen = [source for source in sources if _is_chosen(graph, config, source)]
    for id in _roots(graph, config, narrowed=len(chosen) < len(sources) or bool(config.include.schemas)):
        shapes.refer(id)
    if not vocabulary.is_openapi:
        shapes.root(graph.root_id)
    shapes.finish()
    operations = tuple(lower_operation(shapes, source) for source in chosen)
    shapes.finish()
    settle(shapes.models, report)
    _name(shapes.models, namer, config)
    _group(shapes.models, operations)
    info = root.get("info", root) if isinstance(root, dict) else {}
    return Package(
        title=_text(info.get("title")) or _text(info.get("name")) or " ".join(_root_name(graph, config)),
        version=_text(info.get("version")),
        description=info["description"] if isinstance(info.get("description"), str) else None,
        models=_in_order(shapes),
        operations=operations,
        schemas=closure(graph, vocabulary, shapes.checked),
    )


def _is_supported(root: Json, id: SchemaId, report: Report) -> bool:
    if not isinstance(root, dict):
        if not isinstance(root, bool):
            report.error(
                "not-a-spec", id, "this is neither an OpenAPI document nor a JSON Schema: expected an object (or a boolean) at the top"
            )
        return isinstance(root, bool)
    for key in ("swagger", "asyncapi", "arazzo", "overlay"):
        if key in root:
            report.error(
                "unsupported-version",
                child(id, key),
                f"{key} {root[key]} documents are not supported; expected OpenAPI 3.0, 3.1 or 3.2, or a JSON Schema",
                help="convert the document to OpenAPI 3.1 first" if key == "swagger" else None,
            )
            return False
    if "openapi" in root and dialects.of_openapi(root["openapi"]) is None:
        found = f"OpenAPI {root['openapi']!s} is not supported; expected 3.0, 3.1 or 3.2"
        report.error("unsupported-version", child(id, "openapi"), found)
        return False
    return True


def _root_name(graph: Graph, config: Config) -> Words:
    """The name of a document that is one schema: as configured, its title, or its file's name."""
    if config.root_name:
        return names.words(config.root_name)
    root = graph.node(graph.root_id)
    title = root.get("title") if isinstance(root, dict) else None
    if isinstance(title, str) and names.pascal(names.words(title)).isidentifier():
        return names.words(title)
    return names.words(graph.root_id.partition("#")[0].rpartition("/")[2].split(".")[0] or "schema")


# ---- what is wanted -------------------------------------------------------------------------------------------------------------


def _roots(graph: Graph, config: Config, *, narrowed: bool) -> Iterator[SchemaId]:
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


def _is_chosen(graph: Graph, config: Config, source: Source) -> bool:
    raw = graph.node(source.pointer)
    id = str(raw.get("operationId", f"{source.method} {source.path}"))
    tags = [str(tag) for tag in raw.get("tags") or ()]

    def selected(selection: Selection) -> bool:
        return _matches(id, selection.operations) or any(_matches(tag, selection.tags) for tag in tags)

    asked = config.include.operations or config.include.tags or config.include.schemas
    return (selected(config.include) if asked else True) and not selected(config.exclude)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


# ---- the last touches -----------------------------------------------------------------------------------------------------------


def _name(models: dict[ModelId, Model], namer: InlineNames, config: Config) -> None:
    pinned = {id: names.words(name) for id in models for key in _keys(id) if (name := config.names.get(key))}
    settled = resolve({id: (pinned[id],) if id in pinned else namer.candidates(id) for id in models})
    for id, words in settled.items():
        models[id] = replace(models[id], name=words)


def _keys(id: ModelId) -> tuple[str, ...]:
    """How a configuration may speak of a model: by its id, by its pointer, by the name of its component."""
    pointer = id.partition("#")[2]
    head, _, last = pointer.rpartition("/")
    return (id, f"#{pointer}", pointer, *((last,) if head.endswith(("/schemas", "/$defs", "/definitions")) else ()))


def _group(models: dict[ModelId, Model], operations: tuple[Operation, ...]) -> None:
    """Sort the models: those of operations, those that only error responses carry, and components."""
    good: set[ModelId] = set()
    bad: set[ModelId] = set()
    for operation in operations:
        for body in operation.bodies:
            good |= set(_carried(body.type))
        for response in operation.responses:
            carried = {id for body in response.bodies for id in _carried(body.type)}
            (bad if response.status[:1] in "45" and response.status else good).update(carried)
    places = ("/paths/", "/webhooks/", "/pathItems/", "/callbacks/")
    for id, model in models.items():
        inline = id.partition("#")[2].startswith(places[:2]) or any(place in id.partition("#")[2] for place in places[2:])
        group = Group.ERROR if id in bad - good else Group.OPERATION if inline else Group.COMPONENT
        if group is not model.group:
            models[id] = replace(model, group=group)


def _carried(type_: Type) -> Iterator[ModelId]:
    match type_:
        case Ref():
            yield type_.model
        case ListOf():
            yield from _carried(type_.item)
        case Nullable():
            yield from _carried(type_.type)
        case _:
            return


def _in_order(shapes: Shapes) -> dict[ModelId, Model]:
    """Models in the order in which the walk met their schemas: what mentions stands before what is mentioned."""
    order = {id: position for position, id in enumerate(shapes.met)}
    return dict(sorted(shapes.models.items(), key=lambda item: order.get(own_place(item[0]), len(order))))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
