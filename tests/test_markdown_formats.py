"""Examples of strings whose format is asserted are accepted by the generated checks."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import openapi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_markdown_python import files, run_all

import specmill
from specmill.json_strings import _SURELY
from specmill.targets.python.formats import FORMATS

TYPED = {"date", "time", "date-time", "uuid", "byte", "decimal"}
WRONG = {"type": "string", "example": "}wrong{ é", "maxLength": 60}


def test_every_format_that_can_be_asserted_is_known() -> None:
    assert set(_SURELY) | TYPED == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_an_example_that_has_not_the_format_is_not_used(name: str) -> None:
    text = {**WRONG, "format": name}
    several = {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "string", "format": name}}
    held = {"type": "object", "required": ["a", "b"], "properties": {"a": text, "b": several}}
    made = files(openapi({"Held": held}), formats="assert")
    assert run_all(made, "described_format_" + name.replace("-", "_")) == 1


@pytest.mark.parametrize("name", _SURELY)
def test_what_has_a_format_beyond_doubt_is_accepted(name: str) -> None:
    held = {"type": "object", "properties": {"a": {"type": "string", "format": name}}}
    made: Any = specmill.compile_models(openapi({"Held": held}), formats="assert")

    @settings(max_examples=30, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(_SURELY[name], fullmatch=True))
    def accepted(text: str) -> None:
        made.Held.from_dict({"a": text})

    accepted()
