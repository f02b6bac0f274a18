"""A generated package as pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from specmill import ir
from specmill.config import TargetConfig, can_be_imported
from specmill.diagnostics import Report
from specmill.targets import Page, kept
from specmill.targets.batches import Batch
from specmill.targets.outlines import Outline, outlined
from specmill.targets.python.code import Need, docstring, export_order, imports, one_line
from specmill.targets.python.modules import ALL, Module, one_by_one, one_module
from specmill.targets.python.naming import name_all
from specmill.targets.python.order import asserted
from specmill.targets.python.view import Fixed, Init
from specmill.targets.python.writers import Writers

RUNTIME: Final = ("_codecs", "_errors", "_exact", "_model", "_wire")
"""The modules whose text is always the same."""
_API: Final = ("DecodeError", "DecodeProblem", "Model", "UNSET", "UnsetType", "decode", "decode_lines", "encode", "encode_lines")
_FOLDERS: Final = {
    "models": "The models",
    "serializers": "The serializers of the models",
    "_checks": "What the schemas assert beyond what the types say",
}


def pages(package: ir.Package, target: TargetConfig, report: Report) -> Iterator[Page | Batch]:
    """The files of a Python package, with all models in one module or with a module for each schema and operation."""
    if not target.options.get("package") and not can_be_imported(target.path.name):
        hint = "write into a folder of another name, or say as which `package` it is imported"
        report.warning("config-value", None, f"Python cannot import a package that is called {target.path.name!r}", help=hint)
    names = name_all(package, report)
    if target.options.get("unknown-fields") == "forbid":
        package = _closed(package)
    outline = outlined(package)
    writers, batches = kept(outline, f"{__name__} {target.options}", lambda: _planned(outline, target.options))
    writers.show(package, names, report)
    yield from batches


def _planned(outline: Outline, options: Mapping[str, object]) -> tuple[Writers, list[Batch]]:
    """What writes the modules, and all that there is to write."""
    checks = _check_names(outline)
    is_split = options.get("layout") == "package"
    file = ("/{}.py" if is_split else ".py").format
    writers = Writers(outline, one_by_one(outline, checks) if is_split else one_module(outline), checks, options)
    batches = [_init(writers, is_split=is_split), *_batches(writers, file)]
    if checks:
        batches.append(_checks(writers, file))
    return writers, [*batches, Batch("fixed", partial(_fixed, is_split=is_split), writers.reads)]


def _fixed(*, is_split: bool) -> Iterator[Page]:
    """What is the same for all packages."""
    if is_split:
        for folder, subject in _FOLDERS.items():
            yield Page(f"{folder}/__init__.py", None, f'"""{subject}, a module for each schema and operation."""\n')
    for name in RUNTIME:
        yield Page(f"{name}.py", f"python/{name}.py.jinja", Fixed())
    yield Page("py.typed", None, "")


def _batches(writers: Writers, file: Callable[[str], str]) -> Iterator[Batch]:
    """The modules that depend on the spec, each with its serializers; a lone module and its serializers are batches of their own, for two cores."""

    def models(module: Module) -> Iterator[Page]:
        yield Page(f"models{file(module.name)}", "python/models.py.jinja", writers.models(module).models())

    def serializers(module: Module) -> Iterator[Page]:
        yield Page(f"serializers{file(module.name)}", "python/serializers.py.jinja", writers.serializers(module).serializers())

    def both(module: Module) -> Iterator[Page]:
        yield from models(module)
        yield from serializers(module)

    for module in writers.modules.each:
        parts = {"models": models, "serializers": serializers} if module.name == ALL else {f"module {module.name}": both}
        for name, pages in parts.items():
            yield Batch(name, partial(pages, module), writers.reads, tuple(model.id for model in module.models))


def _check_names(package: Outline) -> dict[ir.SchemaId, str]:
    if not package.schemas:
        return {}
    from specmill.targets.python.checks import function_names

    return function_names(package)


def _checks(writers: Writers, file: Callable[[str], str]) -> Batch:
    """The checks that models ask for, and those that these call."""

    def pages() -> Iterator[Page]:
        from specmill.targets.python.checks import checks_views

        for name, view in checks_views(outline, used, writers.report, writers.modules.home):
            yield Page(f"_checks{file(name)}", "python/_checks.py.jinja", view)

    outline = writers.outline
    used = asserted(outline)
    return Batch("checks", pages, writers.reads, told=[used, outline.schemas, writers.modules.places])


def _closed(package: ir.Package) -> ir.Package:
    """The package with every record closed that says nothing about other keys."""
    models = {
        key: replace(model, additional=ir.Nothing()) if isinstance(model, ir.Record) and model.additional is None else model
        for key, model in package.models.items()
    }
    return replace(package, models=models)


def _init(writers: Writers, *, is_split: bool) -> Batch:
    """What the package itself offers."""
    homes = dict.fromkeys(_API, "._model")
    homes |= {name: f".models.{module.name}" if is_split else ".models" for name, module in writers.modules.by_class.items()}

    def pages() -> Iterator[Page]:
        yield Page("__init__.py", "python/__init__.py.jinja", _offered(writers.outline, homes, is_split=is_split))

    return Batch("__init__", pages, writers.reads, told=[writers.outline.description, homes])


def _offered(package: ir.Package, homes: dict[str, str], *, is_split: bool) -> Init:
    title = f"{one_line(package.title)}, version {one_line(package.version)}"
    body = f"\n\n{package.description}" if package.description else ""
    text = docstring(f"{title}.{body}\n\nGenerated by `specmill generate`; do not edit.", 0)
    listed = sorted(homes, key=export_order)
    needs: set[Need] = {(module, name) for name, module in homes.items()}
    found = tuple(f'    "{name}": "{homes[name]}",' for name in listed) if is_split else ()
    return Init(text, tuple(imports(needs, 1 if is_split else 0)), tuple(f'    "{name}",' for name in listed), found)
