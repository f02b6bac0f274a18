"""From pages to files on the disk: drawn, compared with what is there, and written."""

from __future__ import annotations

from msgspec import Struct


class Known(Struct, frozen=True):
    """A file that is on the disk as it would be drawn, so that it was not drawn."""

    digest: str  # its sha256
    stamp: tuple[int, int]  # size, and when it was changed
    characters: int


class File(Struct, frozen=True):
    """One file of the output: its path below the target's folder (with ``/``) and its whole text (newlines are line feeds)."""

    path: str
    text: str
    custom: bool = False  # drawn by a template of the user's own
    known: Known | None = None  # instead of a text

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.text) if self.known is None else self.known.characters
