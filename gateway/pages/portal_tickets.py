"""The client's tickets: the list, the thread, opening one, replying, closing."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.compose import needed
from gateway.dialogs import show, submit, typed
from gateway.portal_lists import own_list
from gateway.query import parameters
from gateway.routing import PORTAL, page
from gateway.turn import Turn

LIST, ONE = "/client/tickets", "/client/tickets/<ticket_id>"
NEW, REPLY, CLOSE = "portal/ticket_new.html", "portal/ticket_reply.html", "portal/ticket_close.html"

own_list(LIST, "support.portal_tickets", Portal.TICKETS_VIEW, "portal/tickets.html", "status")


@page(f"{LIST}/new", access=Portal.TICKETS_REPLY, origin=PORTAL)
def new_ticket_form(turn: Turn) -> Response:
    """The empty form."""
    return show(turn, NEW, values={}, **_around_new(turn))


@page(f"{LIST}/new", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def open_own_ticket(turn: Turn) -> Response:
    """Open it and go to its page."""
    around, values = _around_new(turn), _with_lines(typed(turn, "subject", "body", "department"))
    fields = {**values, "department": values["department"] or None}
    return submit(turn, NEW, lambda: turn.call("support.portal_open_ticket", **fields),
                  said=lambda made: f"Ticket #{made['number']} opened", moves=lambda made: f"{LIST}/{made['id']}",
                  values=values, **around)


@page(ONE, access=Portal.TICKETS_VIEW, origin=PORTAL)
def own_ticket(turn: Turn, ticket_id: str) -> Response:
    """One ticket with its thread."""
    parameters(turn.request)
    answer = turn.gather(ticket=("support.portal_ticket", {"ticket_id": ticket_id}))["ticket"]
    return as_page(turn, "portal/ticket.html", ticket=needed(answer, "Support"))


@page(f"{ONE}/reply", access=Portal.TICKETS_REPLY, origin=PORTAL)
def own_reply_form(turn: Turn, ticket_id: str) -> Response:
    """The form of a reply; on the ticket's page it stands open."""
    return show(turn, REPLY, values={}, **_around(turn, ticket_id))


@page(f"{ONE}/reply", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def own_reply(turn: Turn, ticket_id: str) -> Response:
    """Send the reply."""
    around, values = _around(turn, ticket_id), _with_lines(typed(turn, "body"))
    return submit(turn, REPLY, lambda: turn.call("support.portal_reply_ticket", ticket_id=ticket_id, **values),
                  said="Reply sent", values=values, **around)


@page(f"{ONE}/close", access=Portal.TICKETS_REPLY, origin=PORTAL)
def close_form(turn: Turn, ticket_id: str) -> Response:
    """The question."""
    return show(turn, CLOSE, values={}, **_around(turn, ticket_id))


@page(f"{ONE}/close", access=Portal.TICKETS_REPLY, method="POST", origin=PORTAL)
def close_own_ticket(turn: Turn, ticket_id: str) -> Response:
    """Close it."""
    return submit(turn, CLOSE, lambda: turn.call("support.portal_close_ticket", ticket_id=ticket_id), said="Ticket closed",
                  values={}, **_around(turn, ticket_id))


def _around_new(turn: Turn) -> dict:
    answer = turn.gather(departments=("support.portal_departments", {}))["departments"]
    return {"departments": [row["name"] for row in needed(answer, "Support")["data"]], "back": LIST}


def _around(turn: Turn, ticket_id: str) -> dict:
    ticket = needed(turn.gather(ticket=("support.portal_ticket", {"ticket_id": ticket_id}))["ticket"], "Support")
    return {"ticket": ticket, "back": f"{LIST}/{ticket['id']}"}


def _with_lines(values: dict) -> dict:
    """What was typed; browsers send CR LF for a line's end."""
    return {**values, "body": values["body"].replace("\r\n", "\n")}
