"""Fair timing on a machine that is not quiet: CPU time, the candidates in turns, medians."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Final

_TURN: Final = 0.02  # seconds of work that one turn of a candidate takes at least
_SLOW: Final = 0.3  # a call that takes longer gets one turn


def once(call: Callable[[], object], repeat: int) -> float:
    """Seconds of CPU time per call."""
    start = time.process_time()
    for _ in range(repeat):
        call()
    return (time.process_time() - start) / repeat


def medians(candidates: Mapping[str, Callable[[], object]], turns: int) -> dict[str, float]:
    """Seconds of CPU time per call of each candidate."""
    first = {name: once(call, 1) for name, call in candidates.items()}  # the first call makes what later calls use
    quick = {name: call for name, call in candidates.items() if first[name] < _SLOW}
    repeats = {name: max(1, round(_TURN / max(once(call, 3), 1e-7))) for name, call in quick.items()}
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(turns):
        for name, call in candidates.items():
            if name in quick or turn == 0:
                gc.collect()
                found[name].append(once(call, repeats.get(name, 1)))
    return {name: statistics.median(times) for name, times in found.items()}
