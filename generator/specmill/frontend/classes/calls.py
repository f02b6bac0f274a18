"""Operations as classes: what a call sends (parameters and body in one), what comes back, and what is set beside both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from specmill import names
from specmill.frontend.classes.naming import class_words
from specmill.frontend.classes.phrases import phrase
from specmill.frontend.classes.security import Security
from specmill.frontend.classes.shapes import Classes, Place
from specmill.frontend.docs import docs_in, filled
from specmill.frontend.graph import child
from specmill.frontend.media_types import is_json
from specmill.frontend.operations import IGNORED_HEADERS, Source, operation_of
from specmill.ir import (
    MISSING,
    Body,
    Field,
    Group,
    Json,
    Kind,
    ListOf,
    MapOf,
    ModelId,
    Operation,
    Record,
    Ref,
    Response,
    Scalar,
    SchemaId,
    Type,
    Union,
    Words,
)

_TEXT: Final = Scalar(Kind.STRING)


class Calls:
    """Describes operations, one after the other."""

    def __init__(self, classes: Classes, sources: Iterable[Source]) -> None:
        """Learn what the calls share."""
        self.classes = classes
        self.reader = classes.reader
        root = classes.reader.graph.root_id
        self._shared = {self._key(at): at for at in self._listed(child(root, "x-speakeasy-globals"))}
        self._security = Security(self.reader, [self.reader.raw(source.pointer) for source in sources])

    def operation(self, source: Source) -> Operation:
        """One operation, its classes declared."""
        raw = self.reader.raw(source.pointer)
        place = Place(source.pointer, Group.OPERATION, source.name)
        parameters = self._parameters(source)
        fields = [self._parameter(at, place) for at in parameters if not self._is_hidden(at)]
        body = self._body(source, place, is_part=bool(fields))
        request = None
        if fields or (parameters and body is None):
            request = source.pointer
            everything = _numbered([*fields, *([body] if body else [])])
            self.classes.add(Record(request, (), everything, group=Group.OPERATION), (*source.name, "Request"))
        return replace(
            operation_of(source, raw),
            request=request,
            bodies=(Body("application/json", body.type),) if body else (),
            body_required=body is not None and body.required,
            responses=tuple(self._responses(source, place)),
        )

    # ---- what is sent -----------------------------------------------------------------------------------------------------------

    def _parameters(self, source: Source) -> list[SchemaId]:
        """Those of the path, then those of the operation; one of the same name and location takes the other's place."""
        return list({self._key(at): at for owner in (source.item, source.pointer) for at in self._listed(owner)}.values())

    def _listed(self, owner: SchemaId) -> Iterator[SchemaId]:
        listed = self.reader.raw(owner).get("parameters")
        for index in range(len(listed) if isinstance(listed, list) else 0):
            name, location = self._key(at := child(owner, "parameters", str(index)))
            is_ours = self.reader.raw(self._target(at)).get("x-speakeasy-ignore") is not True
            if is_ours and isinstance(name, str) and not (location == "header" and name.lower() in IGNORED_HEADERS):
                yield at

    def _key(self, at: SchemaId) -> tuple[Json, Json]:
        raw = self.reader.raw(self._target(at))
        return raw.get("name"), raw.get("in")

    def _parameter(self, at: SchemaId, place: Place) -> Field:
        raw = self.reader.raw(self._target(at))
        beside = self.reader.raw(at).get("description")  # beside a reference, it counts (OpenAPI 3.1, section 4.8.23)
        docs = docs_in(raw)
        schema = self._schema_of(self._target(at))
        plain = self.reader.said(schema).plain if schema else {}
        asked = self.reader.asked(self._target(at)) or str(raw["name"])
        inner = replace(place.below(str(raw["name"]), class_words(asked)), text=docs_in(raw).description)
        type_ = self.classes.mention(schema, inner) if schema else _TEXT
        if schema and not docs.examples:  # the text of the schema belongs to the class, if it is one
            docs = replace(docs, examples=self.classes.examples(schema, type_))
        return Field(
            name=names.words(asked),
            wire_name=str(raw["name"]),
            type=type_,
            required=raw.get("required") is True,
            default=plain.get("default", MISSING),
            docs=replace(
                docs,
                description=beside if isinstance(beside, str) else docs.description,
                examples=self._examples(at) if self._key(at) in self._shared else docs.examples,
            ),
            location=str(raw.get("in")),
        )

    def _is_hidden(self, at: SchemaId) -> bool:
        """Whether a parameter that calls share is not given with a call at all."""
        shared = self._shared.get(self._key(at))
        return shared is not None and self.reader.raw(self._target(shared)).get("x-speakeasy-globals-hidden") is True

    def _examples(self, at: SchemaId) -> tuple[Json, ...]:
        """The examples of a parameter that calls share: where it is described for all of them."""
        target = self._target(self._shared[self._key(at)])
        schema = self._schema_of(target)
        return filled(docs_in(self.reader.raw(target)), [docs_in(self.reader.said(schema).plain)] if schema else []).examples

    def _schema_of(self, at: SchemaId) -> SchemaId | None:
        if "schema" in self.reader.raw(at):
            return child(at, "schema")
        return self._schema_in(at)

    def _body(self, source: Source, place: Place, *, is_part: bool) -> Field | None:
        """The body as a field of the request; where that has no other, the body is the request."""
        words: Words = ("Request", "Body") if is_part or self.classes.rules.in_order else ("Request",)
        at = self._target(child(source.pointer, "requestBody"))
        media_type, schema = next(iter(self._media(at)), ("", None))
        if not media_type:
            return None
        inner = replace(place, id=f"{place.id}/requestBody", base=(*source.name, *words))
        type_ = self.classes.mention(schema, inner) if schema else Scalar(Kind.BINARY)
        if media_type.startswith("multipart/"):
            self._upload(type_)
        if not is_json(media_type):
            type_ = _as_file(type_)
        wish = self.classes.wishes[type_.model] if isinstance(type_, Ref) and type_.model in self.classes.wishes else None
        name = wish.levels[0] if wish and wish.fixed else ("request", "body")
        raw = self.reader.raw(at)
        return Field(name, "requestBody", type_, required=raw.get("required") is True, docs=docs_in(raw), location="body")

    def _upload(self, type_: Type) -> None:
        """Let the properties of a form that hold raw octets be files."""
        form = self.classes.models.get(type_.model) if isinstance(type_, Ref) else None
        if isinstance(form, Record):
            fields = tuple(replace(one, type=_as_file(one.type)) for one in form.fields)
            self.classes.models[form.id] = replace(form, fields=fields)

    # ---- what comes back --------------------------------------------------------------------------------------------------------

    def _responses(self, source: Source, place: Place) -> Iterator[Response]:
        """All good answers as one, since they are one type to the program; each bad one by itself."""
        good: dict[str, SchemaId] = {}
        bad: dict[str, SchemaId] = {}
        for status in self.reader.raw(child(source.pointer, "responses")):
            written = child(source.pointer, "responses", str(status))
            (bad if str(status)[:1] in ("4", "5") else good)[str(status)] = written
        if len(good) > 1:
            bad |= {"default": good.pop("default")} if "default" in good else {}  # a default beside an answer is an error
        if (answer := self._answer(source, place, good)) is not None:
            yield Response(next(iter(good)), "", (Body("application/json", answer),))
        for status, written in bad.items():
            if (schema := self._schema_in(written)) is not None:
                error = self._error(schema, self._of(source, place, status), written, status)
                yield Response("4XX" if status == "default" else status, "", (Body("application/json", error),))

    def _answer(self, source: Source, place: Place, good: Mapping[str, SchemaId]) -> Type | None:
        headers = any(self.reader.raw(self._target(at)).get("headers") for at in good.values())
        paged = "x-speakeasy-pagination" in self.reader.raw(source.pointer)
        base = (*source.name, "Response", *(("Body",) if headers or paged or self.classes.rules.in_order else ()))
        described = [(status, schema) for status, at in good.items() if (schema := self._schema_in(at)) is not None]
        mentioned = (self.classes.mention(schema, replace(self._of(source, place, status), base=base)) for status, schema in described)
        types = tuple({repr(one): one for one in mentioned}.values())  # a constant in one may be a list, which has no hash
        type_ = next(iter(types), None)
        if len(types) > 1:
            type_ = self.classes.add(Union(f"{place.id}/responses/~union", (), types, group=Group.OPERATION), base)
        if not headers and (type_ is None or not paged):
            return type_
        fields = [Field(("headers",), "headers", MapOf(ListOf(_TEXT)), required=True)] if headers else []
        fields += [Field(("result",), "result", type_, required=True)] if type_ is not None else []
        wrapper = Record(f"{place.id}/responses/~wrapper", (), tuple(fields), group=Group.OPERATION)
        return self.classes.add(wrapper, (*source.name, "Response"))

    def _error(self, schema: SchemaId, place: Place, written: SchemaId, status: str) -> Type:
        """The body of a bad answer; one that is described among the components is the same class for all calls."""
        at = self._target(written)
        if at == written:
            return self.classes.mention(schema, replace(place, group=Group.ERROR, base=self._error_name(place.root, status)))
        given = self.reader.said(schema).name or at.rpartition("/")[2]
        root = (phrase(status) if given == status else None) or class_words(given)
        name = root if self.classes.rules.in_order or root[-1].endswith("Error") else (*root, "Error")
        type_ = self.classes.mention(schema, replace(place, id=schema, group=Group.ERROR, root=root, base=name))
        if type_ == Ref(schema):  # not what is named elsewhere
            self.classes.wishes[schema] = replace(self.classes.wishes[schema], levels=(name,))
        return type_

    def _error_name(self, operation: Words, status: str) -> Words:
        said = phrase(status)
        if said is None or self.classes.rules.in_order:
            return (*operation, "Response", "Body")
        return (*operation, *said, *(() if said[-1] == "Error" else ("Error",)))

    def _of(self, source: Source, place: Place, status: str) -> Place:
        """The place of an answer; what describes the answer describes a class that says nothing of itself."""
        raw = self.reader.raw(self._target(child(source.pointer, "responses", status)))
        return replace(place, id=f"{place.id}/responses/{status}", text=docs_in(raw).description)

    def _schema_in(self, written: SchemaId) -> SchemaId | None:
        return next((schema for _, schema in self._media(self._target(written)) if schema), None)

    def _media(self, at: SchemaId) -> list[tuple[str, SchemaId | None]]:
        """The media types of a body or an answer with their schemas, those of JSON first."""
        found = []
        for media_type in self.reader.raw(child(at, "content")):
            media = child(at, "content", str(media_type))
            found.append((str(media_type), child(media, "schema") if "schema" in self.reader.raw(media) else None))
        return sorted(found, key=lambda pair: not is_json(pair[0]))

    # ---- what is set beside -----------------------------------------------------------------------------------------------------

    def beside(self, source: Source | None) -> Iterator[ModelId]:
        """The classes of what is set beside a call, or (None) beside all calls: security, and the parameters that calls share."""
        own = self._security.fields(self.reader.raw(source.pointer) if source else None)
        group, above = (Group.OPERATION, source.name) if source else (Group.COMPONENT, ())
        top = source.pointer if source else self.reader.graph.root_id
        if own:
            yield from _id(self.classes.add(Record(f"{top}/~security", (), tuple(own), group=group), (*above, "Security")))
        taken = {self._key(at) for at in self._parameters(source)} if source else set()
        used = [at for key, at in self._shared.items() if key in taken]
        if used and source:
            fields = tuple(replace(self._parameter(at, Place(top, group, source.name)), required=False) for at in used)
            yield from _id(self.classes.add(Record(f"{top}/~globals", (), fields, group=group), (*source.name, "Globals")))

    def _target(self, at: SchemaId) -> SchemaId:
        return self.reader.referred(at) or at


def _id(type_: Type) -> Iterator[ModelId]:
    if isinstance(type_, Ref):
        yield type_.model


def _as_file(type_: Type) -> Type:
    match type_:
        case Scalar(format="binary"):
            return Scalar(Kind.BINARY, format="binary")
        case ListOf(item):
            return ListOf(_as_file(item))
        case _:
            return type_


def _numbered(fields: list[Field]) -> tuple[Field, ...]:
    """Fields of one name are numbered from the second on."""
    seen: dict[str, int] = {}
    out = []
    for one in fields:
        label = names.camel(one.name)
        count = seen[label] = seen.get(label, -1) + 1
        out.append(replace(one, name=(*one.name, str(count)), wire_name=f"{one.wire_name} {count}") if count else one)
    return tuple(out)
