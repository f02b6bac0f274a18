"""What models cost beside time: the memory of objects that are kept, and the time that importing a package of a thousand models takes."""

from __future__ import annotations

import gc
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any, Final

import msgspec
from peers import PEERS
from shapes import CASES

import specmill

_MODELS: Final = 1000
_TURNS: Final = 7
_KEPT: Final = ("specmill", "msgspec.Struct", "msgspec, slots dataclasses", "pydantic")
_TIMED: Final = "import time; start = time.process_time(); import {0}; {1}; print(time.process_time() - start)"
_USE: Final = '{0}.Model500.from_json(b\'{{"id": "1", "size": 2, "tags": []}}\')'


def memory() -> dict[str, float]:
    """Bytes per session that is kept, by library; the text and what it shares with others not counted."""
    case = CASES[1]
    found = {}
    for name in _KEPT:
        if importlib.util.find_spec(PEERS[name][0]) is not None:
            codec = PEERS[name][1](case)
            text = msgspec.json.encode(case.payload(renamed=not codec.renames))
            found[name] = _kept(codec.decode, text) / case.many
    return found


def _kept(decode: Any, text: bytes) -> int:
    decode(text)
    gc.collect()
    tracemalloc.start()
    value = decode(text)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del value
    return size


def _spec() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["id", "size"],
        "properties": {
            "id": {"type": "string"},
            "size": {"type": "integer"},
            "name": {"type": ["string", "null"]},
            "created_at": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    schemas = {f"Model{i}": schema for i in range(_MODELS)}
    return {"openapi": "3.1.0", "info": {"title": "Many", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}


def _packages(folder: Path) -> dict[str, str]:
    """Packages of a thousand models, by title: what to import."""
    layouts = {f"ours_{layout}": {"kind": "python", "layout": layout} for layout in ("module", "package")}
    files = specmill.render(_spec(), layouts)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    models = (folder / "ours_module/models.py").read_text().replace(" | UnsetType = UNSET", " = None")
    head = "from ._model import UNSET, Model, UnsetType\n"
    plain = models.replace("@dataclass(slots=True, kw_only=True)\n", "")
    (folder / "eager_dataclasses.py").write_text(models.replace(head, "").replace("(Model)", ""))
    (folder / "structs.py").write_text(plain.replace(head, "from msgspec import Struct\n").replace("(Model)", "(Struct, kw_only=True)"))
    (folder / "pydantic_models.py").write_text(plain.replace(head, "from pydantic import BaseModel\n").replace("(Model)", "(BaseModel)"))
    titles = {"specmill, layout package": "ours_package", "specmill, layout module": "ours_module", "msgspec.Struct": "structs"}
    return titles | {"eager slots dataclasses": "eager_dataclasses", "pydantic": "pydantic_models"}


def imports() -> dict[str, float]:
    """Seconds of CPU time: to import a thousand models; and for ours, until one model was read."""
    with tempfile.TemporaryDirectory() as name:
        packages = _packages(Path(name))
        scripts = {title: _TIMED.format(package, "pass") for title, package in packages.items()}
        scripts |= {f"{title}, one model read": _TIMED.format(p, _USE.format(p)) for title, p in packages.items() if "specmill" in title}
        found: dict[str, list[float]] = {title: [] for title in scripts}
        for _ in range(_TURNS + 1):
            for title, script in scripts.items():
                done = subprocess.run([sys.executable, "-c", script], cwd=name, capture_output=True, text=True, check=False)
                if done.returncode == 0:
                    found[title].append(float(done.stdout))
        return {title: statistics.median(times[1:]) for title, times in found.items() if times}  # the first compiles
