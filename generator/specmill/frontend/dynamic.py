"""``$dynamicRef`` and ``$recursiveRef``, where the ways to them leave only one meaning (JSON Schema Core, section 8.2.3.2).

Such a reference names the *outermost* of the resources entered on the way from the root that have a dynamic anchor of the name. It is known which
resource can lead to which, and so which of them can be the first with the anchor on some way to the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from specmill.frontend.parts import DEFINITIONS, Part, parts
from specmill.frontend.resources import RECURSIVE, Resource, Resources, at
from specmill.ir import Json, SchemaId
from specmill.pointers import pointer as to_pointer

Follow: TypeAlias = Callable[[str, SchemaId], Resource | None]
"""What resource a plain reference at a place leads into."""


def anchor(target: Resource, pointer: str, ref: str, keyword: str) -> str | None:
    """The name of the dynamic anchor that the reference is about; None where it is no more than a ``$ref``."""
    name = ref.partition("#")[2] if keyword == "$dynamicRef" else RECURSIVE
    if keyword == "$dynamicRef" and not name:
        return None
    return name if target.dynamic.get(name) == pointer else None


class Ways(Struct):
    """How evaluation can get from resource to resource."""

    resources: Resources
    follow: Follow
    _known: dict[tuple[Resource, int], tuple[set[Resource], set[str]]] = {}

    def outcomes(self, root: Resource, home: Resource, name: str) -> set[Resource | None]:
        """The resources whose anchor the name can mean in ``home``; None stands for what it means there by itself.

        Empty where no way leads from the root to ``home``.
        """
        reached = self._from(root, name, stop=True)
        firsts = {resource for resource in reached if name in resource.dynamic}
        found: set[Resource | None] = {first for first in firsts if home in self._from(first, name, stop=False)}
        if home in reached and home not in firsts:
            found.add(None)
        return found

    def _from(self, start: Resource, name: str, *, stop: bool) -> set[Resource]:
        """All that can be entered from a resource; with ``stop``, not through one that has the anchor."""
        reached = {start}
        waiting = [start]
        while waiting:
            resource = waiting.pop()
            if stop and name in resource.dynamic:
                continue
            onward, dynamic = self._leads(resource)
            onward = onward | {other for other in self.resources if dynamic & other.dynamic.keys()}
            waiting += onward - reached
            reached |= onward
        return reached

    def _leads(self, resource: Resource) -> tuple[set[Resource], set[str]]:
        """The resources that one can lead to directly, and the names of the dynamic references in it."""
        key = (resource, len(resource.entries))
        if key not in self._known:
            onward: set[Resource] = set()
            dynamic: set[str] = set()
            for found in self._met(resource):
                if isinstance(found, Resource):
                    onward.add(found)
                    continue
                place, node = found
                for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
                    ref = node.get(keyword)
                    target = self.follow(ref, place) if isinstance(ref, str) else None
                    if isinstance(ref, str) and target is not None:
                        onward.add(target)
                        dynamic |= set() if keyword == "$ref" else {RECURSIVE if keyword == "$recursiveRef" else ref.partition("#")[2]}
            self._known[key] = onward, dynamic
        return self._known[key]

    def _met(self, resource: Resource) -> Iterator[Resource | tuple[SchemaId, dict[str, Json]]]:
        """The objects of a resource, and the resources that are embedded where they apply (not where they are only defined)."""
        document = resource.document
        is_openapi = isinstance(document.data, dict) and "openapi" in document.data
        part = Part.DOCUMENT if is_openapi and not resource.pointer else Part.SCHEMA
        waiting = [(resource.pointer, part), *((entry, Part.SCHEMA) for entry in resource.entries)]
        while waiting:
            pointer, part = waiting.pop()
            node = at(document, pointer)
            if not isinstance(node, dict):
                continue
            yield f"{document.name}#{pointer}", node
            for keys, _, inner in parts(part, node):
                below = pointer + to_pointer(keys)
                if not self.resources.is_root(document, below):
                    waiting.append((below, inner))
                elif keys[0] not in DEFINITIONS and part is not Part.COMPONENTS:
                    yield self.resources.around(document, below)
