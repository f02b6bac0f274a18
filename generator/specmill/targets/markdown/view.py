"""What the page templates see: every string is final Markdown, escaped and laid out; a template only places it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells as they stand between the bars, and the whole line."""

    cells: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``text`` is all of it, without a newline at its end."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One fenced block of code: what it is an example of (a type, or a line of prose), and its text without a newline at the end."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """A class with fields."""

    title: str  # struck through where the class is deprecated
    description: str  # a block of Markdown; empty: nothing is known
    deprecation: str  # the sentence to warn with; empty: not deprecated
    example: str
    fields: Table
    note: str = ""  # what holds for the class as a whole; empty: nothing does
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumPage:
    """A class of a few values; the TypeScript pages have them as ``code``, the Python pages in a table."""

    title: str
    description: str
    deprecation: str
    example: str
    code: str = ""
    values: Table | None = None
    note: str = ""
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnionPage:
    """A name for one of several types."""

    title: str
    description: str
    deprecation: str
    members: tuple[Sample, ...]
    note: str = ""
    variants: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AliasPage:
    """A name for one type."""

    title: str
    description: str
    deprecation: str
    type: str
    constraints: str
    example: str
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FixedPage:
    """A page whose text is always the same."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the index and the lines below it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A class diagram: what of (empty: of everything), its Mermaid source, and what it leaves out."""

    title: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of the index that became too long for it."""

    title: str
    up: str  # a link to the index
    lines: tuple[str, ...]
    diagrams: tuple[Diagram, ...]


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The list of everything."""

    title: str
    description: str
    coverage: str
    operations: tuple[str, ...]
    sections: tuple[Section, ...]
    deprecated: tuple[str, ...]
    diagrams: tuple[Diagram, ...]
    no_diagram: str  # why none is drawn; empty: some are
