"""The record of what we wrote into a folder, so that only that is ever overwritten or removed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from specmill.output.paths import MANIFEST, fault

Digests: TypeAlias = Mapping[str, str]

_VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_FEW: Final = 20  # digests; to change so many in the text of a large listing is quicker than to write it anew


def digest(content: bytes) -> str:
    """The sha256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


class ManifestFault(Exception):
    """The manifest is not one that we wrote; the text says why."""


class Listing(dict[str, str]):
    """Path -> digest of files of ours, and how a manifest lists them: sorted, so that it changes only where the files do."""

    @cached_property
    def text(self) -> bytes:
        """The listing as it is written."""
        return msgspec.json.format(msgspec.json.encode(dict(sorted(self.items()))), indent=1).replace(b"\n", b"\n ")

    def but(self, others: Mapping[str, str | None]) -> Listing:
        """The listing with other digests of some files, and without those for which there is none; in its text, too, only these lines change."""
        differing = {path: one for path, one in others.items() if self.get(path) != one}
        made = Listing(self)
        for path, one in differing.items():
            if one is None:
                del made[path]
            else:
                made[path] = one
        if "text" in self.__dict__ and len(differing) <= _FEW and made.keys() == self.keys():
            made.text = self.text
            for path in differing:
                made.text = made.text.replace(_line(path, self[path]), _line(path, made[path]))
        return made


def _line(path: str, digest: str) -> bytes:
    return b'%b: "%b"' % (msgspec.json.encode(path), digest.encode())


class Manifest(Struct, frozen=True):
    """The files of ours; ``pending`` are those that an unfinished run was about to write."""

    files: Listing
    pending: Listing = Listing()

    def owns(self, path: str, content: bytes) -> bool:
        """Whether we wrote this content. Emptied files count: a power failure does that, and nobody's work is lost with them."""
        known = {self.files.get(path), self.pending.get(path)} - {None}
        return bool(known) and (not content or digest(content) in known or digest(content.replace(b"\r\n", b"\n")) in known)

    def __contains__(self, path: object) -> bool:
        return path in self.files or path in self.pending

    def dump(self) -> bytes:
        """The text of the manifest."""
        pending = b',\n "pending": ' + self.pending.text if self.pending else b""
        return b'{\n "version": %d,\n "files": %b%b\n}\n' % (_VERSION, self.files.text, pending)


def read(folder: Path, wanted: Container[str] = (), last: Listing | None = None) -> Manifest:
    """The manifest of a folder, empty where there is none; ``ManifestFault`` where it was tampered with, ``OSError`` where it is unreadable.

    The paths of files that are ``wanted`` need no look; most likely, the manifest is as we left it ``last``.
    """
    try:
        text = (folder / MANIFEST).read_bytes()
        if last is not None and text == Manifest(last).dump():
            return Manifest(last)
        import json  # a run that begins with nothing does without it

        data = json.loads(text)
    except FileNotFoundError:
        return Manifest(Listing())
    except (ValueError, RecursionError) as error:
        raise ManifestFault("it is not JSON") from error
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise ManifestFault(f"it is not of version {_VERSION}")
    return Manifest(_listing(data.get("files"), wanted), _listing(data.get("pending", {}), wanted))


def _listing(data: object, wanted: Container[str]) -> Listing:
    if not isinstance(data, dict):
        raise ManifestFault("it lists no files")
    for path, value in data.items():
        # A manifest may come from a stranger's branch: it must not make us delete anything elsewhere.
        if path not in wanted and (reason := fault(path)):
            raise ManifestFault(f"its path {path!r} {reason}")
        if not isinstance(value, str) or not _DIGEST.match(value):
            raise ManifestFault(f"the digest of {path!r} is none")
    return Listing(data)
