"""Schemas to types and classes: every object, enum and union that is written in place is a class of its own, named after its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from specmill import names
from specmill.frontend.classes import moments
from specmill.frontend.classes.naming import ENUM, PARENT, UNION, Rules, Wish, class_words
from specmill.frontend.classes.said import Reader, Said
from specmill.frontend.docs import docs_in
from specmill.frontend.graph import is_place_of_its_own
from specmill.frontend.plain_types import KINDS
from specmill.ir import (
    MISSING,
    Anything,
    Discriminator,
    Enum,
    Field,
    Group,
    Json,
    Kind,
    ListOf,
    Literal,
    MapOf,
    Member,
    Model,
    ModelId,
    Record,
    Ref,
    Scalar,
    SchemaId,
    Type,
    Union,
    Words,
)
from specmill.pointers import unescaped

_IGNORED: Final = "x-speakeasy-ignore"
_FORMATS: Final = {"date-time": Kind.DATE_TIME, "date": Kind.DATE, "uuid": Kind.UUID}


class Place(Struct, frozen=True):
    """Where a class stands: what it would be called, and what more can be said of it."""

    id: ModelId
    group: Group
    root: Words  # the named schema or the operation that it belongs to
    base: Words = ()  # what it is called itself, where it is no property; else as the root
    pieces: tuple[Words, ...] = ()  # the properties on the way
    title: Words = ()  # the name of a schema around it that adds nothing but null or other variants
    tag: Words = ()  # the one value that tells a variant from its neighbours
    text: str | None = None  # what is said around it, where it says nothing itself
    parent: ModelId = ""  # the class around it
    is_variant: bool = False

    @property
    def own(self) -> Words:
        """The shortest name."""
        return self.title or (self.pieces[-1] if self.pieces else self.base or self.root)

    @property
    def inner(self) -> Group:
        """The group of what is written inside: what an error is made of is no error itself."""
        if self.group is not Group.ERROR:
            return self.group
        return Group.COMPONENT if "#/components/" in self.id else Group.OPERATION

    def below(self, key: str, piece: Words) -> Place:
        """The place of a property."""
        return Place(f"{self.id}/properties/{key}", self.inner, self.root, pieces=(*self.pieces, piece), parent=self.id)

    def item(self) -> Place:
        """The place of an item: that of a list is called by the singular, but not that of one variant among others."""
        if self.is_variant:
            return replace(self, id=f"{self.id}/items", tag=(), text=None)
        pieces = self.pieces
        if pieces and pieces[-1]:
            pieces = (*pieces[:-1], (*pieces[-1][:-1], names.singular(pieces[-1][-1])))
        return replace(self, id=f"{self.id}/items", pieces=pieces, title=(), tag=(), text=None)

    def value(self) -> Place:
        """The place of the values of a map."""
        return replace(self, id=f"{self.id}/additionalProperties", title=(), tag=(), text=None, is_variant=False)

    def levels(self, own: Words) -> tuple[Words, ...]:
        """The names that a class here can have, the shortest first."""
        if not self.pieces:
            return tuple(dict.fromkeys([own, self.base or own, (*own, *self.tag)]))
        longer = (*self.root, *own)
        deeper = [(PARENT, *own, *self.tag)] if len(self.pieces) > 1 else []
        return tuple(dict.fromkeys([own, longer, (*longer, *self.tag), *deeper]))


class Classes(Struct):
    """All classes so far, parts before what they are parts of."""

    reader: Reader
    rules: Rules
    hidden: Mapping[ModelId, str]  # record -> "readOnly" or "writeOnly": the properties that it does not have
    models: dict[ModelId, Model] = {}
    wishes: dict[ModelId, Wish] = {}
    _named: dict[SchemaId, Type] = {}
    _called: dict[str, Type] = {}
    _open: dict[SchemaId, ModelId] = {}  # the schemas that are being described within a named one, each with its class

    # ---- mentions ---------------------------------------------------------------------------------------------------------------

    def mention(self, id: SchemaId, place: Place) -> Type:
        """The type of the schema at an id, as what stands at the place mentions it."""
        target = self.reader.referred(id)
        return self._inline(id, place) if target is None else self.named(target)

    def named(self, id: SchemaId) -> Type:
        """The type of a schema that is referred to. Two schemas that ask for one name are one class."""
        if id not in self._named:
            asked = self.reader.asked(id)
            words = class_words(asked or unescaped(id.rpartition("/")[2]))
            called = names.pascal(words)
            if asked is not None and called in self._called:
                self._named[id] = self._called[called]
            else:
                self._named[id] = Ref(id) if _is_class(self.reader.said(id)) else Anything()  # for what refers to itself
                outer, self._open = self._open, {}
                self._named[id] = self._inline(id, Place(id, Group.COMPONENT, words))
                self._open = outer
            self._called.setdefault(called, self._named[id])
        return self._named[id]

    def add(self, model: Model, name: Words) -> Type:
        """Add a class with a name of its own."""
        self.models[model.id] = model
        self.wishes[model.id] = Wish(model.id, "", self.rules.folders[model.group], (name,), fixed=True)
        return Ref(model.id)

    def _inline(self, id: SchemaId, place: Place) -> Type:
        """The type of a schema that is described where it stands; through what it merges, it may stand within itself."""
        said, around = self.reader.said(id), self._open.get(id)
        if around is not None and (around == place.id or said.is_union or not said.variants):
            return Ref(around) if _is_class(said) else Anything()
        self._open[id] = place.id
        found = self._shape(said, place)
        self._open.pop(id, None)
        return found

    def _shape(self, said: Said, place: Place) -> Type:
        if said.plain.get("x-speakeasy-type-override") == "any":
            return Anything()
        if said.is_union:
            return self._union(said, place)
        if said.variants:
            text = said.plain.get("description")
            around = replace(place, title=self._title(said) or place.title, text=text if isinstance(text, str) else place.text)
            return self.mention(said.variants[0], around)
        if "const" in said.plain:
            return Literal((said.plain["const"],))
        if isinstance(said.plain.get("enum"), list):
            return self._enum(said, place)
        if len(said.types) > 1:
            return self._declare(Union(place.id, (), tuple(self._of_type(said, name, place) for name in said.types)), said, place)
        return self._of_type(said, said.types[0] if said.types else "", place)

    def _of_type(self, said: Said, name: str, place: Place) -> Type:
        if name == "array" or (not name and said.items is not None):
            return ListOf(self.mention(said.items, place.item()) if said.items else Anything())
        if name == "object" or (not name and (said.properties or said.additional)):
            return self._object(said, place)
        format_ = said.plain.get("format")
        kind = KINDS.get(name)
        if kind is None or not isinstance(format_, str | None):
            return Anything()
        return Scalar(_FORMATS.get(format_ or "", kind) if kind is Kind.STRING else kind, format=format_)

    # ---- objects ----------------------------------------------------------------------------------------------------------------

    def _object(self, said: Said, place: Place) -> Type:
        extra = None
        if said.additional:
            extra = Anything() if said.additional is True else self.mention(str(said.additional), place.value())
            if not said.properties:
                return MapOf(extra)
        marks = {_IGNORED, self.hidden.get(place.id, _IGNORED)}
        shown = {
            name: at for name, at in said.properties.items() if not any(self.reader.said(at).plain.get(mark) is True for mark in marks)
        }
        fields = tuple(self._field(said, name, at, place) for name, at in shown.items())
        return self._declare(Record(place.id, (), fields, extra), said, place)

    def _field(self, said: Said, name: str, at: SchemaId, place: Place) -> Field:
        inner = self.reader.said(at).plain
        asked = self._asked(at) or name
        docs = docs_in(inner)
        own = docs_in(self.reader.raw(at)).description
        if self.reader.parts(at) and (own is not None or self.reader.referred(at) is None):
            docs = replace(docs, description=own)  # a text that is merged belongs to the class, not to the property
        type_ = self.mention(at, place.below(name, class_words(asked)))
        docs = replace(docs, examples=self.examples(at, type_))
        return Field(
            name=names.words(asked),
            wire_name=name,
            type=type_,
            required=name in said.required,
            default=inner.get("default", MISSING),
            docs=docs,
            read_only=inner.get("readOnly") is True,
            write_only=inner.get("writeOnly") is True,
        )

    def examples(self, at: SchemaId, type_: Type) -> tuple[Json, ...]:
        """The examples of a schema, or of the one that it is beside null; those of a date-time as YAML has them."""
        said = self.reader.said(at)
        found = docs_in(said.plain).examples
        if not found and len(said.variants) == 1 and not said.is_union:
            return self.examples(said.variants[0], type_)
        is_moment = isinstance(type_, Scalar) and type_.kind is Kind.DATE_TIME
        return moments.told(self.reader.graph, self.reader.referred(at) or at, found) if is_moment else found

    def _asked(self, id: SchemaId) -> str | None:
        """The name that a property asks for, itself or by what it is merged of."""
        merged = (self.reader.referred(part) or part for part in self.reader.parts(id))
        return next((found for place in (id, *merged) if (found := self.reader.asked(place))), None)

    # ---- enums and unions -------------------------------------------------------------------------------------------------------

    def _enum(self, said: Said, place: Place) -> Type:
        listed = tuple(dict.fromkeys(value for value in said.plain["enum"] if isinstance(value, str | int | float | bool)))
        kinds = {type(value) for value in listed}
        if kinds not in ({str}, {int}):
            return Scalar(Kind.BOOLEAN) if kinds == {bool} else Scalar(Kind.NUMBER) if kinds and kinds <= {int, float} else Anything()
        members = tuple(Member(names.words(str(value)), value) for value in listed if isinstance(value, str | int))
        unknown = said.plain.get("x-speakeasy-unknown-values")
        kind = Kind.STRING if kinds == {str} else Kind.INTEGER
        return self._declare(Enum(place.id, (), kind, members, unknown == "allow", closed=unknown == "disallow"), said, place)

    def _union(self, said: Said, place: Place) -> Type:
        around = replace(place, title=self._title(said) or place.title)
        types = [self.mention(at, self._variant(said, index, around)) for index, at in enumerate(said.variants)]
        different = _distinct(types)
        if len(different) == 1 < len(types):
            return different[0]
        return self._declare(Union(place.id, (), different, self._discriminator(said)), said, around)

    def _variant(self, said: Said, index: int, around: Place) -> Place:
        tag = next((class_words(str(value).lower()) for _, value in self.reader.tags(said.variants[index])), ())
        title = (*around.own, str(index + 1)) if self.rules.in_order else around.title
        id = f"{around.id}/{said.keyword}/{index}"
        return replace(around, id=id, group=around.inner, title=title, tag=tag, text=None, is_variant=True)

    def _discriminator(self, said: Said) -> Discriminator | None:
        if said.discriminator is None:
            return None
        last = [(self.reader.referred(at) or at).rpartition("/")[2] for at in said.variants]
        mapping: Json = said.plain["discriminator"].get("mapping")
        named = [(str(value), str(ref).rpartition("/")[2]) for value, ref in mapping.items()] if isinstance(mapping, dict) else []
        return Discriminator(said.discriminator, tuple((value, last.index(name)) for value, name in named if name in last))

    # ---- declarations -----------------------------------------------------------------------------------------------------------

    def _declare(self, model: Model, said: Said, place: Place) -> Type:
        docs = docs_in(said.plain)
        docs = docs if docs.description is not None else replace(docs, description=place.text)
        self.models[model.id] = replace(model, group=place.group, docs=docs)
        kind = ENUM if isinstance(model, Enum) else UNION if isinstance(model, Union) else ""
        folder = self.rules.folders[place.group]
        if not place.parent and is_place_of_its_own(place.id):
            self.wishes[model.id] = Wish(model.id, kind, folder, (place.root,), fixed=True)
        else:
            self.wishes[model.id] = Wish(model.id, kind, folder, place.levels(self._title(said) or place.own), place.parent)
        return Ref(model.id)

    def _title(self, said: Said) -> Words:
        words = class_words(said.name) if said.name else ()
        return words if words and names.pascal(words).isidentifier() else ()


def _is_class(said: Said) -> bool:
    """Whether a schema is a class: what stands for another, a list, a map and a scalar are none."""
    if said.variants or said.plain.get("x-speakeasy-type-override") == "any":
        return said.is_union
    return "enum" in said.plain or len(said.types) > 1 or bool(said.properties) or ("object" in said.types and not said.additional)


def _distinct(types: Iterable[Type]) -> tuple[Type, ...]:
    """The types that a program can tell apart: texts of all formats but dates are one, and so are values of one kind."""
    seen: dict[object, Type] = {}
    for type_ in types:
        match type_:
            case Scalar(kind=kind):
                seen.setdefault(Kind.STRING if kind is Kind.UUID else kind, type_)
            case Literal(values=(value,)):
                seen.setdefault(type(value), type_)
            case _:
                seen.setdefault(repr(type_), type_)  # a constant may be a list, which has no hash
    return tuple(seen.values())
