"""The people of a client: added, changed, disabled, made primary, removed, invited."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_page
from gateway.api.contacts import invitation
from gateway.confirming import confirm, confirmed
from gateway.dialogs import attempt, changed, show, submit, typed
from gateway.routing import page
from gateway.turn import Turn

FORM, INVITED = "clients/contact_form.html", "clients/contact_invited.html"
CONTACTS, CONTACT = "/admin/clients/<client_id>/contacts", "/admin/clients/<client_id>/contacts/<contact_id>"
FIELDS = ("first_name", "last_name", "email", "phone", "role")


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT)
def contact_form(turn: Turn, client_id: str) -> Response:
    """The empty form."""
    return show(turn, FORM, values={}, contact=None, **_about(turn, client_id))


@page(f"{CONTACTS}/new", access=Permission.CLIENTS_EDIT, method="POST")
def add_contact(turn: Turn, client_id: str) -> Response:
    """Add the contact."""
    about = _about(turn, client_id)
    values = typed(turn, *FIELDS, "allow_duplicate_email")
    return submit(turn, FORM, lambda: turn.call("clients.add_contact", client_id=about["client"]["id"], **_meant(values)),
                  said="Contact added", values=values, contact=None, **about)


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT)
def edit_form(turn: Turn, client_id: str, contact_id: str) -> Response:
    """The form, filled with the contact as it is."""
    about = _about(turn, client_id, contact_id)
    return show(turn, FORM, values={name: about["contact"][name] for name in FIELDS}, **about)


@page(f"{CONTACT}/edit", access=Permission.CLIENTS_EDIT, method="POST")
def update_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Change what was changed in the form."""
    about = _about(turn, client_id, contact_id)
    values = typed(turn, *FIELDS, "allow_duplicate_email", *(f"was-{name}" for name in FIELDS))
    fields = _meant({**changed(turn, *FIELDS), "allow_duplicate_email": values["allow_duplicate_email"]})
    return submit(turn, FORM, lambda: _update(turn, about, **fields), said="Contact saved", values=values, **about)


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT)
def invite_form(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Asks whether it is meant."""
    about = _about(turn, client_id, contact_id)
    return confirm(turn, _invite(about["contact"]), **about)


@page(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST")
def invite(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Make the link and show it, this once."""
    about = _about(turn, client_id, contact_id)
    return attempt(turn, "clients/confirm.html", lambda: invitation(turn, about["client"]["id"], about["contact"]["id"]),
                 lambda made: as_page(turn, INVITED, invitation=made, **about), values={},
                 question=_invite(about["contact"]), **about)


def _act(slug: str, question, target: str, said: str, **fields):
    """An act upon one contact that is asked once more: `question(name)` is what the dialog asks."""
    @page(f"{CONTACT}/{slug}", access=Permission.CLIENTS_EDIT)
    def ask(turn: Turn, client_id: str, contact_id: str) -> Response:
        about = _about(turn, client_id, contact_id)
        return confirm(turn, question(_name(about["contact"])), **about)

    @page(f"{CONTACT}/{slug}", access=Permission.CLIENTS_EDIT, method="POST")
    def act(turn: Turn, client_id: str, contact_id: str) -> Response:
        about = _about(turn, client_id, contact_id)
        which = {"client_id": about["client"]["id"], "contact_id": about["contact"]["id"]}
        return confirmed(turn, question(_name(about["contact"])), lambda: turn.call(target, **which, **fields), said=said,
                         **about)


_act("disable", lambda name: {"heading": "Disable contact", "button": "Disable", "harms": True,
                              "text": f"{name} can no longer sign in, and an open invitation ends. Enable undoes it."},
     "clients.update_contact", "Contact disabled", status="inactive")
_act("enable", lambda name: {"heading": "Enable contact", "button": "Enable", "text": f"{name} may sign in again."},
     "clients.update_contact", "Contact enabled", status="active")
_act("make-primary", lambda name: {"heading": "Make primary", "button": "Make primary",
                                   "text": f"{name} becomes the primary contact: name, email and phone of this client are "
                                           "theirs from then on."},
     "clients.make_primary_contact", "Primary contact changed")
_act("remove", lambda name: {"heading": "Remove contact", "button": "Remove", "harms": True,
                             "text": f"{name} is taken off this client and can no longer sign in. The log and the tickets "
                                     "go on naming them."},
     "clients.remove_contact", "Contact removed")


def _invite(contact: dict) -> dict:
    return {"heading": "Invite to the portal", "button": "Make link",
            "text": f"{_name(contact)} gets a link by mail ({contact['email']}), which you are shown once too. It works once, "
                    "for 7 days; an older one stops working."}


def _update(turn: Turn, about: dict, **fields):
    return turn.call("clients.update_contact", client_id=about["client"]["id"], contact_id=about["contact"]["id"], **fields)


def _about(turn: Turn, client_id: str, contact_id: str | None = None) -> dict:
    client = turn.open_client(client_id)
    about = {"client": client, "back": f"/admin/clients/{client['id']}/contacts"}
    if contact_id is None:
        return about
    return {**about, "contact": turn.call("clients.get_contact", writes=False, client_id=client["id"], contact_id=contact_id)}


def _meant(values: dict) -> dict:
    return {**values, "allow_duplicate_email": values["allow_duplicate_email"] == "true"}


def _name(contact: dict) -> str:
    return f"{contact['first_name']} {contact['last_name']}"
