"""A configuration is read strictly, and every mistake in it is shown where it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from specmill import cli_init
from specmill import config_file as configs
from specmill.cli_init import text as init_text
from specmill.config import Config
from specmill.diagnostics import Diagnostic, Report
from specmill.options import GENERAL, LIMITS, SELECTION, TARGET, TARGET_OPTIONS, Option
from specmill.toml_places import place_of


def load(tmp_path: Path, text: str, name: str = "specmill.toml") -> tuple[Config | None, list[Diagnostic]]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8", newline="")
    report = Report()
    return configs.load(file, report), list(report)


def first_error(tmp_path: Path, text: str) -> Diagnostic:
    config, found = load(tmp_path, text)
    assert config is None
    return found[0]


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    text = """
spec = "api/openapi.yaml"
inline-names = "short"
formats = "assert"
strict = true
silence = ["unknown-keyword"]
root = "Thing"
templates = "mine"
include = { tags = ["public"] }
names = { "openapi.yaml#/components/schemas/Pet" = "Animal" }
[exclude]
operations = ["x*"]
[targets.python]
path = "src/models"
frozen = true
[targets.second]
kind = "python"
path = "src/other"
unknown-fields = "preserve"
"""
    (tmp_path / "mine").mkdir()
    config, found = load(tmp_path, text)
    assert found == []
    assert config is not None
    assert config.spec == tmp_path / "api/openapi.yaml"
    assert [config.inline_names, config.formats] == ["short", "assert"]
    assert config.strict
    assert config.silence == {"unknown-keyword"}
    assert (config.include.tags, config.exclude.operations, config.root_name) == (("public",), ("x*",), "Thing")
    assert config.names == {"openapi.yaml#/components/schemas/Pet": "Animal"}
    assert [(t.name, t.kind, t.path, t.options["frozen"], t.options["unknown-fields"]) for t in config.targets] == [
        ("python", "python", tmp_path / "src/models", True, "ignore"),
        ("second", "python", tmp_path / "src/other", False, "preserve"),
    ]


def test_pyproject_is_read_below_its_table_and_other_tools_are_left_alone(tmp_path: Path) -> None:
    config, found = load(tmp_path, '[tool.other]\nx = 1\n[tool.specmill]\nspec = "a.yaml"\n', "pyproject.toml")
    assert found == []
    assert config is not None
    assert config.spec == tmp_path / "a.yaml"


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ('spec = "a"\nsepc = "b"\n', "unknown-config-key", 2, 1, "'spec'"),
        ('spec = "a"\nstrict = "yes"\n', "config-value", 2, 1, "true or false"),
        ('spec = "a"\nstrict = 1\n', "config-value", 2, 1, "true or false"),
        ('spec = "a"\nsilence = "x"\n', "config-value", 2, 1, "a list of strings"),
        ('spec = "a"\n  inline-names = "shrot"\n', "config-value", 2, 3, "'short'"),
        ('spec = "a"\n[targets.pyhton]\npath = "b"\n', "unknown-target", 2, 10, "'python'"),
        ('spec = "a"\n[targets.x]\nkind = "markdwon"\npath = "b"\n', "unknown-target", 3, 1, "'markdown'"),
        ('spec = "a"\n[targets.python]\nunknown-fields = "ignore"\n', "missing-config-key", 2, 10, "path"),
        ('spec = "a"\n[targets]\npython = { path = "b", forzen = true }\n', "unknown-config-key", 3, 24, "'frozen'"),
        ('spec = "a"\n[targets.markdown]\npath = "b"\nyear = true\n', "config-value", 4, 1, "an integer"),
        ('spec = "a"\n[targets.markdown]\npath = "b"\n[targets.python]\npath = "b"\n', "config-value", 5, 1, "same folder"),
        ('spec = "a"\ntargets = 3\n', "config-value", 2, 1, "table"),
        ('spec = "a"\n[names]\n"a#/b" = 1\n', "config-value", 3, 1, "a name"),
        ('spec = "a"\ntemplates = "none"\n', "config-value", 2, 1, "a folder that exists"),
        ('spec = "a"\n[targets.python]\npath = "b"\npackage = "my-pets"\n', "config-value", 4, 1, "'my-pets'"),
        ('spec = "a"\n[targets.python]\npath = "b"\npackage = "acme.class"\n', "config-value", 4, 1, "'acme.class'"),
        ('spec = "a"\nx = [\n', "config-syntax", 2, 5, ""),
        ('spec = "a"\nspec = "b"\n', "config-syntax", 2, 11, ""),
        ("strict = true\n", "missing-config-key", 0, 0, "--spec"),
    ],
)
def test_a_mistake_is_shown_in_its_place(text: str, code: str, line: int, column: int, hint: str, tmp_path: Path) -> None:
    found = first_error(tmp_path, text)
    assert found.code == code
    assert found.place is not None
    assert found.place.file.endswith("specmill.toml")
    if code != "config-syntax":  # the column of a syntax error is told by Python, and not the same in every version
        assert (found.place.line, found.place.column) == (line, column)
    else:
        assert found.place.line in (line, line + 1)
    assert hint in f"{found.message} {found.help}"


def test_all_mistakes_are_shown_at_once(tmp_path: Path) -> None:
    assert [d.code for d in load(tmp_path, 'sepc = 1\nstrict = 1\n[targets.x]\npath = ""\n')[1]] == [
        "unknown-config-key", "config-value", "unknown-target", "missing-config-key",
    ]  # fmt: skip


def test_a_file_that_is_no_text_or_not_there_is_an_error(tmp_path: Path) -> None:
    report = Report()
    assert configs.load(tmp_path / "nowhere.toml", report) is None
    (tmp_path / "specmill.toml").write_bytes(b'spec = "\xff"')
    assert configs.load(tmp_path / "specmill.toml", report) is None
    assert [d.code for d in report] == ["config-unreadable", "config-syntax"]


def test_windows_newlines_change_nothing(tmp_path: Path) -> None:
    config, found = load(tmp_path, 'spec = "a"\r\nstrict = true\r\n')
    assert config is not None
    assert config.strict
    found = load(tmp_path, 'spec = "a"\r\n\r\nstrcit = true\r\n')[1]
    assert found[0].place is not None
    assert (found[0].place.line, found[0].place.column) == (3, 1)


def test_pages_of_python_describe_the_code_of_the_python_target_unless_they_say_otherwise(tmp_path: Path) -> None:
    text = """
spec = "api.yaml"
[targets.python]
path = "src/acme"
unknown-fields = "preserve"
[targets.docs]
kind = "markdown"
path = "docs/models"
[targets.others]
kind = "markdown"
path = "docs/others"
package = "other"
unknown-fields = "forbid"
[targets.typescript]
kind = "markdown"
path = "docs/typescript"
language = "typescript"
"""
    config, found = load(tmp_path, text)
    assert config is not None, found
    said = {target.name: (target.options["package"], target.options["unknown-fields"]) for target in config.targets[1:]}
    assert said == {"docs": ("acme", "preserve"), "others": ("other", "forbid"), "typescript": ("", "ignore")}


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a/b"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.specmill]\nspec = "x"\n')
    assert configs.find(deep) == tmp_path / "pyproject.toml"
    (tmp_path / "a/pyproject.toml").write_text('[project]\nname = "specmill-user"\n')
    assert configs.find(deep) == tmp_path / "pyproject.toml", "one that does not speak of us is passed over"
    (tmp_path / "a/specmill.toml").write_text('spec = "x"\n')
    assert configs.find(deep) == tmp_path / "a/specmill.toml"


def test_keys_are_found_however_they_are_written() -> None:
    text = """\
# a = 1
"quo\\u0074ed" = '''
x = 1
''' # y = 2
a.b . c = [1, [2, 3], { d = 4 }, "]"] # ]
when = 1979-05-27 07:32:00
[ t."dotted.key" ] # [u]
e = \"\"\"a "quote\"\"\"\"
f = { g = 1, h = { 'i j' = true } }
[[many]]
k = 1
"""
    places = {
        keys: place_of("f", text, keys) for keys in [("quoted",), ("a", "b", "c"), ("when",), ("t", "dotted.key", "e"), ("many", "k")]
    }
    assert [(p.line, p.column) for p in places.values()] == [(2, 1), (5, 7), (6, 1), (8, 1), (11, 1)]
    inner = place_of("f", text, ("t", "dotted.key", "f", "h", "i j"))
    assert (inner.line, inner.column, inner.width) == (9, 20, 5)
    nearest = place_of("f", text, ("t", "dotted.key", "nothing"))
    assert (nearest.line, nearest.column) == (7, 5)


def test_the_configuration_that_init_writes_is_valid_as_it_is_and_with_every_comment_taken_away(tmp_path: Path) -> None:
    text = init_text('sp"ec\\.yaml', "models")
    config, found = load(tmp_path, text)
    assert found == []
    assert config is not None
    assert config.spec.name == 'sp"ec\\.yaml'
    settings = [line.removeprefix("#") if not line.startswith("# ") else line for line in text.splitlines()]
    keys = {line.split(" = ")[0] for line in settings if not line.startswith("#")}
    assert set(GENERAL) | set(TARGET_OPTIONS["python"]) | set(TARGET_OPTIONS["markdown"]) <= keys
    # In TOML the top keys stand before the first table, and that is the order of the file.
    again, found = load(tmp_path, "\n".join(settings))
    assert found == []
    assert again is not None
    assert again.names == {'sp"ec\\.yaml#/components/schemas/Pet': "Animal"}
    assert (again.spec, again.targets, again.formats) == (config.spec, config.targets, config.formats)


def test_init_gives_each_schema_of_a_large_spec_a_module_of_its_own(tmp_path: Path) -> None:
    small, large = (load(tmp_path, init_text("api.yaml", "api", is_large=is_large))[0] for is_large in (False, True))
    assert small is not None
    assert large is not None
    assert [config.targets[0].options["layout"] for config in (small, large)] == ["module", "package"]


def test_an_option_of_a_target_in_the_wrong_place_is_told_its_own(tmp_path: Path) -> None:
    _, found = load(tmp_path, 'spec = "a.yaml"\nunknown-fields = "preserve"\n')
    assert [(d.code, d.help) for d in found if d.code == "unknown-config-key"] == [
        (
            "unknown-config-key",
            "it is an option of python and markdown targets, and stands in the table of one: targets.python.unknown-fields",
        )
    ]


@pytest.mark.parametrize("options", [GENERAL, SELECTION, LIMITS, TARGET, *filter(None, TARGET_OPTIONS.values())])
def test_the_documentation_tells_every_option_as_it_is(options: dict[str, Option]) -> None:
    rows = "".join(f"| `{key}` | {_default(option)} | {option.doc}{_choices(option)} |\n" for key, option in options.items())
    assert rows in (ROOT / "docs/configuration.md").read_text("utf-8")


def _default(option: Option) -> str:
    return "" if option.default == "" else f"`{cli_init._toml(option.default)}`"


def _choices(option: Option) -> str:
    return f" ({', '.join(f'`{one}`' for one in option.choices)})" if option.choices else ""
