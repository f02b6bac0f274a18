"""From pages to files on the disk: drawn, compared with what is there, and written."""

from __future__ import annotations

from msgspec import Struct


class File(Struct, frozen=True):
    """One file of the output: its path below the target's folder (with ``/``) and its whole text (newlines are line feeds)."""

    path: str
    text: str
    custom: bool = False  # drawn by a template of the user's own
