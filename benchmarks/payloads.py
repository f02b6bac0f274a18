"""The JSON that the serializers are measured on."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]

SESSION: Data = {
    "_id": "01JYZ3A5M8Q2V7W9X4B6C8D0E1", "external_id": "conversation-4711", "duration": 1250.5, "contact_ids": ["contact-1", "contact-2"],
    "billing": {"input_cost": 0.0125, "output_cost": 0.025, "total_cost": 0.0375},
    "usage": {"prompt_tokens": 1250, "completion_tokens": 430, "total_tokens": 1680}, "traces_count": 3, "tags": ["production", "chat"],
    "workspace_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "project_id": None,
    "started_at": "2025-06-29T20:07:01.844Z", "updated_at": "2025-06-29T20:07:02.120Z",
}  # fmt: skip
"""As in spec/session.yaml."""

_NO = (
    "lock_reason milestone sprint epic severity environment component version_found version_fixed branch commit "
    "pull_request customer region language parent_id duplicate_of spent remaining due_at resolved_at reopened_at"
).split()
_DATES = ["created_at", "updated_at", "closed_at", "started_at", "first_reply_at", "last_reply_at", "imported_at", "synced_at"]
_TEXTS = ["url", "html_url", "events_url", "board", "column", "origin", "priority"]
_PERSON: Data = {"id": 7, "name": "Ada Lovelace", "email": None, "is_admin": False}

ISSUE: Data = {
    "id": 2147483648, "number": 1347, "key": "MILL-1347", "title": "Found a bug in the decoder", "state": "open", "reporter": _PERSON,
    "labels": [{"name": "bug", "color": "f29513"}, {"name": "speed", "color": "0e8a16"}], "assignee": _PERSON | {"id": 8, "email": "a@b.example"},
    "body": "It stops at the first error, and I would like to see them all. " * 4, "locked": False, "estimate": 2.5, "points": 3,
    "votes": 12, "watchers": 4, "comments": 9, "attachments": ["log.txt", "screen.png"], "is_public": True, "is_spam": False,
    "rank": 0.75, "score": 12.25, "confidence": 0.5, "cost": 120, "archived": False,
    **dict.fromkeys(_NO), **{name: f"2025-06-{day:02}T20:07:01Z" for day, name in enumerate(_DATES, 1)},
    **{name: f"https://example.com/issues/1347/{name}" for name in _TEXTS},
}  # fmt: skip
"""As the Issue of shapes.yaml: 60 keys, 22 nulls, 8 dates."""


def _event(number: int, depth: int) -> Data:
    start = {"id": number, "started_at": "2025-06-29T20:07:01.5Z"}
    match number % 4:
        case 0 if depth < 3:
            children = [_event(number + i, depth + 1) for i in range(1, 6)]
            return {"kind": "span", **start, "name": "call", "ended_at": "2025-06-29T20:07:02Z", "children": children}
        case 0 | 1:
            return {"kind": "message", "id": number, "role": "assistant", "text": "The session was closed two minutes ago."}
        case 2:
            arguments = {"query": "sessions of today", "limit": "20"}
            return {"kind": "tool_call", "id": number, "tool": "search", "arguments": arguments, "result": None}
        case _:
            return {"kind": "measurement", "id": number, "metric": "latency", "value": number / 8}


STREAM: Data = {"id": "stream-1", "events": [_event(number, 0) for number in range(20)]}
"""As the Stream of shapes.yaml: about a hundred events, spans in spans."""


def without_underscore(data: Data) -> Data:
    """The session for libraries that cannot rename a key."""
    return {key.removeprefix("_"): value for key, value in data.items()}
