"""What users add: templates of their own, targets of their own, and documents from the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, openapi

from specmill import config_file as configs
from specmill import drawing, targets
from specmill.config import Config, TargetConfig, target
from specmill.diagnostics import Report
from specmill.frontend import lower
from specmill.output import format as formatting
from specmill.output.render import Renderer, Text
from specmill.pipeline import Drawn, Run
from specmill.targets import Page

SPEC = {"title": "Animal", "type": "object", "properties": {"name": {"type": "string"}}}


class View:
    """What the templates below see."""

    words = ("a", "b")


def two_pages(*_: object) -> list[Page]:
    return [Page("one.py", "mine/one.py.jinja", View()), Page("two.md", "mine/two.md.jinja", View())]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "animal.json").write_text(json.dumps(SPEC))
    (tmp_path / "templates/mine").mkdir(parents=True)
    (tmp_path / "templates/mine/one.py.jinja").write_text("x = ['{{ view.words[0] }}',   2]\n")
    (tmp_path / "templates/mine/two.md.jinja").write_text("x   = {{ view.words }}\n")
    monkeypatch.setattr(targets, "load", lambda _: two_pages)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(folder: Path) -> tuple[Drawn | None, Run]:
    target = TargetConfig("mine", "mine", folder / "out")
    run = Run(Config(folder, folder / "animal.json", (target,), templates=folder / "templates"))
    package = run.package()
    assert package is not None
    return run.draw(package), run


def test_what_a_template_of_the_users_own_draws_is_formatted_where_it_is_python(folder: Path) -> None:
    found, run = drawn(folder)
    assert found is not None
    assert {file.path: file.text for file in found["mine"]} == {"one.py": 'x = ["a", 2]\n', "two.md": "x   = ('a', 'b')\n"}
    assert run.diagnostics() == []


def test_a_template_of_the_users_own_that_draws_no_python_is_a_finding(folder: Path) -> None:
    (folder / "templates/mine/one.py.jinja").write_text("x = = 1\n")
    found, run = drawn(folder)
    assert found is None
    assert [d.code for d in run.diagnostics()] == ["template-error"]


def test_a_mistake_in_a_template_is_shown_with_its_file_and_line(folder: Path) -> None:
    (folder / "templates/mine/two.md.jinja").write_text("\n\n{{ view.wrods }}\n")
    found, run = drawn(folder)
    assert found is None
    (finding,) = run.diagnostics()
    assert finding.code == "template-error"
    assert str(finding.place) == "templates/mine/two.md.jinja:3:1"
    assert "'wrods'" in finding.message


def test_without_black_it_stays_as_it_is_with_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, formatting.__name__, None)
    monkeypatch.delattr("specmill.output.format", raising=False)
    found, run = drawn(folder)
    assert found is not None
    assert found["mine"][0].text == "x = ['a',   2]\n"
    assert [(d.code, d.severity.value) for d in run.diagnostics()] == [("no-formatter", "warning")]


@pytest.mark.parametrize(("text", "found"), [("é\r\n😀\n", "é\n😀\n"), ("x\ny \ud800\n", "lone-surrogate: a.md, line 2")])
def test_a_text_is_utf8_with_line_feeds(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: str) -> None:
    monkeypatch.setattr(targets, "load", lambda _: lambda *_: [Page("a.md", None, text)])
    monkeypatch.setattr(Renderer, "render", lambda _, page: Text(page.path, page.view.splitlines(keepends=True)))
    monkeypatch.setattr(drawing, "_SOME", 1)
    files, run = drawn(folder)
    (told,) = [file.text for file in files["mine"]] if files is not None else [f"{d.code}: {d.message}" for d in run.diagnostics()]
    assert told.startswith(found)


def test_a_long_chain_of_schemas_is_no_matter(tmp_path: Path) -> None:
    links = {f"S{n}": {"type": "object", "properties": {"next": {"$ref": f"#/$defs/S{n + 1}"}}} for n in range(5000)}
    (tmp_path / "chain.json").write_text(json.dumps({"$ref": "#/$defs/S0", "$defs": links | {"S5000": {"type": "string"}}}))
    package = Run(Config(tmp_path, tmp_path / "chain.json")).package()
    assert package is not None
    assert len(package.models) >= 5000


def test_recursion_that_never_ends_is_a_finding_and_the_limit_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*arguments: object) -> object:
        return endless(*arguments)

    (tmp_path / "animal.json").write_text(json.dumps(SPEC))
    monkeypatch.setattr(lower, "lower", endless)
    before = sys.getrecursionlimit()
    run = Run(Config(tmp_path, tmp_path / "animal.json"))
    assert run.package() is None
    assert [d.code for d in run.diagnostics()] == ["too-large"]
    assert sys.getrecursionlimit() == before


PLUGIN = """
from specmill.targets import Page

def pages(package, target, report):
    for model in package.models.values():
        yield Page("".join(model.name) + ".txt", None, f"{target.options.get('greeting')} {' '.join(model.name)}\\n")
"""


def test_another_package_can_offer_a_target(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "greeter-1.dist-info").mkdir(parents=True)
    (site / "greeter.py").write_text(PLUGIN)
    (site / "greeter-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: greeter\nVersion: 1\n")
    (site / "greeter-1.dist-info/entry_points.txt").write_text("[specmill.targets]\ngreeter = greeter:pages\n")
    (tmp_path / "animal.json").write_text(json.dumps(SPEC))
    command = [
        sys.executable,
        "-m",
        "specmill",
        "generate",
        "--spec",
        "animal.json",
        "--target",
        "greeter=out",
        "--set",
        "greeter.greeting=hello",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT / "generator")])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out/Animal.txt").read_text() == "hello Animal\n"


def test_a_kind_that_nobody_offers_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        targets.load("nonsense")


@pytest.mark.parametrize("kind", targets.TARGETS)
def test_every_kind_of_ours_has_options_and_a_function(kind: str) -> None:
    assert callable(targets.load(kind))
    report = Report()
    config = configs.from_arguments({"spec": "x", "targets": {kind: {"path": "x"}}}, Path(), report)
    assert config is not None
    assert config.targets[0] == target(kind, Path("x"))


def test_a_mistake_in_a_template_is_told_once_with_what_was_meant(tmp_path: Path) -> None:
    config = specmill_config(tmp_path, "markdown/python_object.md.jinja", "# {{ view.titel }}\n")
    run = Run(config)
    package = run.package()
    assert package is not None
    assert run.draw(package) is None
    (finding,) = run.diagnostics()
    assert finding.help == "did you mean 'title'?"
    assert [text for text, _ in finding.notes] == ["it was to draw docs/models/a.md"]


def test_a_template_under_a_wrong_name_is_told(tmp_path: Path) -> None:
    run = Run(specmill_config(tmp_path, "markdown/python_objekt.md.jinja", "{% include 'mine/part.jinja' %}\n"))
    package = run.package()
    assert package is not None
    assert run.draw(package) is not None
    (finding,) = run.diagnostics()
    assert finding.code == "unused-template"
    assert finding.help == "did you mean markdown/python_object.md.jinja?"


def specmill_config(folder: Path, template: str, text: str) -> Config:
    """Two classes, and a template of the user's own."""
    schemas = {name: {"type": "object", "properties": {"x": {"type": "string"}}} for name in ("A", "B")}
    (folder / "spec.json").write_text(json.dumps(openapi(schemas)))
    place = folder / "templates" / template
    place.parent.mkdir(parents=True)
    place.write_text(text)
    target = TargetConfig("docs", "markdown", folder / "docs")
    return Config(root=folder, spec=folder / "spec.json", targets=(target,), templates=folder / "templates")
