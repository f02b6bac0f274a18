"""The website of the pages: built from them, complete, and never half there."""

from __future__ import annotations

import importlib.util
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import ROOT

from specmill import cli, site

GENERATED = ROOT / "generated/docs"
INSTALLED = importlib.util.find_spec("zensical") is not None
needs_generator = pytest.mark.skipif(not INSTALLED, reason="the extra `site` is not installed")

CONFIG = f"""\
spec = {json.dumps(str(ROOT / "spec/session.yaml"))}
[targets.docs]
kind = "markdown"
path = "docs"
package = "session_model"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specmill.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Links(HTMLParser):
    """The anchors of a page, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif name in ("href", "src") and tag in ("a", "link", "script", "img") and value:
                self.targets.add(value)


def broken_links(folder: Path) -> list[tuple[str, str]]:
    """Every link of every page that leads nowhere."""
    pages = {
        path.relative_to(folder).as_posix(): Links(path.read_text("utf-8")) for path in folder.rglob("*.html") if path.name != "404.html"
    }
    broken = []
    for page, links in pages.items():
        for target in links.targets:
            found = urlsplit(urljoin(f"http://here/{page}", target))
            if found.scheme in ("http", "https") and found.netloc != "here":
                broken += [] if target.startswith("https://") else [(page, target)]
                continue
            path = unquote(found.path).lstrip("/")
            path += "index.html" if not path or path.endswith("/") else ""
            there = (folder / path).is_file()
            anchor = unquote(found.fragment)
            if not there or (anchor and not anchor.startswith("__") and path in pages and anchor not in pages[path].ids):
                broken.append((page, target))
    return broken


@needs_generator
def test_a_site_is_built_whose_links_all_resolve(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["docs", "build"]) == 0
    assert "16 pages: site" in capsys.readouterr().out
    page = (here / "site/models/getsessionresponsebody/index.html").read_text("utf-8")
    assert '<a id="field-external_id"></a>' in page
    assert broken_links(here / "site") == []
    assert sorted(path.name for path in here.iterdir()) == ["site", "specmill.toml"]  # nothing is left over


@needs_generator
def test_nothing_is_fetched_from_elsewhere(here: Path) -> None:
    assert cli.main(["docs", "build"]) == 0
    for path in (here / "site").rglob("*.html"):
        assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', path.read_text("utf-8")) == []


@needs_generator
def test_search_is_told_every_field(here: Path) -> None:
    assert cli.main(["docs", "build"]) == 0
    index = json.loads((here / "site/search.json").read_text("utf-8"))
    told = [item for item in index["items"] if "traces_count" in item["text"]]
    assert any("getsessionresponsebody" in item["location"] for item in told)
    assert not re.search(index["config"]["separator"], "traces_count"), "a field is searched for by its whole name"
    assert not any("from session_model import" in item["text"] for item in index["items"]), "examples would only repeat what the tables say"


@needs_generator
def test_diagrams_are_drawn_where_the_script_is_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["docs", "build"]) == 0
    assert "no-mermaid" in capsys.readouterr().err
    assert '<pre class="mermaid">' not in (here / "site/index.html").read_text("utf-8")
    (here / "node_modules/mermaid/dist").mkdir(parents=True)
    (here / "node_modules/mermaid/dist/mermaid.min.js").write_text("var mermaid = {}")
    assert cli.main(["docs", "build"]) == 0
    assert "no-mermaid" not in capsys.readouterr().err
    text = (here / "site/index.html").read_text("utf-8")
    assert '<pre class="mermaid">' in text
    assert '<script src="assets/mermaid.min.js">' in text
    assert (here / "site/assets/mermaid.min.js").read_text() == "var mermaid = {}"
    assert "mermaid" not in (here / "site/models/honoapierror/index.html").read_text("utf-8")


@needs_generator
def test_several_targets_become_one_site(here: Path) -> None:
    with (here / "specmill.toml").open("a") as file:
        file.write('[targets.ts]\nkind = "markdown"\nlanguage = "typescript"\npath = "ts"\n[targets.python]\npath = "py"\n')
    assert cli.main(["docs", "build", "-q"]) == 0
    assert (here / "site/docs/models/getsessionresponsebody/index.html").is_file()
    assert (here / "site/ts/models/operations/getsessionresponsebody/index.html").is_file()
    assert broken_links(here / "site") == []


@needs_generator
def test_no_text_of_a_spec_is_live_on_the_site(here: Path) -> None:
    """Names stand in the navigation too, and in the titles of pages."""
    texts = [
        "<img src=x onerror=alert(1)>",
        "</title></script><script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "[c](javascript:alert(1))",
    ]
    said = "\n\n".join(texts)
    field = {"type": "string", "description": said, "enum": texts, "deprecated": True, "x-deprecated-message": said}
    answers = {"200": {"description": said, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}
    spec = {
        "openapi": "3.1.0",
        "info": {"title": texts[1], "version": texts[0], "description": said},
        "paths": {
            f"/{n}": {"get": {"operationId": text, "tags": [text], "summary": said, "responses": answers}} for n, text in enumerate(texts)
        },
        "components": {
            "schemas": {text: {"type": "object", "title": text, "properties": {"a": field, text: field}} for text in [*texts, "A"]}
        },
    }
    (here / "spec.json").write_text(json.dumps(spec))
    targets = '[targets.docs]\nkind = "markdown"\npath = "docs"\n[targets.ts]\nkind = "markdown"\nlanguage = "typescript"\npath = "ts"\n'
    (here / "specmill.toml").write_text(f'spec = "spec.json"\n{targets}')
    assert cli.main(["docs", "build", "-q"]) == 0
    for path in [*(here / "site").rglob("*.html"), here / "site/search.json"]:
        assert re.findall('<img src=x|<script>alert|<title></title>|href="javascript', path.read_text("utf-8")) == [], path


@needs_generator
def test_a_folder_that_is_not_ours_is_not_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "site").mkdir()
    (here / "site/mine.txt").write_text("mine")
    assert cli.main(["docs", "build"]) == 3
    assert "error[foreign-file]: site is not a site that specmill made" in capsys.readouterr().err
    assert (here / "site/mine.txt").read_text() == "mine"
    assert cli.main(["docs", "build", "--force"]) == 0
    assert not (here / "site/mine.txt").exists()
    assert cli.main(["docs", "build"]) == 0


@needs_generator
def test_a_build_that_fails_leaves_the_old_site(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from specmill.site import build

    assert cli.main(["docs", "build", "-q"]) == 0
    before = (here / "site/index.html").read_bytes()
    monkeypatch.setattr(build, "command", lambda _verb, _folder: ["python3", "-c", "print('no'); raise SystemExit(4)"])
    assert cli.main(["docs", "build"]) == 2
    assert "error[site-failed]: Zensical could not build the site: no" in capsys.readouterr().err
    assert (here / "site/index.html").read_bytes() == before
    assert sorted(path.name for path in here.iterdir()) == ["site", "specmill.toml"]


def test_without_the_extra_the_user_is_told(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "_NEEDED", ("nowhere_to_be_found",))
    assert cli.main(["docs", "build"]) == 2
    assert "help: pip install 'specmill[site]'" in capsys.readouterr().err
    assert not (here / "site").exists()


@needs_generator
@pytest.mark.parametrize(
    ("config", "said"),
    [
        (CONFIG.replace('kind = "markdown"\n', 'kind = "python"\n'), "there is no Markdown target"),
        (CONFIG.replace("session.yaml", "gone.yaml"), "unreadable-file"),
    ],
)
def test_what_cannot_be_built_is_said(config: str, said: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "specmill.toml").write_text(config.replace('package = "session_model"\n', ""))
    assert cli.main(["docs", "build"]) == 2
    assert said in capsys.readouterr().err
    assert cli.main(["docs", "build", "--mermaid", "gone.js"]) == 2


@needs_generator
def test_no_html_but_ours_passes_the_reader() -> None:
    from specmill.site.gfm import Reader

    html = Reader().read('# A\n\n<script>x</script>\n\na <b>b</b><br/> <a id="field-x"></a> [l](javascript:x)\n\n```html\n<i>\n```\n').body
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html
    assert '<br/> <a id="field-x"></a>' in html
    assert "<i>" not in html


@needs_generator
def test_headings_get_the_anchors_that_github_gives_them() -> None:
    from specmill.site.gfm import Reader

    found = Reader().read("# One *Two*\n\n## Used by\n\n## Used by\n\n## ~~`Gone_x`~~!\n").headings
    assert [one.id for one in found] == ["one-two", "used-by", "used-by-1", "gone_x"]


@needs_generator
def test_the_navigation_follows_the_index() -> None:
    from specmill.site.project import navigation

    pages = {path.relative_to(GENERATED / "python").as_posix(): path.read_text("utf-8") for path in (GENERATED / "python").rglob("*.md")}
    models, errors = navigation(pages)
    assert {"GetSessionResponseBody": "models/getsessionresponsebody.md"} in models["Models of operations"]
    assert errors == {"Errors": [{"HonoApiError": "models/honoapierror.md"}]}


@needs_generator
def test_a_page_stands_in_the_navigation_once() -> None:
    from specmill.site.project import navigation

    index = "# T\n\n## Models\n\n- [`A`](a.md) (2 fields)\n\n## Deprecated\n\n- [`A`](a.md): `x`\n- [`A`](a.md): `y`\n"
    assert navigation({"index.md": index, "a.md": "# A\n"}) == [{"Models": [{"A": "a.md"}]}]


@needs_generator
def test_a_cell_knows_its_column() -> None:
    from specmill.site.gfm import Reader

    html = Reader().read("| Field | `JSON` name |\n| --- | --- |\n| a | |\n| b | c |\n\n| X |\n| --- |\n| y |\n").body
    assert re.findall(r'<td data-column="(.*?)">(.*?)</td>', html) == [
        ("Field", "a"), ("JSON name", ""), ("Field", "b"), ("JSON name", "c"), ("X", "y"),
    ]  # fmt: skip


@needs_generator
def test_a_served_site_loses_the_pages_that_are_no_more(tmp_path: Path) -> None:
    from specmill.site import serve
    from specmill.site.project import Site, lay_out

    lay_out(Site({"index.md": "# A\n", "models/a.md": "# a\n", "models/b.md": "# b\n"}, ""), tmp_path)
    kept = (tmp_path / "docs/models/a.md").stat().st_mtime_ns
    serve._update(Site({"index.md": "# B\n", "models/a.md": "# a\n"}, ""), tmp_path)
    assert sorted(path.name for path in (tmp_path / "docs").rglob("*.md")) == ["a.md", "index.md"]
    assert (
        tmp_path / "docs/models/a.md"
    ).stat().st_mtime_ns == kept, "what did not change is not written: a reader's page would be loaded again"
    assert (tmp_path / "docs/index.md").read_text() == "# B\n"
