"""Steps through an OpenAPI document: what stands below a place, and what a reference there leads to."""

from __future__ import annotations

from collections.abc import Mapping

from specmill.frontend.graph import Graph, child
from specmill.ir import Json, SchemaId


def children(graph: Graph, place: SchemaId) -> list[tuple[str, SchemaId]]:
    """The entries of the object at the place; none where there is no object."""
    parent, _, key = place.rpartition("/")
    above: Mapping[str, Json] = graph.node(parent)
    raw = (
        above.get(key.replace("~1", "/").replace("~0", "~"))
        if isinstance(above, dict) and "/" in place.partition("#")[2]
        else graph.node(place)
    )
    return [(str(name), child(place, str(name))) for name in raw] if isinstance(raw, dict) else []


def target_of(graph: Graph, place: SchemaId) -> SchemaId:
    """The place itself, or what the `$ref` there leads to."""
    seen = {place}
    while isinstance(raw := graph.node(place), dict) and isinstance(raw.get("$ref"), str):
        found = graph.resolve(raw["$ref"], place, "$ref")
        if found is None or found in seen:
            return place
        seen.add(found)
        place = found
    return place


def schema_of(graph: Graph, place: SchemaId) -> SchemaId | None:
    """Where a parameter's or header's schema stands: in `schema`, or in the one entry of `content`."""
    raw = graph.node(place)
    if "schema" in raw:
        return child(place, "schema")
    for _, media in children(graph, child(place, "content")):
        written = graph.node(media)
        if isinstance(written, dict) and "schema" in written:
            return child(media, "schema")
    return None
