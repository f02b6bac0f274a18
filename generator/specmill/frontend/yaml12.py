"""YAML 1.2 text to data (core schema, merge keys), straight from libyaml's events.

libyaml reads YAML 1.1 syntax; what a scalar *means* is decided by the core schema of 1.2. Building the data from events, without a tree
of nodes between, takes less than half of the time and of the memory of PyYAML's own loader, and cannot run out of stack.
"""

from __future__ import annotations

import itertools
from typing import Any, Final

from specmill.config import Limits
from specmill.diagnostics import nearest
from specmill.frontend import core_schema
from specmill.frontend.core_schema import NumberRange, UnknownTag
from specmill.frontend.limits import Fault, Unreadable
from specmill.frontend.yaml_events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
    events,
    fault,
    of_yaml,
)
from specmill.ir import MISSING, Json

_LONG: Final = 1000  # characters; an alias of fewer stands for hardly more than itself
_MERGE: Final = object()  # the key of what `<<` brings in, until its mapping is complete


def load(text: str, limits: Limits) -> Json:
    """The data of a YAML text of one document; raises ``Unreadable``."""
    loader = _Loader(text, limits)
    try:
        data = loader.load()
    except YAMLError as error:
        raise Unreadable(fault(text, error)) from None
    if loader.repeats:
        raise Unreadable(*of_yaml(text).repeats())
    if loader.aliased:
        _weigh(data, limits)
    return data


class _Loader:
    """Builds dicts, lists and scalars from a parser's events."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.repeats = 0  # keys that were there before
        self.aliased = False  # whether an alias stands for a list, a mapping or a long text
        self._text = text
        self._limits = limits
        self._anchors: dict[str, tuple[Json, str]] = {}  # the value, and the text where it is a scalar
        self._stack: list[Any] = []  # the lists and mappings around the current one; None at the bottom
        self._merges: dict[int, Event] = {}  # id() of a mapping -> its `<<`
        self._merged = 0

    def load(self) -> Json:  # noqa: PLR0912 - a call per event would cost a fifth of the time
        """Read all events. One loop, for this is where the time goes."""
        root: Json = MISSING
        current: Any = None
        key: Any = None
        awaits_key = False
        kind: type | None = None
        starts, stack = core_schema.STARTS, self._stack
        once = dict[str, str]().setdefault  # of fifteen texts of a large spec, fourteen were there before: each is kept once
        for event in itertools.islice(iter(events(self._text), None), self._limits.values):
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = once(event.value, event.value)
                if awaits_key:
                    if value == "<<" or event.anchor is not None or event.tag is not None:
                        value = self._odd_key(event, current)
                elif event.anchor is not None or event.tag is not None:
                    value = self._anchored(event)
                elif event.implicit[0] and value[:1] in starts:
                    value = self._plain(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if self._merges:
                    self._merge(current)
                current = stack.pop()
                awaits_key = type(current) is dict
                continue
            elif kind is MappingStartEvent or kind is SequenceStartEvent or kind is AliasEvent:
                value = self._nested(event, current, awaits_key=awaits_key)
            else:
                self._check_single(event, root)
                continue
            if awaits_key:
                self.repeats += value in current
                key, awaits_key = value, False
                continue
            if current is None:
                root = value
            elif type(current) is dict:
                current[key] = value
                awaits_key = True
            else:
                current.append(value)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append(current)
                current, awaits_key = value, kind is MappingStartEvent
        return self._checked(root, kind)

    # ---- what is rare -----------------------------------------------------------------------------------------------------------

    def _check_single(self, event: Event, root: Json) -> None:
        if type(event) is DocumentStartEvent and root is not MISSING:
            raise Unreadable(_at(event, "many-documents", "a second document begins here", "keep one document in one file"))

    def _checked(self, root: Json, last: type | None) -> Json:
        if last is not StreamEndEvent:
            raise Unreadable(Fault("too-large", f"it holds more than {self._limits.values} values"))
        return root

    def _nested(self, event: Event, current: Any, *, awaits_key: bool) -> Json:
        if type(event) is AliasEvent:
            return self._alias(event, current, awaits_key=awaits_key)
        return self._start(event, awaits_key=awaits_key)

    def _start(self, event: Event, *, awaits_key: bool) -> Json:
        if awaits_key:
            raise Unreadable(_at(event, "complex-key", "a list or mapping cannot be a key: JSON's keys are strings"))
        if len(self._stack) >= self._limits.nesting:
            raise Unreadable(_at(event, "too-large", f"lists and mappings are nested more than {self._limits.nesting} deep"))
        is_mapping = type(event) is MappingStartEvent
        if event.tag is not None:
            try:
                core_schema.check_collection(event.tag, "map" if is_mapping else "seq")
            except UnknownTag as error:
                raise Unreadable(_unknown_tag(event, str(error))) from None
        value: Json = {} if is_mapping else []
        if event.anchor is not None:
            self._check_name(event, "&")
            self._anchors[event.anchor] = value, ""
        return value

    def _odd_key(self, event: Event, current: dict[Any, Json]) -> Any:
        """A key with an anchor or a tag, or ``<<``."""
        if event.anchor is not None or event.tag is not None:
            self._anchored(event)
        if event.value == "<<" and not event.style and event.tag is None:
            self._merges[id(current)] = event
            return _MERGE
        return event.value

    def _anchored(self, event: Event) -> Json:
        plain, quoted = event.implicit
        value = self._plain(event) if plain else event.value if quoted else self._tagged(event)
        if event.anchor is not None:
            self._check_name(event, "&")
            self._anchors[event.anchor] = value, event.value
        return value

    def _check_name(self, event: Event, sign: str) -> None:
        """Refuse a name that libyaml, to which names are letters, digits, ``-`` and ``_``, would take only the beginning of."""
        end = self._text.find(sign + event.anchor, event.start_mark.index) + 1 + len(event.anchor)
        if self._text[end : end + 1].strip(" \t\r\n,]}"):
            raise Unreadable(_at(event, "invalid-yaml", f"the name of an anchor holds letters, digits, - and _, not {self._text[end]!r}"))

    def _plain(self, event: Event) -> Json:
        try:
            value = core_schema.plain(event.value)
        except NumberRange:
            raise Unreadable(_at(event, "number-range", "the number is too large to be kept")) from None
        return event.value if type(value) is not str and self._is_marked_string(event) else value

    def _is_marked_string(self, event: Event) -> bool:
        """Whether the tag ``!`` makes a string of the scalar: libyaml drops that tag, so the source has to tell."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.style:
            return True
        return end - start != len(event.value) and "!" in self._text[start:end].split()

    def _tagged(self, event: Event) -> Json:
        try:
            return core_schema.tagged(event.value, event.tag)
        except UnknownTag as error:
            raise Unreadable(_unknown_tag(event, str(error))) from None
        except NumberRange:
            raise Unreadable(_at(event, "number-range", "the number is too large to be kept")) from None
        except ValueError as error:
            raise Unreadable(_at(event, "invalid-yaml", f"the tag does not fit: {error}")) from None

    def _alias(self, event: Event, current: Any, *, awaits_key: bool) -> Json:
        self._check_name(event, "*")
        found = self._anchors.get(event.anchor)
        if found is None:
            near = nearest(event.anchor, self._anchors)
            hint = f"did you mean *{near}?" if near else None
            raise Unreadable(_at(event, "unknown-alias", f"there is no anchor &{event.anchor} before this", hint))
        value, text = found
        if awaits_key:
            if type(value) in (dict, list):
                raise Unreadable(_at(event, "complex-key", "a list or mapping cannot be a key: JSON's keys are strings"))
            return text
        self.aliased = self.aliased or len(text) > _LONG
        if type(value) in (dict, list):
            self.aliased = True
            if value is current or any(value is outer for outer in self._stack):
                raise Unreadable(_at(event, "alias-cycle", f"*{event.anchor} stands inside what it stands for; JSON cannot hold itself"))
        return value

    def _merge(self, mapping: dict[Any, Json]) -> None:
        """Put what ``<<`` brings in before the mapping's own keys; the own keys win, then the earlier source."""
        event = self._merges.pop(id(mapping), None)
        if event is None:
            return
        value = mapping.pop(_MERGE)
        merged: dict[Any, Json] = {}
        for source in value if type(value) is list else [value]:
            if type(source) is not dict:
                raise Unreadable(_at(event, "invalid-merge", "<< takes a mapping or a list of mappings"))
            self._merged += len(source)
            if self._merged > self._limits.values:
                raise Unreadable(_at(event, "too-large", f"<< brings in more than {self._limits.values} keys"))
            for key, inherited in source.items():
                merged.setdefault(key, inherited)
        merged.update(mapping)
        mapping.clear()
        mapping.update(merged)


def _weigh(data: Json, limits: Limits) -> None:
    """Refuse data that would be too much once every alias is replaced by what it stands for. Linear in what was written."""
    # id() of a list or mapping -> the values in it, their characters, and how deep they are nested
    known: dict[int, tuple[int, int, int]] = {}
    stack = [data]
    while stack:
        if id(stack[-1]) in known:
            stack.pop()
            continue
        values = stack[-1].values() if type(stack[-1]) is dict else stack[-1]
        held = [x for x in values if type(x) is dict or type(x) is list]
        missing = [x for x in held if id(x) not in known]
        if missing:
            stack += missing
            continue
        inner = [known[id(x)] for x in held]
        size = len(values) + sum(one[0] for one in inner)
        length = sum(len(x) for x in values if type(x) is str) + sum(one[1] for one in inner)
        depth = 1 + max((one[2] for one in inner), default=0)
        if what := _excess(size, length, depth, limits):
            raise Unreadable(Fault("too-large", f"its aliases, each replaced by what it stands for, {what}"))
        known[id(stack.pop())] = size, length, depth


def _excess(size: int, length: int, depth: int, limits: Limits) -> str | None:
    if size > limits.values:
        return f"hold more than {limits.values} values"
    if length > limits.document_bytes:
        return f"hold more than {limits.document_bytes} characters"
    return f"are nested more than {limits.nesting} deep" if depth > limits.nesting else None


def _at(event: Event, code: str, message: str, help: str | None = None) -> Fault:
    return Fault(code, message, event.start_mark.index, event.end_mark.index, help)


def _unknown_tag(event: Event, tag: str) -> Fault:
    start = event.start_mark.index
    return Fault(
        "unknown-tag", f"the tag {tag} has no meaning in JSON", start, start + len(tag), "write a plain value, or put it in quotes"
    )
