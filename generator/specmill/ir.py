"""The language-neutral description of a data model: what the front end writes and every target reads.

``Type`` is what is *mentioned* (in a field, an item, a body); ``Model`` is what is *declared* (and has a name). A ``Ref`` holds the id
of a model, never the model, so recursive descriptions stay immutable. A name is a tuple of words, never an identifier.

A ``Type`` is a *shape*: it accepts at least every value that its schema accepts. Where the shape alone would accept more than the schema
does, it stands inside ``Checked`` (a record or union: it has a ``check``), which names the exact assertions (a ``Schema``) that a value
must meet as well.
"""

from __future__ import annotations

import enum
from typing import Any, Final, Self, TypeAlias

from msgspec import Struct

Json: TypeAlias = Any
"""A JSON value as Python data: None, bool, int, float, str, list, dict."""

Words: TypeAlias = tuple[str, ...]
ModelId: TypeAlias = str
"""The canonical place of a model: ``session.yaml#/components/schemas/Pet``; unique, stable, readable."""
SchemaId: TypeAlias = str
"""The canonical place of a schema; the same form as ``ModelId``."""


class _Missing(enum.Enum):
    """The type of ``MISSING``."""

    MISSING = "\0missing"  # no text of a spec, also where it is written out

    def __repr__(self) -> str:
        return "MISSING"


Missing: TypeAlias = _Missing
MISSING: Final = _Missing.MISSING
"""Stands where the spec gives no value (``None`` is a JSON value)."""


class Moment(str):
    """A text that YAML takes for a timestamp, having no quotes; ``printed`` is how readers that know timestamps show it."""

    __slots__ = ("printed",)
    printed: str

    def __new__(cls, text: str, printed: str) -> Self:
        """Hold both."""
        made = super().__new__(cls, text)
        made.printed = printed
        return made


# ---- what is mentioned ----------------------------------------------------------------------------------------------------------


class Kind(enum.Enum):
    """What a scalar is on the wire and in a program."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE_TIME = "date-time"  # string, RFC 3339, with an offset
    DATE = "date"  # string, RFC 3339 full-date
    TIME = "time"  # string, RFC 3339 full-time
    UUID = "uuid"  # string, RFC 4122
    BYTES = "byte"  # string, base64 (RFC 4648 section 4)
    BINARY = "binary"  # raw octets: multipart parts and bodies that are not JSON
    DECIMAL = "decimal"  # string or number, exact

    __hash__ = object.__hash__  # members are singletons and are looked up often; the hash of an Enum is slow


class Constraints(Struct, frozen=True, omit_defaults=True):
    """The assertions about one scalar, list or map, in JSON Schema's words (Validation, section 6)."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    min_length: int | None = None  # Unicode code points
    max_length: int | None = None
    pattern: str | None = None  # as the spec wrote it: an ECMA-262 regular expression, searched, not anchored
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    min_properties: int | None = None
    max_properties: int | None = None


UNCONSTRAINED: Final = Constraints()


class Scalar(Struct, frozen=True, omit_defaults=True):
    """One JSON string, number, boolean or null."""

    kind: Kind
    constraints: Constraints = UNCONSTRAINED
    format: str | None = None  # as the spec wrote it; those without a kind of their own stay strings


class ListOf(Struct, frozen=True, omit_defaults=True):
    """A JSON array of one type of item."""

    item: Type
    constraints: Constraints = UNCONSTRAINED


class MapOf(Struct, frozen=True, omit_defaults=True):
    """A JSON object with free keys."""

    value: Type
    constraints: Constraints = UNCONSTRAINED


class TupleOf(Struct, frozen=True, omit_defaults=True):
    """A JSON array whose items are typed by position; all of ``items`` must be there, ``rest`` types what follows (None: nothing may)."""

    items: tuple[Type, ...]
    rest: Type | None = None


class Nullable(Struct, frozen=True):
    """The type or null."""

    type: Type


class Literal(Struct, frozen=True):
    """One of a few JSON values: a const, or an enum of mixed kinds. Compared as JSON Schema does: 1 equals 1.0, true does not equal 1."""

    values: tuple[Json, ...]


class Ref(Struct, frozen=True):
    """A declared model."""

    model: ModelId


class Anything(Struct, frozen=True):
    """Any JSON value."""


class Nothing(Struct, frozen=True):
    """No value at all (the schema ``false``)."""

    never: bool = True  # tells it from ``Anything`` where it is written out


class Checked(Struct, frozen=True):
    """Typed as ``type``, and valid only where ``schema`` accepts the JSON value too."""

    type: Type
    schema: SchemaId


Type: TypeAlias = Scalar | ListOf | MapOf | TupleOf | Nullable | Literal | Ref | Anything | Nothing | Checked


# ---- what is declared -----------------------------------------------------------------------------------------------------------


class Docs(Struct, frozen=True, omit_defaults=True):
    """What the spec says to people."""

    title: str | None = None
    description: str | None = None  # raw, never stripped
    deprecated: bool = False
    deprecation_message: str | None = None
    examples: tuple[Json, ...] = ()  # `example` first, then `examples`


NO_DOCS: Final = Docs()


class Group(enum.Enum):
    """Where a model comes from; targets may keep the groups in folders of their own."""

    COMPONENT = "components"
    OPERATION = "operations"
    ERROR = "errors"  # a component that is the body of an error response (4XX, 5XX) and of nothing else


class Field(Struct, frozen=True, omit_defaults=True):
    """One property of a record."""

    name: Words
    wire_name: str
    type: Type
    required: bool
    default: Json | Missing = MISSING
    docs: Docs = NO_DOCS
    read_only: bool = False
    write_only: bool = False
    location: str | None = None  # "path", "query", "header", "cookie" or "body" in a parameter object; else None
    ref: SchemaId | None = None  # what its schema refers to, where that is a `$ref`; other keywords may stand beside it
    implied: bool = False  # `required` names it, `properties` does not


class Record(Struct, frozen=True, omit_defaults=True):
    """A JSON object with known properties, in the spec's order."""

    id: ModelId
    name: Words
    fields: tuple[Field, ...]
    additional: Type | None = None  # None: unknown keys are allowed and nothing is said of them; Nothing(): refused
    check: SchemaId | None = None  # the exact assertions, where the shape accepts more: every Ref to this model means Checked(Ref, check)
    docs: Docs = NO_DOCS
    group: Group = Group.COMPONENT


class Member(Struct, frozen=True, omit_defaults=True):
    """One value of an enum."""

    name: Words
    value: str | int
    description: str | None = None
    deprecated: bool = False


class Enum(Struct, frozen=True, omit_defaults=True):
    """Named values of one kind; ``open`` when values that the spec does not list are to be expected, ``closed`` when it rules them out."""

    id: ModelId
    name: Words
    kind: Kind  # STRING or INTEGER
    members: tuple[Member, ...]
    open: bool = False
    docs: Docs = NO_DOCS
    group: Group = Group.COMPONENT
    closed: bool = False

    def keeps_others(self, *, opened: bool) -> bool:
        """Whether other values are kept: where the spec says so or, if ``opened``, wherever it does not say that there are none."""
        return self.open or (opened and not self.closed)


class Discriminator(Struct, frozen=True, omit_defaults=True):
    """The property whose value chooses the variant (OpenAPI 3.1, section 4.8.25)."""

    property: str  # the wire name
    mapping: tuple[tuple[str, int], ...]  # value -> index into the union's variants
    default: int | None = None  # the variant for all other objects (OpenAPI 3.2)

    def chosen(self, value: dict[str, Json]) -> int | None:
        """The index of the variant that the value says it is."""
        said = value.get(self.property)
        return next((at for word, at in self.mapping if word == said), self.default)


class Union(Struct, frozen=True, omit_defaults=True):
    """One of several types: the first variant that accepts the value."""

    id: ModelId
    name: Words
    variants: tuple[Type, ...]
    discriminator: Discriminator | None = None
    check: SchemaId | None = None  # as in Record
    docs: Docs = NO_DOCS
    group: Group = Group.COMPONENT


class Alias(Struct, frozen=True, omit_defaults=True):
    """A name for a type."""

    id: ModelId
    name: Words
    type: Type
    docs: Docs = NO_DOCS
    group: Group = Group.COMPONENT


Model: TypeAlias = Record | Enum | Union | Alias


# ---- what is asserted, where a shape alone cannot say it ------------------------------------------------------------------------


class Schema(Struct, frozen=True, omit_defaults=True):
    """The exact assertions of one schema (JSON Schema 2020-12); everything absent accepts. Subschemas are ids into ``Package.schemas``.

    The schema ``false`` is ``types=()``. ``$ref`` (and a resolved ``$dynamicRef``) is ``ref``.
    """

    id: SchemaId
    types: tuple[str, ...] | None = None  # of: null boolean object array number string integer
    enum: tuple[Json, ...] | None = None  # `const` is an enum of one
    constraints: Constraints = UNCONSTRAINED
    format: str | None = None  # only where it is to be asserted
    ref: SchemaId | None = None
    all_of: tuple[SchemaId, ...] = ()
    any_of: tuple[SchemaId, ...] = ()
    one_of: tuple[SchemaId, ...] = ()
    not_: SchemaId | None = None
    if_: SchemaId | None = None
    then: SchemaId | None = None
    else_: SchemaId | None = None
    properties: tuple[tuple[str, SchemaId], ...] = ()
    pattern_properties: tuple[tuple[str, SchemaId], ...] = ()
    additional_properties: SchemaId | None = None
    property_names: SchemaId | None = None
    unevaluated_properties: SchemaId | None = None
    required: tuple[str, ...] = ()
    dependent_required: tuple[tuple[str, tuple[str, ...]], ...] = ()
    dependent_schemas: tuple[tuple[str, SchemaId], ...] = ()
    prefix_items: tuple[SchemaId, ...] = ()
    items: SchemaId | None = None
    unevaluated_items: SchemaId | None = None
    contains: SchemaId | None = None
    min_contains: int | None = None
    max_contains: int | None = None
    contains_evaluates: bool = True  # 2020-12: items that `contains` matched count as evaluated; before: they do not


# ---- operations -----------------------------------------------------------------------------------------------------------------


class Body(Struct, frozen=True, omit_defaults=True):
    """What one media type of a request or response carries."""

    media_type: str
    type: Type


class Response(Struct, frozen=True, omit_defaults=True):
    """One entry of an operation's ``responses``."""

    status: str  # "200", "4XX", "default"
    description: str
    bodies: tuple[Body, ...] = ()
    headers: tuple[Field, ...] = ()


class Operation(Struct, frozen=True, omit_defaults=True):
    """One method of one path (or one webhook or callback)."""

    id: str  # the operationId, or one made from method and path
    name: Words
    method: str  # lower case
    path: str
    docs: Docs = NO_DOCS
    summary: str | None = None
    tags: tuple[str, ...] = ()
    request: ModelId | None = None  # the parameter object
    bodies: tuple[Body, ...] = ()
    body_required: bool = False
    responses: tuple[Response, ...] = ()
    webhook: bool = False


class Package(Struct, frozen=True, dict=True):
    """Everything that one spec declares, in the spec's order. What targets derive from it is kept beside it (``targets.once``)."""

    title: str
    version: str
    description: str | None
    models: dict[ModelId, Model]
    operations: tuple[Operation, ...] = ()
    schemas: dict[SchemaId, Schema] = {}
    kept: tuple[ModelId, ...] = ()  # models that are wanted though no request or response mentions them

    def after(self, before: Package) -> Package:
        """The package, beside it the one before an edit: what was derived from models that are the same objects in both is not derived again."""
        before.__dict__.pop("before", None)
        self.__dict__["before"] = before
        return self
