"""How fast specmill and what it generates are, here and now: `make bench`. Medians of CPU time, in turns, so that a busy machine hits all alike."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields, make_dataclass
from pathlib import Path
from typing import Any

import msgspec
import pydantic

import specmill

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared/corpora"

SESSION = {
    "_id": "01J", "external_id": "e", "duration": 12.5, "contact_ids": ["a", "b"], "traces_count": 3, "tags": ["x", "y"], "workspace_id": "w",
    "billing": {"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.3},
    "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30},
    "project_id": None, "started_at": "2025-06-29T20:07:01.844Z", "updated_at": "2025-06-29T20:07:02Z",
}  # fmt: skip


def rounds(candidates: dict[str, Callable[[], object]], repeat: int, turns: int = 15) -> dict[str, float]:
    """Microseconds per call of each candidate."""
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(turns):
        for name, call in candidates.items():
            start = time.process_time()
            for _ in range(repeat):
                call()
            found[name].append((time.process_time() - start) / repeat * 1e6)
    return {name: statistics.median(times) for name, times in found.items()}


def table(title: str, times: dict[str, float]) -> None:
    ours = next(iter(times.values()))
    print(f"\n{title}")
    for name, microseconds in times.items():
        print(f"  {name:<40}{microseconds:10.2f} µs{microseconds / ours:8.2f}")


def pydantic_twin(model: type[Any]) -> type[pydantic.BaseModel]:
    """The same fields as a pydantic model; what it need not know (nested classes) is taken as plain data."""
    names = {field.name: (Any, None) for field in fields(model)}
    return pydantic.create_model("Twin", **names)  # type: ignore[call-overload, no-any-return]


def decoding() -> None:
    module = specmill.compile_models(ROOT / "spec/session.yaml")
    model = module.GetSessionResponseBody
    text = json.dumps(SESSION).encode()
    one = model.from_json(text)
    plain = make_dataclass("Plain", [field.name for field in fields(model)], slots=True)
    values = [getattr(one, field.name) for field in fields(model)]
    twin = pydantic_twin(model)
    table(
        "one session, JSON to objects",
        rounds(
            {
                "specmill": lambda: model.from_json(text),
                "only msgspec.json.decode, no types": lambda: msgspec.json.decode(text),
                "only json.loads": lambda: json.loads(text),
                "only making one flat dataclass": lambda: plain(*values),
                "pydantic, fields of any type": lambda: twin.model_validate_json(text),
            },
            2000,
        ),
    )
    data = json.loads(text)
    table(
        "one session, objects to JSON",
        rounds(
            {
                "specmill": one.to_json,
                "only msgspec.json.encode of a dict": lambda: msgspec.json.encode(data),
                "only json.dumps": lambda: json.dumps(data),
            },
            2000,
        ),
    )


def commands() -> None:
    def run(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *arguments], check=False, capture_output=True, cwd=ROOT)

    wall: dict[str, float] = {}
    lines = {
        "python -c pass": ("-c", "pass"),
        "specmill --version": ("-m", "specmill", "--version"),
        "specmill check (generated/)": ("-m", "specmill", "check"),
    }
    large = CORPORA / "large/stripe.json"
    if large.exists():
        lines["specmill dump, Stripe (5 MB of JSON)"] = ("-m", "specmill", "dump", "--spec", str(large))
    for name, arguments in lines.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            run(*arguments)()
            times.append(time.perf_counter() - start)
        wall[name] = statistics.median(times)
    print("\ncommands, seconds on the clock")
    for name, seconds in wall.items():
        print(f"  {name:<40}{seconds:10.3f} s")


if __name__ == "__main__":
    decoding()
    commands()
