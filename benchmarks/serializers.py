"""How fast the generated serializers are, beside every library that does the same: `make bench-serializers`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import footprint
import msgspec
import peers
import tables
import turns
from peers import PEERS, Codec
from shapes import CASES, Case

KINDS: Final = {
    "decode": "JSON text to objects",
    "encode": "objects to JSON text",
    "from_dict": "plain data to objects",
    "to_dict": "objects to plain data",
}
PAGE: Final = Path(__file__).parent.parent / "docs/performance.md"
Row = dict[str, float]
"""Seconds by library."""


def codecs(case: Case, wanted: list[str]) -> dict[str, Codec]:
    """The libraries that are installed and can do it."""
    found = {}
    for name in wanted:
        distribution, make = PEERS[name]
        if peers.version(distribution) is not None:
            try:
                found[name] = make(case)
            except (NotImplementedError, TypeError) as error:
                print(f"  {name} cannot read {case.title}: {error or 'no unions'}".splitlines()[0], file=sys.stderr)
    return found


def calls(case: Case, found: dict[str, Codec]) -> dict[str, dict[str, Callable[[], object]]]:
    """What is to be timed, by kind and library."""
    wanted: dict[str, dict[str, Callable[[], object]]] = {kind: {} for kind in KINDS}
    for name, codec in found.items():
        data = case.payload(renamed=not codec.renames)
        text = msgspec.json.encode(data)
        value = codec.decode(text) if codec.decode else None
        inputs: dict[str, Any] = {"decode": text, "encode": value, "from_dict": data, "to_dict": value}
        for kind in KINDS:
            function = getattr(codec, kind)
            if function is not None:
                wanted[kind][name] = _bound(function, inputs[kind])
    if (data := case.payload(renamed=False)) and "orjson.loads (no objects)" in found:
        dumps = import_module("orjson").dumps
        wanted["encode"]["orjson.dumps (no objects)"] = _bound(dumps, data)
    return wanted


def _bound(function: Callable[[Any], Any], value: Any) -> Callable[[], object]:
    if getattr(function, "__self__", None) is None and getattr(function, "__qualname__", "").endswith((".to_json", ".to_dict")):
        bound: Callable[[], object] = getattr(value, function.__name__)
        return bound
    return lambda: function(value)


def measure(wanted: list[str], kinds: list[str], cases: list[Case], rounds: int) -> dict[tuple[str, str], Row]:
    """Seconds per call, by kind and case."""
    found: dict[tuple[str, str], Row] = {}
    for case in cases:
        by_kind = calls(case, codecs(case, wanted))
        for kind in kinds:
            found[kind, case.title] = turns.medians(by_kind[kind], rounds)
            show(f"{KINDS[kind]}: {case.title}", found[kind, case.title])
    return found


def show(title: str, row: Row) -> None:
    """Print times, and how many times ours they are."""
    ours = next(iter(row.values()))
    print(f"\n{title}")
    for name, seconds in row.items():
        print(f"  {name:<32}{seconds * 1e6:14.2f} µs{seconds / ours:9.2f}", flush=True)


def arguments() -> argparse.Namespace:
    """What the user wants to see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", nargs="*", default=[], help="only these beside specmill, by the beginning of their names")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--cases", default="abcd", help="which of: a, one session; b, 10,000 sessions; c, an issue of 60 fields; d, events")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--footprint", action="store_true", help="the memory of objects and the time of imports too")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and the plot beside it (all peers and cases)")
    return parser.parse_args()


def write(found: dict[tuple[str, str], Row], memory: Row, imports: Row, libraries: list[tuple[str, str]]) -> None:
    """Write the page and the plot."""
    cases = list(dict.fromkeys(title for _, title in found))
    parts = [
        f"### {words[0].upper()}{words[1:]}\n\n{tables.table({case: found[kind, case] for case in cases})}" for kind, words in KINDS.items()
    ]
    parts += [
        tables.listing("kept in memory", memory, "bytes per session"),
        tables.listing("`import` of 1,000 models", imports, "ms", 1e3),
    ]
    made = f"Python {sys.version.split()[0]}; {tables.versions(libraries)}"
    tables.replace_between(PAGE, "serializers", "\n".join([made, *parts]))
    panels = {f"{KINDS[kind]}: {case}": found[kind, case] for kind in ("decode", "encode") for case in cases}
    PAGE.with_name("serializers.svg").write_text(tables.plot(panels), "utf-8")


def main() -> None:
    """Measure and print."""
    options = arguments()
    wanted = [name for name in PEERS if not options.peers or name == "specmill" or name.startswith(tuple(options.peers))]
    libraries = [(one, peers.version(one)) for one in dict.fromkeys(PEERS[name][0] for name in wanted)]
    print(f"Python {sys.version.split()[0]}")
    for library, version in libraries:
        print(f"  {library} {version or 'is missing: pip install ' + library}")
    cases = [case for letter, case in zip("abcd", CASES, strict=True) if letter in options.cases]
    found = measure(wanted, options.kinds, cases, options.rounds)
    if options.footprint or options.write:
        memory, imports = footprint.memory(), footprint.imports()
        print("\n" + tables.listing("kept in memory", memory, "bytes per session"))
        print(tables.listing("import of 1,000 models", imports, "ms", 1e3))
        if options.write:
            write(found, memory, imports, [(library, version) for library, version in libraries if version])


if __name__ == "__main__":
    main()
