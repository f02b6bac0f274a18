"""What is on a page, and what the page depends on, does not hang on which pages were made before it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, openapi

from specmill import config_file as configs
from specmill import ir, targets
from specmill.config import TargetConfig
from specmill.diagnostics import Report
from specmill.pipeline import Run
from specmill.targets import Page
from specmill.targets.batches import Batch
from specmill.targets.markdown.examples_once import Once

SPECS = [ROOT / "spec/session.yaml", *sorted((ROOT / "tests/cases").glob("[!b]*/spec.yaml"))]
Made = dict[str, tuple[list[Page], frozenset[str]]]


def package_of(spec: Path | dict[str, Any]) -> tuple[ir.Package, TargetConfig] | None:
    """The description of a spec, and a target that draws pages; None where it has errors."""
    name = str(spec) if isinstance(spec, Path) else "spec.json"
    config = configs.from_arguments({"spec": name, "targets": {"docs": {"kind": "markdown", "path": "docs"}}}, Path(), Report())
    assert config is not None
    package = Run(config).package(*(() if isinstance(spec, Path) else (spec,)))
    return None if package is None else (package, config.targets[0])


def made(package: ir.Package, target: TargetConfig, order: Callable[[list[Batch]], object]) -> Made:
    """The pages that one writer makes in an order."""
    batches = [one for one in targets.load("markdown")(package, target, Report()) if isinstance(one, Batch)]
    order(batches)
    return {one.name: (pages, frozenset(seen)) for one in batches for pages, seen in [one.made()]}


def compare(spec: Path | dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that take examples of others are those that make all of them anew, in any order."""
    if (found := package_of(spec)) is None:
        pytest.skip("it has errors")
    forwards = made(*found, list.copy)
    assert made(*found, list.reverse) == forwards
    assert made(*found, random.Random(7).shuffle) == forwards
    monkeypatch.setattr(Once, "_fits", lambda *_: False)
    assert made(*found, list.copy) == forwards


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_a_page_of_a_case_is_the_same_whatever_was_made_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(path, monkeypatch)


def schema(chance: random.Random, names: list[str], depth: int = 0) -> dict[str, Any]:
    """A schema that mentions others in some way, and sometimes one that few values meet."""
    ref = {"$ref": f"#/components/schemas/{chance.choice(names)}"}
    match chance.randrange(11 if depth < 3 else 4):
        case 0:
            return {"enum": chance.sample("abcdef", 3)}
        case 1:
            return {"type": "string", "minLength": 2}
        case 2 | 3 | 4 | 5:
            return ref
        case 6:
            return {"type": "array", "items": schema(chance, names, depth + 1), "minItems": chance.choice([0, 1, 5, 9])}
        case 7:
            return {"anyOf": [schema(chance, names, depth + 1) for _ in range(3)]}
        case 8:
            return {"allOf": [ref, {"not": {"required": [chance.choice("abc")]}}]}
        case 9:
            return {"anyOf": [ref, {"type": "null"}]}
        case _:
            return record(chance, names, depth + 1)


def record(chance: random.Random, names: list[str], depth: int = 0) -> dict[str, Any]:
    """A schema of an object."""
    fields = {name: schema(chance, names, depth) for name in chance.sample("abcdefgh", chance.randrange(1, 6))}
    return {"type": "object", "properties": fields, "required": [name for name in fields if chance.random() < 0.6]}


@pytest.mark.parametrize("seed", range(40))
def test_a_page_of_models_that_mention_each_other_is_the_same_whatever_was_made_before(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    names = [f"Model{number}" for number in range(chance.choice([4, 12, 40]))]
    schemas = {name: record(chance, names) if chance.random() < 0.8 else schema(chance, names) for name in names}
    compare(openapi(schemas), monkeypatch)


def test_steps_that_were_taken_for_other_pages_do_not_end_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(**fields: Any) -> dict[str, Any]:
        return {"type": "object", "properties": fields, "required": [*fields]}

    def many(count: int) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "minLength": 2}, "minItems": count}

    parts = {f"Part{number}": of(long={"$ref": "#/components/schemas/Long"}) for number in range(6)}
    whole = of(**{name: {"$ref": f"#/components/schemas/{name}"} for name in parts}, rest=many(400))
    schemas = {"Long": of(items=many(900))} | parts | {"Whole": whole}
    compare(openapi(schemas), monkeypatch)
