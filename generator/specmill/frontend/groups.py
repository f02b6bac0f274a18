"""Which models are errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specmill.ir import ListOf, ModelId, Nullable, Operation, Ref, Type


def only_in_errors(operations: Iterable[Operation]) -> set[ModelId]:
    """The models that are the body of an error response (4XX, 5XX), and of no other and no request."""
    good: set[ModelId] = set()
    bad: set[ModelId] = set()
    for operation in operations:
        for body in operation.bodies:
            good |= set(_carried(body.type))
        for response in operation.responses:
            carried = {id for body in response.bodies for id in _carried(body.type)}
            (bad if response.status[:1] in "45" and response.status else good).update(carried)
    return bad - good


def _carried(type_: Type) -> Iterator[ModelId]:
    match type_:
        case Ref():
            yield type_.model
        case ListOf():
            yield from _carried(type_.item)
        case Nullable():
            yield from _carried(type_.type)
        case _:
            return
