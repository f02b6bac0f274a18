"""From pages to files on the disk: drawn, compared with what is there, and written."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from specmill.output.spool import Spooled


class Known(Struct, frozen=True):
    """The content of a file that was not drawn, since it is on the disk as it would be drawn."""

    stamp: tuple[int, int]  # size, and when it was changed
    size: int  # in bytes
    digest: str  # its sha256


class File(Struct, frozen=True):
    """One file of the output: its path below the target's folder (with ``/``) and its content, in UTF-8 with line feeds."""

    path: str
    content: Spooled | Known
    custom: bool = False  # drawn by a template of the user's own

    def parts(self) -> Iterator[bytes]:
        """The content of one that was drawn."""
        assert isinstance(self.content, Spooled)
        return self.content.parts()

    @property
    def text(self) -> str:
        """The text of one that was drawn."""
        return b"".join(self.parts()).decode()
