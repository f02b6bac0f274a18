"""Tables of GitHub Flavored Markdown: as wide as their widest cell everywhere (TypeScript pages), or not padded at all (Python pages)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from specmill.targets.markdown.view import Row, Table

_EMOJI_STYLE = "\ufe0f"
_JOINER = "\u200d"


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal: wide characters two, combining ones none; a newline counts as one."""
    if text.isascii():
        return len(text)
    width = 0
    last = 0
    joined = False
    for character in text:
        if character == _EMOJI_STYLE:  # the character before is shown as a picture, which is two columns wide
            width += 2 - last if last else 0
            last = 2
        elif joined:
            joined = False
        elif character == _JOINER:
            joined = True
        else:
            last = _character_width(character)
            width += last
    return width


def _character_width(character: str) -> int:
    if character == "\n":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(columns: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]]) -> Table:
    """All columns as wide as the widest cell of the whole table.

    A cell is (text as the spec has it, text as it is written): the width is that of the former, as in the pages that this form comes from.
    """
    measured = [[display_width(raw) for raw, _ in row] for row in cells]
    width = max([len(name) for name in columns] + [size for sizes in measured for size in sizes])

    def shown(written: Sequence[tuple[str, str]], sizes: Sequence[int]) -> Row:
        texts = [text for _, text in written]
        width_of = [size if text is raw else display_width(text) for (raw, text), size in zip(written, sizes, strict=True)]
        return Row(texts, _line([text + " " * (width - size) for text, size in zip(texts, width_of, strict=True)]))

    head = f"{_line([name.ljust(width) for name in columns])}\n{_line(['-' * width] * len(columns))}"
    return Table(columns, head, [*map(shown, cells, measured)])


def plain(columns: Sequence[str], rows: Sequence[Row]) -> Table:
    """No padding: a change in one cell is a change in one line."""
    return Table(columns, f"{_line(columns)}\n{_line(['---'] * len(columns))}", rows)


def row(cells: Sequence[str]) -> Row:
    """A row of such a table."""
    return Row(cells, _line(cells))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
