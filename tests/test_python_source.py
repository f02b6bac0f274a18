"""Text of a spec becomes Python source that says the same, and that black would have written."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import black
import black.mode
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.targets.python import layout
from specmill.targets.python.code import docstring, imports, json_node, literal, one_line
from specmill.targets.python.tree import Applied, Atom, Group, Node, Prefixed, alternatives, call, conditional

MODE = black.Mode(target_versions={black.mode.TargetVersion.PY311})


def blackened(source: str) -> str:
    return black.format_str(source, mode=MODE)


# ---- text -----------------------------------------------------------------------------------------------------------------------


LITERALS = {  # rule: a text, and what is written for it
    "nothing to escape": ("plain", '"plain"'),
    "the quotes of black": ('say "hi"', "'say \"hi\"'"),
    "quotes": ("it's", '"it\'s"'),
    "quotes of both kinds": ('"it\'s"', "'\"it\\'s\"'"),
    "backslashes": ("back\\slash\\", '"back\\\\slash\\\\"'),
    "CR and LF": ("a\nb\r\tc", '"a\\nb\\r\\tc"'),
    "NEL": ("a\x85", '"a\\x85"'),
    "U+2028 and U+2029": ("\u2028\u2029", '"\\u2028\\u2029"'),
    "NUL and other controls": ("\0\x1b\x7f", '"\\x00\\x1b\\x7f"'),
    "bidi controls": ("\u202eevil\u2066\u200f", '"\\u202eevil\\u2066\\u200f"'),
    "lone surrogates": ("\ud800", '"\\ud800"'),
    "what cannot be seen": ("\u200b\xad\U000e0001", '"\\u200b\\xad\\U000e0001"'),
    "letters of all scripts": ("日本 é 🎉", '"日本 é 🎉"'),
    "braces of f-strings and templates": ("{x} {{ x }} {% y %} ${z} %s", '"{x} {{ x }} {% y %} ${z} %s"'),
    "escapes that are none": ("\\N{BULLET} \\x41", '"\\\\N{BULLET} \\\\x41"'),
}


@pytest.mark.parametrize(("text", "source"), LITERALS.values(), ids=LITERALS)
def test_each_kind_of_character_has_its_escape(text: str, source: str) -> None:
    assert literal(text) == source
    assert ast.literal_eval(source) == text


@given(st.text(st.characters(exclude_categories=())))
@settings(max_examples=300, deadline=None)
def test_a_literal_means_its_text_and_suits_black(text: str) -> None:
    source = literal(text)
    assert ast.literal_eval(source) == text
    assert source.isprintable()
    assert blackened(f"x = {source}\n") in (f"x = {source}\n", f"x = (\n    {source}\n)\n")


DOCSTRINGS = {  # rule: a text, and what a reader of the docstring reads
    "one line": ("one line", "one line"),
    "a quote at the end": ('ends with "quotes"', 'ends with "quotes"'),
    "a quote at the start": ('"begins', '"begins'),
    "ends of docstrings": ('has """three""" quotes and four""""', 'has """three""" quotes and four""""'),
    "a backslash at the end": ("ends with a backslash \\", "ends with a backslash \\"),
    "a backslash before the end of a docstring": ('\\"""', '\\"""'),
    "escapes that are none": ("\\N{BULLET} \\x41 \\u0041", "\\N{BULLET} \\x41 \\u0041"),
    "blank lines and indentation around it": ("\n\n  first\n    second\n  third\n\n", "first\n  second\nthird"),
    "CR and LF": ("windows\r\nold mac\rend", "windows\nold mac\nend"),
    "NEL, U+2028 and NUL": ("a\x85b\u2028c\0d", "a\x85b\u2028c\0d"),
    "spaces at the ends of lines": ("trailing   \nspaces\t", "trailing\nspaces"),
    "prompts, which doctest would run": (">>> import os\n    >>> x", "> > > import os\n> > > x"),
    "PEP 263 cookies": ("# -*- coding: rot13 -*-\n# coding: utf-7", "# -*- coding: rot13 -*-\n# coding: utf-7"),
    "bidi controls": ("\u202egnirts", "\u202egnirts"),
    "lone surrogates": ("half \ud800", "half \ud800"),
    "tags and braces": ("<b>tags</b> {braces}", "<b>tags</b> {braces}"),
}


@pytest.mark.parametrize(("text", "said"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_a_docstring_says_what_the_description_says(text: str, said: str) -> None:
    source = "class C:\n" + "\n".join(docstring(text, 1)) + "\n"
    assert inspect.cleandoc(ast.get_docstring(ast.parse(source).body[0], clean=False) or "").strip(" ") == said  # type: ignore[arg-type]
    assert blackened(source) == source
    assert all(c.isprintable() or c == "\n" for c in source)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t"])
def test_a_description_that_says_nothing_is_no_docstring(text: str) -> None:
    assert docstring(text, 1) == ()


@given(st.text(st.one_of(st.sampled_from("\"\\\n\r\t >#'ab"), st.characters(exclude_categories=()))))
@settings(max_examples=400, deadline=None)
def test_a_docstring_stays_one_string_and_suits_black(text: str) -> None:
    for level in (0, 1):
        lines = docstring(text, level)
        source = ("class C:\n" if level else "") + ("\n".join(lines) or "    pass"[4 - 4 * level :]) + "\n"
        tree = ast.parse(source)
        assert len(tree.body) == 1
        assert blackened(source) == source
        attribute = "class C:\n    a: int\n" + "".join(f"{line}\n" for line in docstring(text, 1))
        assert blackened(attribute) == attribute


HEADINGS = {  # rule: a text, and what is written for it in the middle of a docstring
    "line ends of all kinds": ("a\nb\r\nc\x85d\u2028e", "a b c d e"),
    "ends of docstrings": ('a""" + b', "a\\'\\'\\' + b"),
    "a quote at the end": ('"a"', "'a'"),
    "a backslash at the end": ("a\\", "a"),
    "controls, bidi controls and lone surrogates": ("a\0b\u202ec\ud800", "a\\x00b\\u202ec\\ud800"),
    "PEP 263 cookies": ("-*- coding: utf-7 -*-", "-*- coding: utf-7 -*-"),
    "nothing": (" \n", "untitled"),
}


@pytest.mark.parametrize(("text", "written"), HEADINGS.values(), ids=HEADINGS)
def test_a_title_is_one_line_of_a_docstring(text: str, written: str) -> None:
    assert one_line(text) == written
    (module,) = ast.parse(f'"""{one_line(text)}, version {one_line(text)}."""\n'.encode()).body
    assert isinstance(module, ast.Expr)


@given(st.text(st.characters(exclude_categories=())))
def test_a_heading_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert ast.literal_eval(f'"""{line}, x"""') is not None


@pytest.mark.parametrize("value", [None, True, 1, -1, 2**70, 1.5, 1e22, 1e400, "x", [], {}, [1, [True]], {"a": {"b": None}}])
def test_a_json_value_is_written_as_python(value: Any) -> None:
    assert eval(str(json_node(value))) == value


def test_imports_are_sorted_as_isort_would() -> None:
    needs = [("typing", "Any"), ("__future__", "annotations"), (".models", "Pet"), (".", "_wire"), ("msgspec", ""), ("datetime", "date")]
    assert list(imports([*needs, (".models", "B"), (".models", "URL"), (".models", "a10"), (".models", "a9"), (".models", "Any_")])) == [
        "from __future__ import annotations",
        "",
        "from datetime import date",
        "from typing import Any",
        "",
        "import msgspec",
        "",
        "from . import _wire",
        "from .models import URL, Any_, B, Pet, a9, a10",
    ]


# ---- layout ---------------------------------------------------------------------------------------------------------------------

names = st.integers(1, 50).map(lambda n: "abcdefghij"[n % 10] * n)
long_names = st.integers(1, 90).map(lambda n: "abcdefghij"[n % 10] * n)
classes = st.one_of(names, long_names).map(str.title)


def annotation_of(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        inner.map(lambda item: Group("list[", (item,), "]")),
        inner.map(lambda item: Group("dict[", (Atom("str"), item), "]")),
        st.lists(names, min_size=1, max_size=5).map(lambda found: Group("Literal[", tuple(Atom(f'"{one}"') for one in found), "]")),
        st.lists(inner, min_size=2, max_size=4, unique_by=str).map(alternatives),
    )


def expressions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda name, found: call(name, *found), names, several),
        st.builds(lambda name, found: call(f"_wire.{name}", *found), names, several),
        several.map(lambda found: Group("[", tuple(found), "]")),
        several.map(lambda found: Group("{", tuple(Prefixed(f'"{i}": ', one) for i, one in enumerate(found)), "}")),
        several.map(lambda found: call("Pet", *(Prefixed(f"k{i}=", one) for i, one in enumerate(found)))),
    )


types: st.SearchStrategy[Node] = st.recursive(classes.map(Atom), annotation_of, max_leaves=8)
values = st.recursive(
    st.one_of(names.map(Atom), names.map(lambda n: Atom(f'"{n}"')), names.map(lambda n: Atom(f"wire.{n}"))), expressions, max_leaves=10
)


def checked(lines: Any, body: str = "") -> None:
    source = "\n".join(lines) + "\n" + body
    assert blackened(source) == source


@settings(max_examples=400, deadline=None)
@given(
    name=long_names,
    annotation=types,
    default=st.sampled_from([None, "None", "UNSET", '"x"', "Species.CAT", f"Species.{'CAT' * 22}", f"Species.{'CAT' * 30}"]),
)
def test_fields_are_wrapped_as_black_would(name: str, annotation: Node, default: str | None) -> None:
    checked(["class C:", *layout.field(name, annotation, None if default is None else Atom(default))])


@settings(max_examples=400, deadline=None)
@given(name=long_names, value=values)
def test_assignments_are_wrapped_as_black_would(name: str, value: Node) -> None:
    checked(["def f():", *layout.statement(f"model.{name} = ", value, level=1)])
    checked(["def f():", *layout.statement("return ", value, level=1)])


@settings(max_examples=200, deadline=None)
@given(name=long_names, function=long_names, default=names)
def test_conditions_are_wrapped_as_black_would(name: str, function: str, default: str) -> None:
    value = conditional(Atom(default), f"wire.{name} is _wire.NOT_SET", call(function, Atom(f"wire.{name}")))
    checked(["def f():", *layout.statement(f"model.{name} = ", value, level=1)])
    checked(["def f():", *layout.statement("", call("_set", Atom("model"), Atom(literal(name)), value), level=1)])


@settings(max_examples=200, deadline=None)
@given(name=long_names, annotation=types)
def test_aliases_are_wrapped_as_black_would(name: str, annotation: Node) -> None:
    checked(layout.field(name, Atom("TypeAlias"), annotation, 0))
    checked(layout.field(name, Atom("TypeAlias"), Group("Annotated[", (annotation, Atom(f'"{name}"')), "]"), 0))


@settings(deadline=None)
@given(name=long_names)
def test_calls_of_what_a_call_gives_are_wrapped_as_black_would(name: str) -> None:
    for function in (Group(f"{name}[", (Atom("type(wire)"),), "]"), call(f"{name}.get", Atom("type(wire)"), Atom("_codecs.same"))):
        checked(["def f():", *layout.statement("return ", Applied(function, Atom("wire")), level=1)])


@settings(max_examples=200, deadline=None)
@given(name=long_names, argument=names, result=long_names)
def test_heads_are_wrapped_as_black_would(name: str, argument: str, result: str) -> None:
    checked(layout.header(f"def {name}", (Atom(f"wire: {argument}"),), f" -> {result}:"), "    pass\n")
    renamed = Prefixed("rename=", Group("{", (Prefixed('"a": ', Atom(f'"{argument}"')), Prefixed('"b": ', Atom('"c"'))), "}"))
    checked(layout.header(f"class {name}", (Atom("Wire"), Atom("kw_only=True"), renamed), ":"), "    pass\n")


def test_an_integer_of_any_length_is_written_as_python() -> None:
    assert eval(str(json_node(-(10**5000)))) == -(10**5000)
