"""Every finding is explained, and every explanation is of a finding."""

from __future__ import annotations

import ast
import re

from conftest import ROOT

from specmill.catalogue import catalogue, markdown

SOURCE = ROOT / "generator/specmill"
CODE = re.compile(r"[a-z]+(-[a-z]+)*\Z")
METHODS = {"error", "warning", "note"}  # of a report
WRAPPERS = {"Diagnostic", "Fault", "fault", "_unknown", "_fault", "_at", "_warn", "_error"}  # their own first words, in the rooms that read
READERS = ("frontend", "config_file.py", "pipeline.py")


def used() -> set[str]:
    """The codes that are given to something that makes a finding."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        reads = path.relative_to(SOURCE).parts[0] in READERS
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (_is_report(node.func) or (reads and _name(node.func) in WRAPPERS)):
                found |= {
                    a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str) and CODE.match(a.value)
                }
    return found


def _is_report(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in METHODS and _name(function.value).endswith("report")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def strings() -> set[str]:
    """Every string in the source."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_code_is_explained() -> None:
    assert len(used()) > 20
    assert used() - set(catalogue()) == set()


def test_every_explanation_is_of_a_code() -> None:
    assert set(catalogue()) - strings() == set()


def test_the_entries_are_in_order_and_complete() -> None:
    assert list(catalogue()) == sorted(catalogue())
    for code, entry in catalogue().items():
        assert code == code.lower().strip()
        assert entry.title
        assert len(entry.text) > 20


def test_the_documentation_has_the_catalogue() -> None:
    assert (ROOT / "docs/diagnostics.md").read_text("utf-8") == markdown(), "specmill explain --all > docs/diagnostics.md"
