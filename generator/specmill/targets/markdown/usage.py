"""Who mentions whom: for back-links, for the classes that requests and responses reach, and for the diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

from specmill import ir
from specmill.targets.markdown.escape import plain_text
from specmill.targets.mentions import mentioned, mentions, neighbours


class Use(Struct, frozen=True, array_like=True):
    """A place where a model is mentioned: in a field of another, elsewhere in another (field None), or in an operation."""

    user: str  # the id of the model or of the operation
    field: str | None = None  # its name on the wire
    roles: list[str] = []  # in an operation: "request", "body", "response 200"


class Usage(Struct, frozen=True, dict=True):
    """The mentions within one package."""

    package: ir.Package

    @cached_property
    def neighbours(self) -> Mapping[ir.ModelId, tuple[ir.ModelId, ...]]:
        """What each model mentions, each once, in order."""
        return neighbours(self.package)

    @cached_property
    def used_by(self) -> dict[ir.ModelId, list[Use]]:
        """Where each model is mentioned, in the order of the spec."""
        found: defaultdict[ir.ModelId, list[Use]] = defaultdict(list)
        for operation in self.package.operations:
            for role, model in roles(operation):
                uses = found[model]
                if not uses or uses[-1].user != operation.id:  # nobody mentions anything in between
                    uses.append(Use(operation.id))
                if role not in uses[-1].roles:
                    uses[-1].roles.append(role)
        for user, field, ids in mentions(self.package):
            use = Use(user, field)
            for model in ids:
                uses = found[model]
                if not uses or uses[-1] != use:
                    uses.append(use)
        return found

    @cached_property
    def in_requests(self) -> set[ir.ModelId]:
        """Everything that a request can hold."""
        return self._closure(m for o in self.package.operations for role, m in roles(o) if role in ("request", "body"))

    @cached_property
    def in_responses(self) -> set[ir.ModelId]:
        """Everything that a response can hold."""
        return self._closure(m for o in self.package.operations for role, m in roles(o) if role.startswith("response"))

    @cached_property
    def reachable(self) -> set[ir.ModelId]:
        """Everything that an operation reaches; where there are no operations, everything."""
        if not self.package.operations:
            return set(self.package.models)
        return self.in_requests | self.in_responses | self._closure(self.package.kept)

    def _closure(self, start: Iterable[ir.ModelId]) -> set[ir.ModelId]:
        seen: set[ir.ModelId] = set()
        todo = list(start)
        while todo:
            model = todo.pop()
            if model not in seen and model in self.package.models:
                seen.add(model)
                todo += self.neighbours[model]
        return seen


def roles(operation: ir.Operation) -> Iterator[tuple[str, ir.ModelId]]:
    """The models that an operation mentions, each with the part that it plays."""
    return ((role, model) for role, type_ in exchanged(operation) for model in mentioned(type_))


@lru_cache(maxsize=1024)  # many operations are alike in that
def spoken(roles: tuple[str, ...]) -> str:
    """Several parts in an operation, in few words: ``body, responses 200, 404``."""
    statuses: defaultdict[str, list[str]] = defaultdict(list)
    for role in roles:
        part, _, status = role.partition(" ")
        statuses[part].append(status)
    return ", ".join(f"{part}{'s' if len(found) > 1 else ''} {', '.join(found)}".rstrip() for part, found in statuses.items())


def exchanged(operation: ir.Operation) -> Iterator[tuple[str, ir.Type]]:
    """What an operation takes and gives, each with the part that it plays; of headers, those that have a class."""
    if operation.request is not None:
        yield "request", ir.Ref(operation.request)
    for body in operation.bodies:
        yield "body", body.type
    for response in operation.responses:
        role = f"response {plain_text(response.status)}"
        for body in response.bodies:
            yield role, body.type
        for header in response.headers:
            if mentioned(header.type):
                yield role, header.type
