"""Records what a run read and wrote, so that `cli_unchanged` can answer for the next one."""

from __future__ import annotations

import importlib.util
import os
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from specmill.cli_text import plain
from specmill.cli_unchanged import FORMAT, Asked, digest, place, write
from specmill.config import Config
from specmill.diagnostics import MOST, counted, format_diagnostic, shown
from specmill.pipeline import MANIFEST, STAGING, Changes, Run, installed
from specmill.user_cache import stamp, stamp_at, tidy, trusted

_KEPT: Final = 200  # records; when there are more, the oldest go
_UNREAD: Final = "?"  # the digest of our own modules: they are many, so another stamp is enough to count as a change
_OTHERS: Final = ("jinja2", "msgspec", "yaml", "black")  # installed beside us, with a part in what comes out


class Witness:
    """Watches a run from its start: the digest of a file is taken before the file is used, so that no edit falls in between."""

    def __init__(self, arguments: list[str]) -> None:
        """Note the time before anything is read."""
        self._asked = Asked(arguments)
        self._start = time.time_ns()
        self._inputs: dict[str, str] = {}
        self._absent: list[str] = []

    def see(self, path: Path) -> None:
        """Note what is at a path now."""
        if os.path.exists(path):
            self._inputs[shown(path)] = digest(str(path))
        else:
            self._absent.append(shown(path))

    def paths(self) -> list[Path]:
        """What was seen, there or not."""
        return [Path(path).absolute() for path in (*self._inputs, *self._absent)]

    def see_templates(self, config: Config) -> None:
        """Note the user's own templates; the folders too, since a new file in one of them counts."""
        if config.templates is not None:
            for path in (config.templates, *sorted(config.templates.rglob("*"))):
                self.see(path)

    def keep(self, run: Run, planned: list[Changes], now: int) -> None:
        """Write the record of a run after which everything is as it should be, since a moment.

        What was written may be trusted where it is older than that; what was only read or compared, where it is older than the run.
        """
        read = run.inputs()
        ours = dict.fromkeys(installed(), _UNREAD)
        if read is None or any(stamp(found, self._start)[0] < 0 for found in installed().values()):
            return  # it depends on more than files, or specmill itself is being edited
        folders = [shown(plan.folder) for plan in planned]
        outputs: dict[str, str] = {}
        stamps: dict[str, tuple[int, int]] = {}
        inputs = {shown(path): found for path, found in read.items()}
        absent = self._absent + [path for path, found in inputs.items() if not found]
        absent += [f"{folder}/{STAGING}" for folder in folders]
        try:
            for path, found, known in chain.from_iterable([self._left(plan, now) for plan in planned]):
                outputs[path], stamps[path] = found, known
            first = self._inputs | {path: found for path, found in inputs.items() if found}
            digests = first | outputs | ours | {path: digest(path) for path in _neighbours()}
            all_stamps = [stamps.get(path) or trusted(stamp_at(path), self._start) for path in digests]
        except OSError:
            return  # one of them is gone already
        key, file = place(self._asked.what)
        record = {"format": FORMAT, "key": key, "paths": "\0".join(digests), "first": len(first), "absent": absent}
        record["stamps"] = [*chain.from_iterable(all_stamps)]
        manifests = {f"{folder}/{MANIFEST}" for folder in folders}
        _write(file, record, run, [path for path in outputs if path not in manifests], digests)

    def _left(self, plan: Changes, now: int) -> Iterator[tuple[str, str, tuple[int, int]]]:
        """Each file of a folder, its digest, and its stamp if that may be trusted; ``OSError`` where one is gone already."""
        folder, seen, written = shown(plan.folder), plan.stamps, plan.written
        for path, found in plan.settled.items():
            name = f"{folder}/{path}"
            yield name, found, trusted(seen.get(path) or stamp_at(name), now if path in written else self._start)


def _write(file: str, record: dict[str, Any], run: Run, files: list[str], digests: dict[str, str]) -> None:
    """Add what a run that changes nothing prints, and what is needed only where a stamp is in doubt."""
    found = run.diagnostics(MOST)
    real = {folder: os.path.realpath(folder) for folder in {os.path.dirname(path) for path in digests if digests[path] != _UNREAD}}
    record["summary"] = f"{counted(len(files), 'file')}: {len(files)} unchanged" if files else "nothing to write"
    alike = Counter((diagnostic.code, diagnostic.severity) for diagnostic in run.report)
    record["is_cut"] = any(count > MOST for count in alike.values())
    record["findings"] = "".join(f"{format_diagnostic(diagnostic)}\n" for diagnostic in found)
    if write(file, record, {"digests": list(digests.values()), "real": real, "files": files, "findings": list(map(plain, found))}):
        tidy(_KEPT)


def _neighbours() -> set[str]:
    """The folders that other packages are installed in: an update shows in the names there."""
    specs = [importlib.util.find_spec(name) for name in _OTHERS]
    return {os.path.dirname(os.path.dirname(spec.origin)) for spec in specs if spec is not None and spec.origin}
