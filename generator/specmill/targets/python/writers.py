"""What writes the modules of one package: what they share, and what each has for itself."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from specmill import ir
from specmill.diagnostics import Report
from specmill.targets.batches import Reads
from specmill.targets.outlines import Outline
from specmill.targets.python.forms import Forms
from specmill.targets.python.models import ModelWriter
from specmill.targets.python.modules import Module, Modules
from specmill.targets.python.naming import Names, classes_of
from specmill.targets.python.order import postponed
from specmill.targets.python.records import RecordWriter
from specmill.targets.python.serializers import SerializerWriter, stems, structs
from specmill.targets.python.types import Annotations
from specmill.targets.python.unions import decide_tags
from specmill.targets.python.values import Values


class Writers:
    """Makes the writers of each module: what follows from the outline of the package is found once, and the rest for each package."""

    def __init__(self, outline: Outline, modules: Modules, checks: dict[ir.SchemaId, str], options: Mapping[str, object]) -> None:
        self.outline, self.modules, self.options, self.reads = outline, modules, options, Reads()
        self._open_enums = bool(options.get("open-enums"))
        classes = classes_of(outline)
        keeps_unknown = options.get("unknown-fields") == "preserve"
        self._forms = Forms(
            outline,
            classes,
            structs(classes),
            stems(classes),
            checks,
            Report(),
            self._open_enums,
            keeps_unknown,
            later=postponed(outline),
        )
        decide_tags(self._forms)
        self._watch(self._forms)
        self._classes, self._checks = self.reads.watch(classes), self.reads.watch(checks)

    def _watch(self, forms: Forms) -> None:
        """What is known of a model or a schema beside its class and check: nobody asks for that without asking for these."""
        homes = {model.id: (module.name, module.is_leaf) for module in self.modules.each for model in module.models}
        homes_of_checks = {schema: self.modules.checks.get(name) for schema, name in forms.checks.items()}
        self.reads.tell(homes, homes_of_checks, forms.structs, forms.stems, forms.tags, dict.fromkeys(forms.later, True))

    def show(self, package: ir.Package, names: Names, report: Report) -> None:
        """From here on, write the modules of this package, which has the same outline."""
        self.report = report
        self.package = self.reads.show(package)
        self.names = replace(names, classes=self._classes)
        self.forms = replace(
            self._forms, package=self.package, classes=self._classes, checks=self._checks, report=report, functions={}, _open={}
        )
        self.values = Values(self.package, self.names)
        self.annotations = Annotations(self.package, self.names, self._open_enums)

    def models(self, module: Module) -> ModelWriter:
        """The writer of the models."""
        frozen = bool(self.options.get("frozen"))
        return ModelWriter(
            self.package,
            self.modules,
            self._shown(module),
            self.names,
            self.annotations,
            self.values,
            self.report,
            frozen,
            self.forms.keeps_unknown,
        )

    def serializers(self, module: Module) -> SerializerWriter:
        """The writer of the serializers."""
        forms = self.forms.emptied()
        records = RecordWriter(forms, self.names, self.values, bool(self.options.get("frozen")))
        return SerializerWriter(self.package, self.modules, self._shown(module), self.names, forms, records)

    def _shown(self, module: Module) -> Module:
        """A module with its models, not their outlines."""
        return replace(module, models=tuple([self.package.models[model.id] for model in module.models]))
