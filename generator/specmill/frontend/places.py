"""Steps through an OpenAPI document: what stands below a place, and where a reference leads. A place is an id, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from specmill.frontend.graph import Graph, child
from specmill.ir import Json, SchemaId

Place: TypeAlias = tuple[SchemaId, Json]


def below(place: Place, *keys: str) -> Place:
    """The place that the keys lead to; what stands there is None where they lead nowhere."""
    id, raw = place
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return child(id, *keys), raw


def entries(place: Place, *keys: str) -> Iterator[tuple[str, Place]]:
    """The entries of the object that the keys lead to; none where there is no object, as mostly."""
    id, raw = place
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    if isinstance(raw, dict):
        id = child(id, *keys)
        for name, held in raw.items():
            yield str(name), (child(id, str(name)), held)


def target_of(graph: Graph, place: Place) -> Place:
    """The place itself, or what the `$ref` there leads to."""
    seen: set[SchemaId] = set()
    while isinstance(raw := place[1], dict) and isinstance(raw.get("$ref"), str):
        seen.add(place[0])
        found = graph.resolve(raw["$ref"], place[0], "$ref")
        if found is None or found in seen:
            return place
        place = found, graph.node(found)
    return place


def schema_of(place: Place) -> Place | None:
    """Where a parameter's or header's schema stands: in `schema`, or in the one entry of `content`."""
    if "schema" in place[1]:
        return below(place, "schema")
    for _, media in entries(place, "content"):
        if isinstance(media[1], dict) and "schema" in media[1]:
            return below(media, "schema")
    return None
