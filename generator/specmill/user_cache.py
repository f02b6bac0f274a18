"""Where shortcuts are kept between runs: private to the user and to this machine, and safe to remove at any time."""

from __future__ import annotations

import os
import sys


def user_cache() -> str:
    """The folder of specmill in the user's cache; it need not be there."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return os.path.join(base, "specmill")
