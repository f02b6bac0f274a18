"""Arguments → Config → pipeline → exit code. Only the ``cli`` modules print, and only this one decides how the process ends."""

from __future__ import annotations

import gc
import os
import sys

from specmill import __version__
from specmill.cli_unchanged import answer

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that `specmill --version` does
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from specmill.cli_text import Printer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    # Each step imports only what it needs: the first two answer most runs, and should cost next to nothing.
    if words == ["--version"]:
        print(f"specmill {__version__}")
        return 0
    try:
        code = 0 if answer(words) else _parse_and_run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`specmill dump | head`). Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if arguments is None:
        gc.freeze()  # everything ends with the process; looking for garbage in it first would take a tenth of a small run
    return code


def _parse_and_run(words: list[str]) -> int:
    from specmill.uncollected import uncollected

    with uncollected():  # imports alone make enough objects to set the collector off several times
        return _run_told(words)


def _run_told(words: list[str]) -> int:
    from specmill.cli_arguments import Exit, parser

    told = parser(*words[:1]).parse_args(words)  # exits by itself: 0 for --help, 2 for bad usage
    told.words = words
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
