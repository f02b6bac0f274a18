"""Pages become text."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from specmill import user_cache
from specmill.output.templates import text
from specmill.targets import Page

if TYPE_CHECKING:
    from types import CodeType

    from specmill.output.engine import Engine

Include: TypeAlias = Callable[[str, object], Iterator[str]]

_FORMAT: Final = 4  # of the functions that are kept; count on when `engine.function` changes


class Text(Struct, frozen=True):
    """A page as text: its path below the target's folder (with ``/``).

    The ``pieces`` are drawn as they are asked for, since there are modules of ten million characters; ``TemplateFault`` as in ``render``.
    """

    path: str
    pieces: Iterable[str]
    custom: bool = False  # drawn by a template of the user's own

    @property
    def text(self) -> str:
        """All of it; to be asked for once."""
        return "".join(self.pieces)


class Renderer(Struct, dict=True):
    """Draws pages with our templates, or with those of the user's ``custom`` folder where it has one of that name."""

    custom: Path | None = None

    @cached_property
    def _engine(self) -> Engine:
        from specmill.output.engine import Engine  # Jinja2 takes a tenth of a small run, and our own templates do without it

        return Engine(self.custom)

    def render(self, page: Page) -> Text:
        """Draw one page; ``TemplateFault`` where the template does not fit its view or cannot be read."""
        if page.template is None:
            return Text(page.path, [str(page.view)])
        if self.custom is None:
            return Text(page.path, self._drawn(page.template, page.view))
        return Text(page.path, [self._engine.draw(page.template, page.view)], self._engine.uses_custom(page.template))

    def _drawn(self, template: str, view: object) -> Iterator[str]:
        """What a template of ours makes of a view."""
        try:
            yield from _include(template, view)
        except Exception:
            self._engine.draw(template, view)  # it happens again to Jinja2, which tells what and where
            raise

    def unused(self) -> Iterator[tuple[str, str]]:
        """As ``Engine.unused``; nothing, where the user has no templates."""
        return iter(()) if self.custom is None else self._engine.unused()


def _include(template: str, view: object) -> Iterator[str]:
    return _function(template)(view, _include)


@cache
def _function(template: str) -> Callable[[object, Include], Iterator[str]]:
    """What draws a template of ours, from the user's cache: only Jinja2 can make it, and takes longer to import than a small spec to draw."""
    file = f"{user_cache.folder()}/templates-{_FORMAT}/{template.replace('/', '-')}"
    key = sys.version, text(template)
    code = _kept(file, key)
    if code is None:
        from specmill.output import engine  # needed only the first time

        code = compile(engine.function(text(template)), template, "exec")
        user_cache.write(file, [marshal.dumps((key, code))])
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - what we made of our own template
    made: Callable[[object, Include], Iterator[str]] = names["draw"]
    return made


def _kept(file: str, key: tuple[str, ...]) -> CodeType | None:
    try:
        found, code = marshal.loads(user_cache.read(file) or b"")  # noqa: S302 - the user's own
    except (EOFError, ValueError, TypeError):
        return None
    return code if found == key else None
