"""What a target is: a plain function from the language-neutral description to pages; and where the known ones are found."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from msgspec import Struct

from specmill import ir
from specmill.config import TargetConfig
from specmill.diagnostics import Report

if TYPE_CHECKING:
    from specmill.targets.batches import Batch


T = TypeVar("T")
V = TypeVar("V")
P = TypeVar("P", bound=ir.Package)


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


def once(find: Callable[[P], T]) -> Callable[[P], T]:
    """Keep what a function finds out about a package beside that package, so that it is found once."""
    name = _name(find)

    @wraps(find)
    def found(package: P) -> T:
        return kept(package, name, lambda: find(package))

    return found


def kept(package: ir.Package, name: str, find: Callable[[], T]) -> T:
    """What is kept beside a package by a name; found at the first call."""
    known: dict[str, Any] = package.__dict__
    if name not in known:
        known[name] = find()
    return cast("T", known[name])


def _name(find: Callable[..., object]) -> str:
    return f"{find.__module__}.{find.__qualname__}"


def each(find: Callable[[ir.Model], T]) -> Callable[[ir.Package], dict[ir.ModelId, T]]:
    """What is found out of each model by itself: kept beside the package, and taken over from the one before (``Package.after``)."""

    @once
    @wraps(find)
    def found(package: ir.Package) -> dict[ir.ModelId, T]:
        before, known = former(package, found)
        edited = _edited(package)
        if known is not None and edited is not None:
            return {**known, **{id: find(package.models[id]) for id in edited}}
        return taken_over(known or {}, before.models, package.models, find)

    return found


@once
def _edited(package: ir.Package) -> list[ir.ModelId] | None:
    """The models that are not what they were before an edit; None where some were added or removed, or stand elsewhere."""
    before = _before(package).models
    if [*before] != [*package.models]:
        return None
    return [id for id, model in package.models.items() if before[id] is not model]


def former(package: P, found: Callable[[P], T]) -> tuple[P, T | None]:
    """The package before an edit (or itself, where there is none), and what was found out about it, if that was asked for."""
    before = _before(package)
    return before, before.__dict__.get(_name(found))


def _before(package: P) -> P:
    return cast("P", package.__dict__.get("before", package))


def taken_over(known: Mapping[str, T], before: Mapping[str, V], now: Mapping[str, V], find: Callable[[V], T]) -> dict[str, T]:
    """What is found out of each value of a table: of those that were in the table before, it is ``known``."""
    return {id: known[id] if id in known and before[id] is one else find(one) for id, one in now.items()}


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
