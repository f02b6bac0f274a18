"""The exact assertions of a schema, judged by interpretation: for examples, where a few values are judged once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from specmill import ir
from specmill.json_strings import has_format
from specmill.json_values import equal, fits, is_type
from specmill.regex import is_found

_DEEPEST = 120


class _Seen(Struct):
    """Which properties and items the schemas at one place have evaluated."""

    properties: set[str] = set()
    items: set[int] = set()

    def add(self, other: _Seen) -> None:
        self.properties |= other.properties
        self.items |= other.items


_NOTHING: Final = _Seen()


class SchemaJudge(Struct):
    """Judges JSON values by schemas; a schema that is not there accepts."""

    schemas: Mapping[ir.SchemaId, ir.Schema]
    _depth: int = 0
    # What was found of a schema and a part of the value in question: where schemas share others, these would be asked again and again.
    _found: dict[tuple[ir.SchemaId, int], tuple[bool, _Seen]] = {}

    def accepts(self, schema: ir.SchemaId, value: ir.Json) -> bool:
        """Whether the value is valid."""
        if not self._depth:
            self._found.clear()
        return self._judge(schema, value, _Seen())

    def _judge(self, id_: ir.SchemaId, value: ir.Json, seen: _Seen) -> bool:
        schema = self.schemas.get(id_)
        if schema is None or self._depth > _DEEPEST:
            return schema is None
        key = (id_, id(value))
        if key not in self._found:
            self._found[key] = (False, _NOTHING)  # for what asks itself
            self._found[key] = self._answer(schema, value)
        accepted, evaluated = self._found[key]
        if accepted:  # what refuses a value is not asked what it has evaluated
            seen.add(evaluated)
        return accepted

    def _answer(self, schema: ir.Schema, value: ir.Json) -> tuple[bool, _Seen]:
        """Whether the value is valid, and what of it was evaluated on the way."""
        if not self._is_simple(schema, value):
            return False, _NOTHING
        seen = _Seen()
        self._depth += 1
        try:
            return self._by_parts(schema, value, seen), seen
        finally:
            self._depth -= 1

    def _is_simple(self, schema: ir.Schema, value: ir.Json) -> bool:
        if schema.types is not None and not any(is_type(name, value) for name in schema.types):
            return False
        if schema.enum is not None and not any(equal(one, value) for one in schema.enum):
            return False
        if schema.format is not None and isinstance(value, str) and not has_format(schema.format, value):
            return False
        if schema.required and isinstance(value, dict) and not set(schema.required) <= value.keys():
            return False
        return fits(value, schema.constraints)

    def _by_parts(self, schema: ir.Schema, value: ir.Json, seen: _Seen) -> bool:
        if not self._in_place(schema, value, seen):
            return False
        if isinstance(value, dict):
            return self._is_object(schema, value, seen)
        if isinstance(value, list):
            return self._is_array(schema, value, seen)
        return True

    def _in_place(self, schema: ir.Schema, value: ir.Json, seen: _Seen) -> bool:
        if schema.ref is not None and not self._judge(schema.ref, value, seen):
            return False
        if not all(self._judge(one, value, seen) for one in schema.all_of):
            return False
        for ids, wanted in ((schema.any_of, None), (schema.one_of, 1)):
            if ids and not self._some(ids, wanted, value, seen):
                return False
        if schema.not_ is not None and self._judge(schema.not_, value, _Seen()):
            return False
        return self._condition(schema, value, seen)

    def _some(self, ids: tuple[ir.SchemaId, ...], wanted: int | None, value: ir.Json, seen: _Seen) -> bool:
        count = sum([self._judge(one, value, seen) for one in ids])
        return count == wanted if wanted is not None else count > 0

    def _condition(self, schema: ir.Schema, value: ir.Json, seen: _Seen) -> bool:
        if schema.if_ is None:
            return True
        then = schema.then if self._judge(schema.if_, value, seen) else schema.else_
        return then is None or self._judge(then, value, seen)

    def _is_object(self, schema: ir.Schema, value: dict[str, ir.Json], seen: _Seen) -> bool:
        if not all(all(name in value for name in names) for key, names in schema.dependent_required if key in value):
            return False
        if not all(self._judge(id_, value, seen) for key, id_ in schema.dependent_schemas if key in value):
            return False
        if schema.property_names is not None and not all(self.accepts(schema.property_names, key) for key in value):
            return False
        properties = dict(schema.properties)
        own: set[str] = set()
        for key, one in value.items():
            ids = [properties[key]] if key in properties else []
            ids += [id_ for pattern, id_ in schema.pattern_properties if is_found(pattern, key)]
            if not ids and schema.additional_properties is not None:
                ids = [schema.additional_properties]
            if ids:
                own.add(key)
            if not all(self.accepts(id_, one) for id_ in ids):
                return False
        seen.properties |= own
        return self._rest_of_object(schema, value, seen)

    def _rest_of_object(self, schema: ir.Schema, value: dict[str, ir.Json], seen: _Seen) -> bool:
        if schema.unevaluated_properties is None:
            return True
        left = [key for key in value if key not in seen.properties]
        seen.properties |= set(left)
        return all(self.accepts(schema.unevaluated_properties, value[key]) for key in left)

    def _is_array(self, schema: ir.Schema, value: list[ir.Json], seen: _Seen) -> bool:
        for at, one in enumerate(value):
            id_ = schema.prefix_items[at] if at < len(schema.prefix_items) else schema.items
            if id_ is not None:
                seen.items.add(at)
                if not self.accepts(id_, one):
                    return False
        if schema.contains is not None and not self._contains(schema, value, seen):
            return False
        if schema.unevaluated_items is None:
            return True
        left = [at for at in range(len(value)) if at not in seen.items]
        seen.items |= set(left)
        return all(self.accepts(schema.unevaluated_items, value[at]) for at in left)

    def _contains(self, schema: ir.Schema, value: list[ir.Json], seen: _Seen) -> bool:
        found = [at for at, one in enumerate(value) if schema.contains is not None and self.accepts(schema.contains, one)]
        if schema.contains_evaluates:
            seen.items |= set(found)
        low = 1 if schema.min_contains is None else schema.min_contains
        return low <= len(found) and (schema.max_contains is None or len(found) <= schema.max_contains)
