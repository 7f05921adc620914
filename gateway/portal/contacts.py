"""Contacts: /client/contacts, the people of a client, as its owner and admins keep them."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, as_texts, changed, confirm, show, submit, typed
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page

CONTACTS, CONTACT = "/client/contacts", "/client/contacts/<contact_id>"
LIST, FORM = "portal/contacts.html", "portal/contact_form.html"
FIELDS = ("first_name", "last_name", "email", "phone", "role")


@page(CONTACTS, access=Portal.CONTACTS_VIEW, origin=PORTAL)
def portal_contacts(ctx: RequestContext) -> Response:
    """Everybody who can sign in for the client."""
    ctx.identify()
    items = ctx.call("clients.portal_contacts", **paged_parameters(ctx.request))
    return as_page(ctx, LIST, items=items)


@page(f"{CONTACTS}/new", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
def portal_contact_form(ctx: RequestContext) -> Response:
    """The empty form."""
    ctx.identify()
    return show(ctx, FORM, contact=None, back=CONTACTS)


@page(f"{CONTACTS}/new", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
def add_portal_contact(ctx: RequestContext) -> Response:
    """Add the contact, and invite them where that is wanted."""
    values = typed(ctx, *FIELDS)
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_portal_contact", **values),
        message="Contact added",
        back=CONTACTS,
        values=values,
        context=lambda: {"contact": None},
    )


@page(f"{CONTACT}/edit", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
def edit_portal_contact(ctx: RequestContext, contact_id: str) -> Response:
    """The form, filled with the contact as it is."""
    context = _edited(ctx, contact_id)
    return show(ctx, FORM, values=context["opened_with"], back=CONTACTS, **context)


@page(f"{CONTACT}/edit", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
def update_portal_contact(ctx: RequestContext, contact_id: str) -> Response:
    """Change what was changed in the form."""

    def act():
        new = changed(ctx, _edited(ctx, contact_id)["opened_with"])
        return ctx.call("clients.update_portal_contact", contact_id=contact_id, **new)

    return submit(
        ctx,
        FORM,
        act,
        message="Contact saved",
        back=CONTACTS,
        values=typed(ctx, *FIELDS),
        context=lambda: _edited(ctx, contact_id),
    )


def _act(slug: str, question: Callable[[dict], dict], rpc: str, message: str, **fields):
    """An act upon one contact that asks for a yes first: `question(contact)` is what the dialog asks."""

    @page(f"{CONTACT}/{slug}", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
    def ask(ctx: RequestContext, contact_id: str) -> Response:
        return confirm(ctx, question(_contact(ctx, contact_id)), back=CONTACTS)

    @page(f"{CONTACT}/{slug}", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
    def act(ctx: RequestContext, contact_id: str) -> Response:
        return submit(
            ctx,
            CONFIRM,
            lambda: ctx.call(f"clients.{rpc}", contact_id=contact_id, **fields),
            message=message,
            back=CONTACTS,
            context=lambda: {"question": question(_contact(ctx, contact_id))},
        )


def _name(contact: dict) -> str:
    return f"{contact['first_name']} {contact['last_name']}"


def _contact(ctx: RequestContext, contact_id: str) -> dict:
    return ctx.call("clients.portal_contact", contact_id=contact_id, writes=False)


def _edited(ctx: RequestContext, contact_id: str) -> dict:
    contact = _contact(ctx, contact_id)
    return {"contact": contact, "opened_with": as_texts(contact, *FIELDS)}


_act(
    "invite",
    lambda one: {
        "heading": "Invite to the portal",
        "button": "Mail the invitation",
        "text": f"{_name(one)} gets a link at {one['email']} to choose a password. It works once, for 7 "
        "days; an older one stops working.",
    },
    "invite_portal_contact",
    "Invitation mailed",
)
_act(
    "disable",
    lambda one: {
        "heading": "Disable contact",
        "button": "Disable",
        "harms": True,
        "text": f"{_name(one)} is signed out and can no longer sign in. Enable undoes it.",
    },
    "update_portal_contact",
    "Contact disabled",
    status="inactive",
)
_act(
    "enable",
    lambda one: {"heading": "Enable contact", "button": "Enable", "text": f"{_name(one)} may sign in again."},
    "update_portal_contact",
    "Contact enabled",
    status="active",
)
_act(
    "remove",
    lambda one: {
        "heading": "Remove contact",
        "button": "Remove",
        "harms": True,
        "text": f"{_name(one)} is taken off this account and can no longer sign in.",
    },
    "remove_portal_contact",
    "Contact removed",
)
_act(
    "confirm",
    lambda one: {
        "heading": "Confirm contact",
        "button": "Confirm",
        "text": f"Our staff added {_name(one)} ({one['email']}), or changed the email or role, which is {one['role']} now. "
        "Confirm only if you expected it; otherwise disable or remove the contact.",
    },
    "confirm_portal_contact",
    "Contact confirmed",
)
