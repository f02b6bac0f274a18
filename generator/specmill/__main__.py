"""``python -m specmill``."""

from __future__ import annotations

from specmill.cli import process

if __name__ == "__main__":
    process()
