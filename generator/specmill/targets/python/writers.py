"""What writes the modules of one package: what they share, and what each has for itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from specmill import ir
from specmill.diagnostics import Report
from specmill.targets.python.forms import Forms
from specmill.targets.python.models import ModelWriter
from specmill.targets.python.modules import Module, Modules
from specmill.targets.python.naming import Names
from specmill.targets.python.order import recursive, too_deep
from specmill.targets.python.records import RecordWriter
from specmill.targets.python.serializers import SerializerWriter, stems, structs
from specmill.targets.python.types import Annotations
from specmill.targets.python.unions import decide_tags
from specmill.targets.python.values import Values


class Writers(Struct, frozen=True, dict=True):
    """Makes the writers of each module."""

    package: ir.Package
    names: Names
    modules: Modules
    checks: dict[ir.SchemaId, str]
    options: Mapping[str, object]
    report: Report

    @cached_property
    def annotations(self) -> Annotations:
        """What writes annotations."""
        return Annotations(self.package, self.names, bool(self.options.get("open-enums")))

    @cached_property
    def values(self) -> Values:
        """What writes values."""
        return Values(self.package, self.names)

    @cached_property
    def forms(self) -> Forms:
        """The forms of no module: what those of all modules begin with."""
        forms = Forms(
            self.package,
            dict(self.names.classes),
            structs(self.names),
            stems(self.names),
            self.checks,
            self.report,
            bool(self.options.get("open-enums")),
            self.options.get("unknown-fields") == "preserve",
            later=recursive(self.package) | too_deep(self.package),
        )
        decide_tags(forms)
        return forms

    def models(self, module: Module) -> ModelWriter:
        """The writer of the models."""
        frozen = bool(self.options.get("frozen"))
        return ModelWriter(
            self.package, self.modules, module, self.names, self.annotations, self.values, self.report, frozen, self.forms.keeps_unknown
        )

    def serializers(self, module: Module) -> SerializerWriter:
        """The writer of the serializers."""
        forms = self.forms.emptied()
        records = RecordWriter(forms, self.names, self.values, bool(self.options.get("frozen")))
        return SerializerWriter(self.package, self.modules, module, self.names, forms, records)
