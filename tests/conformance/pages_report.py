"""Measures how much of real SDKs' TypeScript pages follows from their specs, and writes that part of docs/conformance.md.

usage: python tests/conformance/pages_report.py     (the corpora and the measuring script lie in ../shared)
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import specmill

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared/corpora/pages"
SCORER = ROOT.parent / "shared/tools/compare_pages.py"
TITLE = "## Pages of real TypeScript SDKs\n"
HEAD = """How much of the pages that real SDKs were published with follows from their specs, with `inline-names = "short"` and the options that
their configuration implies. Shares are of the pages that exist on both sides, but for the first. Sample values of these versions depend on the
order in which their generator works, and are not aimed at.
"""
OPEN_ENUM_NOTE = (1, 611), (1, 745)  # the versions that say a sentence on the pages of open enums: from, and before
COLUMNS = {"rows": "row all", "tables, byte for byte": "table bytes", "values": "values", "union members": "union members"}


def names() -> list[str]:
    """The SDKs that are here."""
    return sorted(path.name for path in PAGES.glob("ts-*")) if SCORER.exists() else []


def options(folder: Path) -> dict[str, Any]:
    """What the configuration of an SDK means as options of a target."""
    written = yaml.safe_load((folder / "gen.yaml").read_text("utf-8"))
    typescript, paths = written["typescript"], written["typescript"]["imports"]["paths"]
    version = tuple(map(int, json.loads((folder / "META.json").read_text("utf-8"))["ver"].split(".")))
    shows_optional = written["generation"]["usageSnippets"]["optionalPropertyRendering"] == "withExample"
    return {
        "kind": "markdown",
        "language": "typescript",
        "package": typescript["packageName"],
        "components-path": paths["shared"],
        "operations-path": paths["operations"],
        "errors-path": paths["errors"],
        "optional-properties": "with-example" if shows_optional else "never",
        "name-resolution": "shortest" if written["generation"]["fixes"].get("nameResolutionFeb2025") else "ordered",
        "union-tags": "constants" if typescript.get("preApplyUnionDiscriminators") else "as-written",
        "open-enums": bool(typescript.get("forwardCompatibleEnumsByDefault")),
        "open-enum-note": OPEN_ENUM_NOTE[0] <= version < OPEN_ENUM_NOTE[1],
    }


@cache
def scores(name: str) -> dict[str, tuple[int, int]]:
    """Measure → (how many are equal, of how many) of one SDK."""
    folder = PAGES / name
    made = specmill.render(folder / "spec.yaml", {"made": options(folder)}, inline_names="short")
    with tempfile.TemporaryDirectory() as work:
        real = Path(work, "real")
        shutil.copytree(folder / "docs/models", real / "models")
        for path, text in made.items():
            page = Path(work, path)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(text.encode())
        pages = list(real.rglob("*.md"))
        for page in pages:
            if f"made/{page.relative_to(real).as_posix()}" not in made:
                page.unlink()
        counts = _scorer().compare(str(real), str(Path(work, "made")))[0]["counts"]
    found = {label: (counts[key]["ok"], counts[key]["of"]) for label, key in COLUMNS.items() if key in counts}
    return {"pages": (counts["page exists"]["of"], len(pages))} | found


def _scorer() -> Any:
    spec = importlib.util.spec_from_file_location("compare_pages", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def section() -> Iterator[str]:
    """The lines of the section."""
    yield TITLE
    yield HEAD
    yield f"| SDK | pages there | {' | '.join(COLUMNS)} |"
    yield f"| --- | --- | {' | '.join('---' for _ in COLUMNS)} |"
    for name in names():
        found = scores(name)
        yield f"| {name} | {' | '.join(_share(*found.get(label, (0, 0))) for label in ('pages', *COLUMNS))} |"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    shown = f"{100 * part / whole:.2f}"
    return f"{'99.99' if shown == '100.00' and part < whole else shown} % of {whole}"


def main() -> None:
    """Put the section in the place of the one that stands on the page."""
    page = ROOT / "docs/conformance.md"
    before, _, rest = page.read_text("utf-8").partition(TITLE)
    _, mark, after = rest.partition("\n## ")
    lines = "\n".join(section())
    page.write_text(f"{before.rstrip()}\n\n{lines}\n{mark}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
