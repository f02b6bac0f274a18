"""Every key that a configuration may hold, with its type, default and a line of explanation: for the reader, `specmill init` and the docs."""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct

Value: TypeAlias = str | int | bool | tuple[str, ...]


class Option(Struct, frozen=True):
    """One key: its default (which also says its type), what it means, and the values that it may have where these are few."""

    default: Value
    doc: str
    choices: tuple[str, ...] = ()

    @property
    def type_name(self) -> str:
        """How a message names what the key wants."""
        match self.default:
            case bool():
                return "true or false"
            case int():
                return "an integer"
            case str():
                return f"one of {', '.join(map(repr, self.choices))}" if self.choices else "a string"
            case tuple():
                return "a list of strings"


GENERAL: Final[dict[str, Option]] = {
    "spec": Option("", "the OpenAPI or JSON Schema document, YAML or JSON"),
    "inline-names": Option(
        "context",
        "how schemas without a name of their own are named: after their place, or as briefly as stays unique",
        ("context", "short"),
    ),
    "formats": Option(
        "typed",
        "what `format` does: known ones give typed values, or it is only an annotation, or all known ones are asserted",
        ("typed", "annotation", "assert"),
    ),
    "strict": Option(default=False, doc="warnings stop the run, as errors do"),
    "silence": Option((), "codes of warnings and notes that are not shown"),
    "root": Option("", "the name of the model of a whole JSON Schema document (default: its title or file name)"),
    "templates": Option("", "a folder with your own templates; each replaces ours of the same name"),
    "allow-outside": Option(default=False, doc="let a `$ref` reach files outside the folder of the spec"),
    "allow-remote": Option(default=False, doc="let a `$ref` be fetched over the network"),
}

SELECTION: Final[dict[str, Option]] = {
    "schemas": Option((), "names of component schemas; `*` and `?` stand for any characters"),
    "operations": Option((), "operation ids"),
    "tags": Option((), "tags of operations"),
}

LIMITS: Final[dict[str, Option]] = {
    "document-bytes": Option(128 * 1024 * 1024, "the size of one document, also with each YAML alias replaced by what it stands for"),
    "values": Option(10_000_000, "values and keys of one document, each YAML alias counted as what it stands for"),
    "nesting": Option(500, "lists and objects inside one another"),
    "references": Option(1000, "schemas that refer to one another in place, by `$ref` or `allOf`"),
    "models": Option(500_000, "classes, enums and aliases"),
    "output-bytes": Option(1024 * 1024 * 1024, "all files of a run together"),
}
"""How much a run takes on. The largest public specs (70 MB, 2 million values, 32 levels, 20,000 schemas) fit; what attacks a parser does not."""

TARGET: Final[dict[str, Option]] = {
    "kind": Option("", "which target it is (default: the name of the table)"),
    "path": Option("", "the folder to write into, relative to the configuration file"),
}

_PYTHON: Final[dict[str, Option]] = {
    "package": Option("", "the import name of the generated package (default: the name of its folder)"),
    "layout": Option(
        "module", "all models in one module, or a module for each schema and operation, imported on first use", ("module", "package")
    ),
    "frozen": Option(default=False, doc="make the dataclasses immutable"),
    "open-enums": Option(default=False, doc="let every enum keep values that the spec does not list"),
    "unknown-fields": Option("ignore", "what happens to keys that the spec does not know", ("ignore", "preserve", "forbid")),
}

_MARKDOWN: Final[dict[str, Option]] = {
    "language": Option("python", "the language that the pages are for", ("python", "typescript")),
    "package": Option("", "the package that the examples import from (default: sdk; for Python, that of the python target)"),
    "year": Option(2025, "the year around which sample dates are drawn"),
    "components-path": Option("", "the folder of the pages of components (default: models/components; for Python, models)"),
    "operations-path": Option("", "the folder of the pages of requests and responses (default: models/operations; for Python, models)"),
    "errors-path": Option("", "the folder of the pages of errors (default: models/errors; for Python, models)"),
    "optional-properties": Option(
        "never", "which optional properties an example shows: none, or those that have an example in the spec", ("never", "with-example")
    ),
    "unknown-fields": Option(
        "ignore", "as for the python target (default for Python pages: what that says)", ("ignore", "preserve", "forbid")
    ),
    "open-enums": Option(default=False, doc="as for the python target (default for Python pages: what that says)"),
    "name-resolution": Option(
        "shortest",
        "how the SDK that TypeScript pages with short names describe tells classes of one name apart: all get longer names, or all but the first",
        ("shortest", "ordered"),
    ),
    "union-tags": Option(
        "constants",
        "whether such an SDK makes a constant of the property by which a union chooses, where that can only have one value "
        "(default with `ordered`: as-written)",
        ("constants", "as-written"),
    ),
    "open-enum-note": Option(default=False, doc="say on the TypeScript pages of open enums what becomes of other values"),
}

TARGET_OPTIONS: Final[dict[str, dict[str, Option]]] = {"python": _PYTHON, "markdown": _MARKDOWN, "dump": {}}
"""Target kind -> its options. The options of a kind that another package offers are passed on to it unread."""
