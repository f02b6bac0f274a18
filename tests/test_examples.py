"""Every example on every page of documents that nobody here wrote runs: a sample of the documents, or with --everything (`make examples`) all."""

from __future__ import annotations

import sys

import pytest
from conftest import CORPORA
from test_markdown_python import broken_links, files, run_all

from specmill.diagnostics import SpecError

LIST = CORPORA / "samples/all.tsv"
ROWS = [row.split("\t") for row in LIST.read_text("utf-8").splitlines()] if LIST.exists() else []
DOCUMENTS = [(path, int(size)) for *_, size, _, path in ROWS]
LARGEST, EVERY = 60_000, 8  # of the sample: bytes, and one document of so many

# Nobody found a value for these: their pages say so, and have no example.
NONE_FOUND = "There is none: no value was found that meets all assertions of the schema."


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    small = [path for path, size in DOCUMENTS if size <= LARGEST]
    chosen = [path for path, _ in DOCUMENTS] if metafunc.config.getoption("--everything") else small[::EVERY]
    if "document" in metafunc.fixturenames:
        metafunc.parametrize(
            "document", chosen or [pytest.param("", marks=pytest.mark.skip(reason="the corpora are not beside this checkout"))]
        )


def test_every_example_runs_and_every_link_leads_somewhere(document: str) -> None:
    try:
        made = files(CORPORA / document)
    except SpecError:
        return  # the document has a mistake; what is said of it is for other tests
    name = "described_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in document)
    count = run_all(made, name)
    for module in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
        del sys.modules[module]
    described = {path: page for path, page in made["docs"].items() if path.startswith("models/")}
    assert count >= len(described) - sum(NONE_FOUND in page for page in described.values())
    assert broken_links(made["docs"]) == []
