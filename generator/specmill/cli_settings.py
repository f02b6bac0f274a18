"""Flags → Config: a configuration file with what the flags change in it, or the flags alone."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from specmill import config_file as configs
from specmill.config import Config
from specmill.diagnostics import Report, nearest
from specmill.options import GENERAL, LIMITS, SELECTION, TARGET_OPTIONS, Option

if TYPE_CHECKING:
    from specmill.toml_places import Keys  # a run that has nothing to say of the configuration does without it

_TABLES: Final[dict[str, dict[str, Option]]] = {"include": SELECTION, "exclude": SELECTION, "limits": LIMITS}


def _unseen(_: Path) -> None:
    """Nobody takes note."""


def config_from(told: argparse.Namespace, report: Report, see: Callable[[Path], None] = _unseen) -> Config | None:
    """The configuration that the arguments ask for; None after adding what is wrong. ``see`` is shown each file before it is read."""
    here = Path.cwd()
    new = [text for text in told.targets if "=" in text]
    file = _file(told, here, see, says_all=bool(told.spec) and bool(new or told.verb == "dump"))
    targets = _targets(new, here, report)
    if report.errors:
        return None
    if file is None and not told.spec:
        hint = "write one with `specmill init openapi.yaml`, or say --spec FILE --target KIND=PATH"
        report.error("no-config", None, configs.NOT_FOUND, help=hint)
        return None

    def change(data: dict[str, Any]) -> dict[str, Any]:
        changed = data | ({"spec": str(here / told.spec)} if told.spec else {}) | ({"targets": targets} if new else {})
        return _set(changed, told.settings, report)

    flags = {_keys(text): f"--set {text}" for text in told.settings}
    if file is not None:
        config = configs.load(file, report, change, flags)
    else:
        data = change({})
        config = None if report.errors else configs.from_arguments(data, here, report, flags)
    if config is None:
        return None
    _check_codes(config, report)
    return _picked(config, [text for text in told.targets if "=" not in text], report)


def _check_codes(config: Config, report: Report) -> None:
    """Find misspelt codes in ``silence``; one that resembles none of ours may be a plugin's."""
    if not config.silence:
        return
    from specmill.catalogue import catalogue  # needed only where there is something to look up

    for code in sorted(config.silence):
        near = nearest(code, catalogue(), 0.8)
        if near and code not in catalogue():
            report.error("config-value", None, f"`silence` names {code!r}, which is no finding", help=f"did you mean {near!r}?")


def _file(told: argparse.Namespace, here: Path, see: Callable[[Path], None], *, says_all: bool) -> Path | None:
    if says_all and not told.config:
        return None
    places = [Path(told.config)] if told.config else configs.candidates(here)
    for place in places:
        see(place)
        if told.config or configs.has_table(place):
            return place
    return None


def _targets(texts: list[str], here: Path, report: Report) -> dict[str, dict[str, Any]]:
    """``NAME:KIND=PATH`` as tables."""
    tables: dict[str, dict[str, Any]] = {}
    for text in texts:
        head, _, path = text.partition("=")
        name, _, kind = head.rpartition(":")
        if not kind or not path:
            report.error("bad-argument", None, f"--target {text}: KIND=PATH or NAME:KIND=PATH was expected")
        if (name or kind) in tables:
            report.error(
                "bad-argument",
                None,
                f"--target {text}: there is a target {name or kind!r} already",
                help=f"name this one: --target NAME:{text}",
            )
        tables[name or kind] = {"kind": kind, "path": str(here / path)}
    return tables


def _picked(config: Config, names: list[str], report: Report) -> Config | None:
    """The configuration with only the targets that were named, if any were."""
    known = [target.name for target in config.targets]
    for name in names:
        if name not in known:
            text = f"--target {name}: there is no such target; there are: {', '.join(known) or 'none'}"
            report.error("bad-argument", None, text, help=f"for a new one, say where it writes: --target {name}=FOLDER")
    if report.errors:
        return None
    return replace(config, targets=tuple(target for target in config.targets if target.name in names)) if names else config


def _set(data: dict[str, Any], settings: list[str], report: Report) -> dict[str, Any]:
    """The table with each ``--set`` set in it; where something else stands in place of a table, it is left for the reader to find."""
    data = dict(data)
    targets = data.get("targets")
    for text in settings:
        match *_keys(text), text.partition("=")[2]:
            case *_, key, _ if "=" not in text or not key:
                report.error("bad-argument", None, f"--set {text}: KEY=VALUE or TARGET.KEY=VALUE was expected")
            case key, value:
                data[key] = _value(value, GENERAL.get(key))
            case table, key, value if isinstance(held := data.get(table, {}), Mapping):
                data[table] = {**held, key: _value(value, _TABLES[table].get(key))}
            case "targets", name, key, value if isinstance(targets, Mapping) and isinstance(held := targets.get(name), Mapping):
                option = TARGET_OPTIONS.get(str(held.get("kind", name)), {}).get(key)
                targets = data["targets"] = {**targets, name: {**held, key: _value(value, option)}}
            case "targets", name, *_ if isinstance(targets, Mapping | None):
                known = ", ".join(targets or ()) or "none"
                report.error("bad-argument", None, f"--set {text}: there is no target {name!r}; there are: {known}")
    return data


def _keys(text: str) -> Keys:
    """The keys that a ``--set`` is about, from the top of the configuration."""
    name, _, key = text.partition("=")[0].rpartition(".")
    return (key,) if not name else (name, key) if name in _TABLES else ("targets", name, key)


def _value(text: str, option: Option | None) -> object:
    """The text as a value of the option: as it is for a string, split for a list, and otherwise as TOML would read it."""
    match option.default if option else None:
        case str():
            return text
        case tuple():
            return [part for part in text.split(",") if part]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
