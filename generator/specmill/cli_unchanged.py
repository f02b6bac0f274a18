"""Answers from the record of the last run where nothing has changed since, importing nothing that takes time.

A record is only a shortcut: where there is none, or anything differs, a whole run decides. The rules by which a record is trusted all stand
here; `cli_record` writes it.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from specmill import user_cache
from specmill.user_cache import changed, stamp

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that happens here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final, TypedDict

    class Rest(TypedDict):
        """The part of a record that is needed only where a stamp is in doubt, or where there is more to print."""

        digests: list[str]  # of all paths, in their order
        real: dict[str, str]  # of all their folders, the path without links
        files: list[str]  # what was made
        findings: list[tuple[Any, ...]]


FORMAT: Final = 3  # of a record; another one is not read
COLORS: Final = ("auto", "always", "never")
FORMS: Final = ("text", "json", "github")
_FLAGS: Final = {"--color": COLORS, "--output-format": FORMS}
_COMMANDS: Final = ("generate", "check")
_LENGTH: Final = 8  # bytes that tell where the rest of a record begins


class Asked:
    """A command line in two parts: what to make (each has a record of its own), and how to print what is said about it."""

    __slots__ = ("color", "form", "quiet", "verb", "verbose", "what")

    def __init__(self, arguments: Sequence[str]) -> None:
        """Split the words as the parser would; an invalid one stays in ``what``, for which there is never a record."""
        self.verb, *rest = arguments or [""]
        self.what: list[str] = []
        self.quiet = self.verbose = False
        self.color, self.form = "auto", "text"
        words = iter(rest)
        for word in words:
            name, equals, value = word.partition("=")
            if word in ("-q", "--quiet"):
                self.quiet = True
            elif word in ("-v", "--verbose"):
                self.verbose = True
            elif name in _FLAGS:
                value = value if equals else next(words, "")
                if value in _FLAGS[name]:
                    self.color, self.form = (value, self.form) if name == "--color" else (self.color, value)
                else:
                    self.what.append(word)
            elif self.verb != "generate" or word not in ("--force", "--dry-run"):  # neither matters where nothing changes
                self.what.append(word)


def answer(arguments: Sequence[str]) -> bool:
    """Print what the command would print and return True; False where no record shows that nothing has changed."""
    if not arguments or arguments[0] not in _COMMANDS:
        return False
    asked = Asked(arguments)
    if asked.quiet and asked.verbose:
        return False
    key, file = place(asked.what)
    record = _read(file, key)
    if record is None or (record["is_cut"] and (asked.verbose or asked.form != "text")) or not _holds(record, file):
        return False
    if asked.form != "text" or asked.verbose or (record["findings"] and not asked.quiet and _may_be_colored(asked)):
        from specmill.cli_text import retell  # these forms need more than a print

        rest = _rest(file)
        retell(record["summary"], rest["files"], rest["findings"], asked)
        return True
    if not asked.quiet:
        print(record["summary"])
        sys.stderr.write(record["findings"])
    return True


def _may_be_colored(asked: Asked) -> bool:
    return asked.color == "always" or (asked.color == "auto" and sys.stderr.isatty())


# ---- records --------------------------------------------------------------------------------------------------------------------


def place(what: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The key of a record, and its file: in the user's cache, for it is true of this machine alone."""
    from zlib import crc32

    key = (os.getcwd(), sys.version, os.path.dirname(__file__), *what)
    name = f"{crc32(chr(0).join(key).encode('utf-8', 'surrogateescape')):08x}"
    return key, os.path.join(user_cache.folder(), name)


def _read(file: str, key: tuple[str, ...]) -> dict[str, Any] | None:
    """The part of a record that is always needed, if its key fits. Marshalled, and trusted, as Python's own ``__pycache__`` is."""
    try:
        with open(file, "rb") as stream:
            if not user_cache.is_own(stream):
                return None
            length = int.from_bytes(stream.read(_LENGTH), "big")
            record = marshal.loads(stream.read(length)) if length < os.fstat(stream.fileno()).st_size else None
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return record if isinstance(record, dict) and (record.get("format"), record.get("key")) == (FORMAT, key) else None


def _rest(file: str) -> Rest:
    """The other part of a record."""
    with open(file, "rb") as stream:
        stream.seek(_LENGTH + int.from_bytes(stream.read(_LENGTH), "big"))
        rest: Rest = marshal.loads(stream.read())
        return rest


def write(file: str, record: dict[str, Any], rest: Rest) -> bool:
    """Keep the record; False where that is not possible."""
    first = marshal.dumps(record)
    return user_cache.write(file, [len(first).to_bytes(_LENGTH, "big"), first, marshal.dumps(dict(rest))])


# ---- what is trusted ------------------------------------------------------------------------------------------------------------


def _holds(record: dict[str, Any], file: str) -> bool:
    """Whether all files are as they were: by their stamps or, where these differ or cannot be trusted, by their content.

    The inputs come first: they are few, and they are what people edit.
    """
    moment = time.time_ns()
    paths = record["paths"].split("\0")
    if any(map(os.path.lexists, record["absent"])):
        return False
    try:
        return _hold(record, file, paths[: record["first"]], moment) and _hold(record, file, paths, moment)
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        return False


def _hold(record: dict[str, Any], file: str, paths: list[str], moment: int) -> bool:
    """Whether these files, the first few or all of the record's, are as they were."""
    stamps = record["stamps"]
    here = [value for found in map(os.stat, paths) for value in (found.st_size, changed(found))]
    if here == stamps[: len(here)]:
        return True
    rest = _rest(file)
    doubtful = [number for number in range(len(paths)) if here[2 * number : 2 * number + 2] != stamps[2 * number : 2 * number + 2]]
    for number in doubtful:
        fresh = stamp(os.stat(paths[number]), moment)
        if not _is(paths[number], rest["digests"][number], rest["real"]):
            return False
        stamps[2 * number : 2 * number + 2] = fresh
    if any(stamps[2 * number] >= 0 for number in doubtful):
        write(file, record, rest)
    return True


def _is(path: str, content: str, real: dict[str, str]) -> bool:
    """Whether a path still leads to that content, through the same folders."""
    folder = os.path.dirname(path)
    return digest(path) == content and not os.path.islink(path) and os.path.realpath(folder) == real[folder]


def digest(path: str) -> str:
    """The sha256 of a file's content, or of the names in a folder; empty where nothing can be read."""
    from hashlib import sha256

    try:
        if os.path.isdir(path):
            return sha256("\0".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")).hexdigest()
        with open(path, "rb") as stream:
            return sha256(stream.read()).hexdigest()
    except OSError:
        return ""
