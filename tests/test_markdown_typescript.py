"""The TypeScript pages are those of the SDK that they describe, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from session_package import session_package

from specmill import config
from specmill.diagnostics import Report
from specmill.output.render import Renderer
from specmill.targets import markdown

SEED = Path(__file__).parents[2] / "shared" / "seed"
PAGES = sorted(path.name for path in SEED.glob("*.md")) if SEED.is_dir() else []


def drawn(description: object, /, **options: object) -> dict[str, str]:
    """Path → text of all pages."""
    target = config.target("markdown", Path("docs"), **options)
    report = Report()
    files = [Renderer().render(page) for page in markdown.pages(description, target, report)]  # type: ignore[arg-type]
    assert not report.errors
    return {file.path: file.text for file in files}


@pytest.fixture(scope="module")
def session_pages() -> dict[str, str]:
    return drawn(session_package(), language="typescript", package="@orq-ai/node")


@pytest.mark.skipif(not PAGES, reason="the real pages are not beside this checkout (../shared/seed)")
@pytest.mark.parametrize("name", PAGES)
def test_a_real_page_follows_from_the_description(name: str, session_pages: dict[str, str]) -> None:
    assert session_pages[f"models/operations/{name}"] == (SEED / name).read_bytes().decode()
