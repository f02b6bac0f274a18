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
        "context", "how schemas without a name of their own are named: by where they stand, or as short as is unique", ("context", "short")
    ),
    "formats": Option(
        "typed",
        "what `format` does: typed values for the known ones, a mere annotation, or an assertion for all known ones",
        ("typed", "annotation", "assert"),
    ),
    "strict": Option(default=False, doc="warnings stop the run as errors do"),
    "silence": Option((), "codes of warnings and notes that are not to be shown"),
    "root": Option("", "the name of the model of a whole JSON Schema document (default: from its title or file name)"),
    "templates": Option("", "a folder with templates of your own; each takes the place of ours of the same name"),
    "allow-outside": Option(default=False, doc="let a `$ref` reach files outside the folder of the spec"),
    "allow-remote": Option(default=False, doc="let a `$ref` be fetched over the network"),
}

SELECTION: Final[dict[str, Option]] = {
    "schemas": Option((), "names of component schemas; `*` and `?` stand for any characters"),
    "operations": Option((), "operation ids"),
    "tags": Option((), "tags of operations"),
}

LIMITS: Final[dict[str, Option]] = {
    "document-bytes": Option(128 * 1024 * 1024, "the size of one document"),
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
    "language": Option("python", "the dialect of the pages", ("python", "typescript")),
    "package": Option("", "the package that the examples import from (default: sdk, or in Python that of the python target)"),
    "year": Option(2025, "sample dates are drawn around this year"),
    "components-path": Option("", "the folder of the pages of components (default: models/components, or models in Python)"),
    "operations-path": Option("", "the folder of the pages of requests and responses (default: models/operations, or models in Python)"),
    "errors-path": Option("", "the folder of the pages of errors (default: models/errors, or models in Python)"),
    "optional-properties": Option(
        "never", "which optional properties an example shows: none, or those for which the spec has an example", ("never", "with-example")
    ),
    "unknown-fields": Option(
        "ignore", "as in the table of the python target (default, in Python: what that says)", ("ignore", "preserve", "forbid")
    ),
    "open-enums": Option(default=False, doc="as in the table of the python target (default, in Python: what that says)"),
    "name-resolution": Option(
        "shortest",
        "how an SDK that TypeScript pages with short names describe names its classes: all that want one name say more, or the first has it",
        ("shortest", "ordered"),
    ),
    "union-tags": Option(
        "constants",
        "whether the property by which a union chooses, where it can only be one value, is a constant in such an SDK "
        "(default with `ordered`: as-written)",
        ("constants", "as-written"),
    ),
    "open-enum-note": Option(default=False, doc="a sentence on the TypeScript pages of open enums says what becomes of other values"),
}

TARGET_OPTIONS: Final[dict[str, dict[str, Option]]] = {"python": _PYTHON, "markdown": _MARKDOWN, "dump": {}}
"""Target kind -> its options. The options of a kind that another package offers are passed on to it unread."""
