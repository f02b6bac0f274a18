"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared/corpora"


def openapi(schemas: Mapping[str, Any], paths: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A document of components and paths; ``more`` are other keys at the top, or other values of these."""
    info = {"title": "T", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths or {}, "components": {"schemas": schemas}} | more


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files of tests/cases instead of comparing with them")
    parser.addoption(
        "--everything", action="store_true", help="run the examples of all documents of the corpora, not of a sample: takes an hour"
    )
    parser.addoption("--fuzz", type=int, default=1, metavar="N", help="let the tests that try at random try N times as much")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update") and os.environ.get("CI"):
        raise pytest.UsageError("--update is refused where CI is set: what is expected changes only under somebody's eyes")
    tries = 100 * config.getoption("--fuzz")
    # How long inputs take to be made and tried says something of the machine, and nothing of us.
    settings.register_profile("fuzz", max_examples=tries, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("fuzz")
    _hear_signals()


def _hear_signals() -> None:
    """Who is started in the background, or by nohup, ignores some signals, and so would all that the tests start and ask to stop."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what the user's own runs remember."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def fuzz_rounds(request: pytest.FixtureRequest) -> int:
    """How many times as much as usual a test that tries at random is to try."""
    return int(request.config.getoption("--fuzz"))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten."""
    return bool(request.config.getoption("--update"))
