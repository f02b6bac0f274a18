"""How calls are secured: by what all share, or by something of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from specmill import names
from specmill.frontend.classes.said import Reader
from specmill.frontend.graph import child
from specmill.ir import Docs, Field, Json, Kind, Scalar

_TEXT: Final = Scalar(Kind.STRING)
_Needed: TypeAlias = list[Mapping[str, Json]]  # one of these: each scheme by its name


class Security:
    """What the document says of security, for all calls and for each."""

    def __init__(self, reader: Reader, operations: Sequence[Mapping[str, Json]]) -> None:
        """Where the document says nothing for all calls, what all of them say counts as that."""
        self._reader = reader
        root = reader.raw(reader.graph.root_id)
        own = [_needed(raw) for raw in operations if _needed(raw)]
        same = own[0] if own and len(own) == len(operations) and all(one == own[0] for one in own) else []
        self._shared = _needed(root) if "security" in root else same

    def fields(self, operation: Mapping[str, Json] | None) -> list[Field]:
        """The fields of a call that asks for a scheme which not all calls share; of all calls, for None."""
        if operation is None:
            return list(self._schemes(self._shared, required=False))
        needed = _needed(operation)
        shared = {name for one in self._shared for name in one}
        if all(name in shared for one in needed for name in one):
            return []
        return list(self._schemes(needed, required=len(needed) == 1))

    def _schemes(self, needed: _Needed, *, required: bool) -> Iterator[Field]:
        labels: dict[str, tuple[Json, ...]] = {}
        for name in (name for one in needed for name in one):
            written = child(self._reader.graph.root_id, "components", "securitySchemes", str(name))
            scheme = self._reader.raw(self._reader.referred(written) or written)
            basic = scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "basic"
            examples = (scheme["x-speakeasy-example"],) if "x-speakeasy-example" in scheme else ()
            labels |= dict.fromkeys(("username", "password"), ("",)) if basic else {str(name): examples}
        for label, examples in labels.items():
            yield Field(names.words(label), label, _TEXT, required=required, docs=Docs(examples=examples))


def _needed(raw: Mapping[str, Json]) -> _Needed:
    found = raw.get("security")
    return [one for one in found if isinstance(one, dict) and one] if isinstance(found, list) else []
