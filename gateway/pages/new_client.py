"""New Client: the form and what it sends."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.answers import as_page
from gateway.compose import choices, is_away
from gateway.routing import page
from gateway.turn import Turn, request_id

TEXTS = ("first_name", "last_name", "company", "email", "phone", "language", "group_id", "status", "address1", "address2",
         "city", "state", "postcode", "country", "currency", "tax_id")
SWITCHES = ("tax_exempt", "allow_duplicate_email")


@page("/admin/clients/new", access=Permission.CLIENTS_CREATE)
def new_client_form(turn: Turn) -> Response:
    """The empty form."""
    turn.identify()
    return _form(turn, {}, [], secrets.token_urlsafe(24))


@page("/admin/clients/new", access=Permission.CLIENTS_CREATE, method="POST")
def create_client(turn: Turn) -> Response:
    """Create the client and go to its record; otherwise the form again, filled as it was, its faults named."""
    form = turn.request.form
    turn.use_key(form.get("idempotency_key"), required=True)
    try:
        turn.identify()
        client = turn.call("clients.create_client", **_body(form))
    except ServiceProblem as problem:
        return _refused(turn, problem)
    return redirect(f"/admin/clients/{client['id']}", 303)


def _body(form) -> dict:
    body = {name: form[name].strip() for name in TEXTS if form.get(name, "").strip()}
    body.update({name: True for name in SWITCHES if form.get(name) == "true"})
    tags = [tag for tag in form.getlist("tags") if tag]
    return {**body, "tags": tags} if tags else body


def _refused(turn: Turn, problem: ServiceProblem) -> Response:
    form = turn.request.form
    if problem.status not in (409, 422) and not is_away(problem):
        raise problem
    values = {**{name: form.get(name, "") for name in TEXTS}, **{name: form.get(name) == "true" for name in SWITCHES},
              "tags": form.getlist("tags")}
    failure = {"title": problem.title, "detail": problem.detail, "request_id": request_id(turn.request)} \
        if not problem.errors else None
    return _form(turn, values, problem.errors, form["idempotency_key"] if is_away(problem) else secrets.token_urlsafe(24),
                 status=problem.status, duplicate=problem.extra.get("duplicate"), problem=failure)


def _form(turn: Turn, values: dict, errors: list, key: str, status: int = 200, duplicate=None, problem=None) -> Response:
    return as_page(turn, "clients/new.html", status, values=values, errors=errors, idempotency_key=key, duplicate=duplicate,
                   problem=problem, **choices(turn, values))
