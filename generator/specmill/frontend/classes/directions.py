"""What a class does not have: properties that are only read are not sent, those that are only written are not received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specmill.ir import Field, ListOf, MapOf, Model, ModelId, Operation, Record, Ref, Type, Union


def hidden(models: Mapping[ModelId, Model], operations: tuple[Operation, ...]) -> dict[ModelId, str]:
    """Record → the keyword of the properties that it does not have, if any; a record that goes both ways has all of them."""
    sent = _reached(models, (type_ for one in operations for type_ in _asked(one)), "read_only")
    received = _reached(models, (body.type for one in operations for answer in one.responses for body in answer.bodies), "write_only")
    unsent = {id: "readOnly" for id in sent - received if any(field.read_only for field in _fields(models[id]))}
    return unsent | {id: "writeOnly" for id in received - sent if any(field.write_only for field in _fields(models[id]))}


def _fields(model: Model) -> tuple[Field, ...]:
    return model.fields if isinstance(model, Record) else ()


def _asked(operation: Operation) -> Iterator[Type]:
    if operation.request is not None:
        yield Ref(operation.request)
    yield from (body.type for body in operation.bodies)


def _reached(models: Mapping[ModelId, Model], start: Iterable[Type], mark: str) -> set[ModelId]:
    """The models below some types, not by way of properties with the mark."""
    seen: set[ModelId] = set()
    todo = list(start)
    while todo:
        match todo.pop():
            case Ref(id) if id not in seen and id in models:
                seen.add(id)
                match models[id]:
                    case Record(fields=fields, additional=additional):
                        todo += [one.type for one in fields if not getattr(one, mark)]
                        todo += [additional] if additional is not None else []
                    case Union(variants=variants):
                        todo += variants
                    case _:
                        pass
            case ListOf(inner) | MapOf(inner):
                todo.append(inner)
            case _:
                pass
    return seen
