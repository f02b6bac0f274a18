"""Which schemas are reached from bodies of raw octets alone: there, a string that says it is binary is bytes, and elsewhere it is text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, json

from specmill.frontend.assertions import below
from specmill.frontend.graph import Graph, child
from specmill.frontend.media_types import is_octets
from specmill.frontend.parts import Part, parts
from specmill.frontend.reader import ONWARD
from specmill.frontend.unwritten import own_place
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import Json, SchemaId
from specmill.pointers import unescaped

_ELSEWHERE: Final = rb'"\$(?:ref|dynamicRef|recursiveRef)":(?!"#/components/)'
_IN_BODY: Final = r"/paths/[^/]*/[a-z]+/(?:requestBody|responses/[^/]*)/content/([^/]*)/(?:schema|itemSchema)(?:/|\Z)"
_TELLING: Final = ONWARD | {"format", "contentMediaType"}


class Octets(Struct, frozen=True, dict=True):
    """The ids of those schemas, found when somebody asks first: documents without binary strings need not be walked."""

    graph: Graph
    vocabulary: Vocabulary
    operations: tuple[SchemaId, ...]  # those that are described

    def __contains__(self, id: SchemaId) -> bool:
        place = own_place(id)
        body = re.match(_IN_BODY, place.removeprefix(self.graph.root_id))
        if body is not None and self._refers_to_components:  # so nothing but that body leads there
            return is_octets(unescaped(body[1]))
        return place in self._places

    @cached_property
    def _refers_to_components(self) -> bool:
        """Whether all references lead to components; written as JSON, a document is searched for others much faster than it is walked."""
        try:
            text = json.encode(self.graph.node(self.graph.root_id))
        except (OverflowError, RecursionError, TypeError, ValueError):  # data that no JSON text holds
            return False
        return self.graph.is_plain and re.search(_ELSEWHERE, text) is None

    @cached_property
    def _places(self) -> set[SchemaId]:
        start = self.graph.looks.now
        bodies: dict[bool, list[SchemaId]] = {True: [], False: []}
        for id, media_type in self._schemas():
            bodies[media_type is not None and is_octets(media_type)].append(id)
        raw = self._reached(bodies[True])
        found = raw and raw - self._reached(bodies[False])
        self.graph.looks.set_aside(start)
        return found

    def _schemas(self) -> Iterator[tuple[SchemaId, str | None]]:
        """The schemas that the operations use directly, each with the media type that it describes; None for parameters and headers."""
        node = self.graph.node
        waiting: list[tuple[SchemaId, Json, Part, str | None]] = [(id, node(id), Part.OPERATION, None) for id in self.operations]
        seen = set()
        while waiting:
            id, raw, part, media_type = waiting.pop()
            if (id, media_type) in seen or not isinstance(raw, dict):
                continue
            seen.add((id, media_type))
            if isinstance(raw.get("$ref"), str) and (target := self.graph.resolve(raw["$ref"], id)) is not None:
                waiting.append((target, node(target), part, media_type))
            for keys, held, inner in parts(part, raw):
                if inner is Part.SCHEMA:
                    yield child(id, *keys), media_type
                else:
                    waiting.append((child(id, *keys), held, inner, keys[-1] if inner is Part.MEDIA_TYPE else None))

    def _reached(self, ids: Iterable[SchemaId]) -> set[SchemaId]:
        waiting, found = list(ids), set[SchemaId]()
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting += self._below(id, self.graph.node(id))
        return found

    def leads(self, place: SchemaId) -> object:
        """What a schema or path says about octets: as long as that stays the same, nothing outside of it changes."""
        direct = [*self._schemas()] if self.operations else [(place, None)]
        waiting, found = [id for id, _ in direct], dict[SchemaId, list[SchemaId]]()
        while waiting:
            id = waiting.pop()
            if id not in found and f"{id}/".startswith(f"{place}/"):
                found[id] = self._below(id, self.graph.node(id))
                waiting += found[id]
        told = {id for id, below in found.items() if below or is_binary(self.graph.keywords(id))}
        return direct, {id: [one for one in found[id] if one in told or one not in found] for id in found if id in told}

    def _below(self, id: SchemaId, raw: Json) -> list[SchemaId]:
        """The schemas that a schema applies, without the properties (nearly all) that cannot be octets and apply nothing."""
        if not _tells(raw):
            return []
        schema = self.vocabulary.schema(id)
        listed = raw.get("properties") if isinstance(raw, dict) else None
        known = listed if isinstance(listed, dict) else {}
        return below(schema, [pair for pair in schema.properties if _tells(known.get(pair[0]))])


def _tells(raw: Json) -> bool:
    """Whether a schema can be octets, or apply other schemas."""
    return not isinstance(raw, dict) or not raw.keys().isdisjoint(_TELLING)


def is_binary(schema: Mapping[str, Json]) -> bool:
    """Whether a schema says that its strings are raw octets: as OpenAPI 3.0 (section 4.7.24) does, or as 3.1 (section 4.8.14.4)."""
    media_type = schema.get("contentMediaType")
    return schema.get("format") == "binary" or (isinstance(media_type, str) and "contentEncoding" not in schema and is_octets(media_type))
