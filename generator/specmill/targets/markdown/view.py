"""What the page templates see: every string is final Markdown, escaped and laid out; a template only places it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Row(Struct, frozen=True):
    """One line of a table: its cells as they stand between the bars, and the whole line."""

    cells: Sequence[str]
    line: str


class Table(Struct, frozen=True):
    """A table."""

    columns: Sequence[str]
    head: str  # two lines: the columns, and the rule below them
    rows: Sequence[Row]

    @property
    def text(self) -> str:
        """All of it, without a newline at its end."""
        return "\n".join([self.head, *[row.line for row in self.rows]])


class Sample(Struct, frozen=True):
    """One fenced block of code: what it is an example of (a type, or a line of prose), and its text without a newline at the end."""

    title: str
    code: str


class ObjectPage(Struct, frozen=True):
    """A class with fields."""

    title: str  # struck through where the class is deprecated
    description: str  # a block of Markdown; empty: nothing is known
    deprecation: str  # the sentence to warn with; empty: not deprecated
    example: str
    fields: Table
    note: str = ""  # what holds for the class as a whole; empty: nothing does
    used_by: tuple[str, ...] = ()


class EnumPage(Struct, frozen=True):
    """A class of a few values; the TypeScript pages have them as ``code``, the Python pages in a table."""

    title: str
    description: str
    deprecation: str
    example: str
    code: str = ""
    values: Table | None = None
    note: str = ""
    used_by: tuple[str, ...] = ()


class UnionPage(Struct, frozen=True):
    """A name for one of several types."""

    title: str
    description: str
    deprecation: str
    members: tuple[Sample, ...]
    note: str = ""
    variants: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()


class AliasPage(Struct, frozen=True):
    """A name for one type."""

    title: str
    description: str
    deprecation: str
    type: str
    constraints: str
    example: str
    used_by: tuple[str, ...] = ()


class FixedPage(Struct, frozen=True):
    """A page whose text is always the same."""


class Section(Struct, frozen=True):
    """A heading of the index and the lines below it."""

    title: str
    lines: tuple[str, ...]


class Diagram(Struct, frozen=True):
    """A class diagram: what of (empty: of everything), its Mermaid source, and what it leaves out."""

    title: str
    source: str
    note: str = ""


class ListPage(Struct, frozen=True):
    """A part of the index that became too long for it."""

    title: str
    up: str  # a link to the index
    lines: tuple[str, ...]
    diagrams: tuple[Diagram, ...]


class IndexPage(Struct, frozen=True):
    """The list of everything."""

    title: str
    description: str
    coverage: str
    operations: tuple[str, ...]
    sections: tuple[Section, ...]
    deprecated: tuple[str, ...]
    diagrams: tuple[Diagram, ...]
    no_diagram: str  # why none is drawn; empty: some are
