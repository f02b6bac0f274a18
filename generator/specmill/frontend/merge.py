"""Everything that one schema says of a value in place: `$ref`, its siblings and `allOf`, merged into one description of the shape."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend import both, conflicts
from specmill.frontend.dialects import TYPES
from specmill.frontend.limits import Exhausted
from specmill.frontend.unwritten import BOTH_PART, beside_null, lone_reference, within
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import UNCONSTRAINED, Constraints, Json, Schema, SchemaId
from specmill.pointers import escaped


class Merged(Struct):
    """What a schema says of a value, flat. It accepts at least what the schema accepts; ``exact`` tells whether no more than that."""

    id: SchemaId
    types: tuple[str, ...] | None = None
    enum: tuple[Json, ...] | None = None
    constraints: Constraints = UNCONSTRAINED
    format: str | None = None
    properties: dict[str, SchemaId] = {}
    required: dict[str, None] = {}
    additional: SchemaId | None = None
    prefix_items: tuple[SchemaId, ...] = ()
    items: SchemaId | None = None
    unions: list[tuple[str, tuple[SchemaId, ...]]] = []  # ("anyOf" or "oneOf", variants)
    patterns: tuple[tuple[str, SchemaId], ...] = ()
    parts: list[SchemaId] = []  # the schemas that were merged, outermost first
    nullable: bool = False  # null stands beside all of this
    exact: bool = True
    exact_object: bool = True  # nothing beyond the shape is said of objects
    exact_array: bool = True

    def taken_for(self, vocabulary: Vocabulary) -> str | None:
        """The type that an OpenAPI document means where it describes an object or an array without saying that it is one."""
        if self.types is not None or self.enum is not None or not vocabulary.is_openapi:
            return None
        return "object" if self.properties or self.additional else "array" if self.items else None

    @property
    def says_nothing_of(self) -> frozenset[str]:
        """The JSON types that nothing is said of, when ``types`` is not given."""
        said = set()
        if self.properties or self.required or self.additional or self.patterns or not self.exact_object:
            said.add("object")
        c = self.constraints
        if c.min_properties is not None or c.max_properties is not None:
            said.add("object")
        if self.items or self.prefix_items or not self.exact_array or c.min_items is not None or c.max_items is not None or c.unique_items:
            said.add("array")
        if c.min_length is not None or c.max_length is not None or c.pattern is not None or self.format:
            said.add("string")
        if any(v is not None for v in (c.minimum, c.maximum, c.exclusive_minimum, c.exclusive_maximum, c.multiple_of)):
            said |= {"number", "integer"}
        return frozenset(TYPES) - said


def merge(vocabulary: Vocabulary, id: SchemaId, report: Report) -> Merged:
    """Merge the schema at the id with all that it refers to in place."""
    atoms, null = _parts(vocabulary, id, report)
    merged = _first(id, atoms[0])
    for atom in atoms[1:]:
        _add(merged, atom, vocabulary)
    _close(merged, atoms)
    if len(atoms) > 1 or merged.constraints is not UNCONSTRAINED or merged.additional is not None:
        conflicts.tell(merged, atoms, vocabulary, report)
    if null is not None:
        merged.nullable = null
        merged.types = None if merged.types is None else tuple(name for name in merged.types if name != "null")
        merged.enum = None if merged.enum is None else tuple(value for value in merged.enum if value is not None)
    return merged


def _parts(vocabulary: Vocabulary, id: SchemaId, report: Report) -> tuple[list[Schema], bool | None]:
    """The schema, and all that it refers to in place (mostly nothing); and whether it accepts null, where null stands beside the rest."""
    schema = vocabulary.schema(id)
    if schema.ref is None and not schema.all_of and beside_null(schema) is None:
        return [schema], None
    walk = _Walk(vocabulary, report, id)
    walk.collect(id)
    return walk.atoms, walk.null


class _Walk(Struct):
    """Finds all that a schema refers to in place."""

    vocabulary: Vocabulary
    report: Report
    root: SchemaId
    atoms: list[Schema] = []
    null: bool | None = None  # whether the root accepts null, where something on the way has null beside it
    _met: dict[SchemaId, bool] = {}  # whether one is still open

    def collect(self, id: SchemaId) -> None:
        """Add the assertions of all that the schema refers to in place, each once, and then its own."""
        if id in self._met:
            if self._met[id]:
                self._tell_circle(id)
            return
        self._met[id] = True
        most = self.vocabulary.graph.limits.references
        if len(self._met) > most and sum(self._met.values()) > most:
            raise Exhausted(f"more than {most} schemas refer to one another in place")
        schema = self._opened(self.vocabulary.schema(id))
        for conjunct in (schema.ref, *schema.all_of):
            if conjunct is not None:
                self.collect(conjunct)
        self._met[id] = False
        self.atoms.append(schema)

    def _opened(self, schema: Schema) -> Schema:
        """The schema; where null stands beside it, the schema without that, so that the rest can be merged and null be judged by itself."""
        value = beside_null(schema)
        if value is None or (schema.id == self.root and lone_reference(self.vocabulary.schema(value)) is not None):
            return schema
        if self.null is None:
            self.null = accepts_null(self.vocabulary, self.root)
        return schema if self.null is None else replace(self.vocabulary.schema(value), id=schema.id)

    def _tell_circle(self, id: SchemaId) -> None:
        above = [place for place, is_open in self._met.items() if is_open]
        self.report.error(
            "circular-ref",
            id,
            "this schema refers to itself without anything between, so it describes nothing",
            help="take the reference away, or put it inside properties or items",
            notes=[("the circle passes here", place) for place in above[above.index(id) + 1 :]],
        )


def accepts_null(vocabulary: Vocabulary, id: SchemaId, above: frozenset[SchemaId] = frozenset()) -> bool | None:
    """Whether a schema accepts null; None where that takes more than to look at types and values."""
    schema = vocabulary.schema(id)
    if beside_null(schema) is not None:
        return True
    if (schema.types is not None and "null" not in schema.types) or (schema.enum is not None and None not in schema.enum):
        return False
    if id in above or schema.not_ is not None or schema.if_ is not None:
        return None
    above |= {id}
    found = [accepts_null(vocabulary, one, above) for one in (schema.ref, *schema.all_of) if one is not None]
    for variants in filter(None, (schema.any_of, schema.one_of)):
        several = [accepts_null(vocabulary, one, above) for one in variants]
        found.append(False if not any(one is not False for one in several) else True if several.count(False) == len(several) - 1 else None)
    return False if False in found else None if None in found else True


def _first(id: SchemaId, atom: Schema) -> Merged:
    """What one schema says by itself."""
    return Merged(
        id,
        types=atom.types,
        enum=atom.enum,
        constraints=atom.constraints,
        format=atom.format,
        properties=dict(atom.properties),
        required=dict.fromkeys(atom.required),
        prefix_items=atom.prefix_items,
        items=atom.items,
        unions=_unions(atom) if atom.any_of or atom.one_of else [],
        patterns=atom.pattern_properties,
        parts=[atom.id],
        exact=_is_exact(atom),
        exact_object=_is_exact_object(atom),
        exact_array=_is_exact_array(atom),
    )


def _add(merged: Merged, atom: Schema, vocabulary: Vocabulary) -> None:
    """Add what a further schema says."""
    merged.parts.insert(0, atom.id)
    merged.types = both.types(merged.types, atom.types)
    if atom.enum is not None:
        merged.enum = atom.enum if merged.enum is None else both.enums(merged.enum, atom.enum)
    if atom.constraints is not UNCONSTRAINED:
        merged.constraints, exact = both.constraints(merged.constraints, atom.constraints)
        merged.exact &= exact
    if atom.format is not None:
        merged.exact &= merged.format in {None, atom.format}
        merged.format = atom.format
    for name, place in atom.properties:
        merged.properties[name] = _both(merged, name, place, vocabulary) if name in merged.properties else place
    if atom.required:
        merged.required.update(dict.fromkeys(atom.required))
    if atom.items is not None or atom.prefix_items:
        _add_items(merged, atom, vocabulary)
    merged.unions += _unions(atom)
    merged.patterns += atom.pattern_properties
    merged.exact &= _is_exact(atom)
    merged.exact_object &= _is_exact_object(atom)
    merged.exact_array &= _is_exact_array(atom)


def _unions(atom: Schema) -> list[tuple[str, tuple[SchemaId, ...]]]:
    return [(keyword, ids) for keyword, ids in (("anyOf", atom.any_of), ("oneOf", atom.one_of)) if ids]


def _is_exact(atom: Schema) -> bool:
    return atom.not_ is None and atom.if_ is None


def _is_exact_object(atom: Schema) -> bool:
    return not (atom.pattern_properties or atom.property_names or atom.dependent_required or atom.dependent_schemas)


def _is_exact_array(atom: Schema) -> bool:
    return atom.contains is None and atom.unevaluated_items is None


def _add_items(merged: Merged, atom: Schema, vocabulary: Vocabulary) -> None:
    if atom.prefix_items and not merged.prefix_items and merged.items is None:
        merged.prefix_items, merged.items = atom.prefix_items, atom.items
    elif atom.prefix_items or (merged.prefix_items and atom.items is not None):
        merged.prefix_items, merged.items, merged.exact_array = (), None, False
    elif atom.items is not None:
        merged.items = atom.items if merged.items is None else _conjunction(merged, "items", merged.items, atom.items, vocabulary)


def _close(merged: Merged, atoms: list[Schema]) -> None:
    """Decide what may stand beside the known properties, from `additionalProperties` and `unevaluatedProperties` of all the parts."""
    for atom in atoms:
        if atom.additional_properties is not None:
            others = merged.properties.keys() - {name for name, _ in atom.properties}
            if others or atom.pattern_properties or merged.additional is not None:
                merged.exact_object = False
            merged.additional = None if merged.patterns else merged.additional or atom.additional_properties
    for atom in atoms:
        if atom.unevaluated_properties is None:
            continue
        plain = atom is atoms[-1] and not (merged.unions or merged.patterns or not merged.exact or not merged.exact_object)
        if plain and merged.additional is None:
            merged.additional = atom.unevaluated_properties
        else:
            merged.exact_object = False


def _both(merged: Merged, name: str, place: SchemaId, vocabulary: Vocabulary) -> SchemaId:
    return _conjunction(merged, f"properties/{escaped(name)}", merged.properties[name], place, vocabulary)


def _conjunction(merged: Merged, where: str, first: SchemaId, second: SchemaId, vocabulary: Vocabulary) -> SchemaId:
    """The id of a schema that asks for both; one of the two where that is the same."""
    a, b = vocabulary.schema(first), vocabulary.schema(second)
    if first == second or _same(a, b):
        return second
    again = _around(vocabulary, merged.id, _conjuncts(vocabulary, first) | _conjuncts(vocabulary, second))
    if again is not None:
        return again
    merger = within(merged.id, f"{where}/{BOTH_PART}")
    if first == merger:
        return vocabulary.add(replace(a, all_of=(*a.all_of, second))).id
    if _same(a, Schema(first)):
        return second
    if _same(b, Schema(second)):
        return first
    return vocabulary.add(Schema(merger, all_of=(first, second))).id


def _around(vocabulary: Vocabulary, id: SchemaId, conjuncts: frozenset[SchemaId]) -> SchemaId | None:
    """The merger of the same schemas around the id, if any: a schema that adds to a property of its own would stand in itself without end."""
    while BOTH_PART in id:
        id = id[: id.rindex(BOTH_PART)]
        if _conjuncts(vocabulary, id + BOTH_PART) == conjuncts:
            return id + BOTH_PART
    return None


def _conjuncts(vocabulary: Vocabulary, id: SchemaId) -> frozenset[SchemaId]:
    """The schemas that a merger asks for, without those that are mergers."""
    if not id.endswith(BOTH_PART):
        return frozenset({id})
    return frozenset[SchemaId]().union(*(_conjuncts(vocabulary, one) for one in vocabulary.schema(id).all_of))


def _same(a: Schema, b: Schema) -> bool:
    """Whether two schemas assert the same by what they say themselves (subschemas count as the same only if they are)."""
    return replace(a, id="") == replace(b, id="")
