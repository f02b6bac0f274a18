"""After an edit, only what depends on it is drawn; what is there then is what a clean run would have made, byte for byte."""

from __future__ import annotations

import json
import random
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, openapi

from specmill import config_file as configs
from specmill import ir, recalled, user_cache
from specmill.cli import main
from specmill.cli_arguments import Exit
from specmill.config import Config, Limits
from specmill.diagnostics import Report, format_diagnostic
from specmill.frontend import lower, source
from specmill.frontend.graph import Graph
from specmill.frontend.looks import entry_of
from specmill.frontend.mended import MENDED, Mended
from specmill.output import kept
from specmill.output.kept import Kept
from specmill.output.paths import MANIFEST
from specmill.pipeline import Changes, Drawn, Run
from specmill.user_cache import NONE
from specmill.warm import Warm

CONFIG = """\
spec = "{spec}"
[targets.split]
kind = "python"
path = "split"
layout = "package"
[targets.whole]
kind = "python"
path = "whole"
[targets.python-docs]
kind = "markdown"
path = "python-docs"
[targets.typescript-docs]
kind = "markdown"
language = "typescript"
path = "typescript-docs"
package = "sdk"
"""
SPECS = [ROOT / "spec/session.yaml", *sorted((ROOT / "tests/cases").glob("[!b]*/spec.yaml"))]
Schema = dict[str, Any]


@pytest.fixture(autouse=True)
def _every_spec_is_recalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_MANY", 0)


@pytest.fixture
def understood(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The specs that are understood as a whole."""
    names: list[str] = []
    whole = lower.lower

    def noted(graph: Graph, config: Config, report: Report) -> ir.Package:
        names.append(graph.root_id)
        return whole(graph, config, report)

    monkeypatch.setattr(lower, "lower", noted)
    return names


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The batches that are drawn."""
    names: list[str] = []
    note = Kept.note

    def noted(self: Kept, batch: Any, *more: Any) -> None:
        names.append(batch.name)
        note(self, batch, *more)

    monkeypatch.setattr(Kept, "note", noted)
    return names


def generate(folder: Path, spec: object, *, keeps: bool, warm: Warm | None = None) -> tuple[dict[str, bytes], list[str]] | None:
    """What is in the folder after a run, and what the run had to say; None where the spec has errors.

    What is ``warm`` has time to prepare, and runs again where it finds then that files are not as they were written.
    """
    folder.mkdir(exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(spec, indent=1))
    (folder / "specmill.toml").write_text(CONFIG.format(spec="spec.json"))
    config = configs.load(folder / "specmill.toml", Report())
    assert config is not None
    run = Run(config, keeps=keeps, warm=warm)
    package = run.package()
    made = run.draw(package) if package is not None else None
    if made is None:
        return None
    with run.folders():
        planned = run.plan(made)
        assert planned is not None
        assert run.apply(planned, force=False)
    said = [format_diagnostic(one).replace(str(folder), "") for one in run.diagnostics()]
    if warm is not None:
        deque(warm.rest(), maxlen=0)
        if warm.lost:
            return generate(folder, spec, keeps=keeps, warm=warm)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}, said


def schemas_of(spec: Any) -> dict[str, Schema]:
    """The schemas of a document by name, where it has some."""
    found = (spec.get("components") or {}).get("schemas") or spec.get("$defs") or spec.get("definitions") or {}
    return {name: one for name, one in found.items() if isinstance(one, dict)}


def describe(chance: random.Random, spec: Any) -> None:
    """Say something else of a schema."""
    chance.choice([*schemas_of(spec).values()])["description"] = f"As of {chance.random()}."


def exemplify(chance: random.Random, spec: Any) -> None:
    """Give a schema another example."""
    chance.choice([*schemas_of(spec).values()])["examples"] = [{"a": chance.random()}, chance.random()]


def extend(chance: random.Random, spec: Any) -> None:
    """Give a schema a field, maybe of the type of another."""
    names = [*schemas_of(spec)]
    place = "#/components/schemas/" if "components" in spec else "#/$defs/" if "$defs" in spec else "#/definitions/"
    kind = chance.choice(
        [
            {"type": "string", "minLength": 3},
            {"$ref": place + chance.choice(names)},
            {"enum": ["a", "b"]},
            {"type": "integer", "default": 3},
        ]
    )
    one = schemas_of(spec)[chance.choice(names)]
    one["properties"] = (one.get("properties") or {}) | {f"more{chance.randrange(9)}": kind}
    if chance.random() < 0.5:
        one["required"] = [*one["properties"]][-1:]


def shorten(chance: random.Random, spec: Any) -> None:
    """Take something out of a schema."""
    one = chance.choice([*schemas_of(spec).values()])
    if one:
        del one[chance.choice([*one])]


def add(chance: random.Random, spec: Any) -> None:
    """Add a schema, at the start or at the end, maybe with a name that clashes."""
    found = schemas_of(spec)
    near = chance.choice([*found])
    new = {
        f"{chance.choice(['New', near.lower(), near.upper()])}": {"type": "object", "properties": {"a": {"type": "string", "const": near}}}
    }
    home = spec["components"]["schemas"] if "components" in spec else spec.get("$defs", spec.get("definitions"))
    old = dict(home)
    home.clear()
    home.update(new | old if chance.random() < 0.5 else old | {name: one for name, one in new.items() if name not in old})


def deprecate(chance: random.Random, spec: Any) -> None:
    """Mark a schema, or take the mark away."""
    one = chance.choice([*schemas_of(spec).values()])
    one["deprecated"] = not one.get("deprecated")


def confuse(chance: random.Random, spec: Any) -> None:
    """Say something that Python takes for the same."""
    one = chance.choice([*schemas_of(spec).values()])
    value = chance.choice([0, False, 1, True])
    one[chance.choice(["not", "const", "default"])] = value
    if "not" in one:
        one["not"] = {"const": value}


def ask(chance: random.Random, spec: Any) -> None:
    """Give an operation another parameter, or a summary."""
    found = [one for path in (spec.get("paths") or {}).values() for one in path.values() if isinstance(one, dict) and "responses" in one]
    if found:
        one = chance.choice(found)
        one["summary"] = f"As of {chance.random()}."
        schema = chance.choice([{"type": "string"}, {"$ref": f"#/components/schemas/{chance.choice([*schemas_of(spec)])}"}])
        if chance.random() < 0.5:
            one["parameters"] = [*(one.get("parameters") or []), {"name": f"p{chance.randrange(99)}", "in": "query", "schema": schema}]


EDITS: list[Callable[[random.Random, Any], None]] = [describe, exemplify, extend, shorten, add, deprecate, confuse, ask]


def the_spec(path: Path) -> Any:
    """The data of a spec that can be edited here; else the test has nothing to do."""
    read = source.read(path, path.name, Report(), Limits())
    spec = None if read is None else read.data
    if not isinstance(spec, dict) or not schemas_of(spec):
        pytest.skip("it has no schemas to edit")
    try:
        return json.loads(json.dumps(spec, default=str))
    except ValueError:
        pytest.skip("it is more than JSON")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_a_run_after_an_edit_makes_what_a_clean_run_makes(path: Path, tmp_path: Path, drawn: list[str]) -> None:
    spec = the_spec(path)
    chance = random.Random(path.parent.name)
    warm = Warm()
    if generate(tmp_path / "kept", spec, keeps=True) is None or generate(tmp_path / "warm", spec, keeps=True, warm=warm) is None:
        pytest.skip("it has errors")
    for turn in range(8):
        before = json.loads(json.dumps(spec))
        chance.choice(EDITS)(chance, spec)
        clean = generate(tmp_path / f"clean{turn}", spec, keeps=False)
        if turn % 2:
            for folder in ("kept", "warm"):
                chance.choice([path for path in sorted((tmp_path / folder).rglob("*.*")) if path.suffix in (".md", ".py")]).unlink()
        again = generate(tmp_path / "kept", spec, keeps=True), generate(tmp_path / "warm", spec, keeps=True, warm=warm)
        if clean is None:
            spec = before
        for found in again:
            assert (found is None) == (clean is None)
            if clean is not None and found is not None:
                assert [name for name in clean[0].keys() | found[0].keys() if clean[0].get(name) != found[0].get(name)] == []
                assert found[1] == clean[1]
    drawn.clear()
    generate(tmp_path / "kept", spec, keeps=True)
    assert drawn == []


def test_what_python_takes_for_the_same_is_drawn_again(tmp_path: Path) -> None:
    warm = Warm()
    for value in (1, True, 0, False):
        held = {"type": "object", "properties": {"a": {"oneOf": [{"const": value}, {"type": "string"}]}}, "not": {"const": value}}
        spec = openapi({"Held": held})
        clean = generate(tmp_path / f"clean{value!r}", spec, keeps=False)
        again = generate(tmp_path / "warm", spec, keeps=True, warm=warm)
        assert again == clean


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_it_is_known_what_a_part_of_the_spec_looks_at(path: Path, tmp_path: Path) -> None:
    spec = the_spec(path)
    (tmp_path / "specmill.toml").write_text(CONFIG.format(spec="spec.json"))
    config, report = configs.load(tmp_path / "specmill.toml", Report()), Report()
    assert config is not None
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    document = source.read(tmp_path / "spec.json", "spec.json", report, Limits())
    assert document is not None
    graph = Graph(document, report)
    package = lower.lower(graph, config, report)
    mended = Mended(document, config, package)
    deque(mended.steps(), maxlen=0)
    if not mended._is_open:
        pytest.skip("its parts do not add up to the whole, or it is no OpenAPI document by itself")
    for subject, part in mended._parts.items():
        id = subject if isinstance(subject, str) else subject.pointer
        for entry in part.entries:
            if entry.startswith(tuple(f"spec.json#/{'/'.join(home)}/" for home in MENDED)) and entry_of(id) != entry:
                assert id in graph.looks.parts_at(entry)


def test_what_an_edit_does_not_concern_is_not_understood_again(
    tmp_path: Path, understood: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalled, "_EDITS", 2)
    spec = the_spec(ROOT / "tests/cases/unions/spec.yaml")
    generate(tmp_path, spec, keeps=True)
    assert len(understood) == 1
    schemas = [*schemas_of(spec).values()]
    for turn, one in enumerate(schemas[:2]):  # from the same record
        one["description"] = f"How it is, {turn}."
        generate(tmp_path, spec, keeps=True)
    assert len(understood) == 1
    for one in schemas:
        one["description"] = "All is otherwise."
    generate(tmp_path, spec, keeps=True)
    assert len(understood) == 2
    spec["info"]["title"] = "Another"
    made = generate(tmp_path, spec, keeps=True)
    assert len(understood) == 3
    assert made == generate(tmp_path / "clean", spec, keeps=False)


@pytest.mark.parametrize("harm", ["empty", "short", "nonsense", "older", "settings", "first"])
def test_a_record_that_cannot_be_trusted_is_not_used(
    tmp_path: Path, harm: str, understood: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = the_spec(ROOT / "tests/cases/unions/spec.yaml")
    generate(tmp_path / "kept", spec, keeps=True)
    (record,) = Path(user_cache.folder()).glob("spec-*")
    content = record.read_bytes()
    match harm:
        case "empty":
            record.write_bytes(b"")
        case "short":
            record.write_bytes(content[: len(content) // 2])
        case "nonsense":
            record.write_bytes(content[:16] + b"no pickle")
        case "older":
            monkeypatch.setattr(recalled, "_FORMAT", 0)
        case "settings":
            monkeypatch.setattr("test_after_edit.CONFIG", 'inline-names = "short"\n' + CONFIG)
        case "first":
            for manifest in (tmp_path / "kept").glob(f"*/{MANIFEST}"):
                manifest.unlink()
    understood.clear()
    next(iter(schemas_of(spec).values()))["description"] = "How it is."
    if harm == "first":
        with pytest.raises(ValueError, match="refused files"):  # those that are there are nobody's
            generate(tmp_path / "kept", spec, keeps=True)
    else:
        assert generate(tmp_path / "kept", spec, keeps=True) == generate(tmp_path / "clean", spec, keeps=False)
    assert understood != []


def test_only_so_many_records_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_RECORDS", 2)
    for number in range(4):
        generate(tmp_path / str(number), the_spec(ROOT / "tests/cases/unions/spec.yaml"), keeps=True)
    assert len([*Path(user_cache.folder()).glob("spec-*")]) == 2


def test_only_what_depends_on_an_edit_is_drawn(tmp_path: Path, drawn: list[str]) -> None:
    spec = the_spec(ROOT / "spec/session.yaml")
    generate(tmp_path, spec, keeps=True)
    whole = len(drawn)
    drawn.clear()
    next(iter(schemas_of(spec).values()))["description"] = "How it is."
    generate(tmp_path, spec, keeps=True)
    assert 0 < len(drawn) < whole / 4


def test_after_a_save_only_what_depends_on_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, warm = the_spec(ROOT / "spec/session.yaml"), Warm()
    generate(tmp_path, spec, keeps=True, warm=warm)
    looked_at: list[str] = []
    same = Kept.same

    def noted(self: Kept, batch: Any, report: Report) -> Any:
        looked_at.append(batch.name)
        return same(self, batch, report)

    monkeypatch.setattr(Kept, "same", noted)
    one = next(iter(schemas_of(spec).values()))
    one["description"] = "How it is."
    generate(tmp_path, spec, keeps=True, warm=warm)
    described = len(looked_at)
    looked_at.clear()
    one["properties"] = (one.get("properties") or {}) | {"more": {"type": "string"}}
    generate(tmp_path, spec, keeps=True, warm=warm)
    extended = len(looked_at)
    assert 0 < described < 30
    assert 0 < extended < 30


@pytest.mark.parametrize("warm", [None, Warm()], ids=["cold", "warm"])
def test_a_file_that_was_changed_by_hand_is_drawn_again(tmp_path: Path, drawn: list[str], warm: Warm | None) -> None:
    spec = the_spec(ROOT / "tests/cases/unions/spec.yaml")
    generate(tmp_path, spec, keeps=True, warm=warm)
    page = next(tmp_path.glob("python-docs/models/*.md"))
    page.unlink()
    drawn.clear()
    made = generate(tmp_path, spec, keeps=True, warm=warm)
    assert made is not None
    assert f"python-docs/models/{page.name}" in made[0]
    assert len(drawn) == 1


def test_what_was_edited_by_hand_between_two_saves_is_found_as_soon_as_there_is_time(tmp_path: Path) -> None:
    spec, warm = the_spec(ROOT / "tests/cases/unions/spec.yaml"), Warm()
    generate(tmp_path, spec, keeps=True, warm=warm)
    page = kept_page(tmp_path)
    page.write_text("By hand.\n")
    next(iter(schemas_of(spec).values()))["description"] = "How it is."
    with pytest.raises(ValueError, match="refused files"):
        generate(tmp_path, spec, keeps=True, warm=warm)
    assert page.read_text() == "By hand.\n"
    assert "How it is." in "".join(path.read_text() for path in tmp_path.glob("python-docs/models/*.md"))
    deque(warm.rest(), maxlen=0)
    assert warm.lost == []  # it is told once, and again after the next save
    with pytest.raises(ValueError, match="refused files"):
        generate(tmp_path, spec, keeps=True, warm=warm)


@pytest.mark.parametrize("more", [{}, {"More": {"type": "string"}}], ids=["the same files", "other files"])
def test_what_another_run_has_written_between_two_saves_is_compared_and_replaced(tmp_path: Path, more: dict[str, Schema]) -> None:
    spec, warm = the_spec(ROOT / "tests/cases/unions/spec.yaml"), Warm()
    for turn in range(3):
        generate(tmp_path / "warm", spec, keeps=True, warm=warm)
        others = {name: one | {"description": f"Otherwise, {turn}."} for name, one in schemas_of(spec).items()}
        generate(tmp_path / "warm", spec | {"components": {"schemas": others | more}}, keeps=False)
        next(iter(schemas_of(spec).values()))["description"] = f"How it is, {turn}."
        with pytest.raises(AssertionError):  # it is told, ...
            generate(tmp_path / "warm", spec, keeps=True, warm=warm)
        deque(warm.rest(), maxlen=0)
        assert warm.lost != []  # ... and another run follows at once
        assert generate(tmp_path / "warm", spec, keeps=True, warm=warm) == generate(tmp_path / f"clean{turn}", spec, keeps=False)


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Edits the spec and generates again; something else happens once it is known what need not be drawn. The exit code."""
    monkeypatch.chdir(tmp_path)
    spec = the_spec(ROOT / "tests/cases/unions/spec.yaml")
    generate(tmp_path, spec, keeps=True)
    next(iter(schemas_of(spec).values()))["description"] = "How it is."
    (tmp_path / "spec.json").write_text(json.dumps(spec))

    def again(meanwhile: Callable[[], object]) -> int:
        draw = Run.draw

        def early(self: Run, package: ir.Package) -> Drawn | None:
            drawn = draw(self, package)
            monkeypatch.setattr(Run, "draw", draw)
            meanwhile()
            return drawn

        monkeypatch.setattr(Run, "draw", early)
        return main(["generate", "--quiet"])

    return again


def kept_page(folder: Path) -> Path:
    """A page that the edit does not concern: of the last schema."""
    return max(folder.glob("python-docs/models/*.md"))


@pytest.mark.parametrize("is_young", [False, True], ids=["old", "just-written"])
def test_what_is_edited_while_a_run_is_at_work_is_found_by_the_next(
    begun: Callable[[Callable[[], object]], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_young: bool
) -> None:
    page = kept_page(tmp_path)
    text = page.read_text() + "By hand.\n"
    if is_young:  # when the run began
        monkeypatch.setattr(kept, "trusted", lambda *_: NONE)

    def edit() -> None:
        page.write_text(text)
        time.sleep(0.1)  # until the edit is no longer young itself

    assert begun(edit) == Exit.OK
    assert page.read_text() == text
    assert main(["generate", "--quiet"]) == Exit.REFUSED
    assert page.read_text() == text


def test_what_is_edited_after_it_was_compared_is_found_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(tmp_path, the_spec(ROOT / "tests/cases/unions/spec.yaml"), keeps=False)
    monkeypatch.chdir(tmp_path)
    apply = Run.apply

    def late(self: Run, planned: list[Changes], *, force: bool) -> bool:
        monkeypatch.setattr(Run, "apply", apply)
        kept_page(tmp_path).write_text("By hand.\n")
        time.sleep(0.1)  # until the edit is no longer young
        return apply(self, planned, force=force)

    monkeypatch.setattr(Run, "apply", late)
    assert main(["generate", "--quiet"]) == Exit.OK
    assert main(["generate", "--quiet"]) == Exit.REFUSED


def test_what_another_run_writes_meanwhile_is_not_taken_for_what_was_there(
    begun: Callable[[Callable[[], object]], int], tmp_path: Path
) -> None:
    def other() -> None:
        spec = the_spec(ROOT / "tests/cases/unions/spec.yaml")
        for one in schemas_of(spec).values():
            one["description"] = "Otherwise."
        generate(tmp_path, spec, keeps=False)

    assert begun(other) == Exit.BAD_INPUT
    assert main(["generate", "--quiet"]) == Exit.OK
