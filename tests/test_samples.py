"""Valid samples survive loading and dumping; invalid ones give exactly the expected errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cases
import pytest


def samples(kind: str) -> list[Any]:
    """The sample files of all cases."""
    found = sorted(cases.FOLDER.glob(f"*/samples/{kind}/*.json"))
    return [pytest.param(path, id=f"{path.parents[2].name}/{path.stem}") for path in found]


def models(path: Path) -> list[Any]:
    """The class that a sample is of, in every Python package of its case, in both layouts: ``Pet-without-age.json`` is a ``Pet``."""
    case = path.parents[2].name
    packages = cases.outcome(case).packages
    assert packages, "a case with samples makes Python"
    return [getattr(cases.module(case, target), path.stem.split("-")[0]) for target in packages]


def exact(value: object) -> str:
    """A JSON value as text that tells 1 from 1.0 and true, whatever the order of the keys."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("path", samples("valid"))
def test_a_valid_sample_comes_back_as_it_was(path: Path) -> None:
    text = path.read_bytes()
    for model in models(path):
        loaded = model.from_json(text)
        assert exact(json.loads(loaded.to_json())) == exact(json.loads(text))
        assert model.from_json(loaded.to_json()) == loaded
        assert exact(model.from_dict(json.loads(text)).to_dict()) == exact(json.loads(text))


@pytest.mark.parametrize("path", samples("invalid"))
def test_an_invalid_sample_gives_exactly_the_expected_errors(path: Path, *, update: bool) -> None:
    expected = path.with_suffix(".errors.txt")
    for model in models(path):
        found = []
        for load, value in ((model.from_json, path.read_bytes()), (model.from_dict, json.loads(path.read_bytes()))):
            with pytest.raises(ValueError) as caught:  # noqa: PT011 - each package has a class of its own for it
                load(value)
            assert type(caught.value).__name__ == "DecodeError"
            found.append(f"{caught.value}\n")
        assert found[0] == found[1], "from_json and from_dict say the same"
        if update:
            expected.write_text(found[0], encoding="utf-8", newline="\n")
        assert expected.read_text("utf-8") == found[0]


def test_no_errors_file_is_left_without_its_sample() -> None:
    for path in cases.FOLDER.glob("*/samples/invalid/*.errors.txt"):
        assert path.with_name(path.name.removesuffix(".errors.txt") + ".json").exists(), path
