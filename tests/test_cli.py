"""The command line: what it says, where it says it, and what it ends with."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

import specmill
from specmill import cli, cli_memory, cli_watch
from specmill.cli_text import github
from specmill.diagnostics import Diagnostic, Place, Severity
from specmill.frontend import lower

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths: {}
components:
  schemas:
    Pet:
      type: object
      properties:
        name: {type: string}
"""
CONFIG = """\
spec = "api.yaml"
[targets.dump]
path = "out"
"""
LINES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec and a configuration, to be in."""
    (tmp_path / "api.yaml").write_text(SPEC)
    (tmp_path / "specmill.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


Result = tuple[int, str, str]
Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: exit code, stdout, stderr."""

    def command(*arguments: str) -> Result:
        try:
            code = int(cli.main(arguments))
        except SystemExit as end:
            code = int(str(end.code or 0))
        return (code, *capsys.readouterr())

    return command


def test_generate_writes_then_finds_nothing_to_do(here: Path, run: Run) -> None:
    assert run("generate") == (0, "1 file: 1 written\n", "")
    assert json.loads((here / "out/ir.json").read_text())["title"] == "Pets"
    assert run("generate") == (0, "1 file: 1 unchanged\n", "")
    assert run("check") == (0, "1 file: 1 unchanged\n", "")
    assert run("generate", "-v") == (0, "unchanged: out/ir.json\n1 file: 1 unchanged\n", "")
    assert run("generate", "-q") == (0, "", "")


def test_generate_needs_no_configuration_file(here: Path, run: Run) -> None:
    (here / "specmill.toml").write_text("this = is broken, and not read")
    assert run("generate", "--spec", "api.yaml", "--target", "dump=a/b", "--target", "other:dump=c")[0] == 0
    assert (here / "a/b/ir.json").read_text() == (here / "c/ir.json").read_text()


def test_flags_win_over_the_file(here: Path, run: Run) -> None:
    (here / "other.yaml").write_text(SPEC.replace("Pets", "Others"))
    assert run("generate", "--spec", "other.yaml")[0] == 0
    assert "Others" in (here / "out/ir.json").read_text()
    assert run("generate", "--target", "dump=elsewhere")[0] == 0
    assert "Pets" in (here / "elsewhere/ir.json").read_text()
    (here / "specmill.toml").write_text(CONFIG + '[targets.more]\nkind = "dump"\npath = "more"\n')
    assert run("generate", "--target", "more")[0] == 0
    assert "Others" in (here / "out/ir.json").read_text(), "a mere name picks a target of the file, the others rest"


def test_the_configuration_is_found_from_a_folder_below(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "deep").mkdir()
    monkeypatch.chdir(here / "deep")
    assert run("generate")[0] == 0
    assert (here / "out/ir.json").exists()


def test_watch_counts_one_file_as_one(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_watch, "_changed", interrupted)
    code, out, err = run("generate", "--watch", "--spec", "api.yaml", "--target", "dump=out")
    assert code == 0
    assert "; watching 1 file, Ctrl-C ends\n" in out + err
    assert (here / "out/ir.json").exists()


def test_dry_run_writes_nothing(here: Path, run: Run) -> None:
    assert run("generate", "--dry-run") == (0, "to be written: out/ir.json\n1 file: 1 to be written\n", "")
    assert not (here / "out").exists()


def test_check_says_what_differs_how_and_what_mends_it(here: Path, run: Run) -> None:
    code, out, err = run("check")
    assert (code, err) == (1, "")
    assert out == "missing: out/ir.json\n1 file: 1 missing\nto mend it: specmill generate\n"
    assert not (here / "out").exists()
    run("generate")
    (here / "api.yaml").write_text(SPEC.replace("Pets", "Cats"))
    code, out, err = run("check")
    assert code == 1
    assert "--- a/out/ir.json\n+++ b/out/ir.json\n" in out
    assert '-  "title": "Pets",\n+  "title": "Cats",\n' in out
    assert out.endswith("changed: out/ir.json\n1 file: 1 changed\nto mend it: specmill generate\n")
    assert "Pets" in (here / "out/ir.json").read_text()


@pytest.mark.usefixtures("here")
def test_check_repeats_the_flags_in_the_command_that_mends(run: Run) -> None:
    out = run("check", "--spec", "api.yaml", "--target", "dump=a b")[1]
    assert out.endswith("to mend it: specmill generate --spec api.yaml --target 'dump=a b'\n")


def test_check_finds_stale_files(here: Path, run: Run) -> None:
    run("generate")
    manifest = here / "out/.specmill.json"
    data = json.loads(manifest.read_text())
    (here / "out/old.json").write_bytes((here / "out/ir.json").read_bytes())
    data["files"]["old.json"] = data["files"]["ir.json"]
    manifest.write_text(json.dumps(data))
    assert run("check")[:2] == (1, "stale: out/old.json\n2 files: 1 stale, 1 unchanged\nto mend it: specmill generate\n")
    assert run("generate")[:2] == (0, "2 files: 1 removed, 1 unchanged\n")
    assert sorted(p.name for p in (here / "out").iterdir()) == [".specmill.json", "ir.json"]


def test_a_file_edited_by_hand_is_refused_with_the_diff_until_forced(here: Path, run: Run) -> None:
    run("generate")
    with (here / "out/ir.json").open("a") as file:
        file.write("mine\n")
    code, out, err = run("generate")
    assert code == 3
    assert "-mine\n" in out
    assert "error[edited-file]: out/ir.json was changed by hand" in err
    assert "--force" in err
    assert (here / "out/ir.json").read_text().endswith("mine\n")
    code, out, _ = run("check")
    assert code == 1
    assert "edited by hand: out/ir.json\n" in out
    assert "specmill generate --force" in out
    assert run("generate", "--dry-run")[0] == 3
    assert run("generate", "--force")[0] == 0
    assert run("check")[0] == 0


def test_a_strangers_file_in_the_way_is_refused(here: Path, run: Run) -> None:
    (here / "out").mkdir()
    (here / "out/ir.json").write_text("theirs\n")
    code, _, err = run("generate")
    assert code == 3
    assert "error[foreign-file]: out/ir.json was not written by specmill" in err
    assert (here / "out/ir.json").read_text() == "theirs\n"
    assert not (here / "out/.specmill.json").exists()


def test_where_one_folder_is_refused_no_other_is_written(here: Path, run: Run) -> None:
    (here / "specmill.toml").write_text(CONFIG + '[targets.more]\nkind = "dump"\npath = "more"\n')
    (here / "more").mkdir()
    (here / "more/ir.json").write_text("theirs\n")
    assert run("generate")[0] == 3
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda here: (here / "api.yaml").unlink(), "unreadable-file"),
        (lambda here: (here / "api.yaml").write_text("a: [1\n"), ""),
        (lambda here: (here / "api.yaml").write_bytes(b"a: \xff\n"), ""),
        (lambda here: (here / "api.yaml").write_text(SPEC + "        name: {type: string}\n"), "duplicate-key"),
        (lambda here: (here / "api.yaml").write_text(SPEC.replace("{type: string}", '{$ref: "#/components/schemas/Pett"}')), "unknown-ref"),
        (lambda here: (here / "api.yaml").write_text(SPEC.replace("{type: string}", "{type: strnig}")), "unknown-type"),
        (lambda here: (here / "specmill.toml").write_text(CONFIG + "pth = 1\n"), "unknown-config-key"),
        (lambda here: (here / "specmill.toml").write_text("spec = \n"), "config-syntax"),
        (lambda here: (here / "specmill.toml").unlink(), "no-config"),
        (lambda here: (here / "specmill.toml").write_text('spec = "api.yaml"\n'), "missing-config-key"),
        (lambda here: (here / "out").write_text("a file"), "cannot-write"),
    ],
)
def test_bad_input_is_one_finding_exit_code_2_and_nothing_written(
    change: Callable[[Path], object], code: str, here: Path, run: Run
) -> None:
    change(here)
    before = sorted(here.rglob("*"))
    exit_code, out, err = run("generate")
    assert (exit_code, out) == (2, "")
    assert f"error[{code}" in err
    assert err.count("error[") == 1
    assert "Traceback" not in err
    assert sorted(here.rglob("*")) == before


LONG = 5000 * "x"  # no file can have this name


def test_a_mistake_in_the_spec_is_shown_where_it_stands_from_where_one_is(here: Path, run: Run) -> None:
    (here / "deep").mkdir()
    (here / "deep/api.yaml").write_text(SPEC.replace("{type: string}", '{$ref: "#/components/schemas/Pett"}'))
    err = run("generate", "--spec", "deep/api.yaml")[2]
    shown = '  9 |         name: {$ref: "#/components/schemas/Pett"}\n'
    column = shown.index('"#') - len("  9 | ") + 1
    assert err.startswith(f"deep/api.yaml:9:{column}: error[unknown-ref]")
    assert f"{shown}    | {'^':>{column}}" in err
    assert "Pet" in err.split("help: ")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["generat"], ["generate", "--nonsense"], ["generate", "-q", "-v"], ["generate", "--color", "red"], ["completion", "fish"], ["init"],
        ["generate", "--target", "other"], ["generate", "--target", "=x"], ["generate", "--target", "dump=a", "--target", "dump=b"],
        ["generate", "--target", "dmp=a"], ["generate", "--set", "x"], ["generate", "--set", "nobody.x=1"], ["generate", "--set", "dump.x=1"],
        ["generate", "--set", "strict=maybe"], ["generate", "--config", "nowhere.toml"], ["explain", "nonsense"], ["generate", "--target", "nobody"],
        ["init", ""], ["init", LONG], ["generate", "--spec", LONG], ["generate", "--config", LONG], ["generate", "--set", f"templates={LONG}"],
    ],
)  # fmt: skip
def test_bad_usage_is_exit_code_2_and_a_word_on_stderr(arguments: list[str], here: Path, run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert not (here / "out").exists()


@pytest.mark.usefixtures("here")
def test_set_reads_a_value_as_its_option_wants_it(run: Run) -> None:
    assert (
        run(
            "generate", "--set", "strict=true", "--set", "silence=a,unused-name", "--set", "inline-names=short", "--set", "include.tags=x,y"
        )[0]
        == 0
    )
    assert run("generate", "--target", "markdown=docs", "--set", "markdown.year=x")[0] == 2


@pytest.mark.usefixtures("here")
def test_a_folder_that_python_cannot_import_is_told_of(run: Run) -> None:
    for folder in ("my-models", "123", "class"):
        code, _, err = run("generate", "--spec", "api.yaml", "--target", f"python={folder}")
        assert code == 0
        assert err.startswith(f"warning[config-value]: Python cannot import a package that is called {folder!r}")
        assert run("generate", "--spec", "api.yaml", "--target", f"python={folder}", "--set", "python.package=acme.models")[::2] == (0, "")


@pytest.mark.parametrize("held", ["include = 3", "limits = 3", "targets = 3", "targets = { dump = 3 }"])
def test_set_leaves_what_is_no_table_to_be_told_of(held: str, here: Path, run: Run) -> None:
    (here / "specmill.toml").write_text(f'spec = "api.yaml"\n{held}\n')
    code, _, err = run("generate", "--set", "include.tags=a", "--set", "limits.values=1", "--set", "dump.path=a")
    assert code == 2
    assert "error[" in err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "setting", ["dump.layuot=package", "stric=true", "strict=maybe", "include.tag=x", "limits.values=many", "limits.value=1"]
)
def test_a_mistake_in_a_set_is_told_of_the_flag(setting: str, run: Run) -> None:
    code, _, err = run("generate", "--set", setting)
    assert code == 2
    assert err.startswith(f"--set {setting}: error[")
    assert "specmill.toml" not in err


def test_what_is_silenced_stays_silent_where_warnings_are_errors(here: Path, run: Run) -> None:
    (here / "api.yaml").write_text(SPEC.replace("properties", "propertees"))
    assert run("check", "--strict")[0] == 2
    assert run("generate", "--strict", "--set", "silence=unknown-keyword")[::2] == (0, "")
    code, _, err = run("generate", "--set", "silence=unknown-keywrd")
    assert code == 2
    assert "did you mean 'unknown-keyword'?" in err


def test_dump_prints_the_description_alone_on_stdout(here: Path, run: Run) -> None:
    code, out, err = run("dump")
    assert (code, err) == (0, "")
    assert json.loads(out)["is"] == "Package"
    assert not (here / "out").exists()


def test_json_is_one_document_on_stdout(here: Path, run: Run) -> None:
    code, out, err = run("check", "--output-format", "json")
    assert (code, err) == (1, "")
    data = json.loads(out)
    assert data == {
        "exit_code": 1, "diagnostics": [], "changes": [{"path": "out/ir.json", "status": "created"}], "command": "specmill generate",
    }  # fmt: skip
    (here / "api.yaml").write_text(SPEC.replace("{type: string}", '{$ref: "#/components/schemas/Pett"}'))
    code, out, err = run("generate", "--output-format", "json")
    assert (code, err) == (2, "")
    found = json.loads(out)["diagnostics"]
    assert [(d["code"], d["severity"], d["file"], d["line"]) for d in found] == [("unknown-ref", "error", "api.yaml", 9)]


def test_of_many_findings_of_one_kind_people_are_told_the_first_and_programs_all(here: Path, run: Run) -> None:
    schemas = "".join(f"    S{number}: {{type: object, propertys: {{}}}}\n" for number in range(60))
    (here / "api.yaml").write_text(SPEC + schemas)
    for _ in range(2):  # found by a run, and repeated from the record of it
        code, _, err = run("generate")
        assert (code, err.count("[unknown-keyword]: 'propertys'")) == (0, 50)
        assert err.endswith("warning[unknown-keyword]: 10 more of this kind\n  help: --verbose shows them all\n")
        assert run("generate", "--verbose")[2].count("[unknown-keyword]") == 60
        told = json.loads(run("generate", "--output-format", "json")[1])["diagnostics"]
        assert [finding["line"] for finding in told] == list(range(10, 70))


def test_github_annotations_cannot_be_forged_by_a_spec() -> None:
    place = Place("a,b:c.yaml", 3, 4)
    text = github(Diagnostic("x", Severity.ERROR, "50%\n::set-env name=a::b\r\x1b[0m", place=place, help="do"))
    assert text == "::error file=a%2Cb%3Ac.yaml,line=3,col=4,title=x::50%25%0A::set-env name=a::b\\r\\x1b[0m%0Ahelp: do"
    assert github(Diagnostic("x", Severity.NOTE, "m")) == "::notice title=x::m"


@pytest.mark.usefixtures("here")
def test_github_marks_the_files_that_differ(run: Run) -> None:
    code, out, err = run("check", "--output-format", "github")
    assert (code, err) == (1, "")
    assert out == "::error file=out/ir.json,title=specmill check::missing: out/ir.json\n"


@pytest.mark.parametrize(
    ("color", "environment", "colored"),
    [("always", {"NO_COLOR": "1"}, True), ("never", {}, False), ("auto", {}, False)],
)
def test_color_is_only_where_it_is_wanted(
    color: str, environment: dict[str, str], *, colored: bool, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    (here / "api.yaml").write_text("a: [1\n")
    err = run("generate", "--color", color)[2]
    assert ("\x1b[" in err) is colored
    assert LINES.sub("", err).count("error[") == 1


def test_init_writes_a_configuration_that_works_and_keeps_one_that_is_there(here: Path, run: Run) -> None:
    (here / "specmill.toml").unlink()
    code, out, err = run("init", "api.yaml")
    assert (code, err) == (0, "")
    assert out == "specmill.toml is written, for 1 model and 0 operations in api.yaml; now run: specmill generate\n"
    assert run("init", "api.yaml")[0] == 3
    assert run("init", "api.yaml", "--force")[0] == 0
    assert run("generate")[0] == 0
    assert (here / "src/api/__init__.py").exists()
    assert run("init", "nowhere.yaml", "--force")[0] == 2
    (here / "api.yaml").rename(here / "class.yaml")
    assert run("init", "class.yaml", "--force")[0] == 0
    assert 'path = "src/class_"' in (here / "specmill.toml").read_text()


def test_explain_tells_of_one_finding_or_lists_all(run: Run) -> None:
    assert run("explain", "unknown-ref")[1].startswith("unknown-ref: ")
    assert run("explain", "error[unknown-ref]")[1] == run("explain", "unknown-ref")[1]
    assert "\nunknown-ref " in run("explain")[1]
    assert "did you mean 'unknown-ref'?" in run("explain", "unkown-ref")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_is_a_script_that_the_shell_takes(shell: str, run: Run, tmp_path: Path) -> None:
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "generate" in out
    if shell == "bash":
        (tmp_path / "script").write_text(out)
        assert subprocess.run(["bash", "-n", tmp_path / "script"], check=False).returncode == 0


def test_version_and_help_are_printed_on_stdout(run: Run) -> None:
    assert run("--version") == (0, f"specmill {specmill.__version__}\n", "")
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert "exit codes:" in out


@pytest.mark.parametrize("verb", ["", "generate", "check", "docs", "docs build", "docs serve", "dump", "init", "explain", "completion"])
def test_the_help_fits_80_columns(verb: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = run(*verb.split(), "--help")[1]
    assert max(map(len, out.splitlines())) <= 80


def test_version_and_help_import_next_to_nothing() -> None:
    script = "import sys; from specmill import cli, cli_arguments; cli_arguments.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=_environment())
    heavy = "yaml jinja2 msgspec black typing dataclasses tomllib json specmill.pipeline importlib.metadata"
    assert not set(done.stdout.split()) & set(heavy.split())


def test_a_small_run_imports_only_what_it_needs(tmp_path: Path) -> None:
    """Each of these would take a hundredth of a small run, or more."""
    (tmp_path / "pet.json").write_text('{"title": "Pet", "type": "object", "properties": {"name": {"type": "string"}}}')
    (tmp_path / "typing_extensions.py").write_text("import inspect")
    script = """\
import os, sys
before = set(sys.modules)
from specmill import cli
sys.argv[1:] = ["generate", "-q", "--spec", "pet.json", "--target", f"python={sys.argv[1]}"]
os._exit = lambda code: print(*set(sys.modules) - before) if code == 0 else sys.exit(code)
cli.process()
"""
    for folder in ("first", "second"):  # the first run may have to compile the templates
        command = [sys.executable, "-c", script, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment(), cwd=tmp_path)
    heavy = (
        "yaml jinja2 black dataclasses inspect typing_extensions json locale shlex tempfile difflib subprocess pickle importlib.metadata"
    )
    ours = "catalogue json_strings regex site targets.dump targets.markdown targets.python.checks toml_places warm"
    frontend = "classes json_faults landmarks mended positions spliced whole yaml12 yaml_events yaml_lines"
    heavy += "".join(f" specmill.{name}" for name in ours.split()) + "".join(f" specmill.frontend.{name}" for name in frontend.split())
    imported = set(done.stdout.split())
    assert "specmill.targets.python.package" in imported
    assert not imported & set(heavy.split())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have nothing of the kind")
@pytest.mark.parametrize(("size", "told"), [(999_999, []), (1_000_000, [(-8, 1)])])
def test_only_a_large_run_takes_its_memory_from_one_heap(
    size: int, told: list[tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda *said: found.append(said))
    monkeypatch.setitem(sys.modules, "ctypes", SimpleNamespace(CDLL=lambda _: library))
    (tmp_path / "spec.json").write_bytes(b" " * size)
    cli_memory.take_from_one_heap(tmp_path / "spec.json")
    assert found == told


def test_a_large_run_goes_on_where_its_memory_cannot_be_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spec.json").write_bytes(b" " * 1_000_000)
    cli_memory.take_from_one_heap(tmp_path / "gone.json")
    for ctypes in (None, SimpleNamespace(CDLL=lambda _: None)):
        monkeypatch.setitem(sys.modules, "ctypes", ctypes)
        cli_memory.take_from_one_heap(tmp_path / "spec.json")


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "generator")}


def test_a_bug_of_ours_is_one_line_and_a_file_to_report(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(lower, "lower", broken)
    code, out, err = run("generate")
    assert (code, out) == (70, "")
    assert re.fullmatch(r"specmill: this is a bug in specmill, not in your spec: KeyError: 'oops'; please report it with \S+\.txt\n", err)
    kept = Path(err.split()[-1])
    assert "Traceback" in kept.read_text()
    kept.unlink()
    err = run("generate", "-v")[2]
    assert "Traceback" in err
    Path(err.split()[-1]).unlink()
    assert not (here / "out").exists()


def test_an_interrupt_is_exit_code_130(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lower, "lower", interrupted)
    code, out, err = run("generate")
    assert (code, out) == (130, "")
    assert "interrupted" in err
    assert not (here / "out").exists()


SLOW = """
import sys, time
from specmill import cli
from specmill.frontend import lower
real = lower.lower
def slow(*arguments):
    print("here", file=sys.stderr, flush=True) if len(sys.argv) > 2 else None
    time.sleep(float(sys.argv[1]))
    return real(*arguments)
lower.lower = slow
sys.exit(cli.main(["generate"]))
"""


def test_a_real_interrupt_is_exit_code_130(here: Path) -> None:
    running = subprocess.Popen([sys.executable, "-c", SLOW, "30", "told"], stderr=subprocess.PIPE, text=True, env=_environment())
    assert running.stderr is not None
    assert running.stderr.readline() == "here\n"
    running.send_signal(signal.SIGINT)
    assert "interrupted" in running.communicate(timeout=20)[1]
    assert running.returncode == 130
    assert not (here / "out").exists()


def test_a_reader_that_leaves_early_is_no_error(here: Path) -> None:
    (here / "api.yaml").write_text(
        SPEC + "".join(f"    Pet{n}: {{type: object, properties: {{a: {{type: string}}}}}}\n" for n in range(2000))
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "specmill", "dump"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    )
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline() == "{\n"
    running.stdout.close()
    assert running.stderr.read() == ""
    assert running.wait() == 0


def on_terminal(*command: str) -> str:
    """What a command writes to a terminal."""
    main, secondary = pty.openpty()
    running = subprocess.Popen(command, stdout=secondary, stderr=secondary, stdin=secondary, env=_environment() | {"TERM": "xterm"})
    os.close(secondary)
    text = b""
    while running.poll() is None or select.select([main], [], [], 0)[0]:
        if select.select([main], [], [], 0.1)[0]:
            try:
                text += os.read(main, 65536)
            except OSError:  # the other side is closed
                break
    os.close(main)
    assert running.wait() == 0
    return text.decode()


@pytest.mark.usefixtures("here")
def test_progress_is_shown_on_a_terminal_after_a_second_and_taken_away() -> None:
    text = on_terminal(sys.executable, "-c", SLOW, "2.2")
    assert "understanding (1 s)" in text
    assert text.rstrip().endswith("1 file: 1 written")
    assert text.split("1 file")[0].endswith("\r\x1b[K")
    assert "understanding" not in on_terminal(sys.executable, "-c", SLOW, "0")


@pytest.mark.usefixtures("here")
def test_no_progress_is_shown_while_a_site_is_served() -> None:
    pytest.importorskip("zensical")
    serving = "from specmill.site import serve; serve.serve = lambda *_: time.sleep(1.3) or print('served') or 0"
    text = on_terminal(
        sys.executable,
        "-c",
        f"import sys, time; {serving}; from specmill import cli; sys.exit(cli.main(['docs', 'serve', '--target', 'markdown=out', '--spec', 'api.yaml']))",
    )
    assert text.rstrip().endswith("served")
    assert "\r\x1b[K" not in text.split("npm install mermaid")[1]


@pytest.mark.usefixtures("here")
def test_progress_is_never_shown_in_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-c", SLOW, "1.5"], capture_output=True, text=True, check=True, env=_environment())
    assert (done.stdout, done.stderr) == ("1 file: 1 written\n", "")


@pytest.mark.usefixtures("here")
def test_python_minus_m_works() -> None:
    command = [sys.executable, "-m", "specmill", "generate"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, env=_environment()).stdout == "1 file: 1 written\n"


@pytest.mark.usefixtures("here")
def test_a_command_works_where_stdout_is_closed() -> None:
    for words in ("--version", "generate", "generate"):  # the last one has nothing to do
        command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "specmill", words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
        assert (done.returncode, done.stderr) == (0, "")


def test_a_warning_stops_the_run_with_strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "schema.json").write_text('{"type": "object", "propertees": {}}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["dump", "--spec", "schema.json"]) == 0
    assert "warning[unknown-keyword]" in capsys.readouterr().err
    assert cli.main(["dump", "--spec", "schema.json", "--strict"]) == 2
    assert "error[unknown-keyword]" in capsys.readouterr().err


def test_a_reference_leads_outside_only_where_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "other.json").write_text('{"type": "string"}', encoding="utf-8")
    (tmp_path / "inside/schema.json").write_text('{"$ref": "../other.json"}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["dump", "--spec", "inside/schema.json"]) == 2
    assert cli.main(["dump", "--spec", "inside/schema.json", "--allow-outside"]) == 0
