"""The same classes for every library: what specmill draws, with the library's own base class or decorator in place of ours."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Any, Final

import msgspec
import payloads

import specmill

HERE: Final = Path(__file__).parent
_DATACLASS: Final = "@dataclass(slots=True, kw_only=True)\n"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Case:
    """What is read and written: JSON of one type."""

    title: str
    spec: Path
    root: str
    data: Any
    many: int = 0  # as a list of that many
    renamed: Any = None  # the data for libraries that cannot rename keys
    source: list[str] = field(default_factory=list)

    def type_in(self, module: Any) -> Any:
        """The class, or the list of it."""
        cls: Any = getattr(module, self.root)
        return GenericAlias(list, (cls,)) if self.many else cls

    def payload(self, *, renamed: bool) -> Any:
        """The data, each object of a list a new one."""
        data = self.data if not renamed or self.renamed is None else self.renamed
        return [msgspec.json.decode(msgspec.json.encode(data)) for _ in range(self.many)] if self.many else data

    def models(self) -> str:
        """The source of the dataclasses."""
        if not self.source:
            text = specmill.render(self.spec, ["python"])["python/models.py"]
            text = re.sub(r"^from \._model .*\n", "", text, flags=re.MULTILINE)
            self.source.append(text.replace(" | UnsetType = UNSET", " = None"))
        return self.source[0]

    def exec(self, base: type, source: str, event: Callable[[Any], Any] | None = None) -> ModuleType:
        """A module of the classes; the alias of events may be another."""
        module = ModuleType(f"shapes_{next(_numbers)}")
        sys.modules[module.__name__] = module
        module.__dict__["Model"] = base
        exec(compile(source, module.__name__, "exec"), module.__dict__)
        if event is not None and hasattr(module, "Event"):
            module.__dict__["Event"] = event(module.__dict__["Event"].__origin__)
        return module

    def dataclasses(self, base: type, event: Callable[[Any], Any] | None = None) -> ModuleType:
        """As slots dataclasses."""
        return self.exec(base, self.models(), event)

    def classes(self, base: type, event: Callable[[Any], Any] | None = None) -> ModuleType:
        """As plain subclasses of a library's base class."""
        return self.exec(base, self.models().replace(_DATACLASS, ""), event)

    def structs(self) -> ModuleType:
        """As msgspec Structs, told apart by tags."""
        source = self.models().replace(_DATACLASS, "").replace("(Model):", "(Model, kw_only=True):")
        tagged = r'kw_only=True\):\n    kind: Literal\[("\w+")\]\n'
        return self.exec(msgspec.Struct, re.sub(tagged, r'kw_only=True, tag_field="kind", tag=\1):\n', source))


_SESSION: Final = HERE.parent / "spec/session.yaml"
_SHAPES: Final = HERE / "shapes.yaml"
_PLAIN: Final = payloads.without_underscore(payloads.SESSION)
_RESPONSE: Final = "GetSessionResponseBody"
CASES: Final = (
    Case("one session", _SESSION, _RESPONSE, payloads.SESSION, renamed=_PLAIN),
    Case("10,000 sessions", _SESSION, _RESPONSE, payloads.SESSION, 10_000, _PLAIN),
    Case("issue of 60 fields", _SHAPES, "Issue", payloads.ISSUE),
    Case("100 events", _SHAPES, "Stream", payloads.STREAM),
)
