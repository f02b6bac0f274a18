"""``[tool.specmill]`` of ``pyproject.toml``, ``specmill.toml`` or the command line → Config: found, read and checked."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from specmill.config import Config, Limits, Selection, TargetConfig, can_be_imported
from specmill.diagnostics import Diagnostic, Place, Report, Severity, nearest, shown
from specmill.options import GENERAL, LIMITS, SELECTION, TARGET, TARGET_OPTIONS, Option

if TYPE_CHECKING:
    from specmill.toml_places import Keys  # a run that has nothing to say of the configuration does without it

Table: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
FILE_NAMES: Final = ("specmill.toml", "pyproject.toml")  # the first one found counts, nearest folder first
NOWHERE: Final[Mapping[Keys, str]] = MappingProxyType({})
NOT_FOUND: Final = "there is no specmill.toml here or above, and no pyproject.toml with [tool.specmill]"


def find(start: Path) -> Path | None:
    """The configuration file of the nearest folder, from ``start`` upwards, that has one."""
    return next(filter(has_table, candidates(start)), None)


def candidates(start: Path) -> Iterator[Path]:
    """The files that may hold the configuration, in the order in which they are tried."""
    return (folder / name for folder in (start, *start.parents) for name in FILE_NAMES)


def has_table(file: Path) -> bool:
    """Whether a file configures specmill; one that is broken counts as well, so that its mistake is shown."""
    if not file.is_file() or (file.name == "pyproject.toml" and b"specmill" not in file.read_bytes()):
        return False
    try:
        return file.name != "pyproject.toml" or "specmill" in tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True


def load(file: Path, report: Report, change: Change | None = None, told: Mapping[Keys, str] = NOWHERE) -> Config | None:
    """Read a configuration file, its table as ``change`` alters it; None after adding what is wrong with it.

    ``told`` says which flag gave which key.
    """
    try:
        text = file.read_bytes().decode("utf-8")
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        report.error("config-unreadable", None, f"{shown(file)} cannot be read: {str(error.strerror).lower()}")
        return None
    except UnicodeDecodeError as error:
        report.error("config-syntax", None, f"{shown(file)} is not UTF-8: byte {error.start} cannot be decoded")
        return None
    except tomllib.TOMLDecodeError as error:
        from specmill.toml_places import at_offset, fault_offset  # needed only where there is a mistake to show

        place = at_offset(shown(file), text, fault_offset(text, error))
        report.add(Diagnostic("config-syntax", Severity.ERROR, str(error).partition(" (at ")[0], place=place))
        return None
    prefix: Keys = ("tool", "specmill") if file.name == "pyproject.toml" else ()
    for key in prefix:
        data = data.get(key, {})
    if change is not None:
        before = len(report.errors)
        data = change(data)
        if len(report.errors) > before:
            return None
    return read(data, file.parent, report, Source(file, text, prefix, told))


def from_arguments(data: Table, root: Path, report: Report, told: Mapping[Keys, str] = NOWHERE) -> Config | None:
    """A configuration given on the command line or by a program, with the same keys as in a file."""
    return read(data, root, report, Source(None, "", (), told))


class Source(Struct, frozen=True):
    """Where a table was written, for showing mistakes in it."""

    file: Path | None
    text: str
    prefix: Keys
    told: Mapping[Keys, str]  # the flags that gave keys in its stead

    def place(self, keys: Keys) -> Place | None:
        """The flag that gave a key, or the place of the key below ``[tool.specmill]``; None where there is no file."""
        if keys in self.told:
            return Place(self.told[keys])
        if self.file is None:
            return None
        from specmill.toml_places import place_of  # needed only where there is a mistake to show

        return place_of(shown(self.file), self.text, self.prefix + keys)


def read(data: Table, root: Path, report: Report, source: Source) -> Config | None:
    """Check a table and make it a ``Config``; None after adding everything that is wrong with it."""
    before = len(report.errors)
    reader = _Reader(report, source)
    general = reader.options(data, GENERAL, (), also=("targets", "include", "exclude", "names", "limits"))
    targets = list(reader.targets(data.get("targets", {}), root))
    include, exclude = (Selection(**reader.options(reader.table(data, key), SELECTION, (key,))) for key in ("include", "exclude"))
    names = {pointer: reader.name(name, ("names", pointer)) for pointer, name in reader.table(data, "names").items()}
    limits = reader.limits(data)
    if not general["spec"]:
        reader.fault("missing-config-key", (), "no spec is given", 'write `spec = "openapi.yaml"`, or say `--spec openapi.yaml`')
    templates = root / str(general["templates"]) if general["templates"] else None
    if templates is not None and not os.path.isdir(templates):
        reader.fault("config-value", ("templates",), f"templates must be a folder that exists, not {general['templates']!r}")
    if len(report.errors) > before:
        return None
    return Config(
        root=root,
        spec=root / general["spec"],
        targets=tuple(_as_the_code_is(one, targets, data["targets"][one.name]) for one in targets),
        inline_names=general["inline-names"],
        formats=general["formats"],
        strict=general["strict"],
        silence=frozenset(general["silence"]),
        include=include,
        exclude=exclude,
        names=names,
        root_name=general["root"] or None,
        templates=templates,
        allow_outside=general["allow-outside"],
        allow_remote=general["allow-remote"],
        limits=limits,
        file=source.file,
    )


class _Reader(Struct):
    """Checks tables against the known options."""

    report: Report
    source: Source

    def fault(self, code: str, keys: Keys, message: str, help: str | None = None) -> None:
        """Add an error at a key."""
        place = self.source.place(keys)
        self.report.add(Diagnostic(code, Severity.ERROR, message, None, help, place=place))

    def options(self, table: Table, known: Mapping[str, Option], keys: Keys, also: tuple[str, ...] = ()) -> dict[str, Any]:
        """The values of all known keys, defaults filled in; unknown keys and values of a wrong type are errors."""
        for key in table:
            if key not in known and key not in also:
                self._unknown("unknown-config-key", "configuration key", key, (*known, *also), (*keys, key))
        return {key: self._value(table[key], option, (*keys, key)) if key in table else option.default for key, option in known.items()}

    def _unknown(self, code: str, what: str, word: str, known: tuple[str, ...], keys: Keys) -> None:
        near = nearest(word, known)
        kinds = [kind for kind, options in TARGET_OPTIONS.items() if word in options]
        hint = f"did you mean {near!r}?" if near else f"known are: {', '.join(known)}"
        if kinds and not near:
            hint = f"it is an option of {' and '.join(kinds)} targets, and stands in the table of one: targets.{kinds[0]}.{word}"
        self.fault(code, keys, f"unknown {what} {word!r}", hint)

    def _value(self, value: object, option: Option, keys: Keys) -> Any:
        match option.default:
            case tuple():
                fits = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
                value = tuple(value) if fits and isinstance(value, list) else value
            case bool():
                fits = isinstance(value, bool)
            case int():
                fits = isinstance(value, int) and not isinstance(value, bool)
            case str():
                fits = isinstance(value, str) and (not option.choices or value in option.choices)
        if not fits:
            self.fault("config-value", keys, f"{'.'.join(keys)} must be {option.type_name}, not {value!r}")
        return value

    def table(self, data: Table, key: str) -> Table:
        """A table below the top one; empty where it is absent or no table."""
        found = data.get(key, {})
        if not isinstance(found, Mapping):
            self.fault("config-value", (key,), f"{key} must be a table, not {found!r}")
            return {}
        return found

    def limits(self, data: Table) -> Limits:
        """How much a run takes on."""
        told = self.options(self.table(data, "limits"), LIMITS, ("limits",))
        for key, value in told.items():
            if isinstance(value, int) and value < 1:
                self.fault("config-value", ("limits", key), f"limits.{key} must be 1 or more, not {value}")
        return Limits(**{key.replace("-", "_"): value for key, value in told.items()})

    def name(self, value: object, keys: Keys) -> str:
        """The name that a pin gives."""
        if not isinstance(value, str) or not value.strip():
            self.fault("config-value", keys, f"{'.'.join(keys)} must be a name, not {value!r}")
        return str(value)

    def targets(self, tables: object, root: Path) -> Iterator[TargetConfig]:
        """The targets in the order in which they are written."""
        if not isinstance(tables, Mapping):
            self.fault("config-value", ("targets",), f"targets must be a table of tables, not {tables!r}")
            return
        folders: dict[Path, str] = {}
        for name, table in tables.items():
            keys: Keys = ("targets", name)
            if not isinstance(table, Mapping):
                self.fault("config-value", keys, f"targets.{name} must be a table, not {table!r}")
            elif made := self._target(name, table, keys, root):
                yield made
                first = folders.setdefault(made.path, name)
                if first != name:
                    self.fault("config-value", (*keys, "path"), f"targets.{name} writes into the same folder as targets.{first}")

    def _target(self, name: str, table: Table, keys: Keys, root: Path) -> TargetConfig | None:
        kind = table.get("kind", name)
        known = TARGET_OPTIONS.get(kind) if isinstance(kind, str) else None
        if known is None and not _offered(kind):
            where = (*keys, "kind") if "kind" in table else keys
            self._unknown("unknown-target", "target kind", str(kind), tuple(TARGET_OPTIONS), where)
            return None
        if known is None:  # another package's target: its options are its own
            options: Table = {key: value for key, value in table.items() if key not in TARGET}
            checked = self.options({key: table[key] for key in TARGET if key in table}, TARGET, keys)
        else:
            checked = self.options(table, TARGET | known, keys)
            options = {key: checked[key] for key in known}
            package = str(options.get("package", ""))
            if package and options.get("language") != "typescript" and not can_be_imported(package):
                self.fault(
                    "config-value", (*keys, "package"), f"targets.{name}.package must be a name that Python can import, not {package!r}"
                )
        if not checked["path"]:
            self.fault("missing-config-key", keys, f"targets.{name} has no path", 'write `path = "folder/to/write/into"`')
            return None
        return TargetConfig(name, kind, root / str(checked["path"]), options)


def _as_the_code_is(pages: TargetConfig, targets: list[TargetConfig], told: Table) -> TargetConfig:
    """Markdown pages of Python take from the (first) python target whatever their own table leaves out."""
    code = next((one for one in targets if one.kind == "python"), None)
    if code is None or pages.kind != "markdown" or pages.options["language"] != "python":
        return pages
    options = {**code.options, "package": code.options["package"] or code.path.name}
    shared = {key: value for key, value in options.items() if key in pages.options and told.get(key, "") == ""}
    return replace(pages, options={**pages.options, **shared})


def _offered(kind: object) -> bool:
    """Whether an installed package offers this kind of target."""
    from importlib import metadata  # only for kinds that are not ours: it takes longer to import than all of this

    return isinstance(kind, str) and bool(metadata.entry_points(group="specmill.targets", name=kind))
