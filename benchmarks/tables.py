"""What was measured, as a page of docs/ and a plot beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

Row = Mapping[str, float]
_WIDEST: Final = 6.0  # times ours; longer bars are cut
_SCALE: Final = 70  # pixels for once our time
_LABELS: Final = 190
_LINE: Final = 16
_COLOURS: Final = {"specmill": "#2a7f62", "": "#9aa5b1"}


def replace_between(page: Path, name: str, text: str) -> None:
    """Put text between the markers of that name."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    old = page.read_text("utf-8")
    if start not in old or end not in old:
        raise ValueError(f"{page} has no place for {name}")
    page.write_text(re.sub(re.escape(start) + ".*?" + re.escape(end), lambda _: f"{start}\n{text}\n{end}", old, flags=re.DOTALL), "utf-8")


def table(columns: Mapping[str, Row]) -> str:
    """Rows of libraries, columns of cases: how many times our time each takes."""
    names = dict.fromkeys(name for row in columns.values() for name in row)
    ours = next(iter(names))
    lines = [f"| | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    lines.append(f"| **{ours}** | {' | '.join(f'**1** ({_duration(row[ours])})' for row in columns.values())} |")
    lines += [f"| {name} | {' | '.join(_ratio(row, name, ours) for row in columns.values())} |" for name in names if name != ours]
    return "\n".join(lines) + "\n"


def _ratio(row: Row, name: str, ours: str) -> str:
    return f"{row[name] / row[ours]:.2f}" if name in row else "cannot"


def _duration(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def plot(panels: Mapping[str, Row]) -> str:
    """Bars of times, ours being one, as SVG."""
    body: list[str] = []
    y = 24
    for title, row in panels.items():
        body.append(f'<text x="0" y="{y}" font-weight="bold">{title}</text>')
        y += _LINE
        body += _bars(row, y)
        y += (len(row) + 1) * _LINE
    width = _LABELS + _SCALE * int(_WIDEST) + 60
    style = "font-family: system-ui, sans-serif; font-size: 12px"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" style="{style}">'
    return "\n".join([head, f'<rect width="{width}" height="{y}" fill="#ffffff"/>', *body, "</svg>", ""])


def _bars(row: Row, top: int) -> Iterator[str]:
    ours = next(iter(row.values()))
    for i, (name, seconds) in enumerate(sorted(row.items(), key=lambda one: one[1])):
        y = top + i * _LINE
        ratio = seconds / ours
        colour = _COLOURS.get(name, _COLOURS[""])
        yield f'<text x="{_LABELS - 8}" y="{y}" text-anchor="end">{name}</text>'
        yield f'<rect x="{_LABELS}" y="{y - 10}" width="{_SCALE * min(ratio, _WIDEST):.1f}" height="12" fill="{colour}"/>'
        yield f'<text x="{_LABELS + _SCALE * min(ratio, _WIDEST) + 4:.1f}" y="{y}">{ratio:.2f}</text>'


def listing(title: str, row: Row, unit: str, scale: float = 1.0) -> str:
    """One column of plain figures."""
    ours = next(iter(row.values()))
    lines = [f"| {title} | {unit} | |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {value * scale:,.1f} | {value / ours:.2f} |" for name, value in row.items()]
    return "\n".join(lines) + "\n"


def versions(found: Sequence[tuple[str, str]]) -> str:
    """The versions in one line."""
    return ", ".join(f"{name} {version}" for name, version in found) + "\n"
