"""Reference pages in Markdown: one for each class, and an index; as a Python SDK or as a TypeScript SDK has them."""

from __future__ import annotations

from collections.abc import Iterator

from specmill import ir
from specmill.config import TargetConfig
from specmill.diagnostics import Report
from specmill.targets import Page
from specmill.targets.batches import Batch
from specmill.targets.markdown import python, settings, typescript


def pages(package: ir.Package, target: TargetConfig, report: Report) -> Iterator[Page | Batch]:
    """The pages of one target, in the dialect that it asks for."""
    chosen = settings.read(target)
    if chosen.language == "typescript":
        return typescript.pages(package, chosen, report)
    return python.pages(package, chosen, report)
