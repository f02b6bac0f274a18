"""Finds the places of findings in the source, which is looked at only when there is something to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from specmill.diagnostics import UNQUOTED, Diagnostic, Place, Severity, shown
from specmill.frontend.source import Sources

if TYPE_CHECKING:
    from specmill.frontend.spliced import Edit  # only a run that watches has one


class Findings:
    """Gives findings their places; each is looked up once, since that is slow."""

    def __init__(self, folder: Path) -> None:
        """Documents are named relative to the ``folder``, which is that of the spec."""
        self.sources: Sources | None = None
        self.known: dict[Diagnostic, Diagnostic] = {}  # finding -> the same with its place
        self._folder = folder

    def few(self, findings: Iterable[Diagnostic], most: int | None = None) -> list[Diagnostic]:
        """The findings with their places; of each kind no more than ``most``, and then how many more there are."""
        alike: Counter[tuple[str, Severity]] = Counter()
        found = []
        for finding in findings:
            kind = finding.code, finding.severity
            alike[kind] += 1
            if most is None or alike[kind] <= most:
                found.append(self._placed(finding))
        for (code, severity), count in alike.items():
            if most is not None and count > most:
                found.append(Diagnostic(code, severity, f"{count - most} more of this kind", help="--verbose shows them all"))
        return found

    def _placed(self, finding: Diagnostic) -> Diagnostic:
        """The finding with its pointers turned into positions."""
        if finding not in self.known:
            place = self._shown(finding.place) or self._place(finding.pointer, at_key=finding.at_key)
            place = replace(place, frame=()) if place is not None and finding.code in UNQUOTED else place
            notes = tuple((text, str(self._place(pointer) or pointer) if pointer else None) for text, pointer in finding.notes)
            self.known[finding] = replace(finding, place=place, notes=notes)
        return self.known[finding]

    def _place(self, pointer: str | None, *, at_key: bool = False) -> Place | None:
        if pointer is None or "#" not in pointer or self.sources is None:
            return None
        return self._shown(self.sources.place(pointer, at_key=at_key))

    def _shown(self, place: Place | None) -> Place | None:
        """The place with its file relative to where people and their editors are."""
        if place is None or not (file := self._folder / place.file).is_file():
            return place
        return replace(place, file=shown(file))


def moved(known: Mapping[Diagnostic, Diagnostic], edit: Edit) -> dict[Diagnostic, Diagnostic]:
    """The findings with their places after an edit of the spec, all of whose findings stay the same; without those that are to be looked up again."""
    places = {
        finding: (found, found.place and edit.moved(found.place))
        for finding, found in known.items()
        if finding.place is None and not any(pointer for _, pointer in finding.notes)
    }
    return {finding: replace(found, place=place) for finding, (found, place) in places.items() if place is not None or found.place is None}
