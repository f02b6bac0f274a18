"""The description of the session, built by hand: what the pages are made from does not depend on the front end here."""

from __future__ import annotations

from specmill import ir

STRING = ir.Scalar(ir.Kind.STRING)
NUMBER = ir.Scalar(ir.Kind.NUMBER)
DATE_TIME = ir.Scalar(ir.Kind.DATE_TIME, format="date-time")

_TEXTS = {
    "duration": "Duration of the session in ms",
    "contact_ids": "List of contact ids",
    "traces_count": "Total traces of the session",
    "workspace_id": "The workspace id",
    "project_id": "The project id",
    "started_at": "The time when the session was created",
    "updated_at": "The time when the session was updated",
}
_OPTIONAL = ("project_id", "started_at", "updated_at")


def _field(wire: str, type_: ir.Type, *, required: bool = True, text: str | None = None, location: str | None = None) -> ir.Field:
    name = tuple(part for part in wire.split("_") if part)
    return ir.Field(name, wire, type_, required, docs=ir.Docs(description=text), location=location)


def _numbers(id_: str, name: str, texts: dict[str, str]) -> ir.Record:
    fields = tuple(_field(wire, NUMBER, text=text) for wire, text in texts.items())
    return ir.Record(id_, (name,), fields, group=ir.Group.OPERATION)


def _session(operation: str, at: str, body: str, *, all_optional: bool = False) -> list[ir.Model]:
    billing = _numbers(
        f"{at}/properties/billing",
        f"{operation}Billing",
        {
            "input_cost": "Total cost of the session",
            "output_cost": "Total cost of the session",
            "total_cost": "Total usage of the session",
        },
    )
    usage = _numbers(
        f"{at}/properties/usage",
        f"{operation}Usage",
        {
            "prompt_tokens": "Total input tokens of the session",
            "completion_tokens": "Total output tokens of the session",
            "total_tokens": "Total tokens of the session",
        },
    )
    types: dict[str, ir.Type] = {
        "_id": STRING,
        "external_id": STRING,
        "duration": NUMBER,
        "contact_ids": ir.ListOf(STRING),
        "billing": ir.Ref(billing.id),
        "usage": ir.Ref(usage.id),
        "traces_count": NUMBER,
        "tags": ir.ListOf(STRING),
        "workspace_id": STRING,
        "project_id": ir.Nullable(STRING),
        "started_at": DATE_TIME,
        "updated_at": DATE_TIME,
    }
    fields = tuple(
        _field(wire, type_, required=not all_optional and wire not in _OPTIONAL, text=_TEXTS.get(wire)) for wire, type_ in types.items()
    )
    return [ir.Record(at, (operation + body,), fields, group=ir.Group.OPERATION), billing, usage]


def session_package() -> ir.Package:
    """GetSession, UpdateSession and the classes of CreateSession's answer."""
    top = "session.yaml#/paths/~1v2~1traces~1sessions~1{session_id}"
    get_at = f"{top}/get/responses/200/content/application~1json/schema"
    update_at = f"{top}/patch/requestBody/content/application~1json/schema"
    create_at = "session.yaml#/paths/~1v2~1traces~1sessions/post/responses/200/content/application~1json/schema"
    request = ir.Record(
        f"{top}/get",
        ("Get", "Session", "Request"),
        (_field("session_id", STRING, text="Unique identifier of the session", location="path"),),
        group=ir.Group.OPERATION,
    )
    models = [
        request,
        *_session("GetSession", get_at, "ResponseBody"),
        *_session("UpdateSession", update_at, "RequestBody", all_optional=True),
        *_session("CreateSession", create_at, "ResponseBody"),
    ]
    path = "/v2/traces/sessions/{session_id}"
    operations = (
        ir.Operation(
            "CreateSession",
            ("CreateSession",),
            "post",
            "/v2/traces/sessions",
            responses=(ir.Response("200", "Session created", (ir.Body("application/json", ir.Ref(create_at)),)),),
        ),
        ir.Operation(
            "GetSession",
            ("GetSession",),
            "get",
            path,
            request=request.id,
            responses=(ir.Response("200", "Session", (ir.Body("application/json", ir.Ref(get_at)),)),),
        ),
        ir.Operation("UpdateSession", ("UpdateSession",), "patch", path, bodies=(ir.Body("application/json", ir.Ref(update_at)),)),
    )
    return ir.Package("Sessions", "1.0.0", None, {model.id: model for model in models}, operations)
