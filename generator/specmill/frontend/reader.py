"""One schema as somebody wrote it, read keyword by keyword in its dialect."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from specmill.diagnostics import Report
from specmill.frontend import dialects, suggestions
from specmill.frontend.dialects import TYPES, Dialect
from specmill.frontend.graph import child, children
from specmill.frontend.values import shown
from specmill.ir import UNCONSTRAINED, Constraints, Json, SchemaId
from specmill.json_values import equal

_COUNTS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
}
_NUMBERS: Final = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
}
_CONSTRAINTS: Final = frozenset([*_COUNTS, *_NUMBERS, "pattern", "uniqueItems"])
SIMPLE: Final = frozenset(["type", "format", *_CONSTRAINTS])
_APPLYING: Final = frozenset(
    "allOf anyOf oneOf prefixItems properties patternProperties dependentSchemas not additionalProperties propertyNames unevaluatedProperties "
    "unevaluatedItems contains if items required dependentRequired dependencies".split()
)
ONWARD: Final = _APPLYING | {"$ref", "$dynamicRef", "$recursiveRef"}
"""What a schema says by way of others."""
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    **dict.fromkeys(["title", "description", "format", "$comment", "$id", "$schema", "$anchor", "$dynamicAnchor"], (str, "a string")),
    **dict.fromkeys(["contentEncoding", "contentMediaType"], (str, "a string")),
    **dict.fromkeys(["deprecated", "readOnly", "writeOnly", "nullable", "uniqueItems"], (bool, "true or false")),
    **dict.fromkeys(["discriminator", "xml", "externalDocs", "$defs", "definitions"], (dict, "an object")),
    "examples": (list, "a list of values"),
}
"""What the keywords must be that nothing below reads more closely."""
_VALUES: Final = frozenset(["const", "default", "example"])  # null is a value like any other
_ALONE: Final = {name: (name,) for name in TYPES}
_CAMEL: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Keywords:
    """The keywords of one schema object; what is wrong with them goes to the report."""

    def __init__(self, id: SchemaId, raw: Mapping[str, Json], dialect: Dialect, report: Report) -> None:
        self.id, self.dialect, self.report = id, dialect, report
        self.raw = raw if None not in raw.values() else self._given(raw)
        self.nullable = (raw.get("nullable") is True and dialect.nullable) or raw.get("x-nullable") is True

    def _given(self, raw: Mapping[str, Json]) -> Mapping[str, Json]:
        """The keywords that have a value."""
        for key, value in raw.items():
            if value is None and key not in _VALUES and key != "type" and key in self.dialect.keywords:
                text = f"{key} has no value (the YAML null); it is ignored"
                self.report.warning("invalid-keyword-value", child(self.id, key), text, help="give it a value, or take it away")
        return {key: value for key, value in raw.items() if value is not None or key in _VALUES or key == "type"}

    def warn(self) -> None:
        """Say which keys mean nothing in this dialect, and which have a value that they cannot have."""
        known = self.dialect.known
        for key, value in self.raw.items():
            if key in _KINDS and not isinstance(value, _KINDS[key][0]):
                text = f"{key} must be {_KINDS[key][1]}; found {shown(value)}; it is ignored"
                self.report.warning("invalid-keyword-value", child(self.id, key), text)
            elif key not in known and not key.startswith("x-"):
                self._tell_unknown(key)

    def keep_known(self) -> None:
        """Forget the keys that mean nothing in this dialect."""
        self.raw = {key: value for key, value in self.raw.items() if key in self.dialect.known}

    def _tell_unknown(self, key: str) -> None:
        later = key in dialects.DRAFT2020.keywords | dialects.DRAFT2019.keywords
        text = f"{key!r} is not a keyword of {self.dialect.name}; it is ignored" + (" (a later draft has it)" if later else "")
        hint = 'write "null" among the types' if key == "nullable" else suggestions.among(key, self.dialect.known)
        self.report.warning("unknown-keyword", child(self.id, key), text, help=hint, at_key=True)

    def types(self) -> tuple[str, ...] | None:
        """The types that are allowed; None where nothing is said."""
        written = self.raw.get("type")
        if isinstance(written, str) and written in _ALONE:
            return _ALONE[written]
        if written is None and "type" not in self.raw:
            return None
        names: list[Json] = written if isinstance(written, list) else [written]
        if None in names:
            text = "a bare null in `type` is the YAML null, not the name of a type; it is read as the type null"
            self.report.warning("unknown-type", child(self.id, "type"), text, help='write "null", in quotes')
            names = ["null" if name is None else name for name in names]
        wrong = [(index, name) for index, name in enumerate(names) if name not in TYPES]
        for index, name in wrong:
            at = child(self.id, "type", str(index)) if isinstance(written, list) else child(self.id, "type")
            self.report.error(
                "unknown-type", at, f"unknown type {shown(name)}; expected one of {', '.join(TYPES)}", help=suggestions.for_type(name)
            )
        if not names:
            self._wrong("type", "the name of a type, or a list of some")
        return None if wrong or not names else tuple(dict.fromkeys(names))

    def enum(self) -> tuple[Json, ...] | None:
        """The values that are allowed; None where nothing is said."""
        values: tuple[Json, ...] | None = None
        if self._has("enum"):
            if isinstance(self.raw["enum"], list):
                values = tuple(self.raw["enum"])
            else:
                self._wrong("enum", "a list of values")
        elif isinstance(listed := self.raw.get("x-extensible-enum"), list) and self.raw.get("type") in ("string", "integer"):
            values = tuple(listed)  # those that are known today: nothing is refused for being none of them
        if self._has("const"):
            const = self.raw["const"]
            values = (const,) if values is None or any(equal(const, value) for value in values) else ()
        return values

    def constraints(self) -> Constraints:
        """The assertions about scalars, and about how many items or properties there are."""
        written = self.raw.keys() & _CONSTRAINTS
        if not written:
            return UNCONSTRAINED
        out: dict[str, Any] = {}
        for keyword, name in _COUNTS.items():
            if keyword in written:
                out[name] = self._count(keyword)
        for keyword, name in _NUMBERS.items():
            if keyword in written:
                out[name] = self._number(keyword)
        self._boolean_bounds(out)
        if "pattern" in written:
            out["pattern"] = self._text("pattern")
        out["unique_items"] = self.raw.get("uniqueItems") is True
        return Constraints(**out)

    def applicators(self) -> dict[str, Any]:
        """The keywords that apply subschemas, as arguments of ``ir.Schema``."""
        there = self.raw.keys() & _APPLYING
        if not there:
            return {}
        there &= self.dialect.keywords
        out: dict[str, Any] = {}
        for keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
            if keyword in there:
                out[_snake(keyword)] = self._listed(keyword)
        for keyword in ("properties", "patternProperties", "dependentSchemas"):
            if keyword in there:
                out[_snake(keyword)] = self._keyed(keyword)
        for keyword in ("not", "additionalProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "contains"):
            if keyword in there:
                out["not_" if keyword == "not" else _snake(keyword)] = child(self.id, keyword)
        if "if" in there:
            self._conditional(out)
        if "contains" in there:
            self._containment(out)
        if "items" in there:
            self._array_items(out)
        self._requirements(out, there)
        return out

    # ---- one keyword ------------------------------------------------------------------------------------------------------------

    def _has(self, keyword: str) -> bool:
        return keyword in self.raw and keyword in self.dialect.keywords

    def _wrong(self, keyword: str, expected: str) -> None:
        value = self.raw[keyword]
        text = f"{keyword} must be {expected}; found {shown(value)}"
        self.report.error("invalid-keyword-value", child(self.id, keyword), text, help=suggestions.for_value(value))

    def _count(self, keyword: str) -> int | None:
        value = self.raw[keyword]
        if not _is_number(value) or value < 0 or value != int(value):
            self._wrong(keyword, "a whole number, 0 or more")
            return None
        return int(value)

    def _number(self, keyword: str) -> int | float | None:
        value = self.raw[keyword]
        if isinstance(value, bool) and keyword.startswith("exclusive"):
            return None
        if not _is_number(value) or (keyword == "multipleOf" and value <= 0):
            self._wrong(keyword, "a number greater than 0" if keyword == "multipleOf" else "a number")
            return None
        return value  # type: ignore[no-any-return]

    def _text(self, keyword: str) -> str | None:
        value = self.raw[keyword]
        if not isinstance(value, str):
            self._wrong(keyword, "a string")
            return None
        return value

    def _boolean_bounds(self, out: dict[str, Any]) -> None:
        for flag, bound, exclusive in (
            ("exclusiveMinimum", "minimum", "exclusive_minimum"),
            ("exclusiveMaximum", "maximum", "exclusive_maximum"),
        ):
            if not isinstance(self.raw.get(flag), bool):
                continue
            if not self.dialect.boolean_exclusive:
                text = f"{flag} is a number in {self.dialect.name}; it is read as before, as a flag of {bound}"
                hint = f"the bound itself is the value of {flag}, in place of that of {bound}"
                self.report.warning("invalid-keyword-value", child(self.id, flag), text, help=hint)
            if self.raw[flag] and out.get(bound) is not None:
                out[exclusive] = out.pop(bound)

    def _listed(self, keyword: str) -> tuple[SchemaId, ...]:
        value = self.raw[keyword]
        if isinstance(value, list):
            if not value and keyword != "prefixItems":
                self.report.warning("invalid-keyword-value", child(self.id, keyword), f"{keyword} lists no schema; it is ignored")
            return tuple(child(self.id, keyword, str(i)) for i in range(len(value)))
        self._wrong(keyword, "a list of schemas")
        return ()

    def _keyed(self, keyword: str) -> tuple[tuple[str, SchemaId], ...]:
        value = self.raw[keyword]
        if isinstance(value, dict):
            return tuple(zip(value, children(child(self.id, keyword), value), strict=True))
        self._wrong(keyword, "an object of schemas")
        return ()

    def _conditional(self, out: dict[str, Any]) -> None:
        names = (("if", "if_"), ("then", "then"), ("else", "else_"))
        out |= {name: child(self.id, keyword) for keyword, name in names if keyword in self.raw}

    def _containment(self, out: dict[str, Any]) -> None:
        out["contains_evaluates"] = self.dialect.contains_evaluates
        for keyword in ("minContains", "maxContains"):
            if self._has(keyword):
                out[_snake(keyword)] = self._count(keyword)

    def _array_items(self, out: dict[str, Any]) -> None:
        if not isinstance(self.raw["items"], list):
            out["items"] = child(self.id, "items")
        elif self.dialect.items_is_tuple:
            out["prefix_items"] = self._listed("items")
            if self._has("additionalItems"):
                out["items"] = child(self.id, "additionalItems")
        else:
            self._wrong("items", f"a schema in {self.dialect.name} (the list form is now called prefixItems)")

    def _requirements(self, out: dict[str, Any], there: Collection[str]) -> None:
        if "required" in there:
            out["required"] = self._names("required", self.raw["required"])
        if "dependentRequired" in there:
            written = self._object("dependentRequired").items()
            out["dependent_required"] = tuple((key, self._names("dependentRequired", value)) for key, value in written)
        if "dependencies" in there:
            dependencies = self._object("dependencies")
            lists = {key: self._names("dependencies", value) for key, value in dependencies.items() if isinstance(value, list)}
            schemas = tuple((key, child(self.id, "dependencies", key)) for key in dependencies if key not in lists)
            out["dependent_required"] = (*out.get("dependent_required", ()), *lists.items())
            out["dependent_schemas"] = (*out.get("dependent_schemas", ()), *schemas)

    def _object(self, keyword: str) -> Mapping[str, Json]:
        value = self.raw[keyword]
        if isinstance(value, dict):
            return value
        self._wrong(keyword, "an object")
        return {}

    def _names(self, keyword: str, value: Json) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return tuple(dict.fromkeys(value))
        if isinstance(value, bool):  # draft-03 wrote `required: true` into the property
            self.report.warning(
                "invalid-keyword-value",
                child(self.id, keyword),
                f"{keyword} is a list of property names, not a boolean; it is ignored",
                help="list the property's name in the `required` of the object that holds it",
            )
        else:
            self._wrong(keyword, "a list of property names")
        return ()


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def _snake(keyword: str) -> str:
    return _CAMEL.sub("_", keyword).lower()
