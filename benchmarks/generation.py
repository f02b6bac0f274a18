"""How fast specmill generates, beside the tools that do something alike: `make bench-generation CORPUS=folder`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

import tables

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs/performance.md"
CONFIG: Final = 'spec = "{spec}"\n[targets.python]\npath = "out/models"\nlayout = "{layout}"\n'
DOCS: Final = '[targets.docs]\nkind = "markdown"\npath = "out/docs"\npackage = "models"\n'
TINY: Final = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
PET: Final = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
SPECMILL: Final = (sys.executable, "-m", "specmill")
PACKAGE: Final = "specmill, layout package, from JSON"
ONE_CORE: Final = ("taskset", "--cpu-list", "0")

Command = Sequence[str]


class Cost(NamedTuple):
    """What a command takes."""

    seconds: float  # of CPU time, its children included
    megabytes: float  # at its largest


def _fresh(folder: Path) -> Path:
    """A new, empty folder there."""
    return Path(tempfile.mkdtemp(dir=folder))


def cost(command: Command, folder: Path) -> Cost | None:
    """Run a command; None where it fails."""
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024) if child.returncode == 0 else None


def apart(work: Callable[..., None], *arguments: object) -> None:
    """Do it in another process: as much memory as ours has ever held would count for each command that it starts."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def tools(spec: Path, node: Path | None) -> Iterator[tuple[str, Command]]:
    """The other tools, each as its documentation says is fastest."""
    python = Path(sys.executable).parent
    out = ("--output", "out_others", "--output-model-type", "dataclasses.dataclass", "--no-formatters", "--disable-timestamp")
    yield "datamodel-code-generator", (
        sys.executable,
        "-m",
        "datamodel_code_generator",
        "--input",
        str(spec),
        "--input-file-type",
        "openapi",
        *out,
    )
    if (python / "openapi-python-client").exists():
        (spec.parent / "quiet.yaml").write_text("post_hooks: []\n")
        yield "openapi-python-client", (
            str(python / "openapi-python-client"), "generate", "--path", str(spec), "--config", str(spec.parent / "quiet.yaml"),
        )  # fmt: skip
    if node is not None:
        yield "openapi-typescript", (str(node / "openapi-typescript"), str(spec), "-o", "out.ts")
        yield "quicktype", (
            str(node / "quicktype"),
            "--src-lang",
            "schema",
            "--lang",
            "python",
            "-o",
            "quicktype.py",
            f"{spec}#/components/schemas/",
        )


class Folder:
    """A folder with a spec and a configuration, to run specmill in."""

    def __init__(self, path: Path, spec: Path, *, docs: bool = True, layout: str = "module") -> None:
        """Copy the spec there."""
        self.path = path
        path.mkdir(parents=True)
        self.spec = path / spec.name
        shutil.copyfile(spec, self.spec)
        (path / "specmill.toml").write_text(CONFIG.format(spec=spec.name, layout=layout) + (DOCS if docs else ""))

    def cold(self, *within: str) -> Cost | None:
        """Generate all, perhaps within another command.

        What was there is moved away: where many files were just deleted, some file systems take ten times as long to make others.
        """
        if (self.path / "out").exists():
            (self.path / "out").rename(_fresh(self.path))
        return cost((*within, *SPECMILL, "generate", "-q"), self.path)

    def again(self, verb: str = "generate") -> Cost | None:
        """Generate once more, with nothing changed."""
        return cost((*SPECMILL, verb, "-q"), self.path)

    def after_edit(self, number: int) -> Cost | None:
        """Generate after an edit of one schema."""
        apart(edit, self.spec, number)
        return self.again()


def edit(spec: Path, number: int) -> None:
    """Give a schema in the middle another description and one more property."""
    data = json.loads(spec.read_text("utf-8"))
    schemas = [one for one in data["components"]["schemas"].values() if "properties" in one]
    schemas[len(schemas) // 2]["description"] = f"Edit {number}."
    schemas[len(schemas) // 2]["properties"][f"edit_{number}"] = {"type": "string"}
    spec.write_text(json.dumps(data), "utf-8")


def large(corpus: Path, work: Path, node: Path | None, turns: int) -> dict[str, dict[str, list[Cost]]]:
    """Case -> tool -> its costs, the tools in turns."""
    found: dict[str, dict[str, list[Cost]]] = {}
    for title, name in (("GitHub", "github"), ("Stripe", "stripe")):
        everything = Folder(work / name / "everything", corpus / f"{name}.yaml")
        alone = Folder(work / name / "alone", corpus / f"{name}.yaml", docs=False)
        edited = Folder(work / name / "edited", corpus / f"{name}.json", layout="package")
        others = dict(tools(everything.spec, node))
        row = found[title] = {}
        for turn in range(turns):
            runs = {"specmill": everything.cold(), "specmill, on one core": everything.cold(*ONE_CORE)}
            runs |= {"specmill, Python alone": alone.cold(), PACKAGE: edited.cold()}
            runs |= {tool: cost(command, _fresh(work)) for tool, command in others.items() if turn == 0 or tool in row}
            edited.again()
            runs |= {
                f"after an edit of {PACKAGE.partition(', ')[2]}": edited.after_edit(turn),
                "nothing changed, the first time": everything.again(),
                "nothing changed, later": everything.again("check"),
            }
            for tool, one in runs.items():
                row.setdefault(tool, []).extend([one] if one else [])
                print(title, tool, one, file=sys.stderr)
            row = found[title] = {tool: costs for tool, costs in row.items() if costs}
    return found


def starts(work: Path, turns: int) -> dict[str, float]:
    """Seconds of CPU time of what should cost next to nothing."""
    spec = work / "tiny.json"
    spec.write_text(json.dumps(TINY | {"components": {"schemas": {"Pet": PET}}}))
    tiny = Folder(work / "tiny", spec, docs=False)
    commands = {
        "python -I -c pass": (sys.executable, "-I", "-c", "pass"), "specmill --version": (*SPECMILL, "--version"),
        "specmill --help": (*SPECMILL, "--help"), "datamodel-code-generator, one schema": next(tools(tiny.spec, None))[1],
    }  # fmt: skip
    times: dict[str, list[float]] = {}
    for turn in range(turns + 1):
        runs = {name: cost(command, tiny.path) for name, command in commands.items()}
        runs |= {"specmill generate, one schema": tiny.cold(), "specmill generate, nothing changed": tiny.again()}
        for name, one in runs.items() if turn else ():  # the first turn compiles
            times.setdefault(name, []).append(one.seconds if one else float("nan"))
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def scale(work: Path, sizes: Sequence[int]) -> dict[int, Cost]:
    """Schemas -> what they take: each has five properties and refers to the one before it."""
    found = {}
    for size in sizes:
        spec = work / f"{size}.json"
        apart(write_models, spec, size)
        one = Folder(work / str(size), spec, docs=False, layout="package").cold()
        print(size, one, file=sys.stderr)
        if one is not None:
            found[size] = one
    return found


def write_models(spec: Path, size: int) -> None:
    """A spec of so many schemas."""
    spec.write_text(json.dumps(TINY | {"components": {"schemas": {f"Model{i}": _model(i) for i in range(size)}}}))


def _model(number: int) -> Mapping[str, object]:
    return PET | {
        "description": f"The model number {number}.",
        "properties": {
            "name": {"type": "string", "maxLength": 10 + number % 90}, "age": {"type": "integer", "minimum": 0}, "at": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "items": {"type": "string"}}, "before": {"$ref": f"#/components/schemas/Model{max(0, number - 1)}"},
        },
    }  # fmt: skip


# ---- the page -------------------------------------------------------------------------------------------------------------------


def text(found: Mapping[str, Mapping[str, list[Cost]]], start: Mapping[str, float], sizes: Mapping[int, Cost]) -> str:
    """What was measured, as Markdown."""
    names = ("datamodel-code-generator", "openapi-python-client", "specmill", "jinja2", "msgspec", "PyYAML")
    versions = [(name, metadata.version(name)) for name in names if _is_there(name)]
    lines = [f"Python {sys.version.split()[0]}; {tables.versions(versions)}", "### Large specs", ""]
    lines += [
        "| | " + " | ".join(f"{title}, s | times ours | MB" for title in found) + " |",
        "| --- |" + " ---: | ---: | ---: |" * len(found),
    ]
    for tool in dict.fromkeys(tool for row in found.values() for tool in row):
        lines.append(f"| {tool} | " + " | ".join(_cells(row, tool) for row in found.values()) + " |")
    lines += ["", "### Starting", "", tables.listing("", {"python -I -c pass": start["python -I -c pass"], **start}, "ms", 1000)]
    lines += ["### Scale", "", "| schemas | s | MB | ms each |", "| ---: | ---: | ---: | ---: |"]
    lines += [f"| {size:,} | {one.seconds:.1f} | {one.megabytes:,.0f} | {one.seconds / size * 1000:.2f} |" for size, one in sizes.items()]
    return "\n".join(lines) + "\n"


def _is_there(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def _cells(row: Mapping[str, list[Cost]], tool: str) -> str:
    if tool not in row:
        return "cannot | | "
    seconds, ours = (statistics.median(one.seconds for one in row[name]) for name in (tool, "specmill"))
    return f"{seconds:.2f} | {seconds / ours:.2f} | {max(one.megabytes for one in row[tool]):.0f}"


def main() -> None:
    """Measure, print, and write the page where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a folder with github.yaml, github.json, stripe.yaml and stripe.json")
    parser.add_argument("--node", type=Path, help="the folder with the commands of openapi-typescript and quicktype (node_modules/.bin)")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10000, 100000])
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its plot")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        os.environ["XDG_CACHE_HOME"] = str(work / "cache")
        os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")  # for all tools alike, however they were installed
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        found = large(told.corpus.resolve(), work, told.node and told.node.resolve(), told.turns)
        start = starts(work, told.turns * 3)
        page = text(found, start, scale(work, told.sizes))
    print(page)
    if told.write:
        tables.replace_between(PAGE, "generation", page)
        bars = {
            title: {tool: statistics.median(one.seconds for one in costs) for tool, costs in row.items()} for title, row in found.items()
        }
        (PAGE.parent / "generation.svg").write_text(tables.plot(bars), "utf-8")


if __name__ == "__main__":
    main()
