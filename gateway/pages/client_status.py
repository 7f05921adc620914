"""The client's own status: the form that changes it."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.dialogs import show, submit, typed
from gateway.routing import page
from gateway.turn import Turn

TEMPLATE = "clients/status.html"


@page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT)
def status_form(turn: Turn, client_id: str) -> Response:
    """The form, with the status as it is now."""
    client = turn.open_client(client_id)
    return show(turn, TEMPLATE, client=client, values={}, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT, method="POST")
def change_status(turn: Turn, client_id: str) -> Response:
    """Change it, for the reason given."""
    client = turn.open_client(client_id)
    values = typed(turn, "status", "reason")
    return submit(turn, TEMPLATE, lambda: turn.call("clients.change_client_status", client_id=client["id"], **values),
                  said=f"Status changed to {values['status']}", back=f"/admin/clients/{client['id']}", client=client,
                  values=values)
