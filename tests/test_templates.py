"""A template places text; it never computes it: it only loops, chooses, includes and prints."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import cases
import jinja2
import pytest
from conftest import ROOT, openapi
from jinja2 import nodes
from msgspec import Struct

import specmill
from specmill import user_cache
from specmill.output import render
from specmill.output.engine import Engine, environment, function
from specmill.output.render import Renderer, Text
from specmill.output.templates import TemplateFault, templates_folder
from specmill.targets import Page
from specmill.targets.python.code import literal

FOLDER = ROOT / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.jinja"))
FILTERS = {"indent", "literal"}
VIEW = re.compile(r"\{# view: ([\w.]+)(?:, as (view\.\w+))? #\}$")  # a part may be about one attribute of the whole's view


def faults(source: str) -> list[str]:
    """What in a template is against the law."""
    tree = environment().parse(source)
    return [fault for node in tree.body for fault in _statement(node)] + _layout(source)


def _statement(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Output(nodes=parts):
            return [fault for part in parts for fault in _printed(part)]
        case nodes.For(target=nodes.Name(), iter=found, body=body, else_=[], test=None, recursive=False):
            return _attribute(found) + [fault for inner in body for fault in _statement(inner)]
        case nodes.If(test=test, body=body, elif_=[], else_=other):
            return _attribute(test) + [fault for inner in [*body, *other] for fault in _statement(inner)]
        case nodes.Include(template=nodes.Const(), with_context=True, ignore_missing=False):
            return []
    return [f"line {node.lineno}: {type(node).__name__}"]


def _printed(node: nodes.Node) -> list[str]:
    match node:
        case nodes.TemplateData():
            return []
        case nodes.Filter(node=nodes.Expr() as inner, name=name, args=args, kwargs=kwargs, dyn_args=None, dyn_kwargs=None) if (
            name in FILTERS
        ):
            plain = all(isinstance(a, nodes.Const) for a in args) and all(isinstance(k.value, nodes.Const) for k in kwargs)
            return _attribute(inner) if plain else [f"line {node.lineno}: a computed argument of {name}"]
    return _attribute(node)


def _attribute(node: nodes.Node) -> list[str]:
    """``a`` or ``a.b.c``."""
    match node:
        case nodes.Name(ctx="load"):
            return []
        case nodes.Getattr(node=inner):
            return _attribute(inner)
    return [f"line {node.lineno}: {type(node).__name__} where an attribute was expected"]


def _layout(source: str) -> list[str]:
    """Block tags stand alone at column 0, so that what is between them is drawn as it stands."""
    lines = enumerate(source.split("\n"), 1)
    return [
        f"line {n}: a block tag that is not alone at column 0"
        for n, line in lines
        if "{%" in line and not re.fullmatch(r"\{% [^%]* %\}", line)
    ]


def dotted(node: nodes.Node) -> str:
    """``a.b`` as text."""
    return f"{dotted(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else node.name if isinstance(node, nodes.Name) else "?"


def view_of(source: str) -> type | None:
    """The view that the first line names."""
    found = VIEW.match(source.split("\n", maxsplit=1)[0])
    if found is None or found[1] == "None":
        return None
    module, _, name = found[1].rpartition(".")
    view = getattr(importlib.import_module(module), name)
    assert isinstance(view, type)
    return view


def names(source: str) -> set[str]:
    """The variables that a template takes from outside."""
    return jinja2.meta.find_undeclared_variables(environment().parse(source))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) >= 5


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_only_loops_chooses_includes_and_prints(name: str) -> None:
    assert faults((FOLDER / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_its_view_and_asks_for_nothing_else(name: str) -> None:
    source = (FOLDER / name).read_text("utf-8")
    asked = names(source)
    if VIEW.match(source.split("\n")[0]) is None:
        assert not asked, "only a part that takes nothing need not name a view"
        return
    assert asked <= {"view"}
    view = view_of(source)
    if view is None:
        assert not asked
        return
    assert issubclass(view, Struct)
    assert view.__struct_config__.frozen
    tree = environment().parse(source)
    found = VIEW.match(source.split("\n")[0])
    subject = (found and found[2]) or "view"
    wanted = {g.attr for g in tree.find_all(nodes.Getattr) if dotted(g.node) == subject}
    assert wanted <= set(view.__struct_fields__) | {n for n in dir(view) if isinstance(getattr(view, n, None), property)}


@pytest.mark.parametrize(
    "source",
    [
        "{% set a = 1 %}", "{% macro m() %}\n{% endmacro %}", "{{ a + 1 }}", "{{ a ~ b }}", "{{ f() }}", "{{ a.b() }}", "{{ a[0] }}", "{{ a | upper }}",
        "{{ 'text' }}", "{% if a == b %}\n{% endif %}", "{% if not a %}\n{% endif %}", "{% if a and b %}\n{% endif %}", "{% if a %}\n{% elif b %}\n{% endif %}",
        "{% for x in a if x %}\n{% endfor %}", "{% for x, y in a %}\n{% endfor %}", "{% for x in a | sort %}\n{% endfor %}", "{{ a if b else c }}",
        "{% extends 'x' %}", "{% import 'x' as x %}", "{% include a %}", "{% include 'x' ignore missing %}", "{{ a is none }}", "{{ a | indent(b) }}",
        "  {% if a %}\n{% endif %}", "{% if a -%}\n{% endif %}", "x {% if a %}\n{% endif %}", "{% filter indent %}\n{% endfilter %}", "{% with %}\n{% endwith %}",
    ],
)  # fmt: skip
def test_the_law_is_enforced(source: str) -> None:
    assert faults(source)


def test_the_law_allows_what_it_should() -> None:
    source = "{% for a in view.items %}\n{% if a.b %}\n{{ a.c | indent(4) }}{{ a.d.e | literal }}{{ a }}\n{% else %}\n{% include 'x' %}\n{% endif %}\n{% endfor %}\n"
    assert faults(source) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        'a "quoted" word',
        "it's",
        "\"'",
        "\\",
        "\n\r\t",
        "\x00\x1b\x7f\x85",
        "\u202e\u2028\ufeff",
        "😀é",
        "\ud800",
        "{{ x }}",
        '"""',
    ],
)
def test_literal_is_the_text_in_blacks_quotes_and_printable(text: str) -> None:
    import ast

    import black

    source = literal(text)
    assert ast.literal_eval(source) == text
    assert source.isprintable()
    assert black.format_str(f"x = {source}\n", mode=black.Mode()) == f"x = {source}\n"


class View(Struct, frozen=True):
    title: str


def test_a_template_of_the_users_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python/mine.py.jinja").write_text("x = '{{ view.title }}'\n")
    (tmp_path / "outer.jinja").write_text("{% include 'python/mine.py.jinja' %}\n")
    renderer = Renderer(tmp_path)
    file = renderer.render(Page("mine.py", "python/mine.py.jinja", View("<&>")))
    assert (file.text, file.custom) == ("x = '<&>'\n", True)
    engine = Engine(tmp_path)
    assert engine.uses_custom("outer.jinja")
    for name in TEMPLATES:
        assert not engine.uses_custom(name)
        assert not Engine().uses_custom(name)


def test_our_templates_as_functions_draw_what_jinja2_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = set()
    engine = Engine()

    def by_both(self: Renderer, page: Page) -> Text:
        del self
        if page.template is None:
            return Text(page.path, [str(page.view)])
        drawn.add(page.template)
        pieces = [*render._include(page.template, page.view)]
        assert "".join(pieces) == engine.draw(page.template, page.view)
        return Text(page.path, pieces)

    monkeypatch.setattr(Renderer, "render", by_both)
    for name in cases.NAMES:
        cases.outcome.__wrapped__(name)
    included = {inner for name in TEMPLATES for inner in re.findall('{% include "(.*?)" %}', (FOLDER / name).read_text("utf-8"))}
    assert set(TEMPLATES) - included - drawn <= {"markdown/list.md.jinja", "markdown/typescript_rfcdate.md.jinja"}


def test_every_statement_of_a_template_becomes_one_of_a_function() -> None:
    source = (
        "{# view: x #}\n{% for a in view %}\n'{\\{{ a.real }}}\"\n{% if a.imag %}\nyes\n{% else %}\nno\n{% endif %}\n{% endfor %}\n\nend"
    )
    names: dict[str, Any] = {}
    exec(function(source), names)
    assert (
        "".join(names["draw"]([1, 2j], None))
        == environment().from_string(source).render(view=[1, 2j])
        == "'{\\1}\"\nno\n'{\\0.0}\"\nyes\n\nend"
    )
    with pytest.raises(TypeError):
        function("{% set a = 1 %}")


@pytest.mark.parametrize("junk", [b"", b"junk", b"N", b"i\0\0\0\0"])
def test_what_is_kept_of_a_template_is_used_only_where_it_is_whole_and_its_own(
    junk: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_cache, "folder", lambda: str(tmp_path))
    render._function.cache_clear()
    page = Page("late", "python/_errors.py.jinja", None)
    first = Renderer().render(page).text
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    whole = kept.read_bytes()
    kept.write_bytes(junk)
    render._function.cache_clear()
    assert Renderer().render(page).text == first
    assert kept.read_bytes() == whole
    render._function.cache_clear()


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("a\n{{ view.titel }}\n", 2, "has no attribute 'titel'"),
        ("a\n\n{% iff %}\n", 3, "unknown tag"),
        ("a\n{% include 'x' %}\n", 2, "no template 'x'"),
        ("{{ view.title.nothing() }}\n", 1, "has no attribute 'nothing'"),
        ("\n{{ 1 / 0 }}\n", 2, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_template_that_does_not_fit_says_where(source: str, line: int, reason: str, tmp_path: Path) -> None:
    (tmp_path / "mine.jinja").write_text(source)
    with pytest.raises(TemplateFault) as caught:
        Renderer(tmp_path).render(Page("mine", "mine.jinja", View("")))
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert caught.value.template.endswith("mine.jinja")


def test_the_templates_are_found_in_a_checkout() -> None:
    assert templates_folder() == FOLDER


def test_the_worked_example_of_the_docs_does_what_it_says(tmp_path: Path) -> None:
    import yaml
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse((ROOT / "docs/templates.md").read_text("utf-8"))
    blocks = {token.info: token.content for token in tokens if token.type == "fence" and token.info}
    place = tmp_path / "markdown/python_enum.md.jinja"
    place.parent.mkdir()
    place.write_text(blocks["jinja"])
    spec = openapi(yaml.safe_load(blocks["yaml"]))
    made = specmill.render(spec, {"docs": {"kind": "markdown"}}, templates=str(tmp_path))
    assert made["docs/models/mood.md"] == blocks["markdown"]
    place.write_text(blocks["jinja"].replace("view.values.rows", "view.rows"))
    with pytest.raises(specmill.SpecError) as caught:
        specmill.render(spec, {"docs": {"kind": "markdown"}}, templates=str(tmp_path))
    said = next(token.content for token in tokens if token.type == "fence" and "template-error" in token.content)
    assert str(caught.value) == said.rstrip().replace("docs/templates/", f"{tmp_path}/")


def test_the_docs_list_every_template_of_a_page() -> None:
    listed = set(re.findall(r"`(markdown/[\w.]+)`", (ROOT / "docs/templates.md").read_text("utf-8")))
    fixed = {"markdown/typescript_rfcdate.md.jinja"}  # always the same text
    assert listed | fixed == {name for name in TEMPLATES if name.startswith("markdown/")}
