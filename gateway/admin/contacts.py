"""The people of a client: added, changed, disabled, made primary, removed, invited."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.one_time_links import invitation_link
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, as_texts, attempt, changed, confirm, done, show, submit, typed
from gateway.http.responses import as_page
from gateway.http.routing import page

FORM, INVITED = "clients/contact_form.html", "clients/contact_invited.html"
CONTACTS, CONTACT = "/admin/clients/<client_id>/contacts", "/admin/clients/<client_id>/contacts/<contact_id>"
FIELDS = ("first_name", "last_name", "email", "phone", "role")


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT)
def contact_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    client = ctx.open_client(client_id)
    return show(ctx, FORM, back=_contacts(client), client=client, contact=None)


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT, method="POST")
def add_contact(ctx: RequestContext, client_id: str) -> Response:
    """Add the contact."""
    client, values = ctx.open_client(client_id), typed(ctx, *FIELDS, "allow_duplicate_email")
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_contact", client_id=client["id"], **_meant(values)),
        message="Contact added",
        back=_contacts(client),
        values=values,
        context=lambda: {"client": client, "contact": None},
    )


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT)
def edit_form(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """The form, filled with the contact as it is."""
    client = ctx.open_client(client_id)
    context = _context(ctx, client, contact_id)
    return show(ctx, FORM, values=context["opened_with"], back=_contacts(client), **context)


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT, method="POST")
def update_contact(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Change what was changed in the form."""
    client = ctx.open_client(client_id)
    values = typed(ctx, *FIELDS, "allow_duplicate_email")

    def act():
        new = changed(ctx, _context(ctx, client, contact_id)["opened_with"])
        fields = _meant({**new, "allow_duplicate_email": values["allow_duplicate_email"]})
        return ctx.call("clients.update_contact", client_id=client["id"], contact_id=contact_id, **fields)

    return submit(
        ctx,
        FORM,
        act,
        message="Contact saved",
        back=_contacts(client),
        values=values,
        context=lambda: _context(ctx, client, contact_id),
    )


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT)
def invite_form(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Asks whether it is meant."""
    client = ctx.open_client(client_id)
    return confirm(ctx, back=_contacts(client), **_question_context(ctx, client, contact_id, _invite))


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST")
def invite(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Mail the invitation; who may log in as the client anyway is shown the link too, this once."""
    client = ctx.open_client(client_id)
    context = _question_context(ctx, client, contact_id, _invite)  # before the link is made, which is shown but once
    back = _contacts(client)
    return attempt(
        ctx,
        CONFIRM,
        lambda: invitation_link(ctx, client["id"], contact_id),
        lambda invitation: (
            as_page(ctx, INVITED, invitation=invitation, back=back, **context)
            if invitation["url"]
            else done(ctx, "Invitation mailed", back)
        ),
        back=back,
        context=lambda: context,
    )


def _act(
    slug: str,
    question: Callable[[dict], dict],
    target: str,
    message: str,
    access: Permission = Permission.CLIENTS_EDIT,
    **fields,
):
    """An act upon one contact that asks for a yes first: `question(contact)` is what the dialog asks."""

    @page(f"{CONTACT}/{slug}", access=access)
    def ask(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
        client = ctx.open_client(client_id)
        return confirm(ctx, back=_contacts(client), **_question_context(ctx, client, contact_id, question))

    @page(f"{CONTACT}/{slug}", access=access, method="POST")
    def act(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
        client = ctx.open_client(client_id)
        return submit(
            ctx,
            CONFIRM,
            lambda: ctx.call(target, client_id=client["id"], contact_id=contact_id, **fields),
            message=message,
            back=_contacts(client),
            context=lambda: _question_context(ctx, client, contact_id, question),
        )


_act(
    "disable",
    lambda contact: {
        "heading": "Disable contact",
        "button": "Disable",
        "harms": True,
        "text": f"{_name(contact)} can no longer sign in, and an open invitation ends. Enable undoes it.",
    },
    "clients.update_contact",
    "Contact disabled",
    status="inactive",
)
_act(
    "enable",
    lambda contact: {
        "heading": "Enable contact",
        "button": "Enable",
        "text": f"{_name(contact)} may sign in again.",
    },
    "clients.update_contact",
    "Contact enabled",
    status="active",
)
_act(
    "confirm",
    lambda contact: {
        "heading": "Confirm for the client",
        "button": "Confirm",
        "text": f"{_name(contact)} waits for an owner's confirmation. Confirm in your own name only when no owner can: the "
        "log keeps who did it.",
    },
    "clients.confirm_contact",
    "Contact confirmed",
    access=Permission.CLIENTS_IMPERSONATE,
)
_act(
    "sign-out",
    lambda contact: {
        "heading": "Sign out of the portal",
        "button": "Sign out",
        "harms": True,
        "text": f"Every browser in which {_name(contact)} is signed in to the portal is signed out at once. The log keeps "
        "who did it.",
    },
    "clients.end_contact_sessions",
    "Signed out of the portal",
)
_act(
    "make-primary",
    lambda contact: {
        "heading": "Make primary",
        "button": "Make primary",
        "text": f"{_name(contact)} becomes the primary contact: name, email and phone of this client are theirs from "
        "then on. The client's owners are told.",
    },
    "clients.make_primary_contact",
    "Primary contact changed",
)
_act(
    "remove",
    lambda contact: {
        "heading": "Remove contact",
        "button": "Remove",
        "harms": True,
        "text": f"{_name(contact)} is taken off this client and can no longer sign in. The log and the tickets "
        "go on naming them.",
    },
    "clients.remove_contact",
    "Contact removed",
)


def _invite(contact: dict) -> dict:
    return {
        "heading": "Invite to the portal",
        "button": "Mail the invitation",
        "text": f"{_name(contact)} gets a link by mail, to {contact['email']}. It works once, for 7 days; an older one "
        "stops working.",
    }


def _contacts(client: dict) -> str:
    return f"/admin/clients/{client['id']}/contacts"


def _context(ctx: RequestContext, client: dict, contact_id: str) -> dict:
    contact = ctx.call("clients.get_contact", writes=False, client_id=client["id"], contact_id=contact_id)
    return {"client": client, "contact": contact, "opened_with": as_texts(contact, *FIELDS)}


def _question_context(ctx: RequestContext, client: dict, contact_id: str, question: Callable[[dict], dict]) -> dict:
    context = _context(ctx, client, contact_id)
    return {**context, "question": question(context["contact"])}


def _meant(values: dict) -> dict:
    return {**values, "allow_duplicate_email": values["allow_duplicate_email"] == "true"}


def _name(contact: dict) -> str:
    return f"{contact['first_name']} {contact['last_name']}"
