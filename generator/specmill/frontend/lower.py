"""The schema graph to ``ir.Package``: every model that the document declares, and those that its operations describe in place."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from specmill import names
from specmill.config import Config
from specmill.diagnostics import Report
from specmill.frontend import circles, dialects, endless, objects, suggestions
from specmill.frontend.assertions import closure
from specmill.frontend.defaults import settle
from specmill.frontend.graph import Graph, child
from specmill.frontend.groups import only_in_errors
from specmill.frontend.inline_names import IN_COMPONENT, InlineNames, resolve
from specmill.frontend.octets import Octets
from specmill.frontend.operations import find, lower_operation
from specmill.frontend.selection import asked_names, in_components, is_chosen, roots, tell_unused, tell_unused_names
from specmill.frontend.shapes import Shapes
from specmill.frontend.unwritten import own_place
from specmill.frontend.values import shown
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Group, Json, Model, ModelId, Package, SchemaId, Words

_OF_OPERATIONS: Final = re.compile(r"[^#]*#(/paths/|/webhooks/|.*/(pathItems|callbacks)/)", re.DOTALL)


def lower(graph: Graph, config: Config, report: Report) -> Package:
    """Describe what the document declares; what is wrong with it goes to the report, and the rest is described all the same."""
    root = graph.node(graph.root_id)
    if not _is_supported(root, graph.root_id, report):
        return Package("", "", None, {})
    vocabulary = Vocabulary(graph, report, config.formats)
    if vocabulary.is_openapi:
        objects.tell_unknown(graph, report)
    namer = InlineNames(graph, config.inline_names, root_name(graph, config))
    sources = find(graph, namer.add_operation) if vocabulary.is_openapi else []
    chosen = [source for source in sources if is_chosen(graph, config, source)]
    octets = Octets(graph, vocabulary, tuple(source.pointer for source in chosen))
    shapes = Shapes(graph, vocabulary, namer, octets, report)
    tell_unused(graph, config, sources, report)
    narrowed = len(chosen) < len(sources) or bool(config.include.schemas)
    for id in roots(graph, config, narrowed=narrowed):
        shapes.refer(id)
    if not vocabulary.is_openapi:
        shapes.root(graph.root_id)
    shapes.finish()
    operations = []
    for source in chosen:
        with graph.looks.part(source.pointer):
            operations.append(lower_operation(shapes, source))
    for id in () if narrowed else in_components(graph):
        with graph.looks.part(id):
            shapes.mention(id)
    shapes.finish()
    if not circles.tell(shapes.models, report):
        settle(shapes.models, shapes.models, report)
        endless.cut(shapes.models, report)
    tell_unused_names(graph, config, shapes.models, report)
    written = root if isinstance(root, dict) else {}
    info = written["info"] if isinstance(written.get("info"), dict) else written
    return Package(
        title=_text(info.get("title")) or _text(info.get("name")) or " ".join(root_name(graph, config)),
        version=_text(info.get("version")),
        description=info["description"] if isinstance(info.get("description"), str) else None,
        models=finished(shapes.models, resolve(wanted(shapes.models, namer, config)), only_in_errors(operations), shapes.met),
        operations=tuple(operations),
        schemas=closure(graph, vocabulary, shapes.checked),
    )


def _is_supported(root: Json, id: SchemaId, report: Report) -> bool:
    if not isinstance(root, dict):
        if not isinstance(root, bool):
            text = (
                f"this is neither an OpenAPI document nor a JSON Schema: expected an object (or a boolean) at the top; found {shown(root)}"
            )
            report.error("not-a-spec", id, text)
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
        found = f"OpenAPI {shown(root['openapi'])} is not supported; expected 3.0, 3.1 or 3.2"
        report.error("unsupported-version", child(id, "openapi"), found, help="write the version as in `openapi: 3.1.0`")
        return False
    if "openapi" not in root and not root.keys().isdisjoint(("paths", "components")) and root.keys().isdisjoint(dialects.UNSAID.keywords):
        text = "this looks like an OpenAPI document, but nothing says of which version"
        near = next((key for key in root if suggestions.among(key.lower(), ["openapi"])), None)
        hint = "write `openapi: 3.1.0`" + (f" in place of {near!r}" if near else " at the top")
        report.error("not-a-spec", id if near is None else child(id, near), text, help=hint, at_key=near is not None)
        return False
    return True


def root_name(graph: Graph, config: Config) -> Words:
    """The name of a document that is one schema: as configured, its title, or its file's name."""
    if config.root_name:
        return names.words(config.root_name)
    root = graph.node(graph.root_id)
    title = root.get("title") if isinstance(root, dict) else None
    if isinstance(title, str) and names.pascal(names.words(title)).isidentifier():
        return names.words(title)
    return names.words(graph.root_id.partition("#")[0].rpartition("/")[2].split(".")[0] or "schema")


# ---- the last touches -----------------------------------------------------------------------------------------------------------


def wanted(models: Iterable[ModelId], namer: InlineNames, config: Config) -> dict[ModelId, tuple[Words, ...]]:
    """The names that each model may have, the best first."""
    pinned = asked_names(config, models)
    return {id: (pinned[id],) if id in pinned else namer.candidates(id) for id in models}


def finished(
    models: Mapping[ModelId, Model], named: Mapping[ModelId, Words], errors: Container[ModelId], met: Iterable[SchemaId]
) -> dict[ModelId, Model]:
    """The models with their names and groups, in the order in which the walk met their schemas: a model stands before those it mentions."""
    order = {id: position for position, id in enumerate(met)}
    ids = sorted(models, key=lambda model: order.get(own_place(model), len(order)))
    return {id: replace(models[id], name=named[id], group=Group.ERROR if id in errors else _group(id)) for id in ids}


def _group(id: ModelId) -> Group:
    """Whether a model belongs to operations or to the components."""
    return Group.COMPONENT if IN_COMPONENT in id or not _OF_OPERATIONS.match(id) else Group.OPERATION


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
