"""The record of what we wrote into a folder, so that only that is ever overwritten or removed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from specmill.output.paths import MANIFEST, fault

Digests: TypeAlias = Mapping[str, str]

_VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def digest(content: bytes) -> str:
    """The sha256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


class ManifestFault(Exception):
    """The manifest is not one that we wrote; the text says why."""


class Manifest(Struct, frozen=True):
    """Path -> digest of every file of ours; ``pending`` holds the digests that an unfinished run was about to write."""

    files: Digests = {}
    pending: Digests = {}

    def owns(self, path: str, content: bytes) -> bool:
        """Whether we wrote this content. Emptied files count: a power failure does that, and nobody's work is lost with them."""
        known = {self.files.get(path), self.pending.get(path)} - {None}
        return bool(known) and (not content or digest(content) in known or digest(content.replace(b"\r\n", b"\n")) in known)

    def __contains__(self, path: object) -> bool:
        return path in self.files or path in self.pending

    def dump(self) -> str:
        """The text of the manifest: sorted, so that it changes only where the files do."""
        data: dict[str, object] = {"version": _VERSION, "files": dict(sorted(self.files.items()))}
        if self.pending:
            data["pending"] = dict(sorted(self.pending.items()))
        return msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n"


def read(folder: Path, written: Container[str] = ()) -> Manifest:
    """The manifest of a folder, empty where there is none; ``ManifestFault`` where it was tampered with, ``OSError`` where it is unreadable.

    Paths of files that we have ``written`` are known to be good.
    """
    try:
        data = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return Manifest()
    except (ValueError, RecursionError) as error:
        raise ManifestFault("it is not JSON") from error
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise ManifestFault(f"it is not of version {_VERSION}")
    return Manifest(_digests(data.get("files"), written), _digests(data.get("pending", {}), written))


def _digests(data: object, written: Container[str]) -> Digests:
    if not isinstance(data, dict):
        raise ManifestFault("it lists no files")
    for path, value in data.items():
        # A manifest may come from a stranger's branch: it must not make us delete anything elsewhere.
        if path not in written and (reason := fault(path)):
            raise ManifestFault(f"its path {path!r} {reason}")
        if not isinstance(value, str) or not _DIGEST.match(value):
            raise ManifestFault(f"the digest of {path!r} is none")
    return data
