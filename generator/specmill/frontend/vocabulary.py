"""Schemas in any dialect, rewritten in one vocabulary: ``ir.Schema``, with every subschema by its canonical id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from specmill.diagnostics import Report
from specmill.frontend import dialects
from specmill.frontend.dialects import Dialect
from specmill.frontend.graph import Graph, child
from specmill.frontend.reader import SIMPLE, Keywords, shown
from specmill.ir import Json, Schema, SchemaId

TYPED_FORMATS: Final = frozenset({"date-time", "date", "time", "uuid", "byte", "decimal"})

# Pointer segments that no JSON Pointer can hold (RFC 6901: `~` is followed by 0 or 1): schemas that stand for a part of a written one.
NULL_PART: Final = "~null"
VALUE_PART: Final = "~value"
PARENT_PART: Final = "~parent"  # a schema as those see it that it lists and that extend it: without the list

_PART: Final = re.compile(r"/~[a-z]")


class Vocabulary:
    """Reads raw schemas out of the graph, each once, in whatever dialect it is written."""

    def __init__(self, graph: Graph, report: Report, formats: str) -> None:
        """``formats``: "typed" (those with a Python type are asserted), "annotation" (none), "assert" (all)."""
        self.graph = graph
        self._report = report
        self._formats = formats
        self._as_written: dict[SchemaId, Schema] = {}
        self._known: dict[SchemaId, Schema] = {}
        self._above: dict[SchemaId, tuple[frozenset[SchemaId], bool]] = {}
        root = graph.node(graph.root_id)
        self._openapi = dialects.of_openapi(root["openapi"]) if isinstance(root, dict) and "openapi" in root else None

    def add(self, schema: Schema) -> Schema:
        """Make known a schema that nobody wrote: the merger or a part of written ones."""
        self._as_written[schema.id] = schema
        self._known.pop(schema.id, None)
        self._above.pop(schema.id, None)
        return schema

    def assume(self, id: SchemaId, name: str) -> None:
        """Take the schema to be of the one type, though it does not say so."""
        self._known[id] = replace(self.schema(id), types=(name,))

    @property
    def is_openapi(self) -> bool:
        """Whether the root document is an OpenAPI document."""
        return self._openapi is not None

    def schema(self, id: SchemaId) -> Schema:
        """The schema at the id, in the one vocabulary."""
        found = self._known.get(id)
        if found is None:
            found = self._known[id] = self._child(self._written(id)) if self.is_openapi else self._written(id)
        return found

    def _written(self, id: SchemaId) -> Schema:
        found = self._as_written.get(id)
        if found is None:
            found = self._as_written[id] = self._read(id)
        return found

    def dialect(self, id: SchemaId) -> Dialect:
        """The dialect that the schema at the id is written in; 2020-12 where nothing says so."""
        uri = self.graph.dialect_uri(id)
        if uri is None:
            return self._openapi or dialects.UNSAID
        return dialects.of_uri(uri) or self._foreign(uri, id)

    def _foreign(self, uri: str, id: SchemaId) -> Dialect:
        fallback = self._openapi or dialects.UNSAID
        meta = self.graph.at_hand(uri)
        if isinstance(meta, dict) and "$vocabulary" in meta:
            self._report.error(
                "foreign-vocabulary",
                id,
                f"the meta-schema {uri!r} chooses vocabularies of its own, which specmill cannot follow",
                help="name a published draft in $schema: draft-04, draft-06, draft-07, 2019-09 or 2020-12",
            )
            return fallback
        self._report.warning(
            "unknown-dialect",
            id,
            f"the meta-schema {uri!r} is not one that specmill knows; the schema is read as {fallback.name}",
            help="name a published draft in $schema: draft-04, draft-06, draft-07, 2019-09 or 2020-12",
        )
        return fallback

    # ---- parents that list their children ---------------------------------------------------------------------------------------
    #
    # Authors of OpenAPI documents write a parent with the `oneOf` of its children, each of them an `allOf` of the parent. Word for word that
    # leads back to itself and means nothing. What is meant: a child has all that its parent has but the list, for it is what is listed.

    def _child(self, schema: Schema) -> Schema:
        """The schema with its parents as it sees them."""
        if not (schema.ref or schema.all_of) or lone_reference(schema) is not None or not self._listed(schema.id)[1]:
            return schema
        return self._conjuncts(schema, frozenset({schema.id, own_place(schema.id)}))

    def _listed(self, id: SchemaId) -> tuple[frozenset[SchemaId], bool]:
        """What the schema and its parents list, and whether one of them (or the schema) is listed by its own parents: each is asked once."""
        found = self._above.get(id)
        if found is None:
            self._above[id] = frozenset(), False  # parents in a circle: that is told where they are merged
            schema = self._written(id)
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
        schema = self._written(id)
        if id in below or not (schema.ref or schema.all_of or schema.one_of or schema.any_of):
            return id
        is_nullable = schema.any_of[:1] == (within(id, VALUE_PART),)
        whole = self._written(schema.any_of[0]) if is_nullable else schema
        seen = self._conjuncts(whole, below | {id})
        one_of = () if self._lists(whole.one_of, below) else whole.one_of
        any_of = () if self._lists(whole.any_of, below) else whole.any_of
        seen = replace(seen, one_of=one_of, any_of=any_of)
        if seen == whole:
            return id
        seen = replace(seen, id=self._free(seen, within(id, PARENT_PART)))
        return self.add(self._nullable(seen) if is_nullable else seen).id

    def _lists(self, variants: tuple[SchemaId, ...], below: frozenset[SchemaId]) -> bool:
        return any(not below.isdisjoint(self._names(one)) for one in variants)

    def _names(self, id: SchemaId) -> list[SchemaId]:
        """The schema, and those that it only refers to."""
        found = [id]
        while (target := lone_reference(self._written(found[-1]))) is not None and target not in found:
            found.append(target)
        return found

    def _free(self, schema: Schema, id: SchemaId) -> SchemaId:
        """The id, or one like it where another schema has it: for a parent with two lists, of different children."""
        while id in self._as_written and self._as_written[id] != replace(schema, id=id):
            id += "-"
        return id

    # ---- one schema -------------------------------------------------------------------------------------------------------------

    def _read(self, id: SchemaId) -> Schema:
        raw = self.graph.node(id)
        if raw is True:
            return Schema(id)
        if raw is False:
            return Schema(id, types=())
        if not isinstance(raw, dict):
            self._report.error("invalid-schema", id, f"a schema must be an object or a boolean; found {shown(raw)}")
            return Schema(id)
        dialect = self.dialect(id)
        if "$ref" in raw and dialect.ref_hides_siblings:
            return self._lone_ref(id, raw)
        reader = Keywords(id, raw, dialect, self._report)
        reader.warn_unknown()
        schema = Schema(
            id,
            types=reader.types(),
            enum=reader.enum(),
            constraints=reader.constraints(),
            format=self._format(raw),
            ref=self._ref(id, raw, dialect),
            **reader.applicators(),
        )
        return self._nullable(schema) if reader.nullable else schema

    def _format(self, raw: Mapping[str, Json]) -> str | None:
        found = raw.get("format")
        if not isinstance(found, str) or self._formats == "annotation":
            return None
        return found if self._formats == "assert" or found in TYPED_FORMATS else None

    def _lone_ref(self, id: SchemaId, raw: Mapping[str, Json]) -> Schema:
        hidden = [
            key for key in raw if key in SIMPLE or key in {"properties", "items", "enum", "const", "allOf", "anyOf", "oneOf", "required"}
        ]
        if hidden:
            self._report.warning(
                "ref-siblings",
                id,
                f"beside $ref, {', '.join(hidden)} {'is' if len(hidden) == 1 else 'are'} ignored in {self.dialect(id).name}",
                help="put the $ref into an allOf and the other keywords beside that",
            )
        return Schema(id, ref=self._resolved(raw["$ref"], id, "$ref"))

    def _ref(self, id: SchemaId, raw: Mapping[str, Json], dialect: Dialect) -> SchemaId | None:
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if keyword in raw and keyword in dialect.keywords:
                return self._resolved(raw[keyword], id, keyword)
        return None

    def _resolved(self, ref: Json, id: SchemaId, keyword: str) -> SchemaId | None:
        if isinstance(ref, str):
            return self.graph.resolve(ref, id, keyword)
        self._report.error("invalid-keyword-value", child(id, keyword), f"{keyword} must be a string; found {shown(ref)}")
        return None

    def _nullable(self, schema: Schema) -> Schema:
        """``nullable: true`` (OpenAPI 3.0, section 4.7.24) and ``x-nullable``: null beside whatever else the schema says."""
        if schema.types is not None and "null" not in schema.types:
            schema = replace(schema, types=(*schema.types, "null"))
        if schema.enum is not None and None not in schema.enum:
            schema = replace(schema, enum=(*schema.enum, None))
        if schema.ref is None and not (schema.all_of or schema.any_of or schema.one_of):
            return schema
        null = self.add(Schema(within(schema.id, NULL_PART), types=("null",)))
        value = self.add(replace(schema, id=within(schema.id, VALUE_PART)))
        return Schema(schema.id, any_of=(value.id, null.id))


def lone_reference(schema: Schema) -> SchemaId | None:
    """The schema that this one only refers to: a `$ref` that stands alone, or an `allOf` of nothing but one."""
    only = schema.ref if schema.ref is not None else schema.all_of[0] if len(schema.all_of) == 1 else None
    if only is None:
        return None
    plain = Schema(schema.id, ref=schema.ref, all_of=schema.all_of if schema.ref is None else ())
    return only if schema == plain else None


def within(id: SchemaId, part: str) -> SchemaId:
    """The id of a part that nobody wrote, below a schema that somebody did."""
    return f"{id}/{part}" if "#" in id else f"{id}#/{part}"


def own_place(id: SchemaId) -> SchemaId:
    """The id of the written schema that the id is, or is a part of."""
    part = _PART.search(id)
    return id if part is None else id[: part.start()]


def written(id: SchemaId) -> bool:
    """Whether the id is that of a schema in the spec, not of a part that nobody wrote."""
    return "/~" not in id or _PART.search(id) is None
