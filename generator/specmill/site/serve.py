"""The site while it is being written: drawn again whenever something that it is made of changes."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from specmill.site.build import command
from specmill.site.project import DOCS, Site, lay_out

_EVERY: Final = 0.5  # seconds between two looks


def serve(first: Site, address: str, inputs: Iterable[Path], redraw: Callable[[], tuple[Site | None, Iterable[Path]]]) -> int:
    """Serve until interrupted, and draw again when an input changes; the exit code of the server, where it ends by itself.

    ``redraw`` gives the new site (None: the spec has a mistake; the pages stay as they are) and what it was made of.
    """
    with tempfile.TemporaryDirectory(prefix="specmill-site-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        lay_out(first, folder)
        with subprocess.Popen([*command("serve", folder), "-a", address]) as server:  # noqa: S603 - our own words and an address
            try:
                seen = _stamps(inputs)
                while server.poll() is None:
                    time.sleep(_EVERY)
                    if _stamps(seen) != seen:
                        site, inputs = redraw()
                        seen = _stamps({*seen, *inputs})
                        if site is not None:
                            _update(site, folder)
            finally:
                server.terminate()
        return server.returncode


def _update(site: Site, folder: Path) -> None:
    """Write what changed, and remove the pages that are no more."""
    lay_out(site, folder)
    docs = folder / DOCS
    for path in docs.rglob("*.md"):
        if path.relative_to(docs).as_posix() not in site.pages:
            path.unlink()


def _stamps(paths: Iterable[Path]) -> Mapping[Path, int]:
    """When each file was last changed; 0 for one that is not there."""
    return {path: path.stat().st_mtime_ns if path.exists() else 0 for path in paths}
