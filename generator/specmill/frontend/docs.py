"""What a schema says to people: title, description, deprecation, examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from specmill.frontend.graph import Graph
from specmill.ir import NO_DOCS, Docs, Json, SchemaId

_BESIDES: Final = frozenset("title deprecated example examples x-deprecated-message x-speakeasy-deprecation-message".split())


def docs_of(graph: Graph, id: SchemaId) -> Docs:
    """The annotations of the schema at the id; a part that nobody wrote has none of its own."""
    return docs_in(graph.keywords(id))


def docs_in(raw: Mapping[str, Json]) -> Docs:
    """The annotations of a schema, a parameter or an operation."""
    description = raw.get("description")
    if not isinstance(description, str):
        description = None
    if raw.keys().isdisjoint(_BESIDES):
        return NO_DOCS if description is None else Docs(None, description)
    message = raw.get("x-speakeasy-deprecation-message", raw.get("x-deprecated-message"))
    examples = [raw["example"]] if "example" in raw else []
    examples += raw["examples"] if isinstance(raw.get("examples"), list) else []
    return Docs(
        title=_text(raw.get("title")),
        description=description,
        deprecated=raw.get("deprecated") is True,
        deprecation_message=_text(message),
        examples=tuple(examples),
    )


def filled(own: Docs, others: Iterable[Docs], *, text: bool = False) -> Docs:
    """The annotations with examples from the first of the others that has some, where there are none; ``text``: the description likewise."""
    for other in others:
        if not own.examples and other.examples:
            own = replace(own, examples=other.examples)
        if text and own.description is None:
            own = replace(own, description=other.description)
    return own


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
