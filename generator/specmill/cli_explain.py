"""The commands that need no spec: explanations of findings, and shell completion."""

from __future__ import annotations

import argparse
import sys

from specmill.catalogue import catalogue, markdown
from specmill.cli_arguments import Exit, parser
from specmill.cli_text import Printer
from specmill.diagnostics import nearest


def explain(told: argparse.Namespace, printer: Printer) -> Exit:
    """Explain one finding; without a code, list them all; with ``--all``, print the page that the documentation has."""
    if told.all:
        printer.result(markdown())
        return Exit.OK
    if told.code is None:
        printer.result("".join(f"{code:<28}{entry.title}\n" for code, entry in sorted(catalogue().items())))
        return Exit.OK
    code = told.code.removeprefix("error[").removesuffix("]")
    if code not in catalogue():
        near = nearest(code, catalogue())
        hint = f"did you mean {near!r}?" if near else "`specmill explain` lists all"
        print(f"specmill: there is no finding {code!r}; {hint}", file=sys.stderr)
        return Exit.BAD_INPUT
    entry = catalogue()[code]
    printer.result(f"{code}: {entry.title}\n\n{entry.text}\n")
    return Exit.OK


def completion(told: argparse.Namespace, printer: Printer) -> Exit:
    """Print the completion script of a shell."""
    try:
        import shtab  # an extra: few need it, and each only once
    except ImportError:
        print("specmill: this needs shtab: pip install 'specmill[completion]'", file=sys.stderr)
        return Exit.BAD_INPUT
    printer.result(shtab.complete(parser(), told.shell))
    return Exit.OK
