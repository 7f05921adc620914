"""Custom fields: the definitions that admins keep, and the form of one client's values."""

import secrets

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.admin.client_record import record_head
from gateway.composition.client_record import head_calls
from gateway.composition.custom_field_values import as_shown, taken_over, typed_values, values_seen, values_to_save
from gateway.http.call_errors import is_away, part
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, done, show, submit, typed, typed_lines
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

PATH = "/admin/settings/custom-fields"
DEFINED = ("label", "type", "options", "visibility", "required")
LIST, FORM, TAB = "settings/custom_fields.html", "settings/custom_field.html", "clients/custom_fields.html"


@page(PATH, access=Permission.SETTINGS_VIEW)
def definitions(ctx: RequestContext) -> Response:
    """All fields in their order, with how many clients have a value."""
    parameters(ctx.request)
    return as_page(
        ctx,
        LIST,
        fields=ctx.call("clients.list_custom_fields", counts=True)["data"],
        idempotency_key=secrets.token_urlsafe(24),
    )


@page(f"{PATH}/new", access=Permission.SETTINGS_EDIT)
def new_field_form(ctx: RequestContext) -> Response:
    """The form of a new field."""
    ctx.identify()
    return show(ctx, FORM, values={"visibility": "staff_only"}, back=PATH, field=None)


@page(f"{PATH}/new", access=Permission.SETTINGS_EDIT, method="POST")
def create_field(ctx: RequestContext) -> Response:
    """Define it."""
    values = typed_lines(ctx, *DEFINED)
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.create_custom_field", **_given(values)),
        message=f"Field {values['label']} added",
        back=PATH,
        values=values,
        context=lambda: {"field": None},
    )


@page(f"{PATH}/<field_id>", access=Permission.SETTINGS_EDIT)
def field_form(ctx: RequestContext, field_id: str) -> Response:
    """The form of a field, as it is now."""
    field = ctx.call("clients.get_custom_field", field_id=field_id)
    now = as_texts(field, *DEFINED)
    return show(ctx, FORM, values=now, back=PATH, field=field, opened_with=now)


@page(f"{PATH}/<field_id>", access=Permission.SETTINGS_EDIT, method="POST")
def update_field(ctx: RequestContext, field_id: str) -> Response:
    """Save what was changed of it."""
    field = ctx.call("clients.get_custom_field", field_id=field_id, writes=False)
    values, present = typed_lines(ctx, *DEFINED), as_texts(field, *DEFINED)

    def act():
        given = _given(values)
        new = {name: given[name] for name in changed(ctx, present)}
        return ctx.call("clients.update_custom_field", field_id=field["id"], **new)

    return submit(
        ctx,
        FORM,
        act,
        message=f"Field {values['label']} saved",
        back=PATH,
        values=values,
        context=lambda: {"field": field, "opened_with": present},
    )


@page(f"{PATH}/<field_id>/move", access=Permission.SETTINGS_EDIT, method="POST")
def move_field(ctx: RequestContext, field_id: str) -> Response:
    """Let a field change places with its neighbour."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    ctx.call("clients.move_custom_field", field_id=field_id, **typed(ctx, "direction"))
    return done(ctx, "Order saved", PATH)


def _given(values: dict) -> dict:
    """`values` for the service: an option for each line that is not empty."""
    lines = values["options"].splitlines() if values["type"] == "select" else []
    options = [line.strip() for line in lines if line.strip()]
    return {**values, "options": options, "required": values["required"] == "true"}


@page("/admin/clients/<client_id>/custom-fields", access=Permission.CLIENTS_VIEW)
def values_form(ctx: RequestContext, client_id: str) -> Response:
    """A client's values: a form for whoever may change them, else to read."""
    parameters(ctx.request)
    client = ctx.open_client(client_id)
    return _tab(ctx, client)


@page("/admin/clients/<client_id>/custom-fields", access=Permission.CLIENTS_EDIT, method="POST")
def save_values(ctx: RequestContext, client_id: str) -> Response:
    """Save the values that were changed, and ask for required ones that are empty; refused, also where somebody else has
    changed them meanwhile, the form as it was typed."""
    client = ctx.open_client(client_id)
    key = ctx.request.form.get("idempotency_key")
    ctx.use_key(key, required=True)
    fields = ctx.call("clients.get_custom_field_values", client_id=client["id"], writes=False)["data"]
    new = typed_values(ctx, fields)
    values = values_to_save(ctx, fields, new)
    try:
        was = values_seen(ctx, fields, values)
        ctx.call("clients.set_custom_field_values", client_id=client["id"], values=values, was=was)
    except ServiceProblem as refusal:
        if refusal.status not in (409, 422) and not is_away(refusal):
            raise
        return _tab(ctx, client, new, refusal, key)
    return done(ctx, "Custom fields saved", f"/admin/clients/{client['id']}/custom-fields")


def _tab(
    ctx: RequestContext,
    client: dict,
    typed_in: dict | None = None,
    refusal: ServiceProblem | None = None,
    key: str | None = None,
) -> Response:
    answers = ctx.gather(
        items=("clients.get_custom_field_values", {"client_id": client["id"]}), **head_calls(client["id"])
    )
    items = part(answers["items"])
    was = {field["id"]: as_shown(field["value"]) for field in (items or {"data": []})["data"]}
    if refusal:
        was = taken_over(ctx, was, refusal)
    errors = (
        [{**error, "pointer": error["pointer"].removeprefix("/values")} for error in refusal.errors] if refusal else []
    )
    problem = {"title": refusal.title, "detail": refusal.detail} if refusal and not refusal.errors else None
    return as_page(
        ctx,
        TAB,
        refusal.status if refusal else 200,
        items=items,
        was=was,
        values={**was, **(typed_in or {})},
        errors=errors,
        problem=problem,
        **record_head(ctx, client, answers, "custom-fields"),
        idempotency_key=key if refusal and is_away(refusal) else secrets.token_urlsafe(24),
    )
