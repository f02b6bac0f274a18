"""Which names a file may have: inside its folder, and possible on every platform that a checkout may land on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from specmill.names import folded

MANIFEST: Final = ".specmill.json"
STAGING: Final = ".specmill-new"  # whole new files wait here until all of them are there

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file; reserved with any extension
_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{name}{number}" for name in ("COM", "LPT") for number in "0123456789¹²³")]
)
_FORBIDDEN: Final = frozenset('<>:"\\|?*\x7f').union(map(chr, range(32)))
_NO_CHARACTER: Final = r"[\ud800-\udfff]"
_USUAL = re.compile(r"(?:[\w-]{5,}/)*[\w-]{5,}\.\w+", re.ASCII)  # without those signs, no device has more than four
_LONGEST = 255  # bytes of UTF-8 in one part: ext4, APFS and NTFS all hold at least these


def fault(path: str) -> str | None:
    """Why a path below a target's folder cannot be used; None where it can."""
    if _USUAL.fullmatch(path) and len(path) <= _LONGEST:
        return None
    parts = path.split("/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is absolute"
    if any(part in ("", ".", "..") for part in parts):
        return "leaves its folder or has an empty part"
    if not _FORBIDDEN.isdisjoint(path) or (not path.isascii() and re.search(_NO_CHARACTER, path)):
        return "has a character that file names cannot have everywhere"
    if parts[0] in (MANIFEST, STAGING):
        return "is one of our own bookkeeping"
    for part in parts:
        if part.partition(".")[0].upper() in _DEVICES:
            return "is the name of a device on Windows"
        if part[-1] in ". ":
            return "ends in a dot or a space, which Windows drops"
        if len(part.encode()) > _LONGEST:
            return f"has a part of more than {_LONGEST} bytes"
    return None


def collisions(paths: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of paths that cannot both be there: the same but for case, or one a file and the other a folder of that name."""
    seen: dict[str, str] = {}
    found = []
    for path in paths:
        first = seen.setdefault(folded(path), path)
        if first is not path:
            found.append((first, path))
    files: dict[str, list[str]] = {}  # folder -> what should be a folder for it to be there, and is a file
    for path in seen.values():
        folder = path.rpartition("/")[0]
        if folder not in files:
            above = accumulate(path.split("/")[:-1], "{}/{}".format)
            files[folder] = [seen[name] for name in map(folded, above) if name in seen]
        found += [(first, path) for first in files[folder]]
    return found
