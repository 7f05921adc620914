"""Tickets: /api/v1/clients/{id}/tickets, opened for the client, answered, changed."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.api.schemas import ID, maybe
from gateway.composition.ticket_assignee import with_assignee
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import THREAD
from gateway.http.responses import as_json
from gateway.http.routing import api

TICKETS = "/clients/<client_id>/tickets"
TICKET = f"{TICKETS}/<ticket_id>"

forward(
    TICKETS,
    "support.open_ticket",
    summary="Open a ticket with its first message; answers 201 with its thread",
    access=Permission.TICKETS_REPLY,
    method="POST",
    location=True,
    response="TicketThread",
    status=201,
)
forward(
    TICKET,
    "support.get_ticket",
    summary="One ticket with the newest messages of its thread; `page.next` goes on to older ones",
    access=Permission.TICKETS_VIEW,
    query=THREAD,
    response="TicketThread",
)
forward(
    f"{TICKET}/replies",
    "support.reply_ticket",
    summary="Write into the thread, `internal` for staff alone; answers 201 with the message",
    access=Permission.TICKETS_REPLY,
    method="POST",
    response="Message",
    status=201,
)


@api(
    TICKET,
    access=Permission.TICKETS_MANAGE,
    method="PATCH",
    rpc="support.update_ticket",
    differs={"assigned_to": maybe(ID)},
    response="TicketThread",
)
def update_ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Change status, priority, department, subject, or `assigned_to`, a staff member's id or null; answers the
    ticket."""
    client_id = ctx.check_client(client_id)
    fields = with_assignee(ctx, json_fields(ctx.request, client_id=client_id, ticket_id=ticket_id))
    return as_json(ctx.call("support.update_ticket", **fields))
