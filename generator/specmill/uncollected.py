"""The garbage collector at rest: the stages build large trees that all stay, and it would walk them over and over to find nothing."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the cyclic collector off during a block or, as a decorator, during a function; it would take a fifth of a large run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what others have frozen is theirs
                gc.freeze()
                gc.unfreeze()  # all that was made counts as old now, unseen: else it would be walked at once
            gc.enable()
