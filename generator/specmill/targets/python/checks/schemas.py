"""Questions about one schema that need no code: what it holds, how much it says, and which of its parts look at the same value."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.ir import UNCONSTRAINED, Constraints, Schema, SchemaId

_NAMES = Constraints.__struct_fields__


def is_empty(schema: Schema) -> bool:
    """Whether the schema accepts everything because it says nothing."""
    return replace(schema, contains_evaluates=True) == Schema(schema.id)


def says_only(schema: Schema, part: str) -> bool:
    """Whether the schema says nothing but this."""
    return replace(schema, **{part: getattr(Schema(schema.id), part)}, contains_evaluates=True) == Schema(schema.id)


def says_nothing(schemas: Mapping[SchemaId, Schema], schema_id: SchemaId, assumed: frozenset[SchemaId] = frozenset()) -> bool:
    """Whether the schema, with all that it holds, refuses nothing; within itself, it is assumed not to."""
    if schema_id in assumed:
        return True
    schema = schemas[schema_id]
    if _asserted(schema) or schema.not_ is not None or schema.one_of or _asks_contains(schema):
        return False
    inner = assumed | {schema_id}
    asked = {*schema.any_of, *((schema.if_, schema.contains) if schema.if_ or schema.contains else ())}
    if schema.any_of and not any(says_nothing(schemas, one, inner) for one in schema.any_of):
        return False
    return all(says_nothing(schemas, one, inner) for one in subschemas(schema) if one not in asked)


def _asks_contains(schema: Schema) -> bool:
    return schema.contains is not None and (schema.min_contains != 0 or schema.max_contains is not None)


def conjuncts(schema: Schema) -> tuple[SchemaId, ...]:
    """The subschemas that must all hold of the same value, as a ``$ref`` and those of an ``allOf`` must."""
    return schema.all_of if schema.ref is None else (schema.ref, *schema.all_of)


def only_target(schema: Schema) -> SchemaId | None:
    """The schema that this one merely stands for, by a ``$ref`` or an ``allOf`` of one with nothing beside it."""
    targets = conjuncts(schema)
    if len(targets) != 1 or not is_empty(replace(schema, ref=None, all_of=())):
        return None
    return targets[0]


def own_rules(schema: Schema) -> int:
    """How many assertions stand in the schema itself."""
    return _asserted(schema) + len(subschemas(schema))


def _asserted(schema: Schema) -> int:
    """How many of them are no schemas."""
    limits = schema.constraints
    return (
        (schema.types is not None)
        + (schema.enum is not None)
        + (schema.format is not None)
        + (limits != UNCONSTRAINED and sum([getattr(limits, name) != getattr(UNCONSTRAINED, name) for name in _NAMES]))
        + len(schema.required)
        + len(schema.dependent_required)
    )


def in_place(schema: Schema) -> list[SchemaId]:
    """The subschemas that look at the same value."""
    found = [*conjuncts(schema), *schema.any_of, *schema.one_of, *[one for _, one in schema.dependent_schemas]]
    found += [one for one in (schema.not_, schema.if_, schema.then, schema.else_) if one is not None]
    return found


def subschemas(schema: Schema) -> list[SchemaId]:
    """Every schema that this one mentions."""
    held = (
        schema.additional_properties,
        schema.property_names,
        schema.unevaluated_properties,
        schema.items,
        schema.unevaluated_items,
        schema.contains,
    )
    members = [child for _, child in schema.properties + schema.pattern_properties]
    return [*in_place(schema), *members, *schema.prefix_items, *[one for one in held if one is not None]]


def cut_circles(schemas: Mapping[SchemaId, Schema], report: Report) -> dict[SchemaId, Schema]:
    """Report the circles of ``endless`` and open each, so that what follows ends."""
    cut = dict(schemas)
    for circle in endless(schemas):
        steps = " → ".join((*circle, circle[0]))
        report.error("endless-schema", circle[0], f"the schema leads back to itself without going into the value: {steps}")
        cut[circle[-1]] = _without(cut[circle[-1]], circle[0])
    return cut


def _without(schema: Schema, target: SchemaId) -> Schema:
    def kept(child: SchemaId | None) -> SchemaId | None:
        return None if child == target else child

    return replace(
        schema,
        ref=kept(schema.ref),
        all_of=tuple(filter(kept, schema.all_of)),
        any_of=tuple(filter(kept, schema.any_of)),
        one_of=tuple(filter(kept, schema.one_of)),
        dependent_schemas=tuple(pair for pair in schema.dependent_schemas if kept(pair[1])),
        not_=kept(schema.not_),
        if_=kept(schema.if_),
        then=kept(schema.then),
        else_=kept(schema.else_),
    )


def endless(schemas: Mapping[SchemaId, Schema]) -> list[tuple[SchemaId, ...]]:
    """The circles of schemas that lead back to themselves without going into the value: none of them can ever be decided."""
    state: dict[SchemaId, bool] = {}  # True: on the path that is being walked; False: done
    found: list[tuple[SchemaId, ...]] = []
    for start in schemas:
        if start in state:
            continue
        path = [start]
        stack = [iter(in_place(schemas[start]))]
        state[start] = True
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                state[path.pop()] = False
            elif state.get(child):
                found.append(tuple(path[path.index(child) :]))
            elif child not in state:
                state[child] = True
                path.append(child)
                stack.append(iter(in_place(schemas[child])))
    return found
