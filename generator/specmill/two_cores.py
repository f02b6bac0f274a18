"""Work done in two halves at the same time, where the process can be forked without anybody noticing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")


def _ready() -> None:
    """Nothing is needed."""


def shared(
    work: Callable[[Sequence[T]], list[R]], jobs: Sequence[T], weights: Sequence[int], least: int, before: Callable[[], object] = _ready
) -> list[R] | None:
    """The results of all jobs; the second half is done by a forked child, which starts with all of our memory and sends its results back pickled.

    ``before`` makes what both processes share, once it is certain that there will be a child.
    None where the jobs weigh too little to be worth it, where forking is impossible, or where any of them failed. Do them alone then: what went
    wrong shows there as it always would.
    """
    sums = list(accumulate(weights))
    if len(sums) < _CORES or sums[-1] < least or not _can_fork():
        return None
    import pickle  # with `signal`, needed only for large specs

    before()
    middle = min(range(1, len(sums)), key=lambda at: abs(2 * sums[at - 1] - sums[-1]))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)  # or we would wait for ourselves to read, were the parent killed
        _work(lambda: work(jobs[middle:]), writing)
    os.close(writing)
    with open(reading, "rb") as stream:  # noqa: PTH123 - a descriptor, no path
        try:
            return work(jobs[:middle]) + cast("list[R]", pickle.load(stream))  # noqa: S301 - our own child wrote it
        except Exception:  # noqa: BLE001 - it happens again to whoever does it alone
            return None
        finally:
            _end(child)


def _work(theirs: Callable[[], object], writing: int) -> None:
    """What the child does: it prints nothing, and exits without any cleaning up, which is the parent's business."""
    import pickle

    try:
        with open(writing, "wb") as stream:
            pickle.dump(theirs(), stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # the parent can tell whether the pickle is whole


def _end(child: int) -> None:
    """End the child, whether it is done or no longer needed."""
    import signal

    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):  # the program that we are part of waits for its children itself
        return


def _can_fork() -> bool:
    """Whether there is a second core, and no second thread: a child has only the thread that forked, and would wait forever for locks of the others.

    Only Linux says for certain how many threads there are; macOS has some of its own, and Windows cannot fork.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < _CORES:
        return False
    for _ in range(_PATIENCE):
        if len(list(Path("/proc/self/task").iterdir())) == 1:
            return True
        time.sleep(0.001)  # the thread that was joined just now may take a moment to go
    return False


_CORES = 2
_PATIENCE = 5
