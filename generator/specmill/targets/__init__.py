"""What a target is: a plain function from the language-neutral description to pages; and where the known ones are found."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from msgspec import Struct

from specmill import ir
from specmill.config import TargetConfig
from specmill.diagnostics import Report

if TYPE_CHECKING:
    from specmill.targets.batches import Batch


T = TypeVar("T")


class Page(Struct, frozen=True):
    """One file to come: what to draw (``view``) and how (``template``).

    ``path`` is relative to the target's folder and uses ``/``. ``template`` is a name below the templates folder; where it is None, the view is
    the final text itself.
    """

    path: str
    template: str | None
    view: object


Target: TypeAlias = "Callable[[ir.Package, TargetConfig, Report], Iterator[Page | Batch]]"

TARGETS: Final[dict[str, str]] = {
    "python": "specmill.targets.python:pages",
    "markdown": "specmill.targets.markdown:pages",
    "dump": "specmill.targets.dump:pages",
}
"""Kind -> where its function lives; imported on first use, so that a run pays only for the targets that it has."""


def once(find: Callable[[ir.Package], T]) -> Callable[[ir.Package], T]:
    """Keep what a function finds out about a package beside that package, so that it is found once."""
    name = _name(find)

    @wraps(find)
    def found(package: ir.Package) -> T:
        kept: dict[str, Any] = package.__dict__
        if name not in kept:
            kept[name] = find(package)
        return cast("T", kept[name])

    return found


def _name(find: Callable[..., object]) -> str:
    return f"{find.__module__}.{find.__qualname__}"


def each(find: Callable[[ir.Model], T]) -> Callable[[ir.Package], dict[ir.ModelId, T]]:
    """What is found out of each model by itself: kept beside the package, and taken over from the one before (``Package.after``)."""

    @once
    @wraps(find)
    def found(package: ir.Package) -> dict[ir.ModelId, T]:
        before = package.__dict__.get("before", package)
        same, known = before.models, before.__dict__.get(_name(find), {})
        return {id: known[id] if id in known and same[id] is model else find(model) for id, model in package.models.items()}

    return found


def load(kind: str) -> Target:
    """Import the target function of a kind: one of ours, or one that an installed package offers in the group ``specmill.targets``.

    ``KeyError`` for a kind that nobody offers.
    """
    if kind in TARGETS:
        module, _, name = TARGETS[kind].partition(":")
        return cast("Target", getattr(importlib.import_module(module), name))
    from importlib import metadata  # only for kinds that are not ours: it takes longer to import than all of this

    found = metadata.entry_points(group="specmill.targets", name=kind)
    if not found:
        raise KeyError(kind)
    return cast("Target", next(iter(found)).load())
