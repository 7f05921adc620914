"""New Client: the form and what it sends."""

import secrets

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from chassis.permissions import Permission
from gateway.composition.client_record import choices
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext
from gateway.http.forms import done
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.profile_fields import FLAGS, TEXTS

INPUTS = (*TEXTS, "group_id", "status", "currency")
SWITCHES = (*FLAGS, "allow_duplicate_email")


@page("/admin/clients/new", access=Permission.CLIENTS_CREATE)
def new_client_form(ctx: RequestContext) -> Response:
    """The empty form."""
    ctx.identify()
    return _form(ctx, {}, [], secrets.token_urlsafe(24))


@page("/admin/clients/new", access=Permission.CLIENTS_CREATE, method="POST")
def create_client(ctx: RequestContext) -> Response:
    """Create the client and go to its record; otherwise the form again, filled as it was, its faults named."""
    form = ctx.request.form
    ctx.use_key(form.get("idempotency_key"), required=True)
    try:
        ctx.identify()  # first: a service that is away is found out by a read at once, by a write after all its seconds
        client = ctx.call("clients.create_client", **_body(form))
    except ServiceProblem as problem:
        return _refused(ctx, problem)
    if form.get("invite") == "true":
        _invite(ctx, client)
    return done(ctx, "Client created", f"/admin/clients/{client['id']}")


def _invite(ctx: RequestContext, client: dict) -> None:
    """Invite the client's owner, for whom that is open to. The client stands whatever becomes of it: its contacts tell."""
    if not ctx.caller.allows(Permission.CLIENTS_EDIT):
        return
    try:
        ctx.call("clients.invite_contact", client_id=client["id"], contact_id=client["primary_contact_id"])
    except ServiceProblem as refusal:
        if refusal.status not in (409, 422) and not is_away(refusal):
            raise


def _body(form) -> dict:
    body = {name: form[name].strip() for name in INPUTS if form.get(name, "").strip()}
    body.update({name: True for name in SWITCHES if form.get(name) == "true"})
    tags = [tag for tag in form.getlist("tags") if tag]
    return {**body, "tags": tags} if tags else body


def _refused(ctx: RequestContext, problem: ServiceProblem) -> Response:
    form = ctx.request.form
    if problem.status not in (409, 422) and not is_away(problem):
        raise problem
    values = {
        **{name: form.get(name, "") for name in INPUTS},
        **{name: form.get(name) == "true" for name in (*SWITCHES, "invite")},
        "tags": form.getlist("tags"),
    }
    failure = (
        {"title": problem.title, "detail": problem.detail, "request_id": request_id(ctx.request)}
        if not problem.errors
        else None
    )
    return _form(
        ctx,
        values,
        problem.errors,
        form["idempotency_key"] if is_away(problem) else secrets.token_urlsafe(24),
        status=problem.status,
        duplicate=problem.extra.get("duplicate"),
        problem=failure,
    )


def _form(
    ctx: RequestContext, values: dict, errors: list, key: str, status: int = 200, duplicate=None, problem=None
) -> Response:
    return as_page(
        ctx,
        "clients/new.html",
        status,
        values=values,
        errors=errors,
        idempotency_key=key,
        duplicate=duplicate,
        problem=problem,
        **choices(ctx, values),
    )
