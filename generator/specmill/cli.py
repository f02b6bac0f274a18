"""Arguments → Config → pipeline → exit code. Only the ``cli`` modules print, and only this one decides how the process ends."""

from __future__ import annotations

import os
import sys

from specmill import __version__
from specmill.cli_unchanged import answer

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that `specmill --version` does
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import NoReturn

    from specmill.cli_text import Printer


def process() -> NoReturn:
    """The command as a process of its own, which ends at once: to take down what all the modules hold would take a twentieth of a small run."""
    os._exit(main())  # all that was printed is written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Without ``arguments``, those of the process, which then is ours alone."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        # Each step imports only what it needs: the first two answer most runs, and should cost next to nothing.
        code = 0 if _tell_version(words) or answer(words) else _parse_and_run(words, alone=arguments is None)
        if sys.stdout is not None:  # as it is where somebody has closed it
            sys.stdout.flush()  # stderr keeps nothing back
    except BrokenPipeError:
        # The reader has seen enough (`specmill dump | head`). Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _tell_version(words: list[str]) -> bool:
    if words != ["--version"]:
        return False
    print(f"specmill {__version__}")
    return True


def _parse_and_run(words: list[str], *, alone: bool) -> int:
    """Run a command; where the process is ours alone, others are kept from taking time for what we do without."""
    from specmill.uncollected import uncollected

    with uncollected():  # imports alone make enough objects to set the collector off several times
        if alone:
            _speak_english()
        told = _told(words)
        told.words, told.alone = words, alone
        if alone:
            _import_msgspec()
        return _run_told(told)


def _speak_english() -> None:
    """Keep ``argparse`` from looking for its few words in other languages, a twentieth of ``--help``: ours are English, too."""
    import argparse

    argparse._ = str  # type: ignore[attr-defined]


def _told(words: list[str]) -> argparse.Namespace:
    from specmill.cli_arguments import parser

    return parser(*words[:1]).parse_args(words)  # exits by itself: 0 for --help, 2 for bad usage


def _import_msgspec() -> None:
    """Import it without ``typing_extensions``, which it asks for what ``typing`` has as well since Python 3.11.

    Where others have installed that, importing it would take a fifteenth of a small run.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        import msgspec  # noqa: F401 - whoever needs it finds it
    finally:
        del sys.modules["typing_extensions"]


def _run_told(told: argparse.Namespace) -> int:
    from specmill.cli_arguments import Exit
    from specmill.cli_text import Printer

    printer = Printer(told.output_format, told.color, told.quiet, told.verbose)
    try:
        code = _run(told, printer)
        printer.finish(code)
    except KeyboardInterrupt:
        print("specmill: interrupted; the files are all the old ones or all the new ones", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and the user gets one line instead of a traceback
        from specmill.cli_crash import report

        report(error, verbose=told.verbose)
        return Exit.OWN_BUG
    return code


def _run(told: argparse.Namespace, printer: Printer) -> int:
    """Import the command and run it: only what it needs, for a fast start."""
    match told.verb:
        case "explain":
            from specmill.cli_explain import explain

            return explain(told, printer)
        case "completion":
            from specmill.cli_explain import completion

            return completion(told, printer)
        case "init":
            from specmill.cli_init import init

            return init(told, printer)
        case "docs":
            from specmill.cli_docs import docs

            return docs(told, printer)
        case "generate" if told.watch:
            from specmill.cli_watch import watch

            return watch(told, printer)
        case _:
            from specmill.cli_commands import run

            return run(told, printer)
