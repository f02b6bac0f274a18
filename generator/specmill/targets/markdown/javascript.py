"""Text of a spec becomes literals of JavaScript, in samples and in types."""

from __future__ import annotations

import json
import re
from typing import Final

from specmill.targets.markdown.characters import INVISIBLE
from specmill.targets.markdown.escape import plain_text

_JS_ESCAPED: Final = re.compile(f"[{INVISIBLE}\u0085\u2028\u2029]")


def js_string(text: str) -> str:
    """A string literal of JavaScript on one line."""
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isascii() else _JS_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def literal_cell(value: object) -> str:
    """A JSON value as a literal type in a cell; text that would be markup is escaped."""
    if isinstance(value, dict | list):
        return plain_text(json.dumps(value))
    if not isinstance(value, str):
        return json.dumps(value)
    quoted = js_string(value)
    return quoted if re.fullmatch(r"[\w .:/+=,;@-]*", value) and "__" not in value else f'"{plain_text(quoted[1:-1])}"'
