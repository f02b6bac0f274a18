"""The command line's grammar and its help: what can be said, and how it reads."""

from __future__ import annotations

import argparse
import enum

from specmill import __version__
from specmill.cli_unchanged import COLORS, FORMS

TYPE_CHECKING = False  # as in `typing`, whose import would take longer than all that `specmill --version` does
if TYPE_CHECKING:
    from typing import Any, Final


class Exit(enum.IntEnum):
    """What the process ends with: its exit code."""

    OK = 0
    FINDINGS = 1
    BAD_INPUT = 2
    REFUSED = 3
    OWN_BUG = 70  # sysexits.h: EX_SOFTWARE
    INTERRUPTED = 130  # 128 + SIGINT


_EPILOG: Final = """\
exit codes:
  0    done, nothing to report
  1    `check` found differences
  2    the command, the configuration, the spec or the folder cannot be used
  3    refused: a file was changed by hand, or is not ours
  70   a bug in specmill
  130  interrupted

examples:
  specmill init openapi.yaml
  specmill generate
  specmill generate --spec openapi.yaml --target python=src/models \\
      --target markdown=docs/reference --set markdown.language=typescript
"""


class _Form(argparse.RawDescriptionHelpFormatter):
    """The form in which help is printed."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)
        self._action_max_length = len("    completion")  # argparse does not count how far commands are indented


def _unprinted(prog: str) -> argparse.HelpFormatter:
    """The formatter while arguments are added: each of them makes one, and asking how wide the terminal is would take longer than all the rest."""
    return argparse.HelpFormatter(prog, width=80)


def parser(verb: str = "") -> argparse.ArgumentParser:
    """The grammar: all of it, or only what one command needs."""
    top = argparse.ArgumentParser(
        prog="specmill",
        description="Turn an OpenAPI or JSON Schema document into dataclasses, fast serializers\nand documentation that agree with each other.",
        epilog=_EPILOG,
        formatter_class=_unprinted,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"specmill {__version__}", help="print the version and exit")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True, prog="specmill")
    for add in [_VERBS[verb]] if verb in _VERBS else _VERBS.values():
        add(verbs)
    top.formatter_class = _Form
    top.set_defaults(alone=False)  # the process may be another program's; a command that has it for itself says so
    return top


def _verb(verbs: Any, name: str, help: str, more: str = "") -> argparse.ArgumentParser:
    description = f"{help[0].upper()}{help[1:]}.{more}"
    found: argparse.ArgumentParser = verbs.add_parser(
        name, help=help, description=description, formatter_class=_unprinted, allow_abbrev=False
    )
    return found


def _generate(verbs: Any) -> None:
    verb = _verb(
        verbs,
        "generate",
        "write the files of every target",
        "\n\nOnly what differs is written. Files of ours that are no longer made are removed.",
    )
    _what(verb)
    verb.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    verb.add_argument("--force", action="store_true", help="overwrite and remove files that were changed by hand or are not ours")
    verb.add_argument("--watch", action="store_true", help="generate again whenever the spec, or anything else that is read, is saved")
    _how(verb)


def _check(verbs: Any) -> None:
    _what_and_how(
        _verb(verbs, "check", "say whether the files are what the spec makes today", "\n\nWrites nothing. Exit code 1 where they differ.")
    )


def _docs(verbs: Any) -> None:
    more = "\n\nThe pages are those of the Markdown targets in the configuration.\nNeeds an extra: pip install 'specmill[site]'"
    top = _verb(verbs, "docs", "make a static, searchable website of the pages", more)
    top.formatter_class = _Form
    actions = top.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    build = _verb(actions, "build", "write the site into a folder")
    _what(build)
    _complete_file(build.add_argument("--output", metavar="FOLDER", default="site", help="where to (default: site)"))
    build.add_argument("--force", action="store_true", help="replace a folder that is not a site of ours")
    serve = _verb(actions, "serve", "show the site in a browser, drawn again whenever the spec changes")
    _what(serve)
    serve.add_argument("--address", metavar="HOST:PORT", default="localhost:8000", help="where to listen (default: localhost:8000)")
    for verb in (build, serve):
        help = "the script that draws the diagrams, mermaid.min.js (default: that of a node_modules folder here or above)"
        _complete_file(verb.add_argument("--mermaid", metavar="FILE", help=help))
        _how(verb)


def _dump(verbs: Any) -> None:
    _what_and_how(_verb(verbs, "dump", "print what specmill understood of the spec, as JSON"))


def _init(verbs: Any) -> None:
    verb = _verb(verbs, "init", "write a commented configuration for a spec")
    file = verb.add_argument("spec", metavar="SPEC", help="the OpenAPI or JSON Schema document")
    _complete_file(file)
    verb.add_argument("--force", action="store_true", help="overwrite a specmill.toml that is there")
    _how(verb)


def _explain(verbs: Any) -> None:
    verb = _verb(verbs, "explain", "explain a finding, with an example")
    verb.add_argument("code", metavar="CODE", nargs="?", help="what stands in brackets: error[CODE]")
    verb.add_argument("--all", action="store_true", help="explain all of them, as Markdown")
    _how(verb)


def _completion(verbs: Any) -> None:
    more = "\n\nFor bash:\n  specmill completion bash > ~/.local/share/bash-completion/completions/specmill"
    verb = _verb(verbs, "completion", "print a script that lets a shell complete specmill's commands", more)
    verb.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")
    _how(verb)


def _what_and_how(verb: argparse.ArgumentParser) -> None:
    _what(verb)
    _how(verb)


def _what(verb: argparse.ArgumentParser) -> None:
    group = verb.add_argument_group(
        "what",
        "Without these, the nearest specmill.toml or pyproject.toml decides. With\n--spec and --target (dump: with --spec), no file is read.",
    )
    _complete_file(group.add_argument("--config", metavar="FILE", help="read this configuration file"))
    _complete_file(group.add_argument("--spec", metavar="FILE", help="the OpenAPI or JSON Schema document"))
    group.add_argument(
        "--target",
        metavar="[NAME:]KIND=PATH",
        action="append",
        default=[],
        dest="targets",
        help="write this kind of output into this folder; may be repeated. A mere NAME picks one of the configuration's targets",
    )
    group.add_argument(
        "--set",
        metavar="[NAME.]KEY=VALUE",
        action="append",
        default=[],
        dest="settings",
        help="set an option of a target, or a general one; may be repeated",
    )
    for key, help in (
        ("strict", "warnings stop the run, as errors do"),
        ("allow-outside", "let a $ref reach files outside the folder of the spec"),
        ("allow-remote", "let a $ref be fetched over the network, and remember what came in specmill.lock"),
    ):
        group.add_argument(f"--{key}", action="append_const", dest="settings", const=f"{key}=true", help=help)


def _how(verb: argparse.ArgumentParser) -> None:
    verb.formatter_class = _Form
    group = verb.add_argument_group("how")
    loudness = group.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    loudness.add_argument("-v", "--verbose", action="store_true", help="name every file, and show tracebacks")
    group.add_argument("--color", metavar="WHEN", choices=COLORS, default="auto", help="auto (the default), always or never")
    group.add_argument("--output-format", metavar="FORM", choices=FORMS, default="text", help="text (the default), json or github")


def _complete_file(action: Any) -> None:
    """Let the shell complete file names here; shtab reads this attribute."""
    action.complete = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}


_VERBS: Final = {
    "generate": _generate, "check": _check, "docs": _docs, "dump": _dump, "init": _init, "explain": _explain, "completion": _completion,
}  # fmt: skip
