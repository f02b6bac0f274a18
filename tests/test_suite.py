"""The JSON-Schema-Test-Suite, required part: no wrong answer, and the groups that are refused are known by name."""

from __future__ import annotations

import pytest
from test_lower import SUITE, groups, remotes
from test_random_models import accepts

import specmill

REFUSED = {
    # what the reference means depends on the way that leads there, which only a validator with a dynamic scope can follow
    ("draft2020-12", "dynamicRef", "multiple dynamic paths to the $dynamicRef keyword"): "dynamic-ref",
}
FILES = sorted({(draft, stem) for draft in ("draft2020-12", "draft7") for stem, _ in groups(draft)}) if SUITE.is_dir() else []


@pytest.mark.skipif(not SUITE.is_dir(), reason="the corpora are not here")
@pytest.mark.parametrize(("draft", "stem"), FILES)
def test_every_answer_is_right(draft: str, stem: str) -> None:
    wrong = []
    for group in (group for name, group in groups(draft) if name == stem):
        schema = group["schema"]
        if draft == "draft7" and isinstance(schema, dict):
            schema = {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
        reason = REFUSED.get((draft, stem, group["description"]))
        if reason is not None:
            with pytest.raises(specmill.SpecError) as caught:
                specmill.compile_models(schema, resources=remotes(draft), formats="annotation")
            assert reason in {found.code for found in caught.value.diagnostics}
            continue
        models = specmill.compile_models(schema, resources=remotes(draft), formats="annotation")
        wrong += [
            f"{group['description']}: {case['description']}"
            for case in group["tests"]
            if accepts(models, "Payload", case["data"]) != case["valid"]
        ]
    assert wrong == []
