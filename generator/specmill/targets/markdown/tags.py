"""Which optional tags a page marks as required: the property by which a union chooses is written, though its schema does not demand it.

The pages that this form comes from mark such a property on the class itself, while walking the operations in the order of the spec. A
union with a discriminator marks it, once all of its variants have been walked, on those that it was the first to mention. Every other
mention, but by such a union, takes the mark away, and nothing brings it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from specmill import ir
from specmill.targets.mentions import mentioned, parts


def marked_tags(package: ir.Package) -> dict[ir.ModelId, str]:
    """Record → wire name of the tag that counts as required."""
    walk = _Walk(package)
    for type_ in _starts(package):
        walk.run(type_)
    return walk.marked


def _starts(package: ir.Package) -> Iterator[ir.Type]:
    for operation in package.operations:
        if operation.request is not None:
            yield ir.Ref(operation.request)
        yield from (body.type for body in operation.bodies)
        yield from (body.type for response in operation.responses for body in response.bodies)
    if not package.operations:
        yield from map(ir.Ref, package.models)


class _Walk(Struct):
    package: ir.Package
    marked: dict[ir.ModelId, str] = {}
    _seen: set[ir.ModelId] = set()

    def run(self, start: ir.Type) -> None:
        """Walk everything below a type; without recursion, since descriptions can be deep."""
        todo = [_Level(None, iter(mentioned(start)))]
        while todo:
            level = todo[-1]
            model = next(level.mentions, None)
            if model is None:
                self.marked |= dict.fromkeys(level.first, level.tag or "")
                todo.pop()
                continue
            if level.tag is None:
                self.marked.pop(model, None)
            elif model not in self._seen:
                level.first.append(model)
            found = self.package.models.get(model)
            if found is not None and model not in self._seen:
                self._seen.add(model)
                todo.append(_Level(_tag(found), iter([id_ for _, type_ in parts(found) for id_ in mentioned(type_)])))


class _Level(Struct):
    """A class that is being walked; ``tag`` is set for a union with a discriminator."""

    tag: str | None
    mentions: Iterator[ir.ModelId]
    first: list[ir.ModelId] = []


def _tag(model: ir.Model) -> str | None:
    return model.discriminator.property if isinstance(model, ir.Union) and model.discriminator is not None else None
