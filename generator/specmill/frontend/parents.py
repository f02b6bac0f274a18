"""Parents that list their children: a schema with the `oneOf` of those that extend it by `allOf`.

Word for word that leads back to itself and means nothing. What is meant: a child has all that its parent has but the list, for it is what is
listed (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from specmill.frontend.unwritten import PARENT_PART, VALUE_PART, beside_null, lone_reference, or_null, own_place, within
from specmill.ir import Schema, SchemaId


@dataclass(slots=True)
class Parents:
    """Shows each schema its parents as it sees them."""

    written: dict[SchemaId, Schema]  # all that were read, or made
    read: Callable[[SchemaId], Schema]  # into ``written``
    add: Callable[[Schema], Schema]  # to ``written``
    _above: dict[SchemaId, tuple[frozenset[SchemaId], bool]] = field(default_factory=dict)

    def forget(self, id: SchemaId) -> None:
        """Ask anew what the schema lists: it is another one now."""
        self._above.pop(id, None)

    def child(self, schema: Schema) -> Schema:
        """The schema with its parents as it sees them."""
        if not (schema.ref or schema.all_of) or lone_reference(schema) is not None or not self._listed(schema.id)[1]:
            return schema
        return self._conjuncts(schema, frozenset({schema.id, own_place(schema.id)}))

    def _listed(self, id: SchemaId) -> tuple[frozenset[SchemaId], bool]:
        """What the schema and its parents list, and whether one of them (or the schema) is listed by its own parents: each is asked once."""
        found = self._above.get(id)
        if found is None:
            self._above[id] = frozenset(), False  # parents in a circle: that is told where they are merged
            schema = self.read(id)
            values = [one for one in schema.any_of if one.endswith(VALUE_PART)]
            above = [self._listed(one) for one in (schema.ref, *schema.all_of, *values) if one is not None]
            listed = [names for names, _ in above if names]
            if schema.one_of or schema.any_of:
                listed.append(frozenset(name for one in (*schema.one_of, *schema.any_of) for name in self._names(one)))
            names = listed[0] if len(listed) == 1 else frozenset().union(*listed)
            found = self._above[id] = names, not names.isdisjoint((id, own_place(id))) or any(is_child for _, is_child in above)
        return found

    def _conjuncts(self, schema: Schema, below: frozenset[SchemaId]) -> Schema:
        ref = None if schema.ref is None else self._parent(schema.ref, below)
        return replace(schema, ref=ref, all_of=tuple(self._parent(one, below) for one in schema.all_of))

    def _parent(self, id: SchemaId, below: frozenset[SchemaId]) -> SchemaId:
        """The schema as those below see it: itself where it lists none of them, and none of its own parents does."""
        schema = self.read(id)
        if id in below or not (schema.ref or schema.all_of or schema.one_of or schema.any_of):
            return id
        value = beside_null(schema)
        whole = schema if value is None else self.read(value)
        seen = self._conjuncts(whole, below | {id})
        one_of = () if self._lists(whole.one_of, below) else whole.one_of
        any_of = () if self._lists(whole.any_of, below) else whole.any_of
        seen = replace(seen, one_of=one_of, any_of=any_of)
        if seen == whole:
            return id
        seen = replace(seen, id=self._free(seen, within(id, PARENT_PART)))
        return self.add(seen if value is None else or_null(seen, self.add)).id

    def _lists(self, variants: tuple[SchemaId, ...], below: frozenset[SchemaId]) -> bool:
        return any(not below.isdisjoint(self._names(one)) for one in variants)

    def _names(self, id: SchemaId) -> list[SchemaId]:
        """The schema, and those that it only refers to."""
        found = [id]
        while (target := lone_reference(self.read(found[-1]))) is not None and target not in found:
            found.append(target)
        return found

    def _free(self, schema: Schema, id: SchemaId) -> SchemaId:
        """The id, or one like it where another schema has it: for a parent with two lists, of different children."""
        while id in self.written and self.written[id] != replace(schema, id=id):
            id += "-"
        return id
