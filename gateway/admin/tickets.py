"""Tickets: opened for a client, answered, and their properties changed."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.admin.client_record import record_head
from gateway.composition.client_record import head_calls
from gateway.composition.ticket_assignee import with_assignee
from gateway.http.call_errors import needed, part
from gateway.http.context import RequestContext
from gateway.http.forms import changed, show, submit, typed
from gateway.http.responses import as_page
from gateway.http.routing import page

NEW, REPLY, EDIT = "clients/ticket_new.html", "clients/ticket_reply.html", "clients/ticket_edit.html"
TICKETS, TICKET = "/admin/clients/<client_id>/tickets", "/admin/clients/<client_id>/tickets/<ticket_id>"
PROPERTIES = ("subject", "status", "priority", "department", "assigned_to")
CAN_BE_NONE = ("department", "assigned_to")


@page(TICKET, access=Permission.TICKETS_VIEW)
def ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """One ticket with its thread; who may change it gets the properties to choose from."""
    client = ctx.open_client(client_id)
    answers = ctx.gather(
        ticket=("support.get_ticket", {"client_id": client["id"], "ticket_id": ticket_id}),
        **_choice_calls(ctx),
        **head_calls(client["id"]),
    )
    return as_page(
        ctx,
        "clients/ticket.html",
        ticket=needed(answers["ticket"], "Support"),
        choices=_choices(answers),
        **record_head(ctx, client, answers),
    )


@page(f"{TICKETS}/new", access=Permission.TICKETS_REPLY)
def ticket_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    return show(ctx, NEW, values={}, **_about_new(ctx, client_id))


@page(f"{TICKETS}/new", access=Permission.TICKETS_REPLY, method="POST")
def open_ticket(ctx: RequestContext, client_id: str) -> Response:
    """Open it and go to its page."""
    about = _about_new(ctx, client_id)
    values = _with_lines(typed(ctx, "subject", "body", "priority", "department"))
    fields = {**values, "department": values["department"] or None}
    return submit(
        ctx,
        NEW,
        lambda: ctx.call("support.open_ticket", client_id=about["client"]["id"], **fields),
        message=lambda made: f"Ticket #{made['number']} opened",
        moves=lambda made: f"{about['back']}/{made['id']}",
        values=values,
        **about,
    )


@page(f"{TICKET}/reply", access=Permission.TICKETS_REPLY)
def reply_form(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """The form of a message; on the ticket's page it stands open."""
    return show(ctx, REPLY, values={}, **_about(ctx, client_id, ticket_id))


@page(f"{TICKET}/reply", access=Permission.TICKETS_REPLY, method="POST")
def reply(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Send the reply, or keep the internal note."""
    about = _about(ctx, client_id, ticket_id)
    values = _with_lines(typed(ctx, "kind", "body"))
    internal = values["kind"] == "note"

    def act():
        return ctx.call(
            "support.reply_ticket",
            client_id=about["client"]["id"],
            ticket_id=ticket_id,
            body=values["body"],
            internal=internal,
        )

    return submit(ctx, REPLY, act, message="Internal note added" if internal else "Reply sent", values=values, **about)


@page(f"{TICKET}/edit", access=Permission.TICKETS_MANAGE)
def edit_form(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """The properties, filled with what they are."""
    about = _about_edit(ctx, client_id, ticket_id)
    return show(ctx, EDIT, values=_as_form(about["ticket"]), **about)


@page(f"{TICKET}/edit", access=Permission.TICKETS_MANAGE, method="POST")
def update_ticket(ctx: RequestContext, client_id: str, ticket_id: str) -> Response:
    """Change what was changed in the form."""
    about = _about_edit(ctx, client_id, ticket_id)
    fields = {
        name: None if name in CAN_BE_NONE and value == "" else value
        for name, value in changed(ctx, *PROPERTIES).items()
    }

    def act():
        return ctx.call(
            "support.update_ticket", client_id=about["client"]["id"], ticket_id=ticket_id, **with_assignee(ctx, fields)
        )

    values = {
        **_as_form(about["ticket"]),
        **{name: text for name, text in ctx.request.form.items() if name.removeprefix("was-") in PROPERTIES},
    }
    return submit(ctx, EDIT, act, message="Ticket saved", values=values, **about)


def _about_new(ctx: RequestContext, client_id: str) -> dict:
    client = ctx.open_client(client_id)
    departments = part(ctx.gather(departments=("support.list_departments", {}))["departments"])
    if departments is None:
        raise ServiceProblem("unavailable", "Support does not answer.", what="Support")
    return {
        "client": client,
        "back": f"/admin/clients/{client['id']}/tickets",
        "departments": [row["name"] for row in departments["data"]],
    }


def _about(ctx: RequestContext, client_id: str, ticket_id: str) -> dict:
    client = ctx.open_client(client_id)
    which = {"client_id": client["id"], "ticket_id": ticket_id}
    found = needed(ctx.gather(ticket=("support.get_ticket", which))["ticket"], "Support")
    return {"client": client, "ticket": found, "back": f"/admin/clients/{client['id']}/tickets/{found['id']}"}


def _about_edit(ctx: RequestContext, client_id: str, ticket_id: str) -> dict:
    about, choices = _about(ctx, client_id, ticket_id), _choices(ctx.gather(**_choice_calls(ctx)))
    if choices is None:
        raise ServiceProblem("unavailable", "The lists to choose from cannot be had.", what="Support")
    return {**about, "choices": choices}


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
    return {**{name: ticket[name] or "" for name in PROPERTIES[:-1]}, "assigned_to": assigned["id"]}


def _with_lines(values: dict) -> dict:
    """What was typed; browsers send CR LF for a line's end."""
    return {**values, "body": values["body"].replace("\r\n", "\n")}
