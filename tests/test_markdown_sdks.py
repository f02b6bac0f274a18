"""The TypeScript pages of real SDKs follow from their specs."""

from __future__ import annotations

import pages_report
import pytest

FAST = [name for name in pages_report.names() if (pages_report.PAGES / name / "spec.yaml").stat().st_size < 1_000_000]
FLOOR = {"pages": 0.99, "rows": 0.99, "tables, byte for byte": 0.97, "values": 0.99, "union members": 0.99}


@pytest.mark.skipif(not FAST, reason="the pages of real SDKs are not beside this checkout (../shared/corpora/pages)")
@pytest.mark.parametrize("measure", FLOOR)
@pytest.mark.parametrize("name", FAST)
def test_pages_of_an_sdk_follow_from_its_spec(name: str, measure: str) -> None:
    equal, whole = pages_report.scores(name)[measure]
    assert equal >= FLOOR[measure] * whole
