"""YAML text to libyaml's events, and the places of values by them; the only module that imports yaml's parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from specmill.frontend.limits import Fault, Unreadable
from specmill.frontend.positions import Spot, Tree

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]
except ImportError:  # PyYAML was built without libyaml: the same events, slower
    from yaml import SafeLoader as CParser  # type: ignore[assignment]

__all__ = [
    "AliasEvent",
    "DocumentStartEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "YAMLError",
    "events",
    "fault",
    "of_yaml",
]

Event: TypeAlias = Any  # the stubs of PyYAML leave most of what an event holds untyped
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_SEPARATORS: Final = "\x85\u2028\u2029"  # line breaks in YAML 1.1, ordinary characters in 1.2


def events(text: str) -> Callable[[], Event]:
    """A function that gives the next event of the text, None behind the last one."""
    if not any(separator in text for separator in _SEPARATORS):
        return CParser(text).get_event
    # libyaml takes these for line breaks: others that the text does not use go through it in their place.
    lower = text.lower()  # an escape may spell a character, too
    unused = (c for c in map(chr, range(0xE000, 0xF8FF)) if c not in text and f"{ord(c):x}" not in lower)
    there = dict(zip(map(ord, _SEPARATORS), unused, strict=False))
    back = {ord(stand_in): chr(separator) for separator, stand_in in there.items()}
    following = CParser(text.translate(there)).get_event

    def translated() -> Event:
        event = following()
        if isinstance(event, ScalarEvent):
            event.value = event.value.translate(back)
        return event

    return translated


_HINTS: Final = {
    "\t": "indent with spaces: YAML does not allow tabs there",
    "@": "put the text in quotes",
    "`": "put the text in quotes",
    "%": "put the text in quotes",
}


def fault(text: str, error: YAMLError) -> Fault:
    """What libyaml finds wrong with the text."""
    if not isinstance(error, MarkedYAMLError):  # a ReaderError, whose position is not always one of a character
        found = _UNPRINTABLE.search(text)
        start = found.start() if found else 0
        character = f"the control character U+{ord(found[0]):04X}" if found else "a character"
        return Fault(
            "invalid-yaml",
            f"not valid YAML: {character} may not stand in it as such",
            start,
            start + 1,
            "write it as an escape in double quotes",
        )
    mark = error.problem_mark or error.context_mark
    start = min(mark.index if mark else 0, len(text))
    hint = _HINTS.get(text[start : start + 1])
    if error.problem == "mapping values are not allowed in this context":
        hint = "put a text that holds ': ' in quotes, or mend the indentation"
    context = ((f"{error.context}, which begins here", error.context_mark.index),) if error.context and error.context_mark else ()
    return Fault("invalid-yaml", f"not valid YAML: {error.problem}", start, start + 1, hint, context)


# ---- positions ------------------------------------------------------------------------------------------------------------------


def of_yaml(text: str) -> Tree:
    """The places in a YAML text of one document that has been loaded before; raises ``Unreadable`` for another."""
    try:
        return _tree(text)
    except YAMLError as error:
        raise Unreadable(fault(text, error)) from None


def of_part(text: str, depth: int | None) -> Spot | None:
    """The places in a part of a text, None where it is empty; a block that begins at ``depth``, where that is given, is not read to its end."""
    return _tree(text, depth).root


def _tree(text: str, depth: int | None = None) -> Tree:
    tree = Tree()
    anchors: dict[str, tuple[Spot, str]] = {}
    for event in iter(events(text), None):
        start, end = event.start_mark.index, event.end_mark.index
        spot = Spot(start, end)
        if isinstance(event, AliasEvent):
            target, value = anchors[str(event.anchor)]
            spot.children = target.children
        elif isinstance(event, CollectionEndEvent):
            tree.close(end)
            continue
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            value = event.value if isinstance(event, ScalarEvent) else ""
            if event.anchor is not None:
                anchors[event.anchor] = spot, value
        else:
            continue
        if tree.awaits_key:
            tree.key(value, start, end)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            if depth == tree.depth and not event.flow_style:
                tree.value(Spot(start, len(text)))
                return tree
            tree.open(spot, mapping=isinstance(event, MappingStartEvent))
        else:
            tree.value(spot)
    return tree
