"""The Python pages: valid Markdown whose links lead somewhere, and examples that run against the package that they describe."""

from __future__ import annotations

import copy
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import CORPORA, openapi
from markdown_it import MarkdownIt
from test_markdown_escape import faults, walk

import specmill
from specmill import imported
from specmill.diagnostics import SpecError

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shelter", "version": "2", "description": "All about *pets*."},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "summary": "All pets",
                "parameters": [
                    {"name": "page-size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}}
                ],
                "responses": {
                    "200": {
                        "description": "Pets",
                        "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
                    },
                    "404": {"description": "None", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Trouble"}}}},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "description": "An animal.\n\n- has a name",
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
                },
            },
            "Cat": {
                "type": "object",
                "required": ["kind", "name", "mood", "code", "born"],
                "properties": {
                    "kind": {"const": "cat"},
                    "name": {"type": "string", "minLength": 2, "maxLength": 8, "description": "What it is | was called"},
                    "mood": {"$ref": "#/components/schemas/Mood"},
                    "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
                    "born": {"type": "string", "format": "date-time", "description": "When it was born"},
                    "home-page": {"type": "string", "format": "uri"},
                    "lives": {"type": "integer", "default": 9, "maximum": 9, "exclusiveMinimum": 0, "description": "How many are left"},
                    "owner": {"type": ["string", "null"], "deprecated": True},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}, "uniqueItems": True},
                },
                "additionalProperties": False,
            },
            "Dog": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": "dog"}, "tags": {"$ref": "#/components/schemas/Tags"}, "size": {"type": "number"}},
                "additionalProperties": {"type": "integer"},
                "example": {"kind": "dog", "size": 1.5, "age": 3},
            },
            "Mood": {
                "type": "string",
                "enum": ["calm", "wild"],
                "x-enum-descriptions": ["Sleeps", "Does not"],
                "description": "How it feels",
            },
            "Tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
            "Trouble": {"type": "object", "deprecated": True, "properties": {"text": {"type": "string", "examples": ["gone"]}}},
        }
    },
}


def files(spec: Any, **config: Any) -> dict[str, dict[str, str]]:
    """Target → path → text."""
    made: dict[str, dict[str, str]] = {"python": {}, "docs": {}}
    targets: dict[str, dict[str, Any]] = {"python": {}, "docs": {"kind": "markdown", "package": "described"}}
    for path, text in specmill.render(spec, targets, **config).items():
        target, _, rest = path.partition("/")
        made[target][rest] = text
    return made


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, str]]:
    return files(SPEC)


@pytest.fixture(scope="module")
def pages(made: dict[str, dict[str, str]]) -> dict[str, str]:
    return made["docs"]


def scripts(page: str) -> list[str]:
    return [token.content for token in MARKDOWN.parse(page) if token.type == "fence" and token.info == "python"]


def run_all(made: dict[str, dict[str, str]], name: str) -> int:
    """Run every example against the generated package, which is imported under a name of its own; how many there were."""
    imported.package(name, made["python"])
    count = 0
    for path, page in made["docs"].items():
        for script in scripts(page):
            count += 1
            exec(compile(script.replace("from described import", f"from {name} import"), path, "exec"), {})
    return count


def test_there_is_a_page_for_every_class(pages: dict[str, str]) -> None:
    names = ["cat", "dog", "listpetsrequest", "mood", "pet", "tags", "trouble"]
    assert sorted(pages) == ["index.md", *(f"models/{name}.md" for name in names)]


def test_every_example_runs(made: dict[str, dict[str, str]]) -> None:
    assert run_all(made, "described_shelter") == 8  # one a page, two for the union


def test_an_example_of_the_spec_is_used_where_it_is_valid(pages: dict[str, str]) -> None:
    assert 'dog = Dog(kind="dog", size=1.5, additional_properties={"age": 3})' in pages["models/dog.md"]


TWINS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Twins", "version": "1"},
    "components": {
        "schemas": {
            "Elder": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Younger": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Third": {"type": "object", "properties": {"name": {"type": "string"}, "kind": {"type": "string"}}},
            "Twin": {
                "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Elder", "Younger", "Third")],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {name.lower(): f"#/components/schemas/{name}" for name in ("Elder", "Younger", "Third")},
                },
                "examples": [{"kind": "younger", "name": "Esau"}],
            },
            "House": {"type": "object", "required": ["twin"], "properties": {"twin": {"$ref": "#/components/schemas/Twin"}}},
            "Meeting": {
                "type": "object",
                "properties": {"at": {"type": "string", "format": "date-time", "enum": ["now"]}},
                "required": ["at"],
            },
        }
    },
}


def test_an_example_survives_even_where_its_class_does_not_keep_the_tag_or_no_value_is_valid() -> None:
    made = files(TWINS)
    assert run_all(made, "described_twins") == 7  # Elder, Younger, Third, two of Twin, House, the enum
    examples = made["docs"]["models/twin.md"].partition("## Examples")[2]
    assert re.findall("^### .*", examples, re.MULTILINE) == ["### `Elder`", "### `Third`"]
    assert 'Third(name="name", kind="third")' in examples
    assert "There is none" in made["docs"]["models/meeting.md"]


def broken_links(pages: Mapping[str, str], chosen: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """The links of the pages, or of the chosen ones, to others of them that lead nowhere."""
    broken = []
    for path in pages if chosen is None else chosen:
        for token in walk(MARKDOWN.parse(pages[path])):
            target = str(token.attrGet("href") or "")
            if token.type == "link_open" and not re.match("[a-z]+:", target):
                name, _, anchor = unquote(target).partition("#")
                there = posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if name else path
                if there not in pages or (anchor and f'<a id="{anchor}"></a>' not in pages[there]):
                    broken.append((path, target))
    return broken


def test_links_and_their_anchors_resolve(pages: dict[str, str]) -> None:
    assert broken_links(pages) == []
    assert broken_links(pages | {"new.md": "[a](models/cat.md#field-nothing) [b](gone.md)"}) == [
        ("new.md", "models/cat.md#field-nothing"), ("new.md", "gone.md"),
    ]  # fmt: skip


def test_every_row_of_a_table_has_as_many_cells_as_its_head(pages: dict[str, str]) -> None:
    for page in pages.values():
        counts: list[int] = []
        for token in MARKDOWN.parse(page):
            if token.type == "table_open":
                counts = []
            elif token.type == "tr_open":
                counts.append(0)
            elif token.type in ("td_open", "th_open"):
                counts[-1] += 1
            elif token.type == "table_close":
                assert len(set(counts)) == 1
        bars = {len(re.sub(r"\\.", "", line).split("|")) for line in page.split("\n") if line.startswith("| <a id")}
        assert len(bars) <= 1


def table(page: str) -> dict[str, dict[str, str]]:
    """First cell without its anchor → column → cell."""
    lines = [line.strip("|").split(" | ") for line in page.split("\n") if line.startswith("| ")]
    head = [cell.strip() for cell in lines[0]]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", "|".join(line))] for line in lines[2:]]
    return {re.sub("<a[^>]*></a>", "", row[0]): dict(zip(head, row, strict=True)) for row in rows}


def test_a_column_is_there_only_where_some_row_fills_it(pages: dict[str, str]) -> None:
    heads = {path: next(line for line in page.split("\n") if line.startswith("| ")) for path, page in pages.items() if "| Type |" in page}
    assert heads["models/cat.md"] == "| Field | Type | Required | Default | Constraints | JSON name | Description |"
    assert heads["models/trouble.md"] == "| Field | Type | Required | Description | Example |"


def test_a_row_tells_everything(pages: dict[str, str]) -> None:
    rows = table(pages["models/cat.md"])
    assert rows["`name`"]["Constraints"] == "2 to 8 characters"
    assert rows["`name`"]["Description"] == r"What it is \| was called"
    assert rows["`name`"]["Required"] == "yes"
    assert rows["`code`"]["Constraints"] == "pattern `^[A-Z]{2}-[0-9]{3}$`"
    assert rows["`home_page`"]["JSON name"] == "`home-page`"
    assert rows["`home_page`"]["Constraints"] == "format `uri`"
    assert rows["`lives`"]["Default"] == "`9`"
    assert rows["`lives`"]["Constraints"] == r"≤ 9, \> 0"
    assert rows["`mood`"]["Type"] == "[`Mood`](mood.md)"
    assert rows["`friends`"]["Type"] == r"list[[`Pet`](pet.md)] \| None"
    assert rows["`friends`"]["Constraints"] == "unique items"
    assert rows["~~`owner`~~"]["Type"] == r"`str \| None \| UnsetType`"
    assert rows["~~`owner`~~"]["Description"] == "**Deprecated.**"


def test_other_keys_are_told(pages: dict[str, str]) -> None:
    assert table(pages["models/dog.md"])["`additional_properties`"]["Type"] == "`dict[str, int]`"
    assert "Keys that are not listed are refused." in pages["models/cat.md"]


def test_values_of_an_enum_are_described(pages: dict[str, str]) -> None:
    rows = table(pages["models/mood.md"])
    assert rows["`CALM`"]["Value"] == '`"calm"`'
    assert rows["`CALM`"]["Description"] == "Sleeps"


def test_a_union_says_how_it_is_decided(pages: dict[str, str]) -> None:
    assert "The value of `kind` decides: `cat` is [`Cat`](cat.md), `dog` is [`Dog`](dog.md)." in pages["models/pet.md"]


def test_a_page_links_back_to_what_uses_it(pages: dict[str, str]) -> None:
    used = pages["models/pet.md"].partition("## Used by\n\n")[2].split("\n")
    assert used == ["- [listPets](../index.md#operation-listpets) (response 200)", "- [`Cat.friends`](cat.md#field-friends)", ""]


def test_what_goes_away_is_struck_through(pages: dict[str, str]) -> None:
    assert pages["models/trouble.md"].startswith("# ~~Trouble~~\n")
    gone = pages["index.md"].partition("## Deprecated\n\n")[2].partition("\n\n")[0].split("\n")
    assert gone == ["- [`Cat`](models/cat.md): `owner`", "- [`Trouble`](models/trouble.md)"]


def test_the_index_lists_everything_in_order(pages: dict[str, str]) -> None:
    index = pages["index.md"]
    assert index.startswith("# Shelter 2\n\nAll about *pets*.\n\n4 of 14 fields are documented.\n\n## Operations\n\n")
    assert (
        "**listPets** `GET /pets`: All pets; request [`ListPetsRequest`](models/listpetsrequest.md); response 200 list[[`Pet`](models/pet.md)]"
        in index
    )
    models = index.partition("## Models\n\n")[2].partition("\n\n")[0].split("\n")
    assert [re.sub(r".*\[`(\w+)`\].*", r"\1", line) for line in models] == ["Cat", "Dog", "Mood", "Pet", "Tags"]


def test_the_index_draws_the_classes(pages: dict[str, str]) -> None:
    diagram = pages["index.md"].partition("```mermaid\n")[2].partition("\n```")[0].split("\n")
    assert "classDiagram" in diagram
    assert "  Cat --> Pet : friends" in diagram
    assert "  Pet ..> Dog" in diagram


def large(classes: int, operations: int, tag: str | None = None) -> dict[str, Any]:
    """A spec whose classes form a chain, each operation with the next of them."""
    schemas: dict[str, Any] = {}
    for number in range(classes):
        after = {"after": {"$ref": f"#/components/schemas/Part{number + 1:03}"}} if number + 1 < classes else {}
        schemas[f"Part{number:03}"] = {"type": "object", "properties": {"a": {"type": "string"}, **after}}
    paths = {}
    for number in range(operations):
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/Part{number:03}"}}}
        get = {"operationId": f"get{number:03}", "responses": {"200": {"description": "ok", "content": body}}}
        paths[f"/api/v2/{'cats' if number % 2 else 'dogs'}/{number}"] = {"get": {**get, **({"tags": [tag]} if tag else {})}}
    return openapi(schemas, paths)


def test_a_large_diagram_is_drawn_for_each_group_of_operations() -> None:
    index = files(large(61, 4))["docs"]["index.md"]
    groups = re.findall(r"### (\w+)\n\n(.+)\n\n```mermaid", index)
    assert groups == [("dogs", "The nearest 60 classes; 1 more are reached through them.")]
    assert index.count("```mermaid") == 2
    assert index.index("### cats") < index.index("### dogs")


def test_without_operations_a_large_diagram_starts_from_what_nothing_mentions() -> None:
    index = files(large(70, 0))["docs"]["index.md"]
    assert "### Part000\n\nThe nearest 60 classes; 10 more are reached through them." in index
    loose = openapi({f"Part{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(61)})
    index = files(loose)["docs"]["index.md"]
    assert "```mermaid" not in index
    assert "There are 61 classes: too many for one diagram (at most 60 are drawn)." in index


def test_a_diagram_of_a_group_leaves_out_classes_that_have_to_do_with_no_other() -> None:
    spec = large(61, 2)
    spec["components"]["schemas"]["Lone"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    spec["paths"]["/api/v2/cats/lone"] = copy.deepcopy(spec["paths"]["/api/v2/cats/1"])
    lone = spec["paths"]["/api/v2/cats/lone"]["get"]
    lone["operationId"] = "getLone"
    lone["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Lone"
    index = files(spec)["docs"]["index.md"]
    assert "response 200 [`Lone`]" in index
    assert "class Part001" in index
    assert "class Lone" not in index


def test_an_operation_is_told_with_its_types_and_by_its_description_where_it_has_no_summary() -> None:
    texts = {"type": "array", "items": {"type": ["string", "null"]}}
    answer = {"description": "ok", "content": {"application/json": {"schema": texts}}}
    get = {"operationId": "getAll", "description": "All of *them*.\n\nEvery one.", "responses": {"200": answer}}
    spec = openapi({}, {"/a|b": {"get": get}})
    assert "**getAll** `GET /a|b`: All of *them*; response 200 `list[str | None]`\n" in files(spec)["docs"]["index.md"]


def test_a_bar_has_a_backslash_in_tables_alone() -> None:
    texts = {"type": "array", "items": {"type": ["string", "null"], "pattern": "^(a|b)$"}}
    schemas = {"Texts": texts, "Some": {"anyOf": [texts, {"type": "integer"}]}, "Pet": {"type": "object", "properties": {"t": texts}}}
    pages = files(openapi(schemas))["docs"]
    assert "\n`list[str | None]`\n\nConstraints: each: pattern `^(a|b)$`\n" in pages["models/texts.md"]
    assert "\n- `list[str | None]`\n" in pages["models/some.md"]
    assert "\n### `list[str | None]`\n" in pages["models/some.md"]
    assert "| `list[str \\| None] \\| None` | no | each: pattern `^(a\\|b)$` |" in pages["models/pet.md"]


def test_an_example_has_nothing_that_only_a_neighbour_of_the_schema_knows() -> None:
    near = {"properties": {"a": {"type": "string", "examples": ["x"]}}}
    strict = {"properties": {"b": {"type": "string"}}, "required": ["b"], "unevaluatedProperties": False}
    pet = {"type": "object", "allOf": [near, strict]}
    made = files(openapi({"Pet": pet}))
    assert run_all(made, "described_neighbours") == 1


@pytest.mark.parametrize("name", ["PetType", "PetId", "SchoolClass"])
def test_no_example_gives_a_name_of_python_to_something_else(name: str) -> None:
    page = files({"$defs": {name: {"type": "object", "properties": {"a": {"type": "string"}}}}})["docs"][f"models/{name.lower()}.md"]
    assert f'value = {name}(a="a")' in page


def test_a_class_has_one_line_for_each_operation() -> None:
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/P"}}}}
    spec = large(1, 1)
    spec["components"]["schemas"]["P"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    spec["paths"] = {"/p": {"put": {"requestBody": answer, "responses": {"200": answer, "404": answer}}}}
    pages = files(spec)["docs"]
    assert "`PUT /p`; body, responses 200, 404 [`P`](models/p.md)\n" in pages["index.md"]
    assert "#operation-put--p) (body, responses 200, 404)\n" in pages["models/p.md"]


def test_every_operation_has_an_anchor_of_its_own() -> None:
    callback = {"done": {"{$request.query.url}": {"post": {"operationId": "done"}}}}
    by_another_name = {"operationId": "pets.list", "callbacks": callback}
    second = {"get": {"operationId": "pets-list", "callbacks": callback}, "put": by_another_name}
    spec = openapi({}, {"/a": {"$ref": "#/paths/~1b"}, "/b": second})
    index = files(spec)["docs"]["index.md"]
    anchors = re.findall('<a id="operation-(?:pets-list|done)_[0-9a-f]{6}">', index)
    assert (len(anchors), len(set(anchors))) == (6, 6)


def test_a_long_index_has_pages_of_its_own() -> None:
    pages = files(large(120, 110))["docs"]
    index = pages["index.md"]
    assert "- [cats](index/operations-cats.md) (55 operations)\n- [dogs](index/operations-dogs.md) (55 operations)\n" in index
    assert "## Models\n\n- [P](index/models-p.md) (120 classes)\n" in index
    assert "**get001** `GET /api/v2/cats/1`; response 200 [`Part001`](../models/part001.md)" in pages["index/operations-cats.md"]
    assert "```mermaid" in pages["index/operations-cats.md"]
    assert "- [get001](../index/operations-cats.md#operation-get001) (response 200)" in pages["models/part001.md"]
    assert broken_links(pages) == []


def test_a_page_of_the_index_is_not_too_long_either() -> None:
    pages = files(large(620, 1))["docs"]
    assert "- [part0…](index/models-part0.md) (100 classes)" in pages["index.md"].replace("Part", "part")
    assert broken_links(pages) == []


def test_operations_are_grouped_by_their_tag() -> None:
    assert "- [all & <more>](index/operations-all-more.md) (101 operations)" in files(large(101, 101, "all & <more>"))["docs"][
        "index.md"
    ].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def descriptions(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the spec describes something that has a page."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description" and isinstance(value, str) and "responses" not in path:
                yield (*path, key)
            yield from descriptions(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from descriptions(value, (*path, at))


@pytest.mark.parametrize("path", list(descriptions(SPEC)), ids=lambda path: ".".join(map(str, path)))
def test_changing_a_description_changes_one_line_of_one_page(path: tuple[Any, ...], pages: dict[str, str]) -> None:
    changed = copy.deepcopy(SPEC)
    node = changed
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] += " indeed"
    after = files(changed)["docs"]
    assert after.keys() == pages.keys()
    lines = [(a, b) for name in pages for a, b in zip(pages[name].split("\n"), after[name].split("\n"), strict=True) if a != b]
    assert len(lines) == 1
    assert "indeed" in lines[0][1]


REAL = sorted((CORPORA / "pages").glob("*/spec.yaml"))


@pytest.mark.skipif(not REAL, reason="the real specs are not beside this checkout (../shared/corpora)")
@pytest.mark.parametrize("spec", REAL, ids=lambda path: path.parent.name)
def test_every_example_of_a_real_spec_runs(spec: Path) -> None:
    made = files(spec)
    assert run_all(made, "described_" + spec.parent.name.replace("-", "_")) >= sum(path.startswith("models/") for path in made["docs"])
    assert not any("There is none" in page for page in made["docs"].values())


HOSTILE = CORPORA / "hostile"
ATTACKS = [json.loads(line)["file"] for line in (HOSTILE / "manifest.jsonl").read_text().split("\n") if line] if HOSTILE.is_dir() else []
LARGE = 500_000


@pytest.mark.skipif(not ATTACKS, reason="the hostile specs are not beside this checkout (../shared/corpora)")
@pytest.mark.parametrize("name", ATTACKS)
def test_no_text_of_a_hostile_spec_is_live(name: str) -> None:
    path = HOSTILE / name
    if not path.exists() or path.stat().st_size > LARGE:
        pytest.skip("not there, or too large to be looked at line by line")
    try:
        rendered = specmill.render(path, {"docs": {"kind": "markdown"}})
    except SpecError:
        return
    for page in rendered.values():
        text = re.sub(r'<a id="[\w-]+"></a>', "", page)
        assert [fault for fault in faults(text) if not re.match(r"href '[\w./#-]+'", fault)] == []
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
