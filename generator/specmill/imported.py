"""Importing a package that exists only in memory."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType


def package(name: str, files: Mapping[str, str]) -> ModuleType:
    """Import a package of the given files (paths below its folder, with ``/``) under a name that nothing else has.

    Its modules are found for as long as the program runs, since generated packages import parts of themselves on first use.
    """
    if _Finder.one not in sys.meta_path:
        sys.meta_path.append(_Finder.one)
    _Finder.one.sources[name] = dict(files)
    return importlib.import_module(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.ExecutionLoader):
    """Finds and loads the modules of all packages in memory."""

    one: _Finder

    def __init__(self) -> None:
        self.sources: dict[str, dict[str, str]] = {}  # package -> path -> text

    def _path(self, fullname: str) -> str | None:
        top, *rest = fullname.split(".")
        files = self.sources.get(top, {})
        module = "/".join(rest)
        paths = (f"{module}/__init__.py" if module else "__init__.py", f"{module}.py")
        return next((path for path in paths if path in files), None)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module of ours."""
        del path, target
        return importlib.util.spec_from_loader(fullname, self) if self._path(fullname) else None

    def get_filename(self, fullname: str) -> str:
        """A name for tracebacks; no file has it."""
        return f"<{fullname.partition('.')[0]}>/{self._path(fullname)}"

    def get_source(self, fullname: str) -> str:
        """The text of a module: tracebacks show its lines."""
        found = self._path(fullname)
        if found is None:
            raise ImportError(f"no module {fullname!r}", name=fullname)
        return self.sources[fullname.partition(".")[0]][found]

    def is_package(self, fullname: str) -> bool:
        """Whether the module is a package."""
        return (self._path(fullname) or "").endswith("__init__.py")


_Finder.one = _Finder()
