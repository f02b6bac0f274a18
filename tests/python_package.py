"""A package description that has something of everything, and random JSON for its models."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from specmill import imported, ir
from specmill.config import target
from specmill.diagnostics import Report
from specmill.ir import (
    UNCONSTRAINED,
    Alias,
    Anything,
    Constraints,
    Discriminator,
    Docs,
    Enum,
    Field,
    Kind,
    ListOf,
    Literal,
    MapOf,
    Member,
    Nothing,
    Nullable,
    Package,
    Record,
    Ref,
    Scalar,
    TupleOf,
    Type,
    Union,
)
from specmill.names import words
from specmill.output.render import Renderer
from specmill.targets import Page
from specmill.targets.batches import Batch
from specmill.targets.python import pages


def scalar(kind: str, **constraints: Any) -> Scalar:
    return Scalar(Kind[kind], Constraints(**constraints) if constraints else UNCONSTRAINED)


STRING, INTEGER, NUMBER, BOOLEAN, NULL = map(scalar, ("STRING", "INTEGER", "NUMBER", "BOOLEAN", "NULL"))


def place(name: str) -> str:
    return f"spec.yaml#/components/schemas/{name}"


def ref(name: str) -> Ref:
    return Ref(place(name))


def need(wire_name: str, type: Type, **more: Any) -> Field:
    return Field(words(wire_name), wire_name, type, required=True, **more)


def may(wire_name: str, type: Type, **more: Any) -> Field:
    return Field(words(wire_name), wire_name, type, required=False, **more)


def record(name: str, *fields: Field, **more: Any) -> Record:
    return Record(place(name), words(name), fields, **more)


def enum(name: str, kind: str, *values: str | int, **more: Any) -> Enum:
    return Enum(place(name), words(name), Kind[kind], tuple(Member(words(str(value)), value) for value in values), **more)


def union(name: str, *variants: Type, **more: Any) -> Union:
    return Union(place(name), words(name), variants, **more)


def alias(name: str, type: Type) -> Alias:
    return Alias(place(name), words(name), type)


def package(*models: ir.Model) -> Package:
    return Package("Everything", "1.0", None, {model.id: model for model in models})


def flat(made: Iterable[Page | Batch]) -> Iterator[Page]:
    """All pages, those of batches included."""
    for one in made:
        yield from (one,) if isinstance(one, Page) else one.made()[0]


def files(described: Package, **options: Any) -> dict[str, str]:
    """The files of the generated package."""
    renderer = Renderer()
    return {
        file.path: file.text for file in map(renderer.render, flat(pages(described, target("python", Path("gen"), **options), Report())))
    }


_loaded: dict[str, ModuleType] = {}


def load(described: Package, **options: Any) -> ModuleType:
    """The generated package, imported from memory."""
    made = files(described, **options)
    key = json.dumps(made)
    if key not in _loaded:
        _loaded[key] = imported.package(f"python_target_{len(_loaded)}", made)
    return _loaded[key]


@cache
def everything() -> Package:
    return package(
        enum("Species", "STRING", "cat", "dog", "great dane", docs=Docs(description='The kind "of" animal\\')),
        enum("Level", "INTEGER", 1, 2, -3),
        enum("Color", "STRING", "red", "green", open=True),
        record("Everything", *_scalars(), *_containers(), *_mentions(), *_defaults(), docs=Docs(description=_TEXT, deprecated=True)),
        record("Node", need("name", STRING), need("children", ListOf(ref("Node")))),
        record("Cat", need("type", Literal(("cat",))), may("lives", INTEGER)),
        record("Dog", need("type", Literal(("dog",))), may("friend", ref("Pet"))),
        union("Pet", ref("Cat"), ref("Dog")),
        union("Thing", STRING, INTEGER, ref("Node"), ListOf(ref("Pet")), NULL),
        alias("Json", Nullable(ref("JsonValue"))),
        union("JsonValue", BOOLEAN, NUMBER, STRING, ListOf(ref("Json")), MapOf(ref("Json"))),
        alias("Ids", ListOf(STRING)),
        alias("Short", scalar("STRING", max_length=3)),
        record("A", need("x", INTEGER)),
        record("B", need("x", NUMBER), may("y", STRING)),
        union("Try", ref("A"), ref("B"), STRING, ref("Species")),
        record("Car", need("kind", STRING), need("doors", INTEGER)),
        record("Bike", need("kind", STRING), need("gears", INTEGER)),
        union("Vehicle", ref("Car"), ref("Bike"), discriminator=Discriminator("kind", (("car", 0), ("Car", 0), ("bike", 1)))),
        record("OpenNodes", need("a", STRING), may("b", INTEGER), additional=ref("Node")),
        record("OpenAny", need("a", STRING), additional=Anything()),
        record("Closed", need("a", STRING), additional=Nothing()),
        record("Empty"),
        record("Odd", *_odd_names(), additional=Nothing()),
        record("Late", may("optional", STRING), need("required", STRING)),
        alias("Anyone", Anything()),
        alias("Nobody", Nothing()),
        alias("Null", NULL),
        alias("MaybeNode", Nullable(ref("Node"))),
        alias("Colors", ListOf(ref("Color"))),
        record("Any", need("x", STRING)),
        record("Codec", need("x", STRING)),
    )


_TEXT = 'All.\n\n>>> print(1)\n  indented """quoted""" \\ and "\n\x85\u202e\tend"'


def _scalars() -> list[Field]:
    return [
        need("s", scalar("STRING", min_length=1, max_length=5, pattern="^a")),
        need("i", scalar("INTEGER", minimum=1, exclusive_maximum=10, multiple_of=2)),
        need("n", scalar("NUMBER", minimum=0.5, maximum=99.5)),
        may("cents", scalar("NUMBER", multiple_of=0.01)),
        may("big", scalar("INTEGER", maximum=2**70)),
        may("half", scalar("INTEGER", minimum=1.5)),
        *(may(name.lower(), scalar(name)) for name in ("DATE_TIME", "DATE", "TIME", "UUID", "BYTES", "DECIMAL", "NULL")),
        may("const", Literal(("a",))),
        may("mixed", Literal(("a", 1, None))),
        may("odd", Literal((1.5, True, {"a": 1}))),
        may("yes", Literal((True,))),
        may("any", Anything()),
        may("never", Nothing()),
    ]


def _containers() -> list[Field]:
    return [
        may("unique", ListOf(STRING, Constraints(unique_items=True, min_items=1))),
        may("map", MapOf(INTEGER, Constraints(max_properties=2))),
        may("pair", TupleOf((STRING, INTEGER))),
        may("row", TupleOf((STRING, ref("Node")), INTEGER)),
        may("nodes", ListOf(ref("Node"))),
        may("nodes_by_name", MapOf(ListOf(ref("Node")))),
        may("nodes_or_null", ListOf(Nullable(ref("Node")))),
        may("optional_nodes", Nullable(ListOf(ref("Node")))),
        may("colors", ListOf(ref("Color"))),
        may("pets", ListOf(ref("Pet"))),
        may("opens", ListOf(ref("OpenAny"))),
    ]


def _mentions() -> list[Field]:
    named = ("Level", "Color", "Pet", "Thing", "Json", "Ids", "Short", "Try", "Vehicle", "OpenNodes", "Cat", "Late")
    return [
        need("species", ref("Species")),
        may("node", ref("Node")),
        may("nullable_node", Nullable(ref("Node"))),
        need("null_or_node", Nullable(ref("Node"))),
        may("nullable_pet", Nullable(ref("Pet"))),
        may("odd_names", ref("Odd")),
        *(may(name.lower(), ref(name)) for name in named),
    ]


def _defaults() -> list[Field]:
    return [
        may("limit", INTEGER, default=10),
        may("tags", ListOf(STRING), default=["a"]),
        may("no_tags", ListOf(STRING), default=[]),
        may("no_nodes", ListOf(ref("Node")), default=[]),
        may("dane", ref("Species"), default="great dane"),
        may("leaf", ref("Node"), default={"name": "x", "children": []}),
        may("nothing", Nullable(STRING), default=None),
        may("since", scalar("DATE_TIME"), default="2020-01-01T00:00:00Z"),
        may("wrong", INTEGER, default="x"),
    ]


def _odd_names() -> list[Field]:
    names = ("a\\b", "str", "list", "from_json", "self", "class", "datetime", "1st", "-", "aB", "a_b", "日本", "additional_properties")
    return [need('a"b', STRING), *(may(name, STRING) for name in names)]


# ---- random data ----------------------------------------------------------------------------------------------------------------

_TEXTS: dict[Kind, list[Any]] = {
    Kind.STRING: ["a", "abc", "", "abcdefgh", "b", "cat", "red", "日本"],
    Kind.INTEGER: [1, 2, 4, 6, 8, 10, 0, -1, 2.0, 4.0, 1.5, 2**70, 2**71, 2**63, 1e300, -(2**63) - 1],
    Kind.NUMBER: [1, 2, 0.5, 0.25, 99.5, 99.75, 0.07, 1e22, 0.29, 2**60, 100],
    Kind.BOOLEAN: [True, False],
    Kind.NULL: [None],
    Kind.DATE_TIME: ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00", "now"],
    Kind.DATE: ["2020-01-01", "2020-02-30"],
    Kind.TIME: ["10:00:00Z", "10"],
    Kind.UUID: ["550e8400-e29b-41d4-a716-446655440000", "x"],
    Kind.BYTES: ["aGk=", "aGk"],
    Kind.DECIMAL: ["1.50", "-3", "NaN", "1e5", "1_0"],
}
_JUNK: list[Any] = [None, True, False, 0, 1, 1.0, 1.5, "x", "", [], {}, [1], {"a": 1}, {"name": "x", "children": []}]
_DEEPEST = 6


class Sampler:
    """Makes JSON that models often accept, and now and then do not."""

    def __init__(self, described: Package, source: random.Random) -> None:
        self.models = described.models
        self.random = source

    def value(self, type: Type, depth: int = 0) -> Any:
        draw = self.random
        if draw.random() < 0.01:
            return draw.choice(_JUNK)
        match type:
            case Scalar(kind=kind):
                return draw.choice(_TEXTS[kind])
            case ListOf(item=item):
                return [self.value(item, depth + 1) for _ in range(self._number(depth))]
            case MapOf(value=value):
                return {draw.choice('abc"'): self.value(value, depth + 1) for _ in range(self._number(depth))}
            case TupleOf(items=items, rest=rest):
                more = [self.value(rest, depth + 1)] if rest is not None and draw.random() < 0.5 else []
                return [self.value(item, depth + 1) for item in items] + more
            case Nullable(type=inner):
                return None if draw.random() < 0.3 or depth > _DEEPEST else self.value(inner, depth + 1)
            case Literal(values=values):
                return draw.choice([*values, 1.0])
            case Ref(model=model):
                return self.model(self.models[model], depth + 1)
            case _:
                return draw.choice(_JUNK)

    def _number(self, depth: int) -> int:
        return self.random.choice([0, 1, 2, 2, 3]) if depth < _DEEPEST else 0

    def model(self, model: ir.Model, depth: int = 0) -> Any:
        match model:
            case Record():
                return self._record(model, depth)
            case Enum(members=members):
                return self.random.choice([*(member.value for member in members), "other", 1.0])
            case Union(variants=variants):
                return self.value(self.random.choice(variants), depth + 1)
            case Alias(type=type):
                return self.value(type, depth + 1)

    def _record(self, model: Record, depth: int) -> dict[str, Any]:
        draw = self.random
        found = {}
        for field in model.fields:
            if draw.random() < (0.995 if field.required else 0.2 if depth < 3 else 0.05):
                found[field.wire_name] = None if draw.random() < 0.01 else self.value(field.type, depth + 1)
        if draw.random() < 0.1:
            found[draw.choice(["zz", "a", "b", "a_b "])] = self.value(model.additional or Anything(), depth + 1)
        return found
