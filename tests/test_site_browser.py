"""The website in a real browser: Chromium, without a screen."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from specmill import cli

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MERMAID = ROOT / ".venv/npm/node_modules/mermaid/dist/mermaid.min.js"  # where .ci/run puts it
FLAGS = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
LACKING = [
    name
    for name, there in (
        ("Chromium", CHROMIUM),
        ("playwright", importlib.util.find_spec("playwright")),
        ("the extra `site`", importlib.util.find_spec("zensical")),
    )
    if not there
]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not on this machine: {', '.join(LACKING)}")
needs_mermaid = pytest.mark.skipif(not MERMAID.is_file(), reason="mermaid.min.js is not on this machine (.ci/run installs it where npm is)")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("site")
    (found / "specmill.toml").write_text(f'spec = "{ROOT}/spec/session.yaml"\n[targets.docs]\nkind = "markdown"\npath = "docs"\n')
    script = ["--mermaid", str(MERMAID)] if MERMAID.is_file() else []
    assert cli.main(["docs", "build", "-q", "--config", str(found / "specmill.toml"), "--output", str(found / "site"), *script]) == 0
    return found / "site"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{flag}" for flag in FLAGS.split()])
        yield found
        found.close()


class Visit:
    """A page in a browser, and all that was wrong with it."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.address = address
        self.wrong: list[str] = []
        self.page = browser.new_page(**settings)
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on(
            "request", lambda request: self.wrong.append(request.url) if not request.url.startswith((address, "blob:", "data:")) else None
        )

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    found = Visit(browser, address)
    yield found
    found.page.close()


def test_no_page_has_an_error_or_asks_another_server(visit: Visit, folder: Path) -> None:
    pages = [path.parent.relative_to(folder).as_posix() for path in folder.rglob("index.html")]
    assert len(pages) == 16
    for path in pages:
        visit.go("" if path == "." else f"{path}/")
    assert visit.wrong == []


def test_search_finds_a_field_and_leads_to_it(visit: Visit) -> None:
    page = visit.go("")
    page.keyboard.press("Control+k")
    page.keyboard.type("traces_count")
    page.get_by_role("option").filter(has_text="GetSessionResponseBody").first.click()
    page.wait_for_url("**/models/getsessionresponsebody/**")
    assert page.locator("#field-traces_count").count() == 1
    assert visit.wrong == []


@needs_mermaid
def test_the_diagram_is_drawn(visit: Visit) -> None:
    page = visit.go("")
    page.wait_for_selector("div.mermaid")
    box = page.locator("div.mermaid").bounding_box()
    assert box["width"] > 300
    assert box["height"] > 100
    page.goto(visit.address + "models/honoapierror/")
    page.get_by_role("link", name="Overview").first.click()  # also when one comes from another page
    page.wait_for_selector("div.mermaid")
    assert visit.wrong == []


def test_a_link_to_a_field_shows_its_row(visit: Visit) -> None:
    page = visit.go("models/getsessionresponsebody/#field-updated_at")
    row = page.locator("tr:has(#field-updated_at)")
    header = page.locator("header.md-header").bounding_box()
    box = row.bounding_box()
    assert header["y"] + header["height"] <= box["y"] < 720
    other = page.locator("tr:has(#field-tags)")
    color = "element => getComputedStyle(element).backgroundColor"
    assert row.evaluate(color) != other.evaluate(color)


def test_it_is_dark_where_the_reader_wants_it(browser: Any, address: str) -> None:
    light, dark = (Visit(browser, address, color_scheme=scheme).go("").locator("body") for scheme in ("light", "dark"))
    brightness = "element => getComputedStyle(element).backgroundColor.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
    assert light.evaluate(brightness) > 600
    assert dark.evaluate(brightness) < 150


def test_a_phone_shows_it_without_scrolling_sideways(browser: Any, address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    for path in ("", "models/updatesessionrequestbody/"):
        page = visit.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cell = page.locator("td[data-column=Description]:not(:empty)").first  # a row is a paragraph: nothing of it is out of sight
    assert cell.bounding_box()["x"] + cell.bounding_box()["width"] <= 390
    assert page.locator("thead").first.is_hidden()
    page.locator("header label[for=__drawer]").click()
    page.get_by_role("link", name="CreateSessionUsage").first.click()
    page.wait_for_url("**/models/createsessionusage/**")
    assert visit.wrong == []
