"""An independent judge: the pydantic models that datamodel-code-generator makes from the same spec accept what we write, and the other way round."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill import compile_models

SPEC = ROOT / "spec/session.yaml"
TEXT = st.text(max_size=8)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)


def numbers(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(names, NUMBERS))


REQUIRED = {
    "_id": TEXT,
    "external_id": TEXT,
    "duration": NUMBERS,
    "contact_ids": st.lists(TEXT, max_size=3),
    "billing": numbers("input_cost", "output_cost", "total_cost"),
    "usage": numbers("prompt_tokens", "completion_tokens", "total_tokens"),
    "traces_count": NUMBERS,
    "tags": st.lists(TEXT, max_size=3),
    "workspace_id": TEXT,
}
OPTIONAL = {
    "project_id": st.none() | TEXT,
    "started_at": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "updated_at": st.datetimes().map(lambda moment: moment.isoformat() + "+02:00"),
}
SESSIONS = st.fixed_dictionaries(REQUIRED, optional=OPTIONAL)


@pytest.fixture(scope="module")
def ours() -> Any:
    return compile_models(SPEC).GetSessionResponseBody


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The peer's model of the same schema."""
    from datamodel_code_generator import InputFileType, generate
    from datamodel_code_generator.enums import DataModelType, OpenAPIScope

    file = tmp_path_factory.mktemp("peer") / "peer_models.py"
    generate(
        SPEC,
        input_file_type=InputFileType.OpenAPI,
        output=file,
        output_model_type=DataModelType.PydanticV2BaseModel,
        openapi_scopes=[OpenAPIScope.Schemas, OpenAPIScope.Paths],
        use_operation_id_as_name=True,
    )
    module = _module(file)
    found = [
        model
        for model in vars(module).values()
        if getattr(model, "model_fields", {}).keys() >= {"external_id", "workspace_id", "traces_count"}
    ]
    required = [model for model in found if model.model_fields["external_id"].is_required()]
    assert required, "the peer made a model of the session"
    return required[0]


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(session=SESSIONS)
def test_the_peer_accepts_what_we_write_and_we_what_it_writes(ours: Any, theirs: Any, session: dict[str, Any]) -> None:
    model = ours.from_json(json.dumps(session))
    judged = theirs.model_validate_json(model.to_json())
    written = judged.model_dump_json(by_alias=True, exclude_unset=True)
    assert ours.from_json(written) == model


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(session=SESSIONS, key=st.sampled_from(sorted(REQUIRED)))
def test_neither_accepts_a_session_without_a_required_key(ours: Any, theirs: Any, session: dict[str, Any], key: str) -> None:
    del session[key]
    with pytest.raises(ValueError, match=key):
        theirs.model_validate(session)
    with pytest.raises(ValueError, match=key):
        ours.from_dict(session)
