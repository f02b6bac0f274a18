"""Proves what is about to be written: no text of a spec may have become code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from specmill import two_cores
from specmill.config import TargetConfig
from specmill.output import File
from specmill.output.templates import fixed_texts

LONG: Final = 4_000_000  # bytes; one process proves fewer just as fast


def prove(target: TargetConfig, files: Iterable[File]) -> None:
    """Hold our own Python against what it may consist of: ``ShapeFault``, a bug, where a module is something else.

    What a user's own template drew is not ours to judge: only its author knows what it may consist of.
    """
    if target.kind != "python":
        return
    ours = [file for file in files if file.path.endswith(".py") and not file.custom]
    if two_cores.shared(_proven, ours, [file.content.size for file in ours], LONG) is None:
        _proven(ours)


def _proven(files: Sequence[File]) -> list[str]:
    from specmill.targets.python import second_lock  # needed only if something is new

    for file in files:
        second_lock.check(file.path, file.parts(), fixed_texts(f"python/{second_lock.kind_of(file.path)}.py.jinja"))
    return [file.path for file in files]
