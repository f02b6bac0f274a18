"""Room for recursion: a chain of thousands of schemas, each inside the next, is walked like any other."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_FRAMES = 100_000
_STACK = 512 * 1024 * 1024  # bytes; only what is used of it is ever there
_one_at_a_time = threading.Lock()  # the stack size and the limit are those of the whole process


def deep(work: Callable[[], T]) -> T:
    """Do the work in a thread whose stack is deep enough for any document that the reader lets in; what it raises is raised here."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever waits
            errors.append(error)

    with _one_at_a_time:
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
        sys.setrecursionlimit(max(limit, _FRAMES))
        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
