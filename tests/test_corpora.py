"""Documents that nobody here wrote: each ends in a diagnostic, or in models that accept what is valid, give it back, and refuse what is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import CORPORA

import specmill
from specmill.diagnostics import Diagnostic

LARGEST = 150_000  # bytes; larger documents are for `make conformance`

# `nullable` beside anyOf means null to everybody who writes it (and to us), and nothing to a validator that goes by the letter of OpenAPI 3.0.
NULL_IS_MEANT = {"kiota/tests/Kiota.Builder.IntegrationTests/NoUnderscoresInModel.yaml": {"CreateImageRequest"}}


def documents() -> list[Any]:
    """The documents that come with examples."""
    rows = [row.split("\t") for name in ("realworld", "nasty") for row in _lines(CORPORA / f"samples/{name}.tsv")]
    return [pytest.param(path, id=path) for _, _, size, _, path in rows if int(size) <= LARGEST]


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def examples(path: str) -> list[dict[str, Any]]:
    """Valid instances, each with mutants that are not."""
    file = CORPORA / f"examples/{hashlib.sha1(path.encode()).hexdigest()[:12]}.json"
    return list(json.loads(file.read_text("utf-8"))["examples"]) if file.exists() else []


def bare(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def compiled(path: str) -> tuple[Any, Sequence[Diagnostic]]:
    """The models of a document, or what is wrong with it."""
    try:
        return specmill.compile_models(CORPORA / path, formats="annotation", unknown_fields="preserve"), ()
    except specmill.SpecError as error:
        return None, error.diagnostics


def refuses(models: Any, model: Any, value: Any) -> bool:
    try:
        models.decode(json.dumps(value), model)
    except models.DecodeError:
        return True
    return False


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
@pytest.mark.parametrize("path", documents())
def test_a_document_means_what_it_says(path: str) -> None:
    models, findings = compiled(path)
    assert all(found.place is not None and found.place.line for found in findings), "each finding has its place"
    if models is None:
        return
    by_name = {bare(name): getattr(models, name) for name in models.__all__}
    accepted_mutants = set()
    for example in examples(path):
        model = by_name[bare(example["schema"])]
        assert json.loads(models.encode(models.decode(json.dumps(example["value"]), model))) == example["value"]
        if not all(refuses(models, model, mutant["value"]) for mutant in example["mutants"]):
            accepted_mutants.add(example["schema"])
    assert accepted_mutants == NULL_IS_MEANT.get(path, set())


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_there_are_documents_to_try() -> None:
    assert len(documents()) > 100
