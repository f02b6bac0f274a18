"""Which models are errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specmill.ir import ListOf, ModelId, Nullable, Operation, Ref, Type


def only_in_errors(operations: Iterable[Operation]) -> set[ModelId]:
    """The models that are the body of an error response (4XX, 5XX), and of no other and no request."""
    good, bad = set[ModelId](), set[ModelId]()
    for operation in operations:
        carried = bodies(operation)
        good |= carried[0]
        bad |= carried[1]
    return bad - good


def bodies(operation: Operation) -> tuple[set[ModelId], set[ModelId]]:
    """The models that are bodies of an operation, and those that are bodies of its error responses."""
    good, bad = {id for body in operation.bodies for id in _carried(body.type)}, set[ModelId]()
    for response in operation.responses:
        carried = bad if response.status[:1] in "45" and response.status else good
        carried.update(id for body in response.bodies for id in _carried(body.type))
    return good, bad


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
