"""What importing 1,000 generated models costs, in both layouts, beside the same dataclasses written by hand.

    python benchmarks/imports.py

Each figure is the least CPU time of several fresh interpreters, in milliseconds, with dataclasses, typing and msgspec imported before: these are
paid for once in a program.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import specmill

MODELS = 1000
RUNS = 7
FIELDS = {
    "id": {"type": "string"},
    "size": {"type": "integer", "minimum": 0},
    "at": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "items": {"type": "string"}},
}


def spec() -> dict[str, object]:
    """Models of five fields, each of which mentions the next but for every tenth."""
    schemas = {}
    for i in range(MODELS):
        after = {"next": {"$ref": f"#/$defs/Model{i + 1}"}} if i % 10 != 9 else {"last": {"type": "boolean"}}
        schemas[f"Model{i}"] = {"type": "object", "required": ["id"], "properties": FIELDS | after}
    return {"$defs": schemas}


def by_hand() -> Iterator[str]:
    """The same as plain slots dataclasses."""
    yield "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom datetime import datetime\n"
    for i in range(MODELS):
        after = f"next: Model{i + 1} | None = None" if i % 10 != 9 else "last: bool | None = None"
        fields = ("id: str", "size: int | None = None", "at: datetime | None = None", "tags: list[str] | None = None", after)
        yield f"@dataclass(slots=True, kw_only=True)\nclass Model{i}:\n" + "".join(f"    {one}\n" for one in fields)


def measured(folder: Path, code: str) -> float:
    """The least CPU time of a statement, in milliseconds."""
    script = f"import dataclasses, enum, typing, msgspec, datetime, time\nstart = time.process_time()\n{code}\nprint(time.process_time() - start)"
    found = [subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True) for _ in range(RUNS)]
    return 1000 * min(float(done.stdout) for done in found)


def main() -> None:
    """Write the packages, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hand.py").write_text("\n".join(by_hand()), "utf-8")
        for layout in ("module", "package"):
            for path, text in specmill.render(spec(), {layout: {"kind": "python", "layout": layout}}).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, "utf-8")
        subprocess.run([sys.executable, "-m", "compileall", "-q", name], check=True)
        for title, code in (
            ("import of slots dataclasses written by hand", "import hand"),
            ('import, layout = "module"', "import module"),
            ('import, layout = "package"', "import package"),
            ('import and first use of a model, layout = "package"', "import package; package.Model999(id='x')"),
            ('import and first decode, layout = "package"', 'import package; package.Model999.from_json(\'{"id":"x"}\')'),
            (
                'import and first decode of one that reaches nine others, layout = "package"',
                'import package; package.Model0.from_json(\'{"id":"x"}\')',
            ),
            ('import and first decode, layout = "module"', 'import module; module.Model999.from_json(\'{"id":"x"}\')'),
        ):
            print(f"{measured(folder, code):8.1f} ms  {title}")


if __name__ == "__main__":
    main()
