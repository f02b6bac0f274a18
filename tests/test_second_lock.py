"""Behind the escaping stands a second lock: what is no module of ours is never written, whatever went wrong before."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path

import pytest
from cases import NAMES, outcome
from conftest import ROOT

from specmill import cli, library
from specmill.output.templates import fixed_texts
from specmill.targets.python import code, models, second_lock
from specmill.targets.python.formats import FORMATS
from specmill.targets.python.second_lock import ShapeFault, kind_of

MODULE = (ROOT / "generated/python/session_model/models.py").read_text("utf-8")
SERIALIZERS = (ROOT / "generated/python/session_model/serializers.py").read_text("utf-8")


def check(path: str, text: str) -> None:
    second_lock.check(path, [text.encode()])


def held(path: str, text: str) -> None:
    second_lock.check(path, [text.encode()], fixed_texts(f"python/{kind_of(path)}.py.jinja"))


@pytest.mark.parametrize("name", NAMES)
def test_every_module_of_the_cases_is_ours(name: str) -> None:
    for package in outcome(name).packages.values():
        for path, text in package.items():
            if path.endswith(".py"):
                held(path, text)


@pytest.mark.parametrize("schema", [
    {"properties": {"a": {"type": "string", "format": "byte", "default": "AAH/"}}},
    {"properties": {"a": {"type": "string", "format": "uuid", "default": "c56a4180-65aa-42ec-a945-5fd21dec0538"}}},
    {"properties": {"a": {"type": "string", "format": "decimal", "default": "1.50"}}},
    {"properties": {"a": {"type": "string", "format": "time", "default": "12:00:00Z"}}},
    {"properties": {"a": {"type": "number", "default": -1.5e300}, "b": {"type": "integer", "default": 10**4250}}},
    {"properties": {"İ": {"type": "string"}, "क्ष": {"type": "string"}, "ﬁ": {"type": "string"}, "·": {"type": "string"}}},
    {"properties": {"a": False, "type": True, "import": {}, "open": {"enum": [None, 1, [{}]]}}},
    {"enum": []},
    {"properties": {"a": {"contains": {"minimum": 1}}, "b": {"contains": {"minimum": 1}, "maxContains": 2}}},
    {"properties": {"a": {"contains": {"minimum": 1}, "unevaluatedItems": {"type": "string"}}}, "unevaluatedProperties": False},
    {"patternProperties": {"\\\\'\"": {"pattern": "[\"']"}}},
])  # fmt: skip
def test_what_is_rare_is_ours_too(schema: dict[str, object]) -> None:
    library.compile_models({"$defs": {"A": {"type": "object"} | schema}})


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_checks_a_format_is_ours(name: str) -> None:
    library.compile_models({"type": "string", "format": name}, formats="assert")


INTO_A_MODULE = [
    "import os",
    "from os import system",
    "from subprocess import *",
    "from typing import Any; import os",
    "open('pwned', 'w')",
    "X = open('pwned')",
    "X = __import__('os').system('id')",
    "X = eval",
    "X: Any = Any.__class__",
    'X: Any = f"{Any}"',
    "X = [exit() for _ in (1,)]",
    "X = (lambda: quit())()",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING: open('pwned')",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    open('pwned')",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os",
    "for _ in (): pass",
    "del Model",
    "global Model",
    "async def x(): ...",
    "def x(y=open('pwned')): pass",
    "def x(y: open('pwned')): pass",
    "@print\nclass X: pass",
    "class X(metaclass=print): pass",
    "class X(print('pwned')):\n    pass",
    "class X(Model): y = open('pwned')",
    "assert exit()",
    "with open('pwned'): pass",
    "ｏｐｅｎ('pwned')",
    "X = 1; open('pwned')",
    "X = 1\\\n; open('pwned')",
    "X = 1\x0copen('pwned')",
    "X: Any = Any\u3000",
    "X:\xa0Any = Any",
    "getattr(Model, 'x')()",
    "X = Model.__subclasses__()",
    "X = {**globals()}",
    "match Model:\n    case _: open('pwned')",
    "try:\n    pass\nfinally:\n    exit()",
    "type X = open('pwned')",
    "class CreateSessionBilling:\n    pass",
    "CreateSessionBilling = Model",
]
INTO_A_CLASS = [
    "x = open('pwned')",
    "x: str = exit()",
    "open('pwned')",
    "import os",
    "def x(self): exit()",
    "if 1: exit()",
    "@print",
    "x: exit()",
]
INTO_A_FUNCTION = [
    "open('pwned')",
    "import os",
    "from os import system",
    "exit()",
    "wire.x.__class__.__base__()",
    "yield 1",
    "global _new",
    "def f(): pass",
]


@pytest.mark.parametrize("text", [
    MODULE,
    SERIALIZERS,
    f'"""a\nb\n\'\'\'\n# c\n"""\nx = """\ny\n"""\n{SERIALIZERS}\n"""{MODULE[3:]}',
    'x = ""\n""""""\n"\\""\n# "\ny = "\\\\"\n',
])  # fmt: skip
def test_a_text_is_taken_apart_in_parts_of_any_size(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = text.encode()
    whole = re.sub(second_lock._TEXT, second_lock._BLANK, text)
    for size in (1, 30, len(content) // 2, len(content)):
        monkeypatch.setattr(second_lock, "_MANY", size)
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        texts = [*second_lock._without_literals(parts, "x.py")]
        assert "".join(texts) == whole
        assert not any(text.startswith(second_lock._INNER) for text in texts)
        with pytest.raises(ShapeFault, match="not closed"):
            list(second_lock._without_literals([*parts, b'\nx = """\ny\n'], "x.py"))


@pytest.mark.parametrize("statement", INTO_A_MODULE)
def test_statements_are_judged_in_parts_of_any_size(statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_lock, "_judged", [second_lock._Judged()])
    monkeypatch.setattr(second_lock, "_MANY", 1)
    parts = MODULE.encode().splitlines(keepends=True)
    second_lock.check("models.py", parts)
    with pytest.raises(ShapeFault):
        second_lock.check("models.py", [*parts, f"{statement}\n".encode()])


@pytest.mark.parametrize("statement", INTO_A_MODULE)
def test_a_foreign_statement_in_a_module_is_found(statement: str) -> None:
    first, rest = MODULE.split("\n\n\n", maxsplit=1)
    for text in (f"{first}\n\n\n{statement}\n\n\n{rest}", f"{MODULE}\n{statement}\n", f"{statement}\n{MODULE}"):
        with pytest.raises(ShapeFault):
            check("models.py", text)


@pytest.mark.parametrize("statement", INTO_A_CLASS)
def test_a_foreign_statement_in_a_class_is_found(statement: str) -> None:
    at = MODULE.index("    id: str")
    with pytest.raises(ShapeFault):
        check("models.py", f"{MODULE[:at]}    {statement}\n{MODULE[at:]}")


@pytest.mark.parametrize("statement", INTO_A_FUNCTION)
def test_a_foreign_statement_in_a_function_is_found(statement: str) -> None:
    at = SERIALIZERS.index("    model = _new(")
    with pytest.raises(ShapeFault):
        check("serializers.py", f"{SERIALIZERS[:at]}    {statement}\n{SERIALIZERS[at:]}")


@pytest.mark.parametrize(
    "statement", ["X = '\"'; open('pwned') # \"", "X = 'a'; open('pwned')", "X = \"'\"; open('pwned')", "# \"\nopen('pwned') # \""]
)
def test_nothing_hides_between_quotes_of_two_kinds_or_behind_a_comment(statement: str) -> None:
    with pytest.raises(ShapeFault):
        check("models.py", f"{MODULE}\n{statement}\n")


@pytest.mark.parametrize("number", ["1or Model", "0x1for", "1_0"])
def test_nothing_hides_behind_a_number(number: str) -> None:
    with pytest.raises(ShapeFault):
        check("models.py", f"{MODULE}\nX = {number}\n")


@pytest.mark.parametrize("first", ["# coding: rot13", "\n# coding: rot13", " # vim: set fileencoding=utf-7 :"])
def test_no_comment_may_name_an_encoding(first: str) -> None:
    with pytest.raises(ShapeFault):
        check("models.py", f"{first}\n{MODULE}")


@pytest.mark.parametrize("path", ["_wire.py", "_exact.py", "_codecs.py", "_model.py", "_errors.py"])
def test_what_is_always_the_same_must_be_the_same(path: str) -> None:
    text = (ROOT / "generated/python/session_model" / path).read_text("utf-8")
    held(path, text)
    with pytest.raises(ShapeFault):
        held(path, text.replace("\n\n\n", "\n\n\nprint()\n\n\n", 1))


def called(tree: ast.AST) -> set[str]:
    """What a module calls, decorates with, and imports."""
    found = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    return found


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@pytest.mark.parametrize("seed", range(4))
def test_what_the_lock_lets_through_calls_nothing_that_is_not_defined_there(seed: int) -> None:
    """Characters that end or begin literals, put in and taken out at random, in a text full of code that waits in literals."""
    dice = random.Random(seed)
    waits = "\"); open('pwned'); (\"\n'); open('pwned')\n'''\nopen('pwned')\n\"\"\"\nopen('pwned')\n# coding: x\n\topen('pwned')"
    description = f"{waits}\\"
    schema = {"type": "object", "description": description, "properties": {
        waits: {"type": "string", "enum": [waits, "'", '"'], "description": description},
        "b": {"type": "string", "default": waits, "pattern": "\\d\"'"},
    }}  # fmt: skip
    files = library.render({"$defs": {"A": schema}}, ["python"])
    text = files["python/models.py"]
    known = called(ast.parse(text))
    let_through = 0
    for _ in range(500):
        mutant = text
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(mutant))
            mutant = (
                mutant[:at] + dice.choice(["", '"', "'", '"""', "\\", "\n", "\r", "#", "(", ")", ";"]) + mutant[at + dice.randint(0, 1) :]
            )
        try:
            check("models.py", mutant)
            tree = ast.parse(mutant)
        except (ShapeFault, SyntaxError, ValueError):
            continue
        assert called(tree) <= known
        let_through += 1
    assert let_through > 20


def test_a_hole_in_the_escaping_ends_the_run_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Were a rule of the escaping forgotten, this is what a user would see."""
    monkeypatch.chdir(tmp_path)
    spec = {
        "$defs": {
            "A": {"type": "string", "enum": ['"; open("pwned"); "']},
            "B": {"type": "string", "description": '"""\nopen("pwned")\n"""'},
        }
    }
    Path("spec.json").write_text(json.dumps(spec))
    arguments = ["generate", "--spec", "spec.json", "--target", "python=out", "--target", "markdown=docs"]
    assert cli.main(arguments) == 0
    for file in Path("out").iterdir():
        file.unlink()
    monkeypatch.setattr(models, "literal", lambda text: f'"{text}"')
    assert cli.main(arguments) == 70
    assert "this is a bug in specmill, not in your spec" in capsys.readouterr().err
    assert not Path("out").exists() or not list(Path("out").iterdir())
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(code, "_prose_line", str.rstrip)
    assert cli.main(arguments) == 70
    assert not Path("out").exists() or not list(Path("out").iterdir())
    with pytest.raises(ShapeFault):
        library.compile_models(spec)


@pytest.mark.parametrize(
    "item", ["X: open('pwned')", "X: _codecs.Codec(\n            X,\n            exit(),\n        )", "X: Y}, open({}", "*open({})"]
)
def test_a_foreign_item_is_found_in_a_long_statement(item: str) -> None:
    known = ["X: _codecs.Codec(X)", "X: _codecs.Codec(\n            X,\n            load_x,\n        )"] * 200
    text = '"""A."""\n\nfrom . import _codecs\nfrom .models import X\n\n\ndef load_x(wire: X) -> X:\n    return wire\n\n\n'
    for items in (known, [*known, item], [known[0], item, *known]):
        whole = f"{text}_codecs.register(\n    {{\n{''.join(f'        {one},{chr(10)}' for one in items)}    }}\n)\n"
        if items is known:
            check("serializers.py", whole)
        else:
            with pytest.raises(ShapeFault):
                check("serializers.py", whole)
