"""Where each class has its page, and how pages link to each other."""

from __future__ import annotations

import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from specmill import ir, names
from specmill.pointers import unescaped

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")]
)  # of Windows
_LONGEST_STEM = 180  # bytes; file systems allow 255 for a whole name


class Places(Struct, frozen=True):
    """The name and the page of each class that has one; paths start at the target's folder."""

    name: Mapping[ir.ModelId, str]
    path: Mapping[ir.ModelId, str]

    def from_top(self, model: ir.ModelId, at: str) -> str:
        """The link that climbs to the target's folder first: ``../../models/operations/pet.md``."""
        return "../" * at.count("/") + self.path[model]

    def nearest(self, model: ir.ModelId, at: str) -> str:
        """The shortest relative link from the page at a path."""
        to, _, page = self.path[model].rpartition("/")
        return _way(at.rpartition("/")[0], to) + page


@lru_cache(maxsize=256)
def _way(start: str, to: str) -> str:
    """The relative path from one folder to another, with a slash at its end; empty where they are the same."""
    return "" if to == start else f"{posixpath.relpath(to or '.', start or '.')}/"


def lay_out(class_names: Mapping[ir.ModelId, str], folders: Mapping[ir.ModelId, str]) -> Places:
    """Give every class a file of its own, also where a file system does not tell upper from lower case."""
    by_folder: defaultdict[str, dict[ir.ModelId, tuple[str, str]]] = defaultdict(dict)
    for model, name in class_names.items():
        by_folder[folders[model]][model] = (_stem(name), model)
    path: dict[ir.ModelId, str] = {}
    for folder, wanted in by_folder.items():
        for model, stem in names.assign(wanted, reserved=_DEVICES, fold=names.folded).items():
            path[model] = f"{folder}/{stem}.md" if folder else f"{stem}.md"
    return Places(class_names, {model: path[model] for model in class_names})


def _stem(name: str) -> str:
    """The class name in lower case; one too long for a file name is cut and told apart by a digest."""
    stem = name.lower()
    raw = stem.encode("utf-8", "surrogatepass")
    if len(raw) <= _LONGEST_STEM:
        return stem
    return f"{raw[:_LONGEST_STEM - 8].decode('utf-8', 'ignore')}_{hashlib.sha256(raw).hexdigest()[:7]}"


def distinct(wanted: Mapping[ir.ModelId, str], folders: Mapping[ir.ModelId, str]) -> dict[ir.ModelId, str]:
    """Class names that are unique within their folder, compared without regard to case: they name files."""
    by_folder: defaultdict[str, dict[ir.ModelId, tuple[str, str]]] = defaultdict(dict)
    for model, name in wanted.items():
        by_folder[folders[model]][model] = (name, name_in_spec(model))
    out: dict[ir.ModelId, str] = {}
    for group in by_folder.values():
        out |= names.assign(group, fold=str.lower)
    return {model: out[model] for model in wanted}


def name_in_spec(model: ir.ModelId) -> str:
    """The last step of the pointer that a model id is."""
    return unescaped(model.rpartition("/")[2])


def is_named_in_spec(model: ir.ModelId) -> bool:
    """Whether a model is a named schema of the spec (so that what mentions it does so by ``$ref``), not one written in place."""
    parts = model.rpartition("#")[2].split("/")
    return len(parts) < 2 or parts[-2] in ("schemas", "$defs", "definitions", "")  # noqa: PLR2004


def folders_of(models: Iterable[ir.Model], by_group: Mapping[ir.Group, str]) -> dict[ir.ModelId, str]:
    """The folder of each model, by the group that it belongs to."""
    return {model.id: by_group[model.group] for model in models}


_AROUND: Final = (ir.Nullable, ir.Checked)


def direct(type_: ir.Type) -> ir.ModelId | None:
    """The model that a type is, apart from null and assertions."""
    while isinstance(type_, _AROUND):
        type_ = type_.type
    return type_.model if isinstance(type_, ir.Ref) else None
