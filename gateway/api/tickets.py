"""/api/v1/clients/{id}/tickets: opened for the client, answered, changed."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.assigning import with_assignee
from gateway.body import json_fields
from gateway.routing import api
from gateway.shapes import ID, maybe
from gateway.turn import Turn

TICKET = "/clients/<client_id>/tickets/<ticket_id>"


@api("/clients/<client_id>/tickets", access=Permission.TICKETS_REPLY, method="POST", door="support.open_ticket",
     gives="TicketThread", status=201)
def open_ticket(turn: Turn, client_id: str) -> Response:
    """Open a ticket with its first message; answers 201 with its thread."""
    client = turn.open_client(client_id)
    ticket = turn.call("support.open_ticket", **json_fields(turn.request, client_id=client["id"]))
    return as_json(ticket, 201, Location=f"/api/v1/clients/{client['id']}/tickets/{ticket['id']}")


@api(TICKET, access=Permission.TICKETS_VIEW, gives="TicketThread")
def get_ticket(turn: Turn, client_id: str, ticket_id: str) -> Response:
    """One ticket with the newest 200 messages of its thread."""
    client = turn.open_client(client_id)
    return as_json(turn.call("support.get_ticket", client_id=client["id"], ticket_id=ticket_id))


@api(f"{TICKET}/replies", access=Permission.TICKETS_REPLY, method="POST", door="support.reply_ticket", gives="Message",
     status=201)
def reply(turn: Turn, client_id: str, ticket_id: str) -> Response:
    """Write into the thread, `internal` for staff alone; answers 201 with the message."""
    client = turn.open_client(client_id)
    message = turn.call("support.reply_ticket",
                        **json_fields(turn.request, client_id=client["id"], ticket_id=ticket_id))
    return as_json(message, 201)


@api(TICKET, access=Permission.TICKETS_MANAGE, method="PATCH", door="support.update_ticket", differs={"assigned_to": maybe(ID)},
     gives="TicketThread")
def update_ticket(turn: Turn, client_id: str, ticket_id: str) -> Response:
    """Change status, priority, department, subject, or `assigned_to`, a staff member's id or null; answers the ticket."""
    client = turn.open_client(client_id)
    fields = with_assignee(turn, json_fields(turn.request, client_id=client["id"], ticket_id=ticket_id))
    return as_json(turn.call("support.update_ticket", **fields))
