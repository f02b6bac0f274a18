"""What writes the modules of one package: what they share, and what each has for itself."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from specmill import ir
from specmill.diagnostics import Report
from specmill.targets.batches import Reads
from specmill.targets.python.forms import Forms
from specmill.targets.python.models import ModelWriter
from specmill.targets.python.modules import Module, Modules
from specmill.targets.python.naming import Names
from specmill.targets.python.order import postponed
from specmill.targets.python.records import RecordWriter
from specmill.targets.python.serializers import SerializerWriter, stems, structs
from specmill.targets.python.types import Annotations
from specmill.targets.python.unions import decide_tags
from specmill.targets.python.values import Values


class Writers:
    """Makes the writers of each module."""

    def __init__(
        self,
        package: ir.Package,
        names: Names,
        modules: Modules,
        checks: dict[ir.SchemaId, str],
        *,
        options: Mapping[str, object],
        report: Report,
    ) -> None:
        self.package, self.names, self.modules, self.checks = package, names, modules, checks
        self.options, self.report, self.reads = options, report, Reads(package)
        open_enums = bool(self.options.get("open-enums"))
        forms = Forms(
            self.package,
            dict(self.names.classes),
            structs(self.names),
            stems(self.names),
            self.checks,
            self.report,
            open_enums,
            self.options.get("unknown-fields") == "preserve",
            later=postponed(self.package),
        )
        decide_tags(forms)
        self._watch(forms)
        self.forms = replace(forms, package=self.package, classes=self.names.classes, checks=self.checks)
        self.values = Values(self.package, self.names)
        self.annotations = Annotations(self.package, self.names, open_enums)

    def _watch(self, forms: Forms) -> None:
        """From here on, what is known of a model or a schema is looked up in tables that note the lookup."""
        homes = {model.id: (module.name, module.is_leaf) for module in self.modules.each for model in module.models}
        homes_of_checks = {schema: self.modules.checks.get(name) for schema, name in self.checks.items()}
        self.reads.tell(homes, homes_of_checks, forms.structs, forms.stems, forms.tags, dict.fromkeys(forms.later, True))
        self.package = self.reads.package
        self.names = replace(self.names, classes=self.reads.watch(self.names.classes))
        self.checks = self.reads.watch(self.checks)

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
