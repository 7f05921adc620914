"""Tickets: opened for a client, answered, and their properties changed."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.admin.client_record import record_head
from gateway.composition.client_record import head_calls
from gateway.composition.ticket_assignee import with_assignee
from gateway.http.call_errors import needed, part
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, show, submit, typed_lines
from gateway.http.query_params import THREAD, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

NEW, REPLY, EDIT = "clients/ticket_new.html", "clients/ticket_reply.html", "clients/ticket_edit.html"
TICKETS, TICKET = "/admin/clients/<client_id>/tickets", "/admin/clients/<client_id>/tickets/<ticket_id>"
PROPERTIES = ("subject", "status", "priority", "department", "assigned_to")
CAN_BE_NONE = ("department", "assigned_to")


@page(TICKET, access=Permission.TICKETS_VIEW)
def ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """One ticket with a page of its thread; who may change it gets the properties to choose from."""
    asked, client = parameters(ctx.request, *THREAD), ctx.open_client(client_id)
    answers = ctx.gather(
        ticket=("support.get_ticket", {"client_id": client["id"], "ticket_id": ticket_id, **asked}),
        **_choice_calls(ctx),
        **head_calls(client["id"]),
    )
    ticket = needed(answers["ticket"], "Support")
    return as_page(
        ctx,
        "clients/ticket.html",
        ticket=ticket,
        choices=_choices(answers),
        opened_with=_as_form(ticket),
        **record_head(ctx, client, answers),
    )


@page(f"{TICKETS}/new", access=Permission.TICKETS_REPLY)
def ticket_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    client = ctx.open_client(client_id)
    return show(ctx, NEW, back=_tickets(client), **_new_context(ctx, client))


@page(f"{TICKETS}/new", access=Permission.TICKETS_REPLY, method="POST")
def open_ticket(ctx: RequestContext, client_id: str) -> Response:
    """Open it and go to its page."""
    client, values = ctx.open_client(client_id), typed_lines(ctx, "subject", "body", "priority", "department")
    fields = {**values, "department": values["department"] or None}
    return submit(
        ctx,
        NEW,
        lambda: ctx.call("support.open_ticket", client_id=client["id"], **fields),
        message=lambda ticket: f"Ticket #{ticket['number']} opened",
        back=_tickets(client),
        moves=lambda ticket: f"{_tickets(client)}/{ticket['id']}",
        values=values,
        context=lambda: _new_context(ctx, client),
    )


@page(f"{TICKET}/reply", access=Permission.TICKETS_REPLY)
def reply_form(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """The form of a message; on the ticket's page it stands open."""
    client = ctx.open_client(client_id)
    return show(ctx, REPLY, back=_ticket(client, ticket_id), **_context(ctx, client, ticket_id))


@page(f"{TICKET}/reply", access=Permission.TICKETS_REPLY, method="POST")
def reply(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Send the reply, or keep the internal note."""
    client, values = ctx.open_client(client_id), typed_lines(ctx, "kind", "body")
    internal = values["kind"] == "note"

    def act():
        return ctx.call(
            "support.reply_ticket",
            client_id=client["id"],
            ticket_id=ticket_id,
            body=values["body"],
            internal=internal,
        )

    return submit(
        ctx,
        REPLY,
        act,
        message="Internal note added" if internal else "Reply sent",
        back=_ticket(client, ticket_id),
        values=values,
        context=lambda: _context(ctx, client, ticket_id),
    )


@page(f"{TICKET}/edit", access=Permission.TICKETS_MANAGE)
def edit_form(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """The properties, filled with what they are."""
    client = ctx.open_client(client_id)
    return show(ctx, EDIT, back=_ticket(client, ticket_id), **_edit_context(ctx, client, ticket_id))


@page(f"{TICKET}/edit", access=Permission.TICKETS_MANAGE, method="POST")
def update_ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Change what was changed in the form."""
    client = ctx.open_client(client_id)

    def act():
        ticket = _context(ctx, client, ticket_id)["ticket"]
        names = {"assigned_to": (ticket["assigned_to"] or {"name": ""})["name"]}
        new = changed(ctx, _as_form(ticket), shown=names)
        fields = {name: None if name in CAN_BE_NONE and value == "" else value for name, value in new.items()}
        which = {"client_id": client["id"], "ticket_id": ticket_id}
        return ctx.call("support.update_ticket", **which, **with_assignee(ctx, fields))

    return submit(
        ctx,
        EDIT,
        act,
        message="Ticket saved",
        back=_ticket(client, ticket_id),
        context=lambda: _edit_context(ctx, client, ticket_id),
    )


def _tickets(client: dict) -> str:
    return f"/admin/clients/{client['id']}/tickets"


def _ticket(client: dict, ticket_id: str) -> str:
    return f"{_tickets(client)}/{ticket_id}"


def _new_context(ctx: RequestContext, client: dict) -> dict:
    departments = part(ctx.gather(departments=("support.list_departments", {}))["departments"])
    if departments is None:
        raise ServiceProblem("unavailable", "Support does not answer.", what="Support")
    return {"client": client, "departments": [row["name"] for row in departments["data"]]}


def _context(ctx: RequestContext, client: dict, ticket_id: str) -> dict:
    which = {"client_id": client["id"], "ticket_id": ticket_id}
    return {"client": client, "ticket": needed(ctx.gather(ticket=("support.get_ticket", which))["ticket"], "Support")}


def _edit_context(ctx: RequestContext, client: dict, ticket_id: str) -> dict:
    """The form's variables, its values among them: the ticket's properties, and over them what was typed."""
    context, choices = _context(ctx, client, ticket_id), _choices(ctx.gather(**_choice_calls(ctx)))
    if choices is None:
        raise ServiceProblem("unavailable", "The lists to choose from cannot be had.", what="Support")
    now = _as_form(context["ticket"])
    typed_in = {name: text for name, text in ctx.request.form.items() if name in PROPERTIES}
    return {**context, "choices": choices, "values": {**now, **typed_in}, "opened_with": now}


def _choice_calls(ctx: RequestContext) -> dict:
    if not ctx.caller.allows(Permission.TICKETS_MANAGE):
        return {}
    return {"departments": ("support.list_departments", {}), "staff": ("clients.list_staff_names", {})}


def _choices(answers: dict) -> dict | None:
    """{"departments": [name], "staff": [{id, name}]}; None for who may not choose, and while these cannot be had."""
    departments, staff = part(answers.get("departments")), part(answers.get("staff"))
    if departments is None or staff is None:
        return None
    return {"departments": [row["name"] for row in departments["data"]], "staff": staff["data"]}


def _as_form(ticket: dict) -> dict[str, str]:
    """A ticket's properties as the fields of its form hold them."""
    assigned = ticket["assigned_to"] or {"id": ""}
    return {**as_texts(ticket, *PROPERTIES[:-1]), "assigned_to": assigned["id"]}
