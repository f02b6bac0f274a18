"""The schemas that must be asserted as written: those that a shape cannot say in full, and all that they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from specmill.frontend.graph import Graph
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Schema, SchemaId


def closure(graph: Graph, vocabulary: Vocabulary, roots: Iterable[SchemaId]) -> dict[SchemaId, Schema]:
    """The schemas at the roots and below, by id, in the order in which they are met."""
    found: dict[SchemaId, Schema] = {}
    pending = list(roots)
    while pending:
        id = pending.pop()
        if id in found:
            continue
        schema = vocabulary.schema(id)
        if schema.enum is not None and is_open(graph, id):
            schema = replace(schema, enum=None)
        found[id] = schema
        pending += below(schema, schema.properties)
    return found


def below(schema: Schema, properties: Iterable[tuple[str, SchemaId]]) -> list[SchemaId]:
    """The ids of the schemas that a schema applies; of its properties, those that are given."""
    found = [*schema.all_of, *schema.any_of, *schema.one_of, *schema.prefix_items]
    found += [place for _, place in (*properties, *schema.pattern_properties, *schema.dependent_schemas)]
    singles = (
        schema.ref,
        schema.not_,
        schema.if_,
        schema.then,
        schema.else_,
        schema.additional_properties,
        schema.property_names,
        schema.unevaluated_properties,
        schema.items,
        schema.unevaluated_items,
        schema.contains,
    )
    return found + [place for place in singles if place is not None]


def is_open(graph: Graph, id: SchemaId) -> bool:
    """Whether values that the enum at the id does not list are to be expected."""
    raw = graph.keywords(id)
    return bool(raw.get("x-extensible-enum") or raw.get("x-open-enum") or raw.get("x-speakeasy-unknown-values") == "allow")
