"""Which properties count as required on the TypeScript pages: in the table, and in the sample."""

from __future__ import annotations

from collections.abc import Mapping

from specmill import ir
from specmill.targets.markdown.types_typescript import TypeNames


class Required:
    """What must be written: what is required and has no scalar default, and the constant by which a union chooses."""

    def __init__(self, package: ir.Package, types: TypeNames, tagged: Mapping[ir.ModelId, str]) -> None:
        """``tagged`` are the properties by which unions choose."""
        self._package = package
        self._types = types
        self._tagged = tagged

    def holds(self, model: ir.Record, one: ir.Field) -> bool:
        """Whether the property of the class counts as required."""
        if one.required:
            return one.default is ir.MISSING or one.default is None or isinstance(one.default, list | dict)
        return one.default is not ir.MISSING and one.wire_name == self._tagged.get(model.id) and self._is_constant(one.type)

    def _is_constant(self, type_: ir.Type) -> bool:
        match self._types.target(type_):
            case ir.Literal(values):
                return len(values) == 1
            case ir.Ref(model) if isinstance(enum := self._package.models[model], ir.Enum):
                return len(enum.members) == 1
            case _:
                return False
