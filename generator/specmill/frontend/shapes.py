"""Schemas to types: the shape of each in a program, and whether that shape says all that the schema says."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

from msgspec.structs import replace

from specmill.diagnostics import Report
from specmill.frontend.alike import is_alike
from specmill.frontend.dialects import TYPES
from specmill.frontend.docs import docs_in, docs_of
from specmill.frontend.enums import enum_type
from specmill.frontend.graph import Graph, is_place_of_its_own
from specmill.frontend.inline_names import InlineNames
from specmill.frontend.limits import Exhausted
from specmill.frontend.merge import Merged, merge
from specmill.frontend.octets import Octets
from specmill.frontend.plain_types import array_type, object_type, scalar_type
from specmill.frontend.unions import union_type
from specmill.frontend.unwritten import CORE_PART, lone_reference, within, written
from specmill.frontend.variants import null_variants
from specmill.frontend.vocabulary import Vocabulary
from specmill.ir import (
    MISSING,
    Alias,
    Anything,
    Checked,
    Enum,
    Field,
    Json,
    Kind,
    Missing,
    Model,
    ModelId,
    Nothing,
    Nullable,
    Ref,
    Response,
    Scalar,
    Schema,
    SchemaId,
    Type,
    Union,
)


class Shapes:
    """Gives every schema its type, and declares the models on the way."""

    def __init__(self, graph: Graph, vocabulary: Vocabulary, names: InlineNames, octets: Octets, report: Report) -> None:
        """Start with no models."""
        self.graph = graph
        self.vocabulary = vocabulary
        self.names = names
        self.octets = octets
        self.report = report
        self.models: dict[ModelId, Model] = {}
        self.checked: dict[SchemaId, None] = {}  # the schemas whose assertions the shapes do not say in full
        self._declared: dict[SchemaId, Type] = {}
        self._inline: dict[SchemaId, Type] = {}
        self._alike: dict[Hashable, Type] = {}  # what a simple schema says -> its type, wherever it stands
        self._enums: dict[Hashable | None, tuple[Enum, bool]] = {}  # what an enum says -> the first that does, and whether it may be null
        self.met: dict[SchemaId, None] = {}  # every schema that is described, in the order of the walk
        self._merged: dict[SchemaId, Merged] = {}
        self._open: set[SchemaId] = set()  # being declared now
        self._recursive: set[SchemaId] = set()
        self.sharing: list[tuple[SchemaId, ...]] = []  # the variants that are being described, outermost first
        self._waiting: deque[Merged] = deque()
        self.parameters: dict[SchemaId, Field] = {}
        self.fields: dict[Hashable, Field] = {}  # those that are the same wherever they stand
        self.responses: dict[SchemaId, Response | None] = {}  # without their status; None for what is no response

    # ---- mentions ---------------------------------------------------------------------------------------------------------------

    def mention(self, id: SchemaId, raw: Json | Missing = MISSING) -> Type:
        """The type of the schema at the id, as a field, an item or a body mentions it; ``raw`` is what stands there, if the caller knows it."""
        if raw is MISSING:
            raw = self.graph.node(id) if written(id) else None
        if type(raw) is bool:
            return Anything() if raw else Nothing()
        said = None if id in self._declared else self.vocabulary.said(id, raw)
        if said in self._alike:
            return self._alike[said]
        self.graph.know(id, raw)
        target = None if said is not None else lone_reference(self.vocabulary.schema(id))
        if target is not None:
            return self.refer(target)
        if id in self._declared:
            return self._known(id)
        found = self._inline.get(id)
        if found is None:
            start = self.graph.looks.now
            first = self.names.canonical(id)
            if first != id:
                found = self.mention(first)
            elif said in self._enums:
                found = self._enum_again(id, raw, self._enums[said])
            else:
                found = self._describe_first(id, said)
            self._inline[id] = found
            self.graph.looks.keep(id, start)
        else:
            self.graph.looks.at(id)
        return found

    def _describe_first(self, id: SchemaId, said: Hashable | None) -> Type:
        """The type of an inline schema, remembered for others that say the same, unless something is wrong with it."""
        findings = len(self.report.asked)
        found = self._describe(id)
        if said is None or len(self.report.asked) > findings or not self.vocabulary.is_sound(said):
            return found
        model = self.models.get(id)
        if is_alike(found):
            self._alike[said] = found
        elif isinstance(model, Enum) and not isinstance(found, Checked):
            self._enums[said] = model, isinstance(found, Nullable)
        return found

    def _enum_again(self, id: SchemaId, raw: Json, known: tuple[Enum, bool]) -> Type:
        """Declare an enum that says what another one does."""
        enum, is_nullable = known
        self.met[id] = None
        ref = self.declare(replace(enum, id=id, docs=docs_in(raw)))
        self._declared[id] = Nullable(ref) if is_nullable else ref
        return self._declared[id]

    def refer(self, id: SchemaId) -> Type:
        """The type of a schema that a `$ref` names; one that is declared at a place of its own is described later, by ``finish``."""
        if id in self._declared:
            return self._known(id)
        if not is_place_of_its_own(id):
            return self.mention(id) if lone_reference(self.vocabulary.schema(id)) is None else self.refer_through(id)
        self.met[id], start = None, self.graph.looks.now
        merged = merge(self.vocabulary, id, self.report)
        self._declared[id] = Nullable(Ref(id)) if self._accepts_null(merged) else Ref(id)
        self.graph.looks.keep(id, start)
        self._waiting.append(merged)
        return self._declared[id]

    def finish(self) -> None:
        """Describe all that was referred to, and what that refers to."""
        while self._waiting:
            merged = self._waiting.popleft()
            with self.graph.looks.part(merged.id):
                self._describe_named(merged)

    def alone(self, id: SchemaId) -> None:
        """Describe one schema that has a place of its own, but nothing that it refers to."""
        self.refer(id)
        self._describe_named(self._waiting.popleft())

    def _describe_named(self, merged: Merged) -> None:
        schema = self.vocabulary.schema(merged.id)
        is_name = schema.ref is not None and schema == Schema(schema.id, ref=schema.ref)  # another name for what stands elsewhere
        shape = self.refer(schema.ref) if is_name and schema.ref else self.shape(merged, merged.id)
        model = self.models.get(merged.id)
        if model is None:
            self.declare(Alias(merged.id, (), shape, docs_of(self.graph, merged.id)))
        elif isinstance(shape, Nullable) and isinstance(model, Union):  # the name stands for null as well
            self.models[merged.id] = replace(model, variants=(*model.variants, Scalar(Kind.NULL)))
        elif isinstance(shape, Checked):  # an enum with further assertions: the name stands for both
            core = self._moved(merged.id)
            inner = Nullable(core) if isinstance(shape.type, Nullable) else core
            self.declare(Alias(merged.id, (), Checked(inner, shape.schema), docs_of(self.graph, merged.id)))

    def _moved(self, id: SchemaId) -> Ref:
        """The model of the id, now under an id of its own, so that the id can stand for more."""
        inner = within(id, CORE_PART)
        self.models[inner] = replace(self.models.pop(id), id=inner)
        return Ref(inner)

    def _known(self, id: SchemaId) -> Type:
        self.graph.looks.at(id)
        if id in self._open:
            self._recursive.add(id)
        return self._declared[id]

    def _describe(self, id: SchemaId) -> Type:
        """The type of a schema that stands inside another one; it gets a name only where it needs one."""
        self.met[id] = None
        merged = merge(self.vocabulary, id, self.report)
        self._declared[id] = Nullable(Ref(id)) if self._accepts_null(merged) else Ref(id)
        self._open.add(id)
        shape = self.shape(merged, id)
        self._open.discard(id)
        if id in self._recursive and id not in self.models:
            shape = self.declare(Alias(id, (), shape, docs_of(self.graph, id)))
        self._declared[id] = shape
        return shape

    def refer_through(self, id: SchemaId) -> Type:
        """Follow references that only refer on, to the schema that says something."""
        seen = [id]
        while (target := lone_reference(self.vocabulary.schema(seen[-1]))) is not None and not is_place_of_its_own(target):
            if target in seen:
                self.report.error("circular-ref", id, "these references only refer to each other, so they describe nothing")
                return Anything()
            seen.append(target)
        return self.mention(seen[-1])

    def root(self, id: SchemaId) -> None:
        """Describe a whole document that is one schema: its model always has the document's name, and accepts just what the schema does."""
        mention = self.refer(id)
        self.finish()
        if mention != Ref(id) and not isinstance(self.models[id], Alias):  # a nullable record: null belongs to the document's type too
            self._declared[id] = self.declare(Alias(id, (), Nullable(self._moved(id)), docs_of(self.graph, id)))

    def merged(self, id: SchemaId) -> Merged:
        """All that the schema at the id says in place."""
        found = self._merged.get(id)
        if found is None:
            start = self.graph.looks.now
            found = self._merged[id] = merge(self.vocabulary, id, self.report)
            self.graph.looks.keep(id, start)
        self.graph.looks.at(id)
        return found

    def declare(self, model: Model) -> Type:
        """Add a model; its name is settled when all are known."""
        self.models[model.id] = model
        if len(self.models) > self.graph.limits.models:
            raise Exhausted(f"it makes more than {self.graph.limits.models} classes")
        return Ref(model.id)

    def check(self, id: SchemaId) -> SchemaId:
        """Remember that the schema must be asserted as it is written."""
        self.checked[id] = None
        return id

    # ---- shapes -----------------------------------------------------------------------------------------------------------------

    def shape(self, merged: Merged, model: ModelId) -> Type:
        """The shape of a merged schema; what is declared for the schema itself (not for its parts) gets the id ``model``."""
        if merged.nullable:
            return self._with_null(self.shape(replace(merged, nullable=False), model), merged)
        if merged.types is not None and not merged.types:
            return Nothing()
        if merged.enum is not None:
            return enum_type(self, merged, model)
        if merged.unions:
            found = union_type(self, merged, model)
            if found is not None:
                return found
            merged.exact = False  # the variants only add assertions
        if merged.types is None:
            return self._untyped(merged, model)
        types = merged.types
        if len(types) == 1:
            return self._typed(merged, types[0], model)
        types = tuple(t for t in types if t != "integer" or "number" not in types)
        if "null" in types and len(types) > 1:
            rest = tuple(t for t in types if t != "null")
            return self._with_null(self.shape(replace(merged, types=rest), model), merged)
        if len(types) > 1:
            return self._one_of_types(merged, types, model)
        return self._typed(merged, types[0], model)

    def _with_null(self, shape: Type, merged: Merged) -> Type:
        """Null or the shape; assertions in place (`not`, `if`) speak of null as well, so the check stands outside."""
        bare = shape.type if isinstance(shape, Checked) else shape
        wide = bare if isinstance(bare, Nullable) else Nullable(bare)
        return wide if merged.exact and bare is shape else Checked(wide, self.check(merged.id))

    def _typed(self, merged: Merged, name: str, model: ModelId) -> Type:
        match name:
            case "object":
                return object_type(self, merged, model)
            case "array":
                return array_type(self, merged)
            case _:
                return scalar_type(self, merged, name)

    # ---- several types, or none -------------------------------------------------------------------------------------------------

    def _one_of_types(self, merged: Merged, types: tuple[str, ...], model: ModelId) -> Type:
        shapes = [self.shape(replace(merged, types=(name,)), within(model, f"~{name}")) for name in types]
        exact = merged.exact and all(getattr(merged, f"exact_{name}", True) for name in types) and merged.format is None
        exact &= not any(isinstance(shape, Checked) for shape in shapes)
        variants = tuple(shape.type if isinstance(shape, Checked) else shape for shape in shapes)
        check = None if exact else self.check(merged.id)
        return self.declare(Union(model, (), variants, None, check, docs_of(self.graph, merged.id)))

    def _untyped(self, merged: Merged, model: ModelId) -> Type:
        silent = merged.says_nothing_of
        told = [name for name in ("object", "array") if name not in silent]
        if not told:
            plain = merged.exact and silent == frozenset(TYPES)
            return Anything() if plain else Checked(Anything(), self.check(merged.id))
        taken_for = merged.taken_for(self.vocabulary)
        if taken_for is not None:
            return self._assumed(merged, taken_for, model)
        interesting = [name for name in told if (merged.properties if name == "object" else merged.items or merged.prefix_items)]
        if not interesting:
            return Checked(Anything(), self.check(merged.id))
        variants: list[Type] = []
        for name in interesting:
            inner = within(model, f"~{name}")
            shape = self.shape(replace(merged, types=(name,), exact=True, exact_object=True, exact_array=True), inner)
            variants.append(shape.type if isinstance(shape, Checked) else shape)
        return self.declare(Union(model, (), (*variants, Anything()), None, self.check(merged.id), docs_of(self.graph, merged.id)))

    def _assumed(self, merged: Merged, name: str, model: ModelId) -> Type:
        """OpenAPI documents that list properties and forget `type: object` mean an object, whatever JSON Schema says of other values."""
        text = f"this schema has no type, so any value that is no {name} would be valid; it is taken to be an {name}"
        self.report.warning("type-assumed", merged.id, text, help=f"write type: {name}")
        self.vocabulary.assume(merged.id, name)
        return self.shape(replace(merged, types=(name,)), model)

    def _accepts_null(self, merged: Merged) -> bool:
        """Whether null stands beside the shape (a check in place speaks of null as well, so there the shape includes it)."""
        if merged.nullable or not merged.exact:
            return merged.exact
        if merged.types is not None and "null" not in merged.types:
            return False
        if merged.enum is not None:
            return None in merged.enum and len(merged.enum) > 1 and not merged.unions
        if merged.unions:
            return bool(null_variants(self, merged))
        return merged.types is not None and len(merged.types) > 1
