"""Login as Client: from the client's record into the portal in a tab of its own, and back."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access, Permission
from gateway import sessions
from gateway.answers import as_page
from gateway.api.visits import way_in
from gateway.confirming import confirm, confirmed
from gateway.dialogs import attempt, show, typed
from gateway.routing import PORTAL, page
from gateway.turn import Turn
from gateway.visits import in_visit

TEMPLATE = "clients/login_as.html"
ENDING = {"heading": "End this login", "button": "End login", "harms": True,
          "text": "Whoever is logged in as this client is out of the portal with their next click. The log keeps who ended it."}


@page("/admin/clients/<client_id>/login-as", access=Permission.CLIENTS_IMPERSONATE)
def login_as_form(turn: Turn, client_id: str) -> Response:
    """The form that asks for a reason."""
    client = turn.open_client(client_id)
    return show(turn, TEMPLATE, values={"minutes": "30"}, client=client, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/login-as", access=Permission.CLIENTS_IMPERSONATE, method="POST")
def login_as(turn: Turn, client_id: str) -> Response:
    """Start, and lead this tab to the portal's one-time address."""
    client = turn.open_client(client_id)
    values = typed(turn, "reason", "minutes")
    fields = {"client_id": client["id"], "reason": values["reason"], "user_agent": turn.browser,
              "minutes": int(values["minutes"]) if values["minutes"].isdecimal() else values["minutes"]}
    return attempt(turn, TEMPLATE, lambda: way_in(turn, "clients.start_visit_here", **fields),
                   lambda made: redirect(made["url"], 303), values=values, client=client, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/impersonations/<visit_id>/end", access=Permission.CLIENTS_IMPERSONATE)
def end_form(turn: Turn, client_id: str, visit_id: str) -> Response:
    """Asks whether it is meant."""
    client = turn.open_client(client_id)
    return confirm(turn, ENDING, client=client, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/impersonations/<visit_id>/end", access=Permission.CLIENTS_IMPERSONATE, method="POST")
def end_visit(turn: Turn, client_id: str, visit_id: str) -> Response:
    """End somebody's running login as this client."""
    client = turn.open_client(client_id)
    return confirmed(turn, ENDING, lambda: turn.call("clients.end_visit", client_id=client["id"], visit_id=visit_id),
                     said="Login ended", client=client, back=f"/admin/clients/{client['id']}")


@page("/client/visit/<code>", access=Access.PUBLIC, origin=PORTAL)
def enter(turn: Turn, code: str) -> Response:
    """Exchange the one-time address for the visit's cookie; for another browser, a second time or too late there is none."""
    turn.forget_caller()
    try:
        entered = turn.call("clients.enter_visit", code=code, user_agent=turn.browser, writes=True)
    except ServiceProblem as problem:
        if problem.code not in ("forbidden", "validation"):
            raise
        return as_page(turn, "portal/no_visit.html", 403)
    response = redirect("/dashboard", 303)
    sessions.start_visit(response, entered["token"], turn.settings)
    return response


@page("/client/visit/page", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def note_page(turn: Turn) -> Response:
    """What the script of a page tells: it was opened (`way` "opened"), or left."""
    _require_visit(turn)
    form = turn.request.form
    turn.call("clients.note_visit_page", page=form.get("page", ""), open=form.get("way") == "opened")
    return Response(status=204)


@page("/client/visit/end", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def return_to_admin(turn: Turn) -> Response:
    """End the visit and lead to the client's record in the admin, wherever else the request would like to go."""
    _require_visit(turn)
    response = redirect(record_in_admin(turn, turn.call("clients.end_own_visit")["client_id"]), 303)
    sessions.end_session(response, turn.settings, "visit")
    return response


def record_in_admin(turn: Turn, client_id: str) -> str:
    """The client's record, on the admin's own origin."""
    return f"{turn.settings.admin_origin}/admin/clients/{client_id}"


def _require_visit(turn: Turn) -> None:
    """For a client's own session there is no such address."""
    if not in_visit(turn):
        raise not_found()
