"""JSON text to data: RFC 8259, with duplicate keys refused and every number kept."""

from __future__ import annotations

import msgspec

from specmill.config import Limits
from specmill.frontend.limits import Fault, Unreadable
from specmill.ir import MISSING, Json, Missing


def sound(text: bytes, limits: Limits) -> Json | Missing:
    """The data of a JSON text that cannot have anything wrong with it; ``MISSING`` where that takes a closer look."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return MISSING
    return data if _keys_are_unique(text, data) and not _is_deep(data, limits.nesting) else MISSING


def load(text: bytes, limits: Limits) -> Json:
    """The data of a JSON text in UTF-8 without a byte order mark; raises ``Unreadable``."""
    from specmill.frontend import json_faults  # needed only where something may be wrong

    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(json_faults.of(text.decode(), str(error), limits)) from None
    if _is_deep(data, limits.nesting):
        raise Unreadable(json_faults.too_deep(text.decode(), limits.nesting) or Fault("too-large", "it is nested too deeply"))
    if not _keys_are_unique(text, data) and (faults := json_faults.repeated_keys(text.decode())):
        raise Unreadable(*faults)
    return data


def _keys_are_unique(text: bytes, data: Json) -> bool:
    r"""Whether no key was lost in the data; False also where that takes a closer look.

    A colon stands after every key and inside strings, nowhere else. Encoding the data again writes all of them back, except those of keys
    that repeat: so equal counts prove that none does, unless the text spells a colon as ``\u003a``.
    """
    if rb"\u003" in text and (rb"\u003a" in text or rb"\u003A" in text):
        return False
    return text.count(b":") == msgspec.json.encode(data).count(b":")


def _is_deep(data: Json, nesting: int) -> bool:
    level = [data] if type(data) is dict or type(data) is list else []
    for _ in range(nesting):
        level = [x for above in level for x in (above.values() if type(above) is dict else above) if type(x) is dict or type(x) is list]
        if not level:
            return False
    return True
