"""A bug of our own: one line for the user, the rest in a file for whoever fixes it."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback

from specmill import __version__
from specmill.diagnostics import printable


def report(error: Exception, *, verbose: bool) -> None:
    """Print what happened, and where the traceback is kept."""
    text = "".join(traceback.format_exception(error))
    head = f"specmill {__version__}, Python {platform.python_version()} on {platform.system()}\narguments: {sys.argv[1:]}\n\n"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="specmill-", suffix=".txt", delete=False, errors="backslashreplace"
        ) as file:
            file.write(head + text)
        kept = file.name
    except OSError:
        kept = ""
    if verbose or not kept:
        print(text, file=sys.stderr)
    where = f"; please report it with {kept}" if kept else "; please report it with the lines above"
    print(
        f"specmill: this is a bug in specmill, not in your spec: {type(error).__name__}: {printable(str(error))[:200]}{where}",
        file=sys.stderr,
    )
