"""The people of a client: added, changed, disabled, made primary, removed, invited."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.one_time_links import invitation_link
from gateway.http.confirmation import confirm, confirmed
from gateway.http.context import RequestContext
from gateway.http.forms import attempt, changed, show, submit, typed
from gateway.http.responses import as_page
from gateway.http.routing import page

FORM, INVITED = "clients/contact_form.html", "clients/contact_invited.html"
CONTACTS, CONTACT = "/admin/clients/<client_id>/contacts", "/admin/clients/<client_id>/contacts/<contact_id>"
FIELDS = ("first_name", "last_name", "email", "phone", "role")


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT)
def contact_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    return show(ctx, FORM, values={}, contact=None, **_about(ctx, client_id))


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT, method="POST")
def add_contact(ctx: RequestContext, client_id: str) -> Response:
    """Add the contact."""
    about = _about(ctx, client_id)
    values = typed(ctx, *FIELDS, "allow_duplicate_email")
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_contact", client_id=about["client"]["id"], **_meant(values)),
        message="Contact added",
        values=values,
        contact=None,
        **about,
    )


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT)
def edit_form(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """The form, filled with the contact as it is."""
    about = _about(ctx, client_id, contact_id)
    return show(ctx, FORM, values={name: about["contact"][name] for name in FIELDS}, **about)


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT, method="POST")
def update_contact(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Change what was changed in the form."""
    about = _about(ctx, client_id, contact_id)
    values = typed(ctx, *FIELDS, "allow_duplicate_email", *(f"was-{name}" for name in FIELDS))
    fields = _meant({**changed(ctx, *FIELDS), "allow_duplicate_email": values["allow_duplicate_email"]})
    return submit(ctx, FORM, lambda: _update(ctx, about, **fields), message="Contact saved", values=values, **about)


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT)
def invite_form(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Asks whether it is meant."""
    about = _about(ctx, client_id, contact_id)
    return confirm(ctx, _invite(about["contact"]), **about)


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST")
def invite(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Make the link and show it, this once."""
    about = _about(ctx, client_id, contact_id)
    return attempt(
        ctx,
        "clients/confirm.html",
        lambda: invitation_link(ctx, about["client"]["id"], about["contact"]["id"]),
        lambda made: as_page(ctx, INVITED, invitation=made, **about),
        values={},
        question=_invite(about["contact"]),
        **about,
    )


def _act(slug: str, question, target: str, message: str, **fields):
    """An act upon one contact that is asked once more: `question(name)` is what the dialog asks."""

    @page(f"{CONTACT}/{slug}", access=Permission.CLIENTS_EDIT)
    def ask(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
        about = _about(ctx, client_id, contact_id)
        return confirm(ctx, question(_name(about["contact"])), **about)

    @page(f"{CONTACT}/{slug}", access=Permission.CLIENTS_EDIT, method="POST")
    def act(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
        about = _about(ctx, client_id, contact_id)
        which = {"client_id": about["client"]["id"], "contact_id": about["contact"]["id"]}
        return confirmed(
            ctx,
            question(_name(about["contact"])),
            lambda: ctx.call(target, **which, **fields),
            message=message,
            **about,
        )


_act(
    "disable",
    lambda name: {
        "heading": "Disable contact",
        "button": "Disable",
        "harms": True,
        "text": f"{name} can no longer sign in, and an open invitation ends. Enable undoes it.",
    },
    "clients.update_contact",
    "Contact disabled",
    status="inactive",
)
_act(
    "enable",
    lambda name: {"heading": "Enable contact", "button": "Enable", "text": f"{name} may sign in again."},
    "clients.update_contact",
    "Contact enabled",
    status="active",
)
_act(
    "make-primary",
    lambda name: {
        "heading": "Make primary",
        "button": "Make primary",
        "text": f"{name} becomes the primary contact: name, email and phone of this client are theirs from then on.",
    },
    "clients.make_primary_contact",
    "Primary contact changed",
)
_act(
    "remove",
    lambda name: {
        "heading": "Remove contact",
        "button": "Remove",
        "harms": True,
        "text": f"{name} is taken off this client and can no longer sign in. The log and the tickets "
        "go on naming them.",
    },
    "clients.remove_contact",
    "Contact removed",
)


def _invite(contact: dict) -> dict:
    return {
        "heading": "Invite to the portal",
        "button": "Make link",
        "text": f"{_name(contact)} gets a link by mail ({contact['email']}), which you are shown once too. It works once, "
        "for 7 days; an older one stops working.",
    }


def _update(ctx: RequestContext, about: dict, **fields):
    return ctx.call(
        "clients.update_contact", client_id=about["client"]["id"], contact_id=about["contact"]["id"], **fields
    )


def _about(ctx: RequestContext, client_id: str, contact_id: str | None = None) -> dict:
    client = ctx.open_client(client_id)
    about = {"client": client, "back": f"/admin/clients/{client['id']}/contacts"}
    if contact_id is None:
        return about
    return {
        **about,
        "contact": ctx.call("clients.get_contact", writes=False, client_id=client["id"], contact_id=contact_id),
    }


def _meant(values: dict) -> dict:
    return {**values, "allow_duplicate_email": values["allow_duplicate_email"] == "true"}


def _name(contact: dict) -> str:
    return f"{contact['first_name']} {contact['last_name']}"
