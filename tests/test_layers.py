"""A module imports only what its room may see."""

from __future__ import annotations

import ast

import pytest
from conftest import ROOT

SOURCE = ROOT / "generator/specmill"

SEES: dict[str, set[str]] = {
    "diagnostics": set(),
    "ir": set(),
    "names": {"ir"},
    "config": {"diagnostics"},
    "pointers": set(),
    "regex": set(),
    "json_values": {"ir", "regex"},
    "json_strings": {"ir"},
    "frontend": {"diagnostics", "ir", "names", "config", "pointers", "json_strings", "json_values", "regex"},
    "targets": {"config", "diagnostics", "ir", "names", "pointers", "json_strings", "json_values", "regex"},
    "output": {"targets", "diagnostics", "names", "user_cache"},
    "pipeline": {"config", "diagnostics", "frontend", "targets", "output", "ir", "user_cache"},
    "catalogue": set(),
    "library": {"config", "diagnostics", "pipeline", "ir"},
    "site": {"diagnostics"},
    "cli": {"config", "diagnostics", "pipeline", "names", "catalogue", "site", "user_cache", "specmill"},
    "user_cache": set(),
    "specmill": {"library", "diagnostics"},  # the package itself: its public names
    "__main__": {"cli"},
}
ROOMS = {
    "config_file": "config",
    "options": "config",
    "toml_places": "config",
    "imported": "library",
    "deep": "pipeline",
    "drawing": "pipeline",
    "findings": "pipeline",
    "recalled": "pipeline",
    "two_cores": "pipeline",
    "uncollected": "pipeline",
    "proof": "pipeline",
    "standing": "pipeline",
    "warm": "pipeline",
}  # modules that share a room with another

ONLY_IMPORTER = {"yaml": "frontend", "jinja2": "output.engine", "black": "output.format", "markdown": "site", "pygments": "site"}

LONG_FUNCTIONS = {
    "frontend.yaml12.load": "the one loop where reading spends its time: a call per event would cost a fifth of it",
    "frontend.yaml_lines.read": "the one loop where reading spends its time: a call per line would cost a fifth of it",
}

INSIDE_FUNCTIONS = {
    ("cli", "specmill.cli_arguments"): "a run that changes nothing answers without it",
    ("cli", "specmill.uncollected"): "a run that changes nothing answers without it",
    ("cli", "specmill.cli_text"): "--help and --version answer without it",
    ("cli", "argparse"): "a run that changes nothing answers without it",
    ("cli", "msgspec"): "--help and --version answer without it, and how it is imported matters",
    ("cli_unchanged", "specmill.cli_text"): "a mere print answers without it",
    ("cli_unchanged", "hashlib"): "needed only where a file looks changed",
    ("cli_unchanged", "zlib"): "a command that has no record answers without it",
    ("cli", "specmill.cli_crash"): "needed only when we fail",
    ("cli", "specmill.cli_explain"): "each command imports only what it needs",
    ("cli", "specmill.cli_init"): "each command imports only what it needs",
    ("cli", "specmill.cli_watch"): "each command imports only what it needs",
    ("cli", "specmill.cli_commands"): "each command imports only what it needs",
    ("cli", "specmill.cli_docs"): "each command imports only what it needs",
    ("cli_saves", "ctypes"): "not every Python has it",
    ("cli_settings", "specmill.catalogue"): "needed only where something is to be looked up",
    ("cli_text", "json"): "only one of the forms needs it",
    ("cli_memory", "ctypes"): "takes long to import, only large specs need it, and not every Python has it",
    ("cli_commands", "shlex"): "only what cannot be done needs it",
    ("cli_docs", "specmill.site.build"): "an extra",
    ("cli_docs", "specmill.site.project"): "an extra",
    ("cli_docs", "specmill.site.serve"): "an extra",
    ("cli_explain", "shtab"): "an extra",
    ("config_file", "importlib"): "importlib.metadata is slow to import, and only for targets that are not ours",
    ("config_file", "specmill.toml_places"): "its patterns take long to compile, and only mistakes need it",
    ("targets", "importlib"): "importlib.metadata is slow to import, and only for targets that are not ours",
    ("frontend.documents", "jsonschema_specifications"): "takes a tenth of a second, and hardly any spec refers to a meta-schema",
    ("frontend.source", "specmill.frontend"): "a run needs one or two of the parsers, and each takes long to import",
    ("frontend.strict_json", "specmill.frontend"): "only what may be wrong needs a closer look",
    ("frontend.defaults", "specmill.json_strings"): "its patterns take long to compile, and few defaults are such strings",
    ("frontend.defaults", "specmill.regex"): "takes long to import, and small specs have no patterns",
    ("json_values", "specmill.regex"): "takes long to import, and small specs have no patterns",
    ("targets.python.scalars", "specmill.targets.python.patterns"): "takes long to import, and small specs have no patterns",
    ("targets.python.scalars", "json"): "hardly any spec needs it",
    ("frontend.values", "json"): "only findings need it",
    ("frontend.remote", "json"): "only a run that fetches needs it",
    ("frontend.yaml_lines", "specmill.frontend"): "yaml takes long to import, and a small spec may not need it",
    ("frontend.spliced", "specmill.frontend"): "a run needs one of the two parsers, and each takes long to import",
    ("frontend.landmarks", "specmill.frontend"): "yaml takes long to import, and only a YAML text needs it",
    ("frontend.remote", "ipaddress"): "only a run that fetches needs the network",
    ("frontend.remote", "urllib.parse"): "only a run that fetches needs the network",
    ("frontend.remote", "socket"): "only a run that fetches needs the network",
    ("frontend.remote", "http.client"): "only a run that fetches needs the network",
    ("frontend.remote", "urllib.error"): "only a run that fetches needs the network",
    ("frontend.remote", "urllib.request"): "only a run that fetches needs the network",
    ("diagnostics", "difflib"): "takes long to import, and only mistakes need it",
    ("output.changes", "difflib"): "takes long to import, and only what is shown needs it",
    ("output.lock", "tempfile"): "takes long to import, and only Windows needs it",
    ("output.manifest", "json"): "a run that begins with nothing does without it",
    ("output.render", "specmill.output.engine"): "Jinja2 takes a tenth of a small run, and only what is not ours needs it",
    ("output.render", "specmill.output"): "Jinja2 takes a tenth of a small run, and only the first one needs it",
    ("output.spool", "tempfile"): "takes long to import, and only large specs need it",
    ("output.write", "shutil"): "takes long to import, and only a run that was cut short needs it",
    ("recalled", "specmill.frontend.mended"): "only large specs need it",
    ("recalled", "specmill.frontend.spliced"): "only large specs need it",
    ("recalled", "pickle"): "takes long to import, and only large specs need it",
    ("two_cores", "pickle"): "takes long to import, and only large specs need it",
    ("two_cores", "signal"): "only large specs need it",
    ("proof", "specmill.targets.python"): "only what is new has to be proven",
    ("drawing", "specmill.output"): "black takes long to import, and only custom templates need it",
    ("pipeline", "specmill.frontend.classes"): "only pages of an SDK with short names need it",
    ("pipeline", "specmill.targets.dump"): "only one command needs it",
    ("pipeline", "json"): "only a program gives data in place of a file",
    ("pipeline", "specmill.frontend.classes.naming"): "only pages of an SDK with short names need it",
    (
        "targets.python.package",
        "specmill.targets.python.checks",
    ): "a tenth of a small run, and small specs assert nothing beyond their types",
}


def modules() -> dict[str, ast.Module]:
    """Every module by its name below ``specmill`` (the package itself: ""), parsed."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        found[name.removesuffix("__init__").rstrip(".")] = ast.parse(path.read_text("utf-8"))
    return found


MODULES = modules()


def room(module: str) -> str:
    top = module.split(".", maxsplit=1)[0]
    return "specmill" if not top else "cli" if top.startswith("cli") else ROOMS.get(top, top)


def is_type_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(tree: ast.AST, *, type_only: bool) -> list[str]:
    """The full names of the modules (and names in them) that are imported anywhere in a tree."""
    found: list[str] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif type_only or not is_type_only(node):
            found += imports(node, type_only=type_only)
    return found


def ours(full: str) -> str | None:
    """The module of ours that a full name is of: ``specmill.ir.Ref`` is of ``ir``; None for others' modules."""
    if full.split(".", maxsplit=1)[0] != "specmill":
        return None
    name = full.removeprefix("specmill").removeprefix(".")
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def test_every_module_is_in_a_known_room() -> None:
    assert len(MODULES) > 20
    assert {room(module) for module in MODULES} <= set(SEES)


@pytest.mark.parametrize("module", [pytest.param(module, id=module or "specmill") for module in MODULES])
def test_a_module_imports_only_what_its_room_may_see(module: str) -> None:
    mine = room(module)
    seen = {room(found) for full in imports(MODULES[module], type_only=True) if (found := ours(full)) is not None}
    assert seen <= SEES[mine] | {mine}


def test_no_import_cycles() -> None:
    graph = {m: {f for full in imports(tree, type_only=False) if (f := ours(full)) not in (None, m)} for m, tree in MODULES.items()}
    graph[""] = set()  # it imports its public names on first use, by name
    while free := {module for module, needs in graph.items() if not needs & set(graph)}:
        graph = {module: needs for module, needs in graph.items() if module not in free}
    assert graph == {}, "these import each other"


@pytest.mark.parametrize(("library", "importer"), ONLY_IMPORTER.items())
def test_a_library_has_one_importer(library: str, importer: str) -> None:
    found = {m for m, tree in MODULES.items() for full in imports(tree, type_only=True) if full.split(".")[0] == library}
    assert found
    assert all(module == importer or module.startswith(importer + ".") for module in found)


def test_imports_inside_functions_are_on_the_list() -> None:
    inside = set()
    for module, tree in MODULES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.ImportFrom):
                        inside.add((module, str(node.module)))
                    elif isinstance(node, ast.Import):
                        inside |= {(module, alias.name) for alias in node.names}
    assert inside == set(INSIDE_FUNCTIONS)


@pytest.mark.parametrize("module", [pytest.param(module, id=module or "specmill") for module in MODULES])
def test_a_module_says_in_one_sentence_what_it_is(module: str) -> None:
    text = ast.get_docstring(MODULES[module])
    assert text
    assert text.split("\n\n")[0].rstrip().endswith("."), text


def test_only_the_command_line_prints_and_exits() -> None:
    for module, tree in MODULES.items():
        calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        attributes = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
        if room(module) != "cli":
            assert "print" not in calls, module
            assert not {"sys.stdout.write", "sys.stderr.write"} & attributes, module
        if room(module) not in ("cli", "__main__") and module != "two_cores":  # where a child ends
            assert not {"sys.exit", "os._exit"} & attributes, module
            assert "exit" not in calls, module


def test_generated_text_depends_on_no_clock_locale_or_place() -> None:
    """The rooms that make text import nothing that could tell one machine or moment from another."""
    moody = {"time", "locale", "platform", "socket", "getpass", "secrets", "tempfile"}
    for module, tree in MODULES.items():
        if module == "frontend.remote":  # what it fetches is pinned by a lock file
            continue
        if room(module) in ("frontend", "targets", "ir", "names") or module in ("output.render", "output.templates", "output.engine"):
            assert not moody & {full.split(".")[0] for full in imports(tree, type_only=False)}, module
            called = {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
            assert not {"now", "today", "utcnow", "uuid1", "uuid4", "getcwd", "cwd"} & called, module


def test_the_rooms_stay_small() -> None:
    """Split a room before it grows past what one can read at a sitting."""
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {path.relative_to(ROOT).as_posix(): size for path, size in sizes.items() if size > 400} == {}


def test_functions_stay_small() -> None:
    """Short, and of few parameters: what is keyword-only says its own name where it is called."""
    long = {}
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                positional = (
                    len(node.args.args)
                    + len(node.args.posonlyargs)
                    - (node.args.args[:1] != [] and node.args.args[0].arg in ("self", "cls"))
                )
                if (lines > 45 or positional > 5) and f"{module}.{node.name}" not in LONG_FUNCTIONS:
                    long[f"{module}.{node.name}"] = (lines, positional)
    assert long == {}
