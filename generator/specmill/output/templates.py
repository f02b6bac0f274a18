"""Our own templates: where they are, what stands in them, and what is wrong with one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

_INCLUDE: Final = re.compile(r'{% include "([^"]+)" %}')


@cache
def templates_folder() -> Path:
    """The folder of our own templates: inside the installed package, or at the top of the checkout that this module runs from."""
    package = Path(__file__).parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent.parent / "templates"


@cache
def installed() -> Mapping[str, os.stat_result]:
    """Our own modules and templates, as they are when a run begins: an update shows there."""
    found = [*_files(Path(__file__).parent.parent, ".py"), *_files(templates_folder(), ".jinja")]
    return {entry.path: entry.stat() for entry in sorted(found, key=lambda entry: entry.path)}


@cache
def edition() -> tuple[object, ...]:
    """What tells one specmill from another, as data: the Python that runs it, and our own modules and templates."""
    return sys.version, [(path, found.st_size, found.st_mtime_ns) for path, found in installed().items()]


def _files(folder: str | Path, ending: str) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.name.endswith(ending):
            yield entry
        elif "." not in entry.name and entry.is_dir():
            yield from _files(entry.path, ending)


class TemplateFault(Exception):
    """A template cannot be drawn: which one, the line (0: unknown), why, and what to do about it."""

    def __init__(self, template: str, line: int, reason: str, help: str | None = None) -> None:
        """Keep the parts for a diagnostic."""
        super().__init__(template, line, reason)
        self.template, self.line, self.reason, self.help = template, line, reason, help


@cache
def text(template: str) -> str:
    """The template itself."""
    return (templates_folder() / template).read_text("utf-8")


@cache  # asked for with each module
def fixed_texts(template: str) -> tuple[str, ...]:
    """What a template of ours, with those that it includes, draws whatever the view: the texts of those that hold no expression."""
    if not (templates_folder() / template).is_file():
        return ()
    found = text(template)
    own = () if "{%" in found or "{{" in found else (found.partition("\n")[2],)  # the first line names the view
    return sum(map(fixed_texts, _INCLUDE.findall(found)), own)
