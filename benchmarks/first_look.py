"""How long the commands take, here and now: `make bench`. Seconds on the clock, medians; the generated code has `make bench-serializers`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
STRIPE = ROOT.parent / "shared/corpora/large/stripe.json"
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "specmill --version": ("-m", "specmill", "--version"),
    "specmill check (generated/)": ("-m", "specmill", "check"),
}
if STRIPE.exists():
    COMMANDS["specmill dump, Stripe (5 MB of JSON)"] = ("-m", "specmill", "dump", "--spec", str(STRIPE))


def seconds(arguments: tuple[str, ...]) -> float:
    """The time that Python takes with these arguments."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=False, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


if __name__ == "__main__":
    for name, arguments in COMMANDS.items():
        print(f"{name:<40}{statistics.median(seconds(arguments) for _ in range(5)):10.3f} s")
