"""Measures how exactly we mean what schemas say, on corpora that lie beside the project, and writes docs/conformance.md.

usage: python tests/conformance/report.py [TOOLS]     (TOOLS: the folder of the measuring scripts; default ../shared/tools)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pages_report

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/tools"
GENERATE = f"{sys.executable} -m specmill generate --spec {{spec}} --target python={{out}}/gen -q --output-format github --set python.unknown-fields=preserve"
OPTIONS = {"as they come": "", "formats as annotations": " --set formats=annotation"}

HEAD = """# Conformance

How exactly the generated code means what the schemas say. Made by `make conformance`, on corpora that are not part of the project; the page says
what was seen, and names every refusal.
"""


def main() -> None:
    """Run every measure and write the page."""
    with tempfile.TemporaryDirectory() as work:
        parts = [HEAD, *suite(Path(work)), *instances(Path(work)), *documents(Path(work)), "", *pages_report.section()]
    (ROOT / "docs/conformance.md").write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def run(work: Path, script: str, *arguments: str) -> None:
    """Run one of the measuring scripts."""
    environment = os.environ | {"CORPORA_WORK": str(work), "PROBE_PYTHON": sys.executable, "NO_COLOR": "1"}
    subprocess.run([sys.executable, str(TOOLS / script), *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def results(work: Path, name: str) -> list[dict[str, Any]]:
    """What a script wrote: one record a line."""
    return [json.loads(line) for line in (work / f"results/{name}.jsonl").read_text("utf-8").splitlines()]


def percent(part: int, whole: int) -> str:
    """A share; what is not all is never shown as 100 %."""
    if not whole:
        return "–"
    shown = f"{100 * part / whole:.2f}"
    return f"{'99.99' if shown == '100.00' and part < whole else shown} %"


# ---- JSON-Schema-Test-Suite -----------------------------------------------------------------------------------------------------


def suite(work: Path) -> Iterator[str]:
    """The suite, by draft and part."""
    run(work, "jsts.py", str(HERE / "jsts_adapter.py"))
    rows = results(work, "jsts-jsts_adapter")
    yield "## JSON-Schema-Test-Suite\n"
    yield "| draft | part | groups | tests answered | right | wrong | groups refused |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for key in dict.fromkeys((row["draft"], row["part"]) for row in rows):
        mine = [row for row in rows if (row["draft"], row["part"]) == key]
        answers = [test for row in mine for test in row.get("tests", ())]
        right = sum(expected == got for _, expected, got in answers)
        refused = sum(row["status"] != "ok" for row in mine)
        yield f"| {key[0]} | {key[1]} | {len(mine)} | {len(answers)} | {percent(right, len(answers))} | {len(answers) - right} | {refused} |"
    yield "\nRefused:\n"
    for row in rows:
        if row["status"] != "ok":
            yield f"- {row['draft']} {row['part']} `{row['file']}`, {row['group']}: {reason(row['why'])}"
    yield "\nWrong:\n"
    for row in rows:
        for test, expected, got in row.get("tests", ()):
            if expected != got:
                yield f"- {row['draft']} {row['part']} `{row['file']}`, {row['group']}, {test}"
    yield ""


def reason(text: str) -> str:
    """The first finding of a refusal, without its place."""
    line = text.strip().splitlines()[0]
    return line.partition("error[")[2].join(["`", ""]).replace("]: ", "`: ", 1) if "error[" in line else line


# ---- real schemas with instances of third parties -------------------------------------------------------------------------------


def instances(work: Path) -> Iterator[str]:
    """Real JSON Schemas with valid and invalid instances that others wrote."""
    run(work, "peers_js.py", str(HERE / "schema_adapter.py"), "1000")
    rows = results(work, "js-schema_adapter")
    done = [row for row in rows if row["status"] == "ok"]
    valid, invalid = sum(row["nv"] for row in done), sum(row["ni"] for row in done)
    accepted, equal, rejected = (sum(row[key] for row in done) for key in ("acc", "rt", "rej"))
    yield "## Real JSON Schemas with instances of third parties\n"
    yield f"- schemas generated and imported: {len(done)} of {len(rows)}"
    yield f"- valid instances accepted: {accepted} of {valid} ({percent(accepted, valid)})"
    yield f"- of these, equal after decode and encode: {equal} of {accepted} ({percent(equal, accepted)})"
    yield f"- invalid instances rejected: {rejected} of {invalid} ({percent(rejected, invalid)})"
    for row in rows:
        if row["status"] != "ok":
            yield f"- refused: {row['id']}: {reason(row.get('why', row['status']))}"
        elif row["acc"] < row["nv"]:
            yield f"- not accepted: {row['id']}: {' '.join(row['why'][0].split())}"
    yield ""


# ---- OpenAPI documents ----------------------------------------------------------------------------------------------------------


def documents(work: Path) -> Iterator[str]:
    """Real-world and nasty OpenAPI documents, with examples from the documents, synthetic instances and mutants."""
    yield "## OpenAPI documents\n"
    yield "| documents | formats | generated | imported | examples accepted | equal | synthetic accepted | equal | mutants rejected |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    refusals: dict[str, str] = {}
    for sample in ("realworld", "nasty"):
        for label, option in OPTIONS.items():
            run(work, "oas_ours.py", "ours", GENERATE + option, str(HERE / "openapi_adapter.py"), sample)
            rows = results(work, f"ours-{sample}")
            yield f"| {sample} | {label} | {' | '.join(measures(rows))} |"
            refusals |= {row["path"]: row["msg"] for row in rows if row["rc"] != 0}
    yield "\nRefused:\n"
    yield from (f"- `{path.rpartition('/corpora/')[2]}`: {first_code(message)}" for path, message in refusals.items())


def measures(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The cells of one run."""
    probes = [row["probe"] for row in rows if row["rc"] == 0 and "probe" in row]
    yield f"{sum(row['rc'] == 0 for row in rows)} of {len(rows)}"
    yield f"{sum(probe.get('import') == 'ok' for probe in probes)}"
    for kind in ("spec", "synth"):
        tables = [probe["bywhere"][kind] for probe in probes if kind in probe.get("bywhere", {})]
        whole = sum(table["ex"] for table in tables)
        yield f"{percent(sum(table['accept'] for table in tables), whole)} of {whole}"
        yield percent(sum(table["equal"] for table in tables), whole)
    counts = [probe.get("counts", {}) for probe in probes]
    mutants = sum(count.get("mut", 0) for count in counts)
    yield f"{percent(sum(count.get('mut_reject', 0) for count in counts), mutants)} of {mutants}"


def first_code(message: str) -> str:
    """The code and words of the last finding, of which an annotation for a workflow makes one line."""
    code, _, words = message.strip().rpartition("title=")[2].partition("::")
    return f"`{code}`: {words.partition('%0A')[0]}"


if __name__ == "__main__":
    main()
