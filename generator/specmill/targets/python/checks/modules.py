"""The views of the modules that hold the checks: one for all, or one for each module of models and one for what they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Final, TypeAlias

from specmill.diagnostics import Report
from specmill.ir import Package, SchemaId
from specmill.targets.python.checks.compile import program_of, written
from specmill.targets.python.checks.constants import assignment
from specmill.targets.python.checks.naming import function_name
from specmill.targets.python.checks.program import Kept
from specmill.targets.python.checks.view import RUNTIME_NEEDS, Checks, Formats, Function, Runtime
from specmill.targets.python.code import Need, imports, words_in
from specmill.targets.python.formats import FORMATS, with_callees
from specmill.targets.python.headings import late_imports

SHARED: Final = "_runtime"
"""The module of what all others use."""
_TYPES: Final[tuple[Need, ...]] = (("typing", "TypeAlias"), ("._errors", "At"), ("._errors", "Error"))
_Functions: TypeAlias = dict[str, Function]


def checks_view(package: Package, ids: Iterable[SchemaId], report: Report) -> Checks | None:
    """The module with the check functions of these schemas; None where there are none."""
    return next((view for _, view in checks_views(package, ids, report)), None)


def checks_views(
    package: Package, ids: Iterable[SchemaId], report: Report, home: Callable[[SchemaId], str] | None = None
) -> Iterator[tuple[str, Checks]]:
    """The modules by name; a lone one has none."""
    program = program_of(package, ids, report)
    found = dict(written(program, home or (lambda _: "")))
    order = {one: place for place, one in enumerate(program.schemas)}
    modules: defaultdict[str, _Functions] = defaultdict(dict)
    owners: dict[str, str] = {}
    for mode, schema in sorted(found, key=lambda key: (order[key[1]], key[0].value)):
        name = function_name(mode, program.names[schema])
        owners[name] = home(schema) if home else ""
        modules[owners[name]][name] = found[mode, schema]
    kept = program.modules()
    if home is None or set(modules) <= {""}:
        yield from (("", _whole(functions, kept[""])) for functions in modules.values())
        return
    if modules:
        uses = {use for _, uses, _ in kept.values() for use in uses}
        formats = {one for _, _, formats in kept.values() for one in formats}
        yield SHARED, _whole({}, ({}, uses - {"re"}, formats), ".")
    yield from ((name, _part(name, functions, kept[name], owners)) for name, functions in sorted(modules.items()))


def _whole(functions: _Functions, kept: Kept, above: str = "") -> Checks:
    """A module that has all that it needs; ``above`` leads to the package."""
    _, uses, formats = kept
    needs = set(_TYPES) if functions or "accepts" in uses else set(_TYPES[:1])
    needs |= {need for use in uses for need in RUNTIME_NEEDS.get(use, ())}
    needs |= {need for name in with_callees(formats) for need in FORMATS[name].imports}
    return Checks(
        imports=tuple(imports((above + module if module.startswith(".") else module, name) for module, name in needs)),
        runtime=Runtime(**{use: True for use in uses if use != "re"}),
        formats=Formats(**{FORMATS[name].stem: True for name in with_callees(formats)}),
        constants=_constants(kept),
        functions=tuple(functions.values()),
    )


def _part(name: str, functions: _Functions, kept: Kept, owners: Mapping[str, str]) -> Checks:
    """A module that shares the runtime text with others, and calls their functions."""
    constants = _constants(kept)
    mentioned = words_in((*constants, *(line for function in functions.values() for line in function.lines)))
    shared = {"Json", *kept[1] - {"re"}, *(f"valid_{FORMATS[one].stem}" for one in kept[2])}
    needs = {(f".{SHARED}", one) for one in shared} | {(f".{module}", one) for module, one in _TYPES}
    needs |= set(RUNTIME_NEEDS["re"]) if "re" in kept[1] else set()
    late = {(f".{owners[one]}", one) for one in mentioned & owners.keys() if owners[one] != name}
    used = {need for need in needs if (need[1] or need[0]) in mentioned} | ({("typing", "TYPE_CHECKING")} if late else set())
    return Checks(
        imports=tuple(imports(used)),
        runtime=Runtime(),
        formats=Formats(),
        constants=constants,
        functions=tuple(functions.values()),
        is_whole=False,
        late=late_imports(late),
    )


def _constants(kept: Kept) -> tuple[str, ...]:
    return tuple(line for value, name in sorted(kept[0].items(), key=itemgetter(1)) for line in assignment(name, value))
