"""The objects that OpenAPI puts around schemas: keys that mean nothing there are reported, since all that depends on them is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specmill.diagnostics import Report
from specmill.frontend import suggestions
from specmill.frontend.graph import Graph, child
from specmill.frontend.parts import METHODS, PARTS, Holds, Part, parts
from specmill.frontend.values import shown
from specmill.ir import Json, SchemaId

# Of all versions: whoever writes a key of a later one means it.
_KEYS: Final[Mapping[Part, frozenset[str]]] = {
    part: frozenset(keys.split())
    for part, keys in {
        Part.DOCUMENT: "openapi $self info jsonSchemaDialect servers paths webhooks components security tags externalDocs",
        Part.COMPONENTS: "schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems mediaTypes",
        Part.PATH_ITEM: f"$ref summary description servers parameters additionalOperations {' '.join(METHODS)}",
        Part.OPERATION: "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers",
        Part.PARAMETER: "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content",
        Part.BODY: "description content required",
        Part.RESPONSE: "summary description headers content links",
        Part.MEDIA_TYPE: "schema itemSchema example examples encoding prefixEncoding itemEncoding",
        Part.ENCODING: "contentType headers style explode allowReserved encoding prefixEncoding itemEncoding",
    }.items()
}
LOCATIONS: Final = ("path", "query", "header", "cookie", "querystring")
_REFERENCE: Final = frozenset(["$ref", "summary", "description"])
_SCHEMA_IN_SWAGGER: Final = ("type", "format", "items", "enum", "default", "minimum", "maximum", "pattern")
_SWAGGER: Final[Mapping[tuple[Part, str], str]] = {
    **{(Part.PARAMETER, key): f"{key} belongs into the schema of the parameter" for key in _SCHEMA_IN_SWAGGER},
    (Part.RESPONSE, "schema"): "the schema of a response stands in its content, below a media type",
    (Part.OPERATION, "consumes"): "the media types of a body are the keys of its content",
    (Part.OPERATION, "produces"): "the media types of a response are the keys of its content",
    (Part.DOCUMENT, "definitions"): "schemas stand in components/schemas",
}
"""What Swagger 2.0 had elsewhere."""


def tell_unknown(graph: Graph, report: Report, place: SchemaId | None = None, part: Part = Part.DOCUMENT) -> None:
    """Report all keys that OpenAPI does not know in the document, or in a part of it at a place, leaving out schemas."""
    place = graph.root_id if place is None else place
    node = graph.node(place)
    waiting: list[tuple[SchemaId, Mapping[str, Json], Part]] = [(place, node, part)] if isinstance(node, dict) else []
    while waiting:
        id, node, part = waiting.pop()
        is_reference = "$ref" in node and part is not Part.PATH_ITEM
        if is_reference and len(node) == 1:
            continue
        known = _REFERENCE if is_reference else _KEYS.get(part)
        if known is not None and not node.keys() <= known:
            _tell(id, [key for key in node if key not in known and not str(key).startswith("x-")], part, report, is_reference=is_reference)
        if part is Part.PARAMETER and not is_reference and id.rpartition("/")[0].endswith("/parameters"):
            _tell_of_parameter(id, node, report)
        _tell_of_kinds(id, node, part, report)
        below = [(child(id, *keys), held, inner) for keys, held, inner in parts(part, node) if inner is not Part.SCHEMA]
        waiting += reversed(below)


def _tell(id: SchemaId, keys: list[str], part: Part, report: Report, *, is_reference: bool) -> None:
    if is_reference and keys:
        text = f"beside $ref, {', '.join(keys)} {'is' if len(keys) == 1 else 'are'} ignored"
        report.warning("ref-siblings", id, text, help=f"write the {part.value} out, or give it these keys where it stands")
        return
    for key in keys:
        hint = _SWAGGER.get((part, key)) or suggestions.among(key, _KEYS[part], 0.7)
        report.warning(
            "unknown-keyword", child(id, key), f"{key!r} is not a key of this object ({part.value}); it is ignored", help=hint, at_key=True
        )


def _tell_of_parameter(id: SchemaId, node: Mapping[str, Json], report: Report) -> None:
    location = node.get("in")
    if location not in LOCATIONS:
        text = f"`in` must be one of {', '.join(LOCATIONS)}; found {shown(location) if 'in' in node else 'nothing'}"
        hint = "requestBody describes the body" if location in ("body", "formData") else suggestions.among(str(location), LOCATIONS, 0.6)
        report.warning("invalid-parameter", child(id, "in"), text, help=hint)
    if node.keys().isdisjoint(("schema", "content", *_SCHEMA_IN_SWAGGER)):
        report.warning("invalid-parameter", id, "nothing says what the parameter is; any text is accepted", help="give it a schema")


def _tell_of_kinds(id: SchemaId, node: Mapping[str, Json], part: Part, report: Report) -> None:
    """Refuse whatever is no list or object where the standard has one. Where it is empty, of whatever kind, nothing is lost."""
    for keyword, (holds, inner) in PARTS[part].items():
        value = node.get(keyword)
        if value is None or value in ([], {}) or (inner is Part.SCHEMA and holds is Holds.ONE):
            continue
        wanted, words = (list, "a list") if holds is Holds.LIST else (dict, "an object")
        if not isinstance(value, wanted):
            report.error("invalid-keyword-value", child(id, keyword), f"{keyword} must be {words}; found {shown(value)}")
        elif isinstance(value, dict) and holds is Holds.MAP and inner is not Part.SCHEMA:  # who reads a list tells of its items
            for key, one in value.items():
                if not (one is None or isinstance(one, dict) or str(key).startswith("x-")):
                    text = f"a {inner.value} must be an object; found {shown(one)}"
                    report.error("invalid-keyword-value", child(id, keyword, str(key)), text)


def of_another_kind(id: SchemaId, root_id: SchemaId) -> str | None:
    """What stands at a place of an OpenAPI document that can hold no schema; None for all others."""
    if not id.startswith(root_id) or id.startswith(f"{root_id}/components/schemas/"):
        return None
    match id.removeprefix(root_id).split("/")[1:]:
        case [] | ["openapi" | "info" | "servers" | "paths" | "webhooks" | "components" | "tags" | "security"] | ["components", _]:
            return "a part of the document"
        case ["components", kind, _] if kind != "schemas":
            return f"an entry of {kind}"
        case ["paths" | "webhooks", *rest] if len(rest) <= 2:  # noqa: PLR2004 - a path, and its operations and parameters
            return "a path or an operation"
        case _:
            return None
