"""What a run leaves to the next one in the same process: the spec as it was read, and what could wait until all was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specmill.config import Limits
from specmill.diagnostics import Report
from specmill.frontend import source, spliced
from specmill.frontend.source import Document
from specmill.frontend.spliced import Entries


class Warm:
    """Begins empty; everything in it is a shortcut."""

    def __init__(self) -> None:
        self._document: Document | None = None  # the spec as it was read last, and where its entries stand, once somebody has looked
        self._entries: Entries | None = None
        self._waiting: list[Callable[[], object]] = []

    def read(self, path: Path, report: Report, limits: Limits) -> Document | None:
        """The spec at a path, of which only that is parsed which has changed, where that is plain to see."""
        before, found = self._entries, list[Entries]()

        def again(text: bytes) -> Document | None:
            if before is not None and (before.document.path, before.document.limits) == (path, limits):
                found.extend(filter(None, [before.again(text)]))
            return found[0].document if found else None

        document = source.read(path, path.name, report, limits, again)
        if document is not None:  # a broken save is mended soon: what was before it is worth keeping
            self._document, self._entries = document, found[0] if found else None
        return document

    def later(self, work: Callable[[], object]) -> None:
        """Take what nobody waits for: ``rest`` does it."""
        self._waiting.append(work)

    def rest(self) -> None:
        """Do what could wait, and prepare for the next run; called when all is written and told."""
        while self._waiting:
            self._waiting.pop(0)()
        if self._entries is None and self._document is not None:
            self._entries = spliced.entries(self._document)
