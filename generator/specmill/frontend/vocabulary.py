"""Schemas in any dialect, rewritten in one vocabulary: ``ir.Schema``, with every subschema by its canonical id."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend import alike, dialects, formats, objects, suggestions, vocabularies
from specmill.frontend.dialects import Dialect
from specmill.frontend.graph import Graph, child
from specmill.frontend.parents import Above, Parents
from specmill.frontend.reader import SIMPLE, Keywords
from specmill.frontend.unwritten import lone_reference, or_null, written
from specmill.frontend.values import shown
from specmill.ir import Json, Schema, SchemaId


class Vocabulary:
    """Reads raw schemas out of the graph, each once, in whatever dialect it is written."""

    def __init__(self, graph: Graph, report: Report, asserted: str) -> None:
        """``asserted``: "typed" (those with a Python type are asserted), "annotation" (none), "assert" (all)."""
        self.graph = graph
        self._report = report
        self._asserted = asserted
        self._as_written: dict[SchemaId, Schema] = {}
        self._known: dict[SchemaId, Schema] = {}
        self._alike: dict[Hashable, Schema] = {}  # what a simple schema says -> the first one that says it, if nothing is wrong with that
        self._above: dict[SchemaId, Above] = {}
        self.made: dict[SchemaId, Schema] = {}  # what was added or assumed
        root = graph.node(graph.root_id)
        self._openapi = dialects.of_openapi(root["openapi"]) if isinstance(root, dict) and "openapi" in root else None

    def add(self, schema: Schema) -> Schema:
        """Make known a schema that nobody wrote: the merger or a part of written ones."""
        self._as_written[schema.id] = self.made[schema.id] = schema
        self._known.pop(schema.id, None)
        self._above.pop(schema.id, None)
        return schema

    def assume(self, id: SchemaId, name: str) -> None:
        """Take the schema to be of the one type, though it does not say so."""
        self._known[id] = self.made[id] = replace(self.schema(id), types=(name,))

    def take(self, made: Mapping[SchemaId, Schema]) -> None:
        """Know what another vocabulary of the same document has made."""
        for id, schema in made.items():
            if written(id):
                self._known[id] = schema
            else:
                self.add(schema)

    @property
    def is_openapi(self) -> bool:
        """Whether the root document is an OpenAPI document."""
        return self._openapi is not None

    def schema(self, id: SchemaId) -> Schema:
        """The schema at the id, in the one vocabulary."""
        found = self._known.get(id)
        if found is not None:
            self.graph.looks.at(id)
        else:
            found = self._written(id)
            if (found.ref is not None or found.all_of) and lone_reference(found) is None:
                start = self.graph.looks.now
                found = Parents(self._as_written, self._written, self.add, self._above, self.graph.looks).child(found)
                self.graph.looks.keep(id, start)
            self._known[id] = found
        return found

    def _written(self, id: SchemaId) -> Schema:
        found = self._as_written.get(id)
        if found is not None:
            self.graph.looks.at(id)
        else:
            found = self._as_written[id] = self._read(id)
        return found

    def is_sound(self, said: Hashable) -> bool:
        """Whether a schema that says this was read before, and nothing was wrong with it."""
        return said in self._alike

    def said(self, id: SchemaId, raw: Json) -> Hashable | None:
        """What a simple schema says, except to people, in a form to look it up by: it means the same wherever it stands."""
        form = alike.asserted(raw)
        return None if form is None else (self.graph.dialect_uri(id), form)

    def dialect(self, id: SchemaId) -> Dialect:
        """The dialect that the schema at the id is written in; 2020-12 where nothing says so."""
        uri = self.graph.dialect_uri(id)
        if uri is None:
            return self._openapi or dialects.UNSAID
        return dialects.of_uri(uri) or self._foreign(uri, id)

    def _foreign(self, uri: str, id: SchemaId) -> Dialect:
        fallback = self._openapi or dialects.UNSAID
        meta = self.graph.at_hand(uri)
        chosen = meta.get("$vocabulary") if isinstance(meta, dict) else None
        if isinstance(chosen, dict):
            found = vocabularies.dialect(uri, chosen)
            if isinstance(found, Dialect):
                return found
            self._report.error(
                "foreign-vocabulary",
                self.graph.dialect_place(id),
                f"the meta-schema {uri!r} requires the vocabulary {found!r}, which specmill does not know",
                help="name a published draft in $schema: draft-04, draft-06, draft-07, 2019-09 or 2020-12",
            )
            return fallback
        self._report.warning(
            "unknown-dialect",
            self.graph.dialect_place(id),
            f"the meta-schema {uri!r} is not one that specmill knows; {fallback.name} is taken in its place",
            help="name a published draft in $schema: draft-04, draft-06, draft-07, 2019-09 or 2020-12",
        )
        return fallback

    # ---- one schema -------------------------------------------------------------------------------------------------------------

    def _read(self, id: SchemaId) -> Schema:
        raw = self.graph.node(id)
        if raw is True:
            return Schema(id)
        if raw is False:
            return Schema(id, types=())
        if raw is None:
            self._report.warning(
                "invalid-schema",
                id,
                "a schema is due, but nothing stands here; any value is accepted",
                help="write a schema; {} accepts any value",
            )
            return Schema(id)
        if not isinstance(raw, dict):
            self._report.error("invalid-schema", id, f"a schema must be an object or a boolean; found {shown(raw)}")
            return Schema(id)
        findings = len(self._report.asked)
        said = self.said(id, raw)
        if said in self._alike:
            return replace(self._alike[said], id=id)
        dialect = self.dialect(id)
        if "$ref" in raw and dialect.ref_hides_siblings:
            return self._lone_ref(id, raw)
        reader = Keywords(id, raw, dialect, self._report)
        reader.warn()
        if dialect.is_partial:
            reader.keep_known()
        schema = Schema(
            id,
            types=reader.types(),
            enum=reader.enum(),
            constraints=reader.constraints(),
            format=self._format(id, reader.raw, dialect),
            ref=self._ref(id, reader.raw, dialect),
            **reader.applicators(),
        )
        schema = or_null(schema, self.add) if reader.nullable else schema
        if said is not None and len(self._report.asked) == findings:
            self._alike[said] = schema
        return schema

    def _format(self, id: SchemaId, raw: Mapping[str, Json], dialect: Dialect) -> str | None:
        found = raw.get("format")
        if not isinstance(found, str):
            return None
        if found not in formats.CHECKED:
            self._tell_unchecked(id, found)
            return None
        is_asserted = self._asserted == "assert" or dialect.asserts_formats
        return found if is_asserted or (self._asserted == "typed" and found in formats.TYPED) else None

    def _tell_unchecked(self, id: SchemaId, name: str) -> None:
        hint = suggestions.for_format(name)
        if hint is not None or (self._asserted == "assert" and name not in formats.KNOWN):
            text = f"the format {name!r} is not one that specmill knows; values are not checked for it"
            self._report.warning("unknown-format", child(id, "format"), text, help=hint)

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
            found = self.graph.resolve(ref, id, keyword)
            if found is None or not self.is_openapi or (other := objects.of_another_kind(found, self.graph.root_id)) is None:
                return found
            text = f"{ref!r} leads to {other}, which is no schema; any value is accepted"
            self._report.warning("invalid-schema", child(id, keyword), text, help="refer to a schema: '#/components/schemas/…'")
            return None
        self._report.error("invalid-keyword-value", child(id, keyword), f"{keyword} must be a string; found {shown(ref)}")
        return None
