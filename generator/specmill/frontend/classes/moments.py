"""Examples that YAML has as timestamps, without quotes: SDK generators read a moment there, and print it in their own way."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from specmill.frontend.graph import Graph, child
from specmill.ir import Json, Moment, SchemaId

_TIMESTAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:(?:[Tt]|[ \t]+)(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-]\d\d:\d\d))?)?\Z", re.ASCII)


def told(graph: Graph, id: SchemaId, examples: tuple[Json, ...]) -> tuple[Json, ...]:
    """The examples that the schema (or parameter) at an id lists for a date-time, those without quotes as moments."""
    raw = graph.node(id)
    if not isinstance(raw, dict):
        return examples
    places = [child(id, "example")] if "example" in raw else []
    places += [child(id, "examples", index) for index in range(len(raw["examples"]))] if isinstance(raw.get("examples"), list) else []
    if len(places) != len(examples):
        return examples
    return tuple(_read(graph, place, value) for place, value in zip(places, examples, strict=True))


def _read(graph: Graph, place: SchemaId, value: Json) -> Json:
    printed = _printed(value) if isinstance(value, str) else None
    return value if printed is None or not graph.is_bare(place, value) else Moment(value, printed)


def _printed(text: str) -> str | None:
    """The moment that a text is to YAML, as Go prints it: ``2024-08-15 12:34:56 +0000 UTC``."""
    found = _TIMESTAMP.match(text)
    try:
        datetime.fromisoformat(text[:10])
    except ValueError:
        found = None
    if found is None:
        return None
    day, time, fraction, _, offset = found.groups()
    part = f".{digits}" if (digits := (fraction or "").rstrip("0")) else ""
    zone = (offset or "+00:00").replace(":", "")
    return f"{day} {time or '00:00:00'}{part} {zone} {'UTC' if zone.endswith('0000') else zone}"
