"""/api/v1/clients/{id}/tickets: opened for the client, answered, changed."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.schemas import ID, maybe
from gateway.composition.ticket_assignee import with_assignee
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api

TICKET = "/clients/<client_id>/tickets/<ticket_id>"


@api(
    "/clients/<client_id>/tickets",
    access=Permission.TICKETS_REPLY,
    method="POST",
    rpc="support.open_ticket",
    response="TicketThread",
    status=201,
)
def open_ticket(ctx: RequestContext, client_id: str) -> Response:
    """Open a ticket with its first message; answers 201 with its thread."""
    client = ctx.open_client(client_id)
    ticket = ctx.call("support.open_ticket", **json_fields(ctx.request, client_id=client["id"]))
    return as_json(ticket, 201, Location=f"/api/v1/clients/{client['id']}/tickets/{ticket['id']}")


@api(TICKET, access=Permission.TICKETS_VIEW, response="TicketThread")
def get_ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """One ticket with the newest 200 messages of its thread."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("support.get_ticket", client_id=client["id"], ticket_id=ticket_id))


@api(
    f"{TICKET}/replies",
    access=Permission.TICKETS_REPLY,
    method="POST",
    rpc="support.reply_ticket",
    response="Message",
    status=201,
)
def reply(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Write into the thread, `internal` for staff alone; answers 201 with the message."""
    client = ctx.open_client(client_id)
    message = ctx.call("support.reply_ticket", **json_fields(ctx.request, client_id=client["id"], ticket_id=ticket_id))
    return as_json(message, 201)


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
    client = ctx.open_client(client_id)
    fields = with_assignee(ctx, json_fields(ctx.request, client_id=client["id"], ticket_id=ticket_id))
    return as_json(ctx.call("support.update_ticket", **fields))
