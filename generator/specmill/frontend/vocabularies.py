"""Dialects that somebody's meta-schema puts together from the published vocabularies (JSON Schema Core, section 8.1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from specmill.frontend import dialects
from specmill.frontend.dialects import Dialect
from specmill.ir import Json

_PUBLISHED: Final = r"(https://json-schema\.org/draft/(?:2019-09|2020-12)/)vocab/(.+)"
_OF: Final = {
    "core": "$ref $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor",
    "applicator": "prefixItems items additionalItems contains additionalProperties properties patternProperties dependentSchemas propertyNames "
    "if then else allOf anyOf oneOf not",
    "unevaluated": "unevaluatedItems unevaluatedProperties",
    "validation": "type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems maxContains minContains maxProperties minProperties required dependentRequired",
    **dict.fromkeys(["format", "format-annotation", "format-assertion"], "format"),
    **dict.fromkeys(["meta-data", "content"], ""),
}
"""The keywords of each vocabulary that assert or apply something."""
_OF_2019: Final = {**_OF, "applicator": f"{_OF['applicator']} {_OF['unevaluated']}"}


def dialect(uri: str, chosen: Mapping[str, Json]) -> Dialect | str:
    """The dialect of a meta-schema by its ``$vocabulary``; or the first that it requires and that nobody here knows.

    Whether a vocabulary is required says nothing of what it means to those who know it.
    """
    base, names = dialects.DRAFT2020, set[str]()
    for vocabulary, is_required in chosen.items():
        found = re.fullmatch(_PUBLISHED, vocabulary)
        if found is not None and found[2] in _OF:
            base = dialects.of_uri(f"{found[1]}schema") or base
            names.add(found[2])
        elif is_required:
            return vocabulary
    keywords = _OF_2019 if base is dialects.DRAFT2019 else _OF
    known = base.keywords & {keyword for name in names for keyword in keywords[name].split()}
    return replace(base, name=uri, keywords=known, is_partial=True, asserts_formats="format-assertion" in names)
