"""Jinja2, which draws the users' own templates, and tells what functions ours become; the only module that imports it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import jinja2
import jinja2.meta
from jinja2 import nodes
from msgspec import Struct

from specmill.diagnostics import nearest
from specmill.output.templates import TemplateFault, templates_folder
from specmill.targets.python.code import literal


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


# ---- templates of the users' own ------------------------------------------------------------------------------------------------


class Engine:
    """Draws templates with Jinja2 itself: where the user has some in the place of ours, and where something is wrong with one."""

    def __init__(self, custom: Path | None = None) -> None:
        """``custom`` is the folder of the user's own."""
        self._custom = custom
        self._environment = environment(custom)
        self._is_custom: dict[str, bool] = {}

    def draw(self, template: str, view: object) -> str:
        """The text of one page; ``TemplateFault`` where the template does not fit its view or cannot be read."""
        try:
            return self._environment.get_template(template).render(view=view)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFault(error.filename or template, error.lineno, error.message or "syntax error") from error
        except jinja2.TemplateNotFound as error:
            raise TemplateFault(*_last_template_line(error, template), f"there is no template {error.name!r}") from error
        except jinja2.TemplateError as error:
            reason = error.message or type(error).__name__
            raise TemplateFault(*_last_template_line(error, template), reason, _meant(reason, view)) from error
        except UnicodeDecodeError as error:
            raise TemplateFault(template, 0, "it is not UTF-8") from error
        except Exception as error:
            place, line = _last_template_line(error, "")
            if self._custom is None or not Path(place).is_relative_to(self._custom):
                raise  # a bug of ours
            raise TemplateFault(place, line, f"{type(error).__name__}: {error}") from error

    def uses_custom(self, template: str) -> bool:
        """Whether the template, or one that it includes, is the user's own."""
        if self._custom is None:
            return False
        if template not in self._is_custom:
            self._is_custom[template] = False  # ends the walk where templates include each other
            self._is_custom[template] = (self._custom / template).is_file() or any(map(self.uses_custom, self._included(template)))
        return self._is_custom[template]

    def unused(self) -> Iterator[tuple[str, str]]:
        """The user's own templates that no page used, though all pages were drawn; each with the most similar name of ours."""
        if self._custom is None:
            return
        own = {path.relative_to(self._custom).as_posix() for path in self._custom.rglob("*.jinja")}
        ours = {path.relative_to(templates_folder()).as_posix() for path in templates_folder().rglob("*.jinja")}
        included = {inner for name in self._is_custom for inner in self._included(name)}
        for name in sorted(own - ours - included - set(self._is_custom)):
            yield name, nearest(name, sorted(ours)) or ""

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
    """What was perhaps meant by a mistyped attribute of a view; where nothing is like it, all attributes."""
    found = re.search(r"view\.(\w+) object' has no attribute '(\w+)'", reason)
    if found is None or not isinstance(view, Struct) or type(view).__name__ != found[1]:
        return None
    known = view.__struct_fields__
    near = nearest(found[2], known)
    return f"did you mean {near!r}?" if near else f"the view has: {', '.join(known)}"


# ---- templates of ours ----------------------------------------------------------------------------------------------------------


def function(source: str) -> str:
    """A template of ours as the source of a Python function that draws it piece by piece; ``include`` draws a part.

    Ours only loop, choose, include and print (a test holds them to that), which are statements of Python. Such a function needs no engine to run.
    """
    lines = (f"    {line}" for node in environment().parse(source).body for line in _statement(node))
    return "\n".join(["def draw(view, include):", *lines, "    yield ''\n"])


def _statement(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Output(nodes=parts):
            yield f"yield f{''.join(map(_printed, parts))!r}"
        case nodes.For(
            target=nodes.Name(name=one),
            iter=lines,
            body=[nodes.Output(nodes=[nodes.Name(name=printed), nodes.TemplateData(data="\n")])],
            else_=[],
            test=None,
        ) if (
            printed == one
        ):
            yield f'yield "\\n".join([*{_attribute(lines)}, ""])'  # nearly all loops, and the longest
        case nodes.For(target=nodes.Name() as target, iter=found, body=body, else_=[], test=None):
            yield f"for {_attribute(target)} in {_attribute(found)}:"
            yield from _block(body)
        case nodes.If(test=test, body=body, elif_=[], else_=other):
            yield f"if {_attribute(test)}:"
            yield from _block(body)
            if other:
                yield "else:"
                yield from _block(other)
        case nodes.Include(template=nodes.Const(value=name)):
            yield f"yield from include({name!r}, view)"
        case _:
            raise TypeError(f"our own templates have no {type(node).__name__}")


def _block(body: Iterable[nodes.Node]) -> Iterator[str]:
    yield "    pass"
    yield from (f"    {line}" for node in body for line in _statement(node))


def _printed(node: nodes.Node) -> str:
    """A part of a text, as it stands in an f-string."""
    if isinstance(node, nodes.TemplateData):
        return node.data.replace("{", "{{").replace("}", "}}")
    return f"{{{_attribute(node)}!s}}"


def _attribute(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name="view"):
            return "view"
        case nodes.Name(name=name):
            return f"{name}_"  # `class` is a good name for a class in a template
        case nodes.Getattr(node=inner, attr=name):
            return f"{_attribute(inner)}.{name}"
        case _:
            raise TypeError(f"our own templates have no {type(node).__name__}")
