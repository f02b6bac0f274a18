"""What the templates of a Python package see: final lines of source, in the order in which they are placed."""

from __future__ import annotations

from msgspec import Struct

from specmill.ir import ModelId


class Fixed(Struct, frozen=True):
    """A module whose text is always the same."""


class Block(Struct, frozen=True):
    """A class or function."""

    lines: tuple[str, ...]


class Heading(Struct, frozen=True):
    """The docstring of a module and its imports."""

    docstring: tuple[str, ...]
    imports: tuple[str, ...]
    neighbours: tuple[str, ...] = ()  # imports that only type checkers follow


class Late(Struct, frozen=True):
    """Imports of other modules, which may need what stands above them in turn."""

    imports: tuple[str, ...]


class Member(Struct, frozen=True):
    """One field of a dataclass, or one member of an enum."""

    lines: tuple[str, ...]
    docstring: tuple[str, ...]


class Class(Struct, frozen=True):
    """A dataclass or an enum."""

    id: ModelId
    name: str
    decorators: tuple[str, ...]
    head: tuple[str, ...]
    docstring: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def separator(self) -> bool:
        """Whether a blank line stands between the docstring and the members."""
        return bool(self.docstring and self.members)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.docstring and not self.members


class Alias(Struct, frozen=True):
    """A name for a type."""

    id: ModelId
    name: str
    lines: tuple[str, ...]
    docstring: tuple[str, ...]


class Models(Struct, frozen=True):
    """``models.py``, or one of ``models/``."""

    heading: Heading
    classes: tuple[Class, ...]
    late: Late | None
    aliases: tuple[Alias, ...]

    @property
    def spaced(self) -> bool:
        """Whether two blank lines stand before the aliases."""
        return bool(self.classes and not self.late)


class Serializers(Struct, frozen=True):
    """``serializers.py``, or one of ``serializers/``."""

    heading: Heading
    setup: tuple[str, ...]  # constants that everything else uses
    structs: tuple[Block, ...]
    functions: tuple[Block, ...]
    nodes: tuple[str, ...]  # constants that other modules may use
    late: Late | None
    constants: tuple[str, ...]
    registry: tuple[str, ...]


class Init(Struct, frozen=True):
    """``__init__.py``."""

    docstring: tuple[str, ...]
    imports: tuple[str, ...]
    names: tuple[str, ...]
    modules: tuple[str, ...] = ()  # where each name is defined, if it is imported on first use
