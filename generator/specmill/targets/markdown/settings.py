"""The options of a Markdown target, read once and typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from specmill import ir
from specmill.config import TargetConfig

_TYPESCRIPT_FOLDERS = {
    ir.Group.COMPONENT: "models/components",
    ir.Group.OPERATION: "models/operations",
    ir.Group.ERROR: "models/errors",
}
_PYTHON_FOLDERS = dict.fromkeys(ir.Group, "models")


class Settings(Struct, frozen=True):
    """What the user chose for the pages of one target."""

    language: Literal["python", "typescript"]
    package: str
    year: int
    show_optional: bool  # optional properties that have an example in the spec are part of the sample
    open_enums: bool
    open_enum_note: bool  # a sentence on the pages of open enums says what becomes of other values
    unknown_fields: str
    folders: Mapping[ir.Group, str]


def read(target: TargetConfig) -> Settings:
    """Take the options of a target, defaults for those that it does not have."""
    options = target.options
    language: Literal["python", "typescript"] = "typescript" if options.get("language") == "typescript" else "python"
    usual = _TYPESCRIPT_FOLDERS if language == "typescript" else _PYTHON_FOLDERS
    year = options.get("year")
    return Settings(
        language=language,
        package=str(options.get("package") or ("sdk" if language == "typescript" else "models")),
        year=year if isinstance(year, int) else 2025,
        show_optional=options.get("optional-properties") == "with-example",
        open_enums=options.get("open-enums") is True,
        open_enum_note=options.get("open-enum-note") is True,
        unknown_fields=str(options.get("unknown-fields") or "ignore"),
        folders={group: str(options.get(f"{group.value}-path") or usual[group]).strip("/") for group in ir.Group},
    )
