"""Parents that list their children: a schema with the `oneOf` of those that extend it by `allOf`.

Word for word that leads back to itself and means nothing. What is meant: a child has all that its parent has but the list, for it is what is
listed (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from specmill.frontend.looks import Looks
from specmill.frontend.unwritten import PARENT_PART, VALUE_PART, beside_null, lone_reference, or_null, own_place, within
from specmill.ir import Schema, SchemaId


class Above(Struct, frozen=True):
    """What a schema and all that it extends list."""

    listed: frozenset[SchemaId] = frozenset()
    by_others: frozenset[SchemaId] = frozenset()  # by what it refers to, not by its own parts
    is_child: bool = False  # one of them is listed by what it extends


class Parents(Struct):
    """Replaces the parents of a schema by what they are to it: without the list that it is on."""

    written: dict[SchemaId, Schema]  # all that were read, or made
    read: Callable[[SchemaId], Schema]  # into ``written``
    add: Callable[[Schema], Schema]  # to ``written``
    above: dict[SchemaId, Above]  # what is known already
    looks: Looks

    def child(self, schema: Schema) -> Schema:
        """The schema with its parents as they are to it."""
        if not self._looked_up(schema.id).is_child:
            return schema
        return self._conjuncts(schema, frozenset({schema.id, own_place(schema.id)}))

    def _looked_up(self, id: SchemaId) -> Above:
        """What stands above the schema: each is asked once."""
        found = self.above.get(id)
        if found is None:
            start = self.looks.now
            self.above[id] = Above()  # parents in a circle: that is told where they are merged
            schema = self.read(id)
            parts = [self._looked_up(one) for one in (*schema.all_of, *schema.any_of) if one in schema.all_of or one.endswith(VALUE_PART)]
            other = Above() if schema.ref is None else self._looked_up(schema.ref)
            own = [name for one in (*schema.one_of, *schema.any_of) for name in self._names(one)[1:]]
            by_others = _union(other.listed, *(part.by_others for part in parts))
            is_child = id in by_others or own_place(id) in by_others or any(one.is_child for one in (other, *parts))
            found = self.above[id] = Above(_union(other.listed, frozenset(own), *(part.listed for part in parts)), by_others, is_child)
            self.looks.keep(id, start)
        self.looks.at(id)
        return found

    def _conjuncts(self, schema: Schema, below: frozenset[SchemaId]) -> Schema:
        ref = None if schema.ref is None else self._parent(schema.ref, below)
        return replace(schema, ref=ref, all_of=tuple(self._parent(one, below) for one in schema.all_of))

    def _parent(self, id: SchemaId, below: frozenset[SchemaId]) -> SchemaId:
        """The parent as it is to those below: itself, where neither it nor any of its own parents lists them."""
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
        return any(not below.isdisjoint(self._names(one)[1:]) for one in variants)

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


def _union(*sets: frozenset[SchemaId]) -> frozenset[SchemaId]:
    """All that is in one of the sets. Mostly only one holds anything, so that long chains of parents share it."""
    filled = [one for one in sets if one]
    return filled[0] if len(filled) == 1 else frozenset().union(*filled)
