"""`anyOf` and `oneOf`: null taken out, what stands beside them shared out, the discriminator, and whether exactly one is certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from specmill.frontend.assertions import is_open
from specmill.frontend.dialects import TYPES
from specmill.frontend.docs import docs_of
from specmill.frontend.enums import enum_type
from specmill.frontend.graph import child
from specmill.frontend.merge import Merged
from specmill.frontend.unwritten import BASE_PART, BOTH_PART, OBJECT_PART, OTHERS_PART, own_place, within
from specmill.frontend.values import frozen, shown
from specmill.frontend.variants import null_variants, only_narrow, single_values
from specmill.ir import UNCONSTRAINED, Checked, Discriminator, Json, ModelId, Nullable, Schema, SchemaId, Type, Union
from specmill.pointers import unescaped

if TYPE_CHECKING:
    from specmill.frontend.shapes import Shapes

_NOTHING: Final = frozenset[str]()
_OBJECTS: Final = frozenset(["object"])
_DEEPEST = 2  # how often variants stand in themselves; each time, what stands beside them is shared out anew, under new names


def union_type(shapes: Shapes, merged: Merged, model: ModelId) -> Type | None:
    """The type of a schema with `anyOf` or `oneOf`; None where the variants only narrow what the schema says itself."""
    keyword, listed = merged.unions[0]
    schemas = {place: shapes.vocabulary.schema(place) for place in listed}
    nulls = null_variants(shapes, merged)
    variants = [place for place in listed if place not in nulls]
    base = replace(merged, unions=merged.unions[1:])
    values = single_values(schemas[place] for place in variants)
    if values and len(nulls) <= 1:
        everything = (*values, *(None for _ in nulls))
        return enum_type(shapes, replace(base, enum=everything, parts=[*base.parts, *listed]), model)
    if not variants or only_narrow(base, [schemas[place] for place in variants]):
        return None
    distributed = _says_more_than_types(base)
    if distributed and shapes.sharing.count(listed) >= _DEEPEST:
        return None
    places = _distribute(shapes, base, keyword, variants, model) if distributed else variants
    exact = merged.exact and merged.exact_object and merged.exact_array
    exact &= len(merged.unions[2:]) == 0 if distributed else len(merged.unions) == 1 and _within(shapes, merged, variants)
    shapes.sharing.append(listed)
    found = _union(shapes, merged, keyword, places, model, exact=exact, nulls=len(nulls))
    shapes.sharing.pop()
    return found


def _union(shapes: Shapes, merged: Merged, keyword: str, places: list[SchemaId], model: ModelId, *, exact: bool, nulls: int) -> Type:
    if len(places) == 1 and exact and keyword == "anyOf":
        return _nullable(shapes.mention(places[0]), nulls)
    discriminator = _discriminator(shapes, merged, places)
    tagged = _NOTHING if discriminator is None else _OBJECTS
    alone = keyword != "oneOf" or _disjoint(shapes, places, tagged)
    exact &= alone or tagged is _OBJECTS
    types = [shapes.mention(place) for place in places]
    if len(types) == 1:
        shape = types[0]
        return _nullable(shape, nulls) if exact else Checked(_nullable(_bare(shape), nulls), shapes.check(merged.id))
    if discriminator is None and exact and all(t == types[0] for t in types):
        return _nullable(types[0], nulls)
    check = None if exact and alone else shapes.check(_but_for_objects(shapes, merged.id) if exact else merged.id)
    docs = docs_of(shapes.graph, merged.id)
    return _nullable(shapes.declare(Union(model, (), tuple(types), discriminator, check, docs)), nulls)


def _but_for_objects(shapes: Shapes, id: SchemaId) -> SchemaId:
    """The schema as it is for values that have no tag: of an object, the tag has chosen the variant."""
    objects = shapes.vocabulary.add(Schema(within(id, OBJECT_PART), types=("object",)))
    return shapes.vocabulary.add(Schema(within(id, OTHERS_PART), any_of=(objects.id, id))).id


def _nullable(shape: Type, nulls: int) -> Type:
    return Nullable(shape) if nulls and not isinstance(shape, Nullable) else shape


def _bare(shape: Type) -> Type:
    return shape.type if isinstance(shape, Checked) else shape


def _says_more_than_types(base: Merged) -> bool:
    return bool(base.properties or base.required or base.additional or base.patterns or base.items or base.prefix_items or base.unions)


def _distribute(shapes: Shapes, base: Merged, keyword: str, variants: list[SchemaId], model: ModelId) -> list[SchemaId]:
    """The variants, each with all that stands beside them."""
    beside = Schema(
        within(model, BASE_PART),
        types=base.types,
        constraints=base.constraints,
        properties=tuple(base.properties.items()),
        required=tuple(base.required),
        additional_properties=base.additional,
        prefix_items=base.prefix_items,
        items=base.items,
        pattern_properties=base.patterns,
        any_of=next((places for keyword, places in base.unions if keyword == "anyOf"), ()),
        one_of=next((places for keyword, places in base.unions if keyword == "oneOf"), ()),
    )
    shapes.vocabulary.add(beside)
    return [
        (
            variant
            if _extends(shapes.merged(variant), base)
            else shapes.vocabulary.add(Schema(within(model, f"{keyword}/{i}/{BOTH_PART}"), all_of=(beside.id, variant))).id
        )
        for i, variant in enumerate(variants)
    ]


def _extends(variant: Merged, base: Merged) -> bool:
    """Whether a variant has all that stands beside it: it is a child of the schema that lists it."""
    all_of, beside = (set(map(own_place, merged.parts)) for merged in (variant, base))
    return not base.unions and all_of >= beside


def _within(shapes: Shapes, merged: Merged, variants: Iterable[SchemaId]) -> bool:
    """Whether the types and constraints beside the variants say no more than the variants do."""
    if merged.constraints != UNCONSTRAINED or merged.format is not None:
        return False
    if merged.types is None:
        return True
    allowed = set(merged.types) | ({"integer"} if "number" in merged.types else set())
    return all(_types(shapes, shapes.merged(place)) <= allowed for place in variants)


# ---- exactly one ----------------------------------------------------------------------------------------------------------------


def _disjoint(shapes: Shapes, places: list[SchemaId], beside: frozenset[str]) -> bool:
    """Whether no value but one of the types ``beside`` can match two of the variants (so that the first match is the only one)."""
    variants = [shapes.merged(place) for place in places]
    return _tagged(shapes, variants) or all(_apart(shapes, a, b, beside) for a, b in combinations(variants, 2))


def _tagged(shapes: Shapes, variants: list[Merged]) -> bool:
    """Whether all are objects that require one key, with other values in each: so it is in long unions, where comparing each with each takes long."""
    if any(_types(shapes, one) != {"object"} for one in variants):
        return False
    for name in variants[0].required:
        tags = [shapes.merged(one.properties[name]) for one in variants if name in one.required and name in one.properties]
        if len(tags) == len(variants) and not any(tag.nullable or any(is_open(shapes.graph, part) for part in tag.parts) for tag in tags):
            values = [set(map(frozen, tag.enum)) for tag in tags if tag.enum is not None]
            if len(values) == len(tags) and len(set().union(*values)) == sum(map(len, values)):
                return True
    return False


def _apart(shapes: Shapes, a: Merged, b: Merged, beside: frozenset[str]) -> bool:
    ta, tb = _types(shapes, a), _types(shapes, b)
    if ta & tb <= beside:
        return True
    if a.enum is not None and b.enum is not None:
        return _no_common_value(shapes, a, b)
    if ta != {"object"} or tb != {"object"}:
        return False
    both = [name for name in a.required if name in b.required]
    if any(_tags_apart(shapes, a.properties.get(name), b.properties.get(name)) for name in both):
        return True
    return _closed_without(shapes, a, b) or _closed_without(shapes, b, a)


def _types(shapes: Shapes, part: Merged) -> set[str]:
    if part.types is None:
        taken_for = part.taken_for(shapes.vocabulary)
        return set(TYPES) if taken_for is None else {taken_for}
    return {*part.types, *(["integer"] if "number" in part.types else []), *(["null"] if part.nullable else [])}


def _no_common_value(shapes: Shapes, a: Merged, b: Merged) -> bool:
    if (a.nullable and b.nullable) or any(is_open(shapes.graph, part) for part in (*a.parts, *b.parts)):
        return False
    return set(map(frozen, a.enum or ())).isdisjoint(map(frozen, b.enum or ()))


def _tags_apart(shapes: Shapes, a: SchemaId | None, b: SchemaId | None) -> bool:
    if a is None or b is None:
        return False
    x, y = shapes.merged(a), shapes.merged(b)
    if x.enum is not None and y.enum is not None:
        return _no_common_value(shapes, x, y)
    return not _types(shapes, x) & _types(shapes, y)


def _closed_without(shapes: Shapes, a: Merged, b: Merged) -> bool:
    """Whether ``a`` refuses a property that ``b`` asks for."""
    if a.additional is None or a.patterns or shapes.vocabulary.schema(a.additional).types != ():
        return False
    return any(name not in a.properties for name in b.required)


# ---- the discriminator ----------------------------------------------------------------------------------------------------------


def _discriminator(shapes: Shapes, merged: Merged, places: list[SchemaId]) -> Discriminator | None:
    """The union's discriminator (OpenAPI 3.1.1, section 4.8.25): explicit mappings, then each variant's own name.

    Only objects have tags: where no variant can be one, there is nothing to discriminate.
    """
    raw, owner = _raw_discriminator(shapes, merged)
    if raw is None or owner is None or not any("object" in _types(shapes, shapes.merged(place)) for place in places):
        return None
    name = raw.get("propertyName")
    if not isinstance(name, str):
        shapes.report.error("invalid-keyword-value", child(owner, "discriminator"), "a discriminator has a propertyName, a string")
        return None
    targets = [_named(shapes, place) for place in places]
    mapping: dict[str, int] = {}
    mapped = raw.get("mapping")
    for value, ref in (mapped if isinstance(mapped, dict) else {}).items():
        index = _mapped(shapes, ref, child(owner, "discriminator", "mapping", str(value)), targets)
        if index is not None:
            mapping[str(value)] = index
    for index, target in enumerate(targets):
        if target is not None and index not in mapping.values():
            for value in _tag_values(shapes, target, name) or (_last_name(target),):
                mapping.setdefault(value, index)
    last = raw.get("defaultMapping")
    default = None if last is None else _mapped(shapes, last, child(owner, "discriminator", "defaultMapping"), targets)
    return Discriminator(name, tuple(mapping.items()), default)


def _raw_discriminator(shapes: Shapes, merged: Merged) -> tuple[Mapping[str, Json] | None, SchemaId | None]:
    for part in merged.parts:
        raw = shapes.graph.keywords(part)
        if isinstance(raw.get("discriminator"), dict) and ("oneOf" in raw or "anyOf" in raw):
            return raw["discriminator"], part
    return None, None


def _named(shapes: Shapes, place: SchemaId) -> SchemaId | None:
    """The declared schema that a variant refers to (through the merger with what stands beside it)."""
    schema = shapes.vocabulary.schema(place)
    if place.endswith(BOTH_PART) and len(schema.all_of) > 1:
        schema = shapes.vocabulary.schema(schema.all_of[-1])
    return schema.ref if schema.ref is not None else schema.all_of[0] if len(schema.all_of) == 1 else schema.id


def _mapped(shapes: Shapes, named: Json, at: SchemaId, targets: list[SchemaId | None]) -> int | None:
    """The index of the variant that a mapping names: by the name of a component, or a reference."""
    if not isinstance(named, str):
        shapes.report.error("invalid-keyword-value", at, f"a discriminator names a schema by a string; found {shown(named)}")
        return None
    ref = named
    if "/" not in ref and "#" not in ref and not ref.endswith((".json", ".yaml", ".yml")):
        ref = f"#/components/schemas/{ref}"
    target = shapes.graph.resolve(ref, at, "mapping")
    if target in targets:
        return targets.index(target)
    if target is not None:
        shapes.report.warning(
            "discriminator-mapping",
            at,
            f"{named!r} is not one of the variants; the mapping of {unescaped(at.rpartition('/')[2])!r} is ignored",
            help="list the schema among the oneOf or anyOf beside the discriminator",
        )
    return None


def _tag_values(shapes: Shapes, target: SchemaId, name: str) -> tuple[str, ...]:
    """The values that a variant allows its tag, where it says so."""
    place = shapes.merged(target).properties.get(name)
    values = shapes.merged(place).enum if place is not None else None
    return tuple(value for value in values or () if isinstance(value, str))


def _last_name(id: SchemaId) -> str:
    return unescaped(id.rpartition("/")[2])
