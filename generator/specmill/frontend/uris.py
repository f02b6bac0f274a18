"""URI references, resolved as RFC 3986 says, whatever their scheme (``urn:`` and ``tag:`` included)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# RFC 3986, appendix B, with the scheme held to its own grammar.
_PARTS: Final = r"(?s)(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z"


class Uri(NamedTuple):
    """The parts of a URI reference; None where a part is not there."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None = None
    fragment: str | None = None

    def __str__(self) -> str:
        scheme = "" if self.scheme is None else f"{self.scheme}:"
        authority = "" if self.authority is None else f"//{self.authority}"
        query = "" if self.query is None else f"?{self.query}"
        return f"{scheme}{authority}{self.path}{query}" + ("" if self.fragment is None else f"#{self.fragment}")


def split(text: str) -> Uri:
    """The parts of a URI reference."""
    found = re.match(_PARTS, text)
    assert found is not None  # every part is optional and the path takes all the rest
    return Uri(found[1] and found[1].lower(), found[2], found[3], found[4], found[5])


def join(base: str, reference: str) -> str:
    """The reference resolved against the base (RFC 3986, section 5.2), without its fragment."""
    ref = split(reference)
    if ref.scheme is not None:
        return str(ref._replace(path=_without_dots(ref.path), fragment=None))
    above = split(base)
    if ref.authority is not None:
        return str(Uri(above.scheme, ref.authority, _without_dots(ref.path), ref.query))
    if not ref.path:
        return str(above._replace(query=above.query if ref.query is None else ref.query, fragment=None))
    path = ref.path if ref.path.startswith("/") else _merged(above, ref.path)
    return str(Uri(above.scheme, above.authority, _without_dots(path), ref.query))


def without_fragment(uri: str) -> str:
    """The URI up to its ``#``."""
    return uri.partition("#")[0]


def presentable(uri: str) -> str:
    """What of a reference may stand in a log: the name of a document, but no password or token, and nothing from inside that document."""
    parts = split(uri)
    authority = None if parts.authority is None else parts.authority.rpartition("@")[2]
    return str(parts._replace(authority=authority, query=None, fragment=None))


def _merged(base: Uri, path: str) -> str:
    if base.authority is not None and not base.path:
        return "/" + path
    return base.path[: base.path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    """The path without ``.`` and ``..`` segments (RFC 3986, section 5.2.4)."""
    if "." not in path:
        return path
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(out) > 1 or (out and out[0] != ""):
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/".join(out)
