"""`specmill docs build` and `specmill docs serve`: the pages of the Markdown targets as a website."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from specmill.cli_arguments import Exit
from specmill.cli_settings import config_from
from specmill.cli_text import Printer, Progress
from specmill.config import Config
from specmill.diagnostics import Report, counted, shown
from specmill.pipeline import Run, templates_folder
from specmill.site import is_available

if TYPE_CHECKING:
    from specmill.site.project import Site

_SCRIPT = "node_modules/mermaid/dist/mermaid.min.js"
_STYLE = "site/specmill.css"


def docs(told: argparse.Namespace, printer: Printer) -> Exit:
    """Build or serve the site."""
    report = Report()
    config = _config(told, report)
    if config is None:
        printer.findings(report)
        return Exit.BAD_INPUT
    progress = Progress(printer)
    made = Run(config, progress.stage)
    try:
        site = _site(made, told)
        done = site is not None and (told.action == "serve" or _build(made, site, told))
    finally:
        progress.end()
    printer.findings(made.diagnostics(printer.most))
    if site is None or not done:
        return Exit.REFUSED if any(one.code == "foreign-file" for one in made.report.errors) else Exit.BAD_INPUT
    if told.action == "serve":
        return _serve(made, site, told, printer)
    printer.say(f"{counted(len(site.pages), 'page')}: {shown(Path.cwd() / told.output)}")
    return Exit.OK


def _build(made: Run, site: Site, told: argparse.Namespace) -> bool:
    from specmill.site.build import build

    made.progress("building the site")
    return build(site, Path.cwd() / told.output, made.report, force=told.force)


def _serve(made: Run, site: Site, told: argparse.Namespace, printer: Printer) -> Exit:
    from specmill.site.serve import serve

    def redraw() -> tuple[Site | None, Iterable[Path]]:
        again = Run(made.config)
        new = _site(again, told)
        gc.collect()  # the collector is off
        printer.findings(again.diagnostics())
        return new, _inputs(again)

    return Exit.OK if serve(site, told.address, _inputs(made), redraw) == 0 else Exit.BAD_INPUT


def _config(told: argparse.Namespace, report: Report) -> Config | None:
    """The configuration with its Markdown targets alone."""
    if not is_available():
        report.error("no-site-generator", None, "the site generator is not installed", help="pip install 'specmill[site]'")
        return None
    config = config_from(told, report)
    if config is None:
        return None
    chosen = tuple(target for target in config.targets if target.kind == "markdown")
    if not chosen:
        hint = 'add [tool.specmill.targets.docs] with kind = "markdown" and a path'
        report.error("missing-config-key", None, "there is no Markdown target: nothing to make a site of", help=hint)
        return None
    return replace(config, targets=chosen)


def _site(made: Run, told: argparse.Namespace) -> Site | None:
    """Draw the pages: those of a lone target at the top, those of several in a folder for each."""
    from specmill.site.project import Site, joined

    package = made.package()
    drawn = made.draw(package) if package is not None else None
    script = _script(made, told.mermaid)
    if drawn is None or made.report.errors:
        return None
    pages = {name: {file.path: file.text for file in files} for name, files in drawn.items()}
    return Site(joined(pages), _style(made.config), script)


def _script(made: Run, given: str | None) -> Path | None:
    """The script that draws diagrams; a note where there is none."""
    if given is not None:
        found = Path.cwd() / given
        if not os.path.isfile(found):
            made.report.error("bad-argument", None, f"--mermaid {given}: there is no such file")
        return found
    for folder in (made.config.root, *made.config.root.absolute().parents):
        if (folder / _SCRIPT).is_file():
            return folder / _SCRIPT
    made.report.note("no-mermaid", None, "diagrams stay text: the script that draws them is not here", help="npm install mermaid")
    return None


def _style(config: Config) -> str:
    """Our style sheet, or the user's own."""
    own = config.templates / _STYLE if config.templates is not None else None
    return (own if own is not None and own.is_file() else templates_folder() / _STYLE).read_text("utf-8")


def _inputs(made: Run) -> list[Path]:
    """What the pages were made of."""
    config = made.config
    templates = config.templates.rglob("*") if config.templates is not None else ()
    return [config.spec, *made.consulted(), *templates]
