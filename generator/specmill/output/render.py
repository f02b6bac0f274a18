"""Pages become files: the only module that imports jinja2."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import jinja2
import jinja2.meta
from msgspec import Struct

from specmill.output import File
from specmill.targets import Page
from specmill.user_cache import user_cache


def templates_folder() -> Path:
    """The folder of our own templates: inside the installed package, or at the top of the checkout that this module runs from."""
    package = Path(__file__).parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent.parent / "templates"


def drawers() -> Iterator[Path]:
    """The files of all that has a part in how a page looks: our modules and templates, and the engine."""
    yield from sorted(Path(__file__).parent.parent.rglob("*.py"))
    yield from sorted(templates_folder().rglob("*.jinja"))
    yield Path(jinja2.__file__)


def fixed_texts(template: str) -> Iterator[str]:
    """What a template of ours, and those that it includes, draw whatever the view says: the texts of those that hold no expression."""
    file = templates_folder() / template
    if not file.is_file():
        return
    text = file.read_text("utf-8")
    if "{%" not in text and "{{" not in text:
        yield text.partition("\n")[2]  # the first line names the view
    for included in _INCLUDE.findall(text):
        yield from fixed_texts(included)


_INCLUDE = re.compile(r'{% include "([^"]+)" %}')


def literal(value: str) -> str:
    """The text as a Python string literal with the quotes that black would choose."""
    body = "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in value)
    quote = "'" if body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, "\\" + quote) + quote


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def environment(custom: Path | None = None) -> jinja2.Environment:
    """The one configuration of the template engine; a template found in ``custom`` takes the place of ours of that name."""
    folders = [templates_folder()] if custom is None else [custom, templates_folder()]
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders, encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # a run is over before anybody edits a template
        # The output is source code and Markdown, not HTML: a view's strings are final, escaped for their own language.
        autoescape=False,  # noqa: S701
    )
    made.filters["literal"] = literal
    return made


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Keeps the compiled templates for the next run: compiling them takes longer than drawing a small spec."""

    @classmethod
    def here(cls) -> _Compiled | None:
        """The one of this user, where there can be one. Jinja2 itself compares the source and its own version of the code."""
        folder = Path(user_cache(), "templates-1")  # count on when `environment` changes
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return None
        return cls(str(folder), "%s")

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep one, where that is possible."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


class TemplateFault(Exception):
    """A template cannot be drawn: which one, the line (0: unknown), why, and what to do about it."""

    def __init__(self, template: str, line: int, reason: str, help: str | None = None) -> None:
        """Keep the parts for a diagnostic."""
        super().__init__(template, line, reason)
        self.template, self.line, self.reason, self.help = template, line, reason, help


class Renderer(Struct, dict=True):
    """Draws pages with our templates, or with those of the user's ``custom`` folder where it has one of that name."""

    custom: Path | None = None
    _is_custom: dict[str, bool] = {}

    @cached_property
    def _environment(self) -> jinja2.Environment:
        made = environment(self.custom)
        made.bytecode_cache = _Compiled.here()
        return made

    def render(self, page: Page) -> File:
        """Draw one page; ``TemplateFault`` where the template does not fit its view or cannot be read."""
        if page.template is None:
            return File(page.path, str(page.view))
        try:
            text = self._environment.get_template(page.template).render(view=page.view)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFault(error.filename or page.template, error.lineno, error.message or "syntax error") from error
        except jinja2.TemplateNotFound as error:
            raise TemplateFault(*_last_template_line(error, page.template), f"there is no template {error.name!r}") from error
        except jinja2.TemplateError as error:
            reason = error.message or type(error).__name__
            raise TemplateFault(*_last_template_line(error, page.template), reason, _meant(reason, page.view)) from error
        except UnicodeDecodeError as error:
            raise TemplateFault(page.template, 0, "it is not UTF-8") from error
        except Exception as error:
            template, line = _last_template_line(error, "")
            if self.custom is None or not Path(template).is_relative_to(self.custom):
                raise  # a bug of ours
            raise TemplateFault(template, line, f"{type(error).__name__}: {error}") from error
        return File(page.path, text, self.uses_custom(page.template))

    def uses_custom(self, template: str) -> bool:
        """Whether the template, or one that it includes, is the user's own."""
        if self.custom is None:
            return False
        if template not in self._is_custom:
            self._is_custom[template] = False  # ends the walk where templates include each other
            self._is_custom[template] = (self.custom / template).is_file() or any(map(self.uses_custom, self._included(template)))
        return self._is_custom[template]

    def unused(self) -> Iterator[tuple[str, str]]:
        """The user's own templates that no page asked for, though all of them were drawn, each with the name of ours that is most like it."""
        if self.custom is None:
            return
        own = {path.relative_to(self.custom).as_posix() for path in self.custom.rglob("*.jinja")}
        ours = {path.relative_to(templates_folder()).as_posix() for path in templates_folder().rglob("*.jinja")}
        included = {inner for name in self._is_custom for inner in self._included(name)}
        for name in sorted(own - ours - included - set(self._is_custom)):
            yield name, next(iter(get_close_matches(name, ours, 1)), "")

    def _included(self, template: str) -> list[str]:
        loader = self._environment.loader
        if loader is None:  # never so here; the type allows it
            return []
        source = loader.get_source(self._environment, template)[0]
        return [name for name in jinja2.meta.find_referenced_templates(self._environment.parse(source)) if name]


def _last_template_line(error: BaseException, template: str) -> tuple[str, int]:
    """The innermost template and line in a traceback: jinja2 maps its frames back to the template's lines."""
    found = (template, 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".jinja"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _meant(reason: str, view: object) -> str | None:
    """What a mistyped attribute of a view was perhaps meant to be; where nothing is like it, all that there are."""
    found = re.search(r"view\.(\w+) object' has no attribute '(\w+)'", reason)
    if found is None or not isinstance(view, Struct) or type(view).__name__ != found[1]:
        return None
    known = view.__struct_fields__
    near = get_close_matches(found[2], known, 1)
    return f"did you mean {near[0]!r}?" if near else f"the view has: {', '.join(known)}"
