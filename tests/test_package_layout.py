"""A module for each schema: nothing is imported before it is used, files keep their names, and an edit changes only what it concerns."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import black
import pytest
from conftest import openapi

import specmill

SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Zoo", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}}}},
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "owner": {"$ref": "#/components/schemas/Owner"},
                    "species": {"$ref": "#/components/schemas/Species", "default": "cat"},
                    "collar": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}},
                },
            },
            "Owner": {
                "type": "object",
                "properties": {"pets": {"$ref": "#/components/schemas/Pets"}, "first": {"$ref": "#/components/schemas/Pet", "default": {"name": "x"}}},
            },
            "Species": {"type": "string", "enum": ["cat", "dog"]},
            "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            "Being": {"oneOf": [{"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Person"}]},
            "Person": {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}, "friend": {"$ref": "#/components/schemas/Being"}}},
            "Cat": {"$ref": "#/components/schemas/Pet"},
        }
    },
}  # fmt: skip


def files(spec: dict[str, Any]) -> dict[str, str]:
    return specmill.render(spec, {"zoo": {"kind": "python", "layout": "package"}})


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path.removeprefix("zoo/") for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package can be imported."""
    folder = tmp_path_factory.mktemp("zoo")
    for path, text in files(SPEC).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def run(folder: Path, code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_importing_the_package_imports_nothing_of_it(folder: Path) -> None:
    loaded = run(folder, "import sys, zoo; print(*sys.modules)").split()
    assert [name for name in loaded if name.startswith("zoo")] == ["zoo"]
    assert not {"msgspec", "dataclasses", "typing"} & set(loaded)


def test_a_name_imports_its_module_alone(folder: Path) -> None:
    loaded = run(folder, "import sys, zoo; zoo.Person; print(*sys.modules)").split()
    assert [name for name in loaded if name.startswith("zoo.models.")] == ["zoo.models.person"]
    assert "msgspec" not in loaded


def test_all_names_are_there(folder: Path) -> None:
    run(folder, "import zoo; assert set(zoo.__all__) <= set(dir(zoo)); from zoo import *; Pet(name='x');  Being")
    run(folder, "import importlib, zoo; one = zoo.Pet; importlib.reload(zoo); assert zoo.Pet is one and zoo.PetCollar")
    run(folder, "import pickle, zoo; pet = zoo.Owner().first; assert pickle.loads(pickle.dumps(pet)) == pet == zoo.Pet(name='x')")
    with pytest.raises(subprocess.CalledProcessError, match="returned non-zero"):
        run(folder, "import zoo; zoo.Typo")


def test_annotations_can_be_evaluated_when_all_names_are_given(folder: Path) -> None:
    names = "{name: getattr(zoo, name) for name in zoo.__all__}"
    run(folder, f"import typing, zoo; assert typing.get_type_hints(zoo.Person, localns={names})['email'] is str")


def test_threads_may_import_at_once(folder: Path) -> None:
    run(
        folder,
        """
import sys, threading, zoo
sys.setswitchinterval(1e-6)
texts = {"Person": '{"email": "x", "friend": {"name": "y"}}', "Owner": '{"pets": [{"name": "y"}]}', "Pet": '{"name": "x", "owner": {}}',
         "Being": '{"email": "x", "friend": {"email": "y"}}', "Pets": '[{"name": "x"}]'}
start, failed = threading.Barrier(20), []
def use(name):
    start.wait()
    try:
        zoo.encode(zoo.decode(texts[name], getattr(zoo, name)))
    except BaseException as error:
        failed.append(repr(error))
threads = [threading.Thread(target=use, args=(name,)) for name in [*texts] * 4]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed
""",
    )


def test_a_new_schema_changes_no_file_but_the_list_of_names() -> None:
    more = copy.deepcopy(SPEC)
    more["components"]["schemas"] = {"Aardvark": {"type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Pet"}}}} | more[
        "components"
    ]["schemas"]
    before, after = files(SPEC), files(more)
    assert changed(before, after) == {"__init__.py", "models/aardvark.py", "serializers/aardvark.py"}
    old, new = (text["zoo/__init__.py"].splitlines() for text in (before, after))
    assert [line for line in new if "ardvark" not in line] == old


def test_an_edit_changes_the_files_of_its_schema() -> None:
    more = copy.deepcopy(SPEC)
    more["components"]["schemas"]["Person"]["properties"]["age"] = {"type": "integer"}
    assert changed(files(SPEC), files(more)) == {"models/person.py", "serializers/person.py", "_checks/person.py"}


@pytest.mark.parametrize(
    "name", ["class", "con", "json", "typing", "dataclasses", "models", "_codecs", "__init__", "日本", "a" * 300, "3d", "..", "x/y"]
)
def test_any_name_is_the_name_of_a_module(name: str) -> None:
    spec = {
        "$defs": {name: {"type": "object", "properties": {"other": {"$ref": "#/$defs/Other"}}}, "Other": {"type": "integer", "minimum": 3}}
    }
    models = specmill.compile_models(spec, layout="package")
    (cls,) = (
        getattr(models, one)
        for one in models.__all__
        if getattr(getattr(models, one), "__module__", "").rpartition(".")[0].endswith(".models")
    )
    assert cls.from_json('{"other": 3}').to_dict() == {"other": 3}
    with pytest.raises(models.DecodeError):
        cls.from_json('{"other": 2}')


def test_modules_differ_by_more_than_case() -> None:
    names = ["Pet", "pet", "PET", "listPets", "ListPets", "HTTPServer", "HttpServer"]
    spec = copy.deepcopy(SPEC)
    spec["components"]["schemas"] |= {name: {"type": "object", "properties": {"x": {"type": "string"}}} for name in names}
    paths = [path for path in files(spec) if path.startswith("zoo/models/")]
    assert len({path.casefold() for path in paths}) == len(paths) >= len(names)


def test_a_schema_with_too_much_in_it_is_split_further() -> None:
    properties = {f"p{i}": {"type": "object", "properties": {"x": {"type": "string", "not": {"const": "y"}}}} for i in range(120)}
    spec = {"type": "object", "properties": properties}
    models = specmill.compile_models(spec, layout="package", root="Large")
    made = specmill.render(spec, {"large": {"kind": "python", "layout": "package"}}, root="Large")
    assert max(len(text.splitlines()) for path, text in made.items() if path.split("/")[1] in ("models", "serializers", "_checks")) < 1000
    assert models.Large.from_json('{"p7": {"x": "z"}}').p7.x == "z"
    with pytest.raises(models.DecodeError):
        models.Large.from_json('{"p7": {"x": "y"}}')


def test_every_module_can_be_parsed_and_says_what_it_is() -> None:
    for path, text in files(SPEC).items():
        if path.endswith(".py"):
            assert ast.get_docstring(ast.parse(text)), path
    assert json.loads(json.dumps(sorted(files(SPEC)))) == sorted(files(SPEC))


def test_a_lone_alternative_that_others_tell_apart_by_its_tag() -> None:
    kinds = {
        name: {"type": "object", "required": ["kind"], "properties": {"kind": {"const": name}}, "x-specmill-name": name.title()}
        for name in ("cat", "dog")
    }
    one, other = ({"$ref": f"#/$defs/{name}"} for name in kinds)
    spec = {"$defs": {**kinds, "Pet": {"oneOf": [one, other]}, "Lone": {"oneOf": [one]}}}
    made = specmill.render(spec, {"zoo": {"kind": "python", "layout": "package"}})
    lone = made["zoo/serializers/lone.py"]
    assert "import _codecs, _wire\n" in lone
    assert black.format_str(lone, mode=black.Mode()) == lone


def test_a_class_that_two_defaults_need_is_imported_once() -> None:
    size = {"$ref": "#/components/schemas/Size"}
    shirt = {"size": {**size, "default": "m"}, "others": {"type": "array", "items": size, "default": ["l"]}}
    schemas = {"Size": {"type": "string", "enum": ["m", "l"]}, "Shirt": {"type": "object", "properties": shirt}}
    models = specmill.compile_models(openapi(schemas), layout="package")
    assert models.decode("{}", models.Shirt) == models.Shirt(size=models.Size.M, others=[models.Size.L])


def test_the_files_have_names_that_every_tool_takes() -> None:
    names = ["größe", "Größe", "Straße", "STRASSE", "名前", "宠物"]
    made = files({"$defs": {name: {"type": "object", "properties": {"a": {"type": "string"}}} for name in names}})
    stems = {path.rpartition("/")[2] for path in made if path.startswith("zoo/models/")}
    assert all(stem.isascii() and stem.islower() for stem in stems)
    assert len(stems) == len(names) + 2, "those of the root and of the package as well"
