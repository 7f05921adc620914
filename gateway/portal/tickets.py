"""The client's tickets: the list, the thread, opening one, replying, closing."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.call_errors import needed
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed_lines
from gateway.http.query_params import THREAD, parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

LIST, ONE = "/client/tickets", "/client/tickets/<ticket_id>"
NEW, REPLY, CLOSE = "portal/ticket_new.html", "portal/ticket_reply.html", "portal/ticket_close.html"

own_list(LIST, "support.portal_tickets", Portal.TICKETS_VIEW, "portal/tickets.html", "status")


@page(f"{LIST}/new", access=Portal.TICKETS_REPLY, origin=PORTAL)
def new_ticket_form(ctx: RequestContext) -> Response:
    """The empty form."""
    return show(ctx, NEW, back=LIST, **_new_context(ctx))


@page(f"{LIST}/new", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def open_own_ticket(ctx: RequestContext) -> Response:
    """Open it and go to its page."""
    values = typed_lines(ctx, "subject", "body", "department")
    fields = {**values, "department": values["department"] or None}
    return submit(
        ctx,
        NEW,
        lambda: ctx.call("support.portal_open_ticket", **fields),
        message=lambda ticket: f"Ticket #{ticket['number']} opened",
        back=LIST,
        moves=lambda ticket: f"{LIST}/{ticket['id']}",
        values=values,
        context=lambda: _new_context(ctx),
    )


@page(ONE, access=Portal.TICKETS_VIEW, origin=PORTAL)
def own_ticket(ctx: RequestContext, ticket_id: str) -> Response:
    """One ticket with a page of its thread."""
    asked = parameters(ctx.request, *THREAD)
    answer = ctx.gather(ticket=("support.portal_ticket", {"ticket_id": ticket_id, **asked}))["ticket"]
    return as_page(ctx, "portal/ticket.html", ticket=needed(answer, "Support"))


@page(f"{ONE}/reply", access=Portal.TICKETS_REPLY, origin=PORTAL)
def own_reply_form(ctx: RequestContext, ticket_id: str) -> Response:
    """The form of a reply; on the ticket's page it stands open."""
    return show(ctx, REPLY, back=f"{LIST}/{ticket_id}", **_context(ctx, ticket_id))


@page(f"{ONE}/reply", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def own_reply(ctx: RequestContext, ticket_id: str) -> Response:
    """Send the reply."""
    values = typed_lines(ctx, "body")
    return submit(
        ctx,
        REPLY,
        lambda: ctx.call("support.portal_reply_ticket", ticket_id=ticket_id, **values),
        message="Reply sent",
        back=f"{LIST}/{ticket_id}",
        values=values,
        context=lambda: _context(ctx, ticket_id),
    )


@page(f"{ONE}/close", access=Portal.TICKETS_REPLY, origin=PORTAL)
def close_form(ctx: RequestContext, ticket_id: str) -> Response:
    """The question."""
    return show(ctx, CLOSE, back=f"{LIST}/{ticket_id}", **_context(ctx, ticket_id))


@page(f"{ONE}/close", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def close_own_ticket(ctx: RequestContext, ticket_id: str) -> Response:
    """Close it."""
    return submit(
        ctx,
        CLOSE,
        lambda: ctx.call("support.portal_close_ticket", ticket_id=ticket_id),
        message="Ticket closed",
        back=f"{LIST}/{ticket_id}",
        context=lambda: _context(ctx, ticket_id),
    )


def _new_context(ctx: RequestContext) -> dict:
    answer = ctx.gather(departments=("support.portal_departments", {}))["departments"]
    return {"departments": [row["name"] for row in needed(answer, "Support")["data"]]}


def _context(ctx: RequestContext, ticket_id: str) -> dict:
    answer = ctx.gather(ticket=("support.portal_ticket", {"ticket_id": ticket_id}))["ticket"]
    return {"ticket": needed(answer, "Support")}
