"""What nobody would write: Hypothesis looks for documents and data that surprise the reader, the front end, the targets or a decoder.

`make fuzz` lets it look a hundred times as long. What it finds becomes a case or a test of its own.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import openapi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hostile import UNPRINTABLE, answer
from test_hostile_data import SAMPLES, holds, says
from test_samples import models

from specmill.diagnostics import Report, format_diagnostic
from specmill.frontend import dialects, source
from specmill.frontend.parts import PARTS, Part

patient = settings(deadline=None, suppress_health_check=list(HealthCheck))

# ---- the reader -----------------------------------------------------------------------------------------------------------------

YAML = st.lists(
    st.sampled_from(
        [
            *"-?:,[]{}&*!|>'\"%@` \n\t#~.0x\\a\x00\r\x85\u2028\ufeff\x1b",
            "---\n",
            "...\n",
            "<<",
            ": ",
            "- ",
            "\n  ",
            "&a ",
            "*a",
            "!!str ",
            "!t ",
            "%YAML 1.2\n",
            "null",
            "1e400",
            "0o7",
            ".inf",
            "'a'",
            '"\\ud800"',
            "[" * 600,
            "? ",
            "key: value\n",
        ]
    )
).map("".join)


@patient
@given(st.one_of(st.binary(), YAML.map(lambda text: text.encode("utf-8", "surrogatepass"))), st.sampled_from(["a.yaml", "a.json"]))
def test_every_text_is_read_or_told_what_is_wrong_with_it(text: bytes, name: str) -> None:
    report = Report()
    document = source.load(text, name, report)
    assert (document is None) == bool(report.errors)
    for finding in report:
        assert not UNPRINTABLE.search(format_diagnostic(finding))


@patient
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_read_as_what_it_is(value: Any) -> None:
    for indent in (None, 1):
        assert source.parse(json.dumps(value, indent=indent).encode(), "a.json", Report()) == value


# ---- the front end and the targets ----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["object", "string", "integer", "a", "b", "", "#", "#/components/schemas/A", "date", "^a+$", "x\n\x1b", "\ud800", "class"]
)
PLAIN = st.one_of(st.none(), st.booleans(), st.sampled_from([0, 1, -1, 1.5, 10**400, 1e308]), WORDS)
KEYS = st.one_of(st.sampled_from(sorted(dialects.UNSAID.known)), WORDS)
SCHEMAS = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)
OBJECTS = st.recursive(
    st.one_of(SCHEMAS),
    lambda inner: st.dictionaries(
        st.one_of(st.sampled_from(sorted({key for part in Part for key in PARTS[part]})), WORDS), inner, max_size=4
    ),
    max_leaves=6,
)


@patient
@given(SCHEMAS, SCHEMAS)
def test_every_schema_is_drawn_or_refused(one: Any, other: Any) -> None:
    answer(openapi({"A": one, "B": other}))


@patient
@given(OBJECTS, OBJECTS, st.sampled_from(["3.0.3", "3.1.0", "3.2.0"]))
def test_every_document_is_drawn_or_refused(paths: Any, components: Any, version: str) -> None:
    answer(openapi({}, openapi=version, paths={"/a": {"get": paths, "post": {"responses": {"200": paths}}}}, components=components))
    answer(openapi({}, openapi=version, paths=paths))


# ---- the decoders ---------------------------------------------------------------------------------------------------------------

DATA = st.recursive(
    st.one_of(
        PLAIN,
        st.text(),
        st.integers(),
        st.floats(),
        st.sampled_from(["2020-02-30", "2020-01-01T00:00:00Z", "AA==", "c56a4180-65aa-42ec-a945-5fd21dec0538"]),
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "name", "kind", "type", "a", "b"]), inner, max_size=4),
    max_leaves=6,
)


def mixed(good: Any, other: Any, at: list[int]) -> Any:
    """A valid value in which another one stands somewhere."""
    if not at or not isinstance(good, dict | list) or not good:
        return other
    step, *rest = at
    made = good.copy()
    key: Any = list(made)[step % len(made)] if isinstance(made, dict) else step % len(made)
    made[key] = mixed(made[key], other, rest)
    return made


@pytest.mark.parametrize("path", SAMPLES)
@settings(patient, max_examples=settings().max_examples // 5)
@given(other=DATA, at=st.lists(st.integers(0, 9), max_size=4), text=st.binary(max_size=20), cut=st.integers(0, 400))
def test_no_data_surprise_a_decoder(path: Any, other: Any, at: list[int], text: bytes, cut: int) -> None:
    good = path.read_bytes()
    made = mixed(json.loads(good), other, at)
    for model in models(path):
        holds(model, says(model.from_json, good[:cut] + text + good[cut:]))
        holds(model, says(model.from_json, json.dumps(made).encode()))
