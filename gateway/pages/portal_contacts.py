"""/client/contacts: the people of a client, as its owner and admins keep them."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.confirming import confirm, confirmed
from gateway.dialogs import changed, show, submit, typed
from gateway.query import PAGING, parameters
from gateway.routing import PORTAL, page
from gateway.turn import Turn

CONTACTS, CONTACT = "/client/contacts", "/client/contacts/<contact_id>"
LIST, FORM = "portal/contacts.html", "portal/contact_form.html"
FIELDS = ("first_name", "last_name", "email", "phone", "role")


@page(CONTACTS, access=Portal.CONTACTS_VIEW, origin=PORTAL)
def portal_contacts(turn: Turn) -> Response:
    """Everybody who can sign in for the client."""
    turn.identify()
    items = turn.call("clients.portal_contacts", **parameters(turn.request, *PAGING))
    return as_page(turn, LIST, items=items)


@page(f"{CONTACTS}/new", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
def portal_contact_form(turn: Turn) -> Response:
    """The empty form."""
    turn.identify()
    return show(turn, FORM, values={}, contact=None, back=CONTACTS)


@page(f"{CONTACTS}/new", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
def add_portal_contact(turn: Turn) -> Response:
    """Add the contact, and invite them where that is wanted."""
    values = typed(turn, *FIELDS)
    return submit(turn, FORM, lambda: turn.call("clients.add_portal_contact", **values), said="Contact added", back=CONTACTS,
                  values=values, contact=None)


@page(f"{CONTACT}/edit", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
def edit_portal_contact(turn: Turn, contact_id: str) -> Response:
    """The form, filled with the contact as it is."""
    contact = _contact(turn, contact_id)
    return show(turn, FORM, values={name: contact[name] for name in FIELDS}, contact=contact, back=CONTACTS)


@page(f"{CONTACT}/edit", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
def update_portal_contact(turn: Turn, contact_id: str) -> Response:
    """Change what was changed in the form."""
    contact = _contact(turn, contact_id)
    values = typed(turn, *FIELDS, *(f"was-{name}" for name in FIELDS))
    return submit(turn, FORM, lambda: turn.call("clients.update_portal_contact", contact_id=contact["id"],
                                                **changed(turn, *FIELDS)),
                  said="Contact saved", back=CONTACTS, values=values, contact=contact)


def _act(slug: str, question, door: str, said: str, **fields):
    """An act upon one contact that is asked once more: `question(contact)` is what the dialog asks."""
    @page(f"{CONTACT}/{slug}", access=Portal.CONTACTS_MANAGE, origin=PORTAL)
    def ask(turn: Turn, contact_id: str) -> Response:
        return confirm(turn, question(_contact(turn, contact_id)), back=CONTACTS)

    @page(f"{CONTACT}/{slug}", access=Portal.CONTACTS_MANAGE, method="POST", origin=PORTAL)
    def act(turn: Turn, contact_id: str) -> Response:
        contact = _contact(turn, contact_id)
        return confirmed(turn, question(contact), lambda: turn.call(f"clients.{door}", contact_id=contact["id"], **fields),
                         said=said, back=CONTACTS)


def _name(contact: dict) -> str:
    return f"{contact['first_name']} {contact['last_name']}"


def _contact(turn: Turn, contact_id: str) -> dict:
    return turn.call("clients.portal_contact", contact_id=contact_id, writes=False)


_act("invite", lambda one: {"heading": "Invite to the portal", "button": "Mail the invitation",
                            "text": f"{_name(one)} gets a link at {one['email']} to choose a password. It works once, for 7 "
                                    "days; an older one stops working."},
     "invite_portal_contact", "Invitation mailed")
_act("disable", lambda one: {"heading": "Disable contact", "button": "Disable", "harms": True,
                             "text": f"{_name(one)} is signed out and can no longer sign in. Enable undoes it."},
     "update_portal_contact", "Contact disabled", status="inactive")
_act("enable", lambda one: {"heading": "Enable contact", "button": "Enable", "text": f"{_name(one)} may sign in again."},
     "update_portal_contact", "Contact enabled", status="active")
_act("remove", lambda one: {"heading": "Remove contact", "button": "Remove", "harms": True,
                            "text": f"{_name(one)} is taken off this account and can no longer sign in."},
     "remove_portal_contact", "Contact removed")
