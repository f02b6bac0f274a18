"""Random JSON Schemas and random values that have a chance to meet them, both from one seed."""

from __future__ import annotations

from random import Random
from typing import Any

KEYS = ["a", "b", "c", "x", "foo-bar", "__proto__", "constructor", "é", 'a key with "quotes" (and brackets), longer than a line likes']
STRINGS = ["", "a", "ab", "abc", "é", "😀😀", "foo", "1", "(", "a\n", "some text that is too long to stand in a line of code"]
NUMBERS = [0, 1, -1, 2, 3, 1.0, 1.5, 0.1, -0.0, 1e308, 2**53 + 1, 10, 0.0001, 0.0075]
TYPES = ["null", "boolean", "object", "array", "number", "string", "integer"]
ONE = ("additionalProperties", "propertyNames", "items", "contains", "not", "unevaluatedProperties", "unevaluatedItems")
SEVERAL = ("prefixItems", "allOf", "anyOf", "oneOf")
TREE = {"type": ["object", "array", "string"], "properties": {"a": {"$ref": "#/$defs/tree"}}, "items": {"$ref": "#/$defs/tree"}}


class Dice:
    """Draws schemas and values; the same seed draws the same ones."""

    def __init__(self, seed: int, *, typed: bool = False) -> None:
        self.random = Random(seed)
        self.typed = typed  # each schema says its types

    def value(self, depth: int = 3) -> Any:
        roll = self.random.random()
        if roll < 0.55 or not depth:
            return self.random.choice([*STRINGS, *NUMBERS, True, False, None, [], {}])
        if roll < 0.75:
            return [self.value(depth - 1) for _ in range(self.random.randint(0, 3))]
        return {self.random.choice(KEYS): self.value(depth - 1) for _ in range(self.random.randint(0, 3))}

    def document(self) -> dict[str, Any]:
        """A schema of draft 2020-12 with definitions, which it may mention."""
        return {"allOf": [self.schema(3)], "$defs": {"one": self.schema(2), "tree": TREE}}

    def schema(self, depth: int) -> Any:
        roll = self.random.random()
        if roll < 0.05:
            return roll < 0.025
        if roll < 0.13:
            return {"$ref": self.random.choice(["#/$defs/one", "#/$defs/tree"])}
        made: dict[str, Any] = {}
        for _ in range(self.random.choice([1, 1, 2, 2, 3, 4])):
            made |= self.assertion() if not depth or self.random.random() < 0.45 else self.applicator(depth - 1)
        if self.typed and "type" not in made:
            made["type"] = self.random.choice(
                [self.random.choice(TYPES), self.random.sample(TYPES, 2), [self.random.choice(TYPES[1:]), "null"]]
            )
        return made

    def assertion(self) -> dict[str, Any]:
        pick = self.random.choice
        size = self.random.randint(0, 2)
        bound = pick(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
        sized = pick(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"])
        options: list[dict[str, Any]] = [
            {"type": pick(TYPES)},
            {"type": self.random.sample(TYPES, size + 1)},
            {"enum": [self.value(2) for _ in range(size + 1)]},
            {"enum": self.random.sample(STRINGS, 2 * size + 1)},
            {bound: pick(NUMBERS)},
            {"multipleOf": pick([1, 2, 3, 0.5, 0.01, 0.0001])},
            {sized: size},
            {sized: size},
            {"pattern": pick(["^a", "b$", "[a-c]+", r"^\w*$", r"\d", "^.{2,}$"])},
            {"uniqueItems": True},
            {"required": self.random.sample(KEYS, size)},
            {"dependentRequired": {pick(KEYS): self.random.sample(KEYS, size)}},
        ]
        return pick(options)

    def applicator(self, depth: int) -> dict[str, Any]:
        word = self.random.choice(
            ["properties", "properties", "patternProperties", "dependentSchemas", "if", "minContains", *ONE, *SEVERAL, *SEVERAL]
        )
        if word in ONE:
            return {word: self.schema(depth)}
        if word in SEVERAL:
            return {word: [self.schema(depth) for _ in range(self.random.randint(1, 3))]}
        if word == "if":
            return {each: self.schema(depth) for each in ("if", *self.random.sample(["then", "else"], self.random.randint(1, 2)))}
        if word == "minContains":
            return {"contains": self.schema(depth), word: self.random.randint(0, 2), "maxContains": self.random.randint(1, 2)}
        keys = ["^a", "^.$", "o", "-"] if word == "patternProperties" else KEYS
        return {word: {key: self.schema(depth) for key in self.random.sample(keys, self.random.randint(1, 3))}}
