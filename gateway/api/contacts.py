"""/api/v1/clients/{id}/contacts: the people of a client."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn

CONTACT = "/clients/<client_id>/contacts/<contact_id>"


@api("/clients/<client_id>/contacts", access=Permission.CLIENTS_EDIT, method="POST", door="clients.add_contact",
     gives="Contact", status=201)
def add_contact(turn: Turn, client_id: str) -> Response:
    """Add a contact; answers 201 with it."""
    contact = turn.call("clients.add_contact", **json_fields(turn.request, client_id=client_id))
    return as_json(contact, 201, Location=f"/api/v1/clients/{client_id}/contacts/{contact['id']}")


@api(CONTACT, access=Permission.CLIENTS_VIEW, gives="Contact")
def get_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """One contact."""
    return as_json(turn.call("clients.get_contact", client_id=client_id, contact_id=contact_id))


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="PATCH", door="clients.update_contact", gives="Contact")
def update_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Change what is given, `status` `inactive` disables; answers the contact."""
    return as_json(turn.call("clients.update_contact",
                             **json_fields(turn.request, client_id=client_id, contact_id=contact_id)))


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="DELETE", gives="Removed")
def remove_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Remove a contact that is not the primary one; answers its id."""
    return as_json(turn.call("clients.remove_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/make-primary", access=Permission.CLIENTS_EDIT, method="POST", body=False, gives="Contact")
def make_primary(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Make the contact the primary one, whose name, email and phone are the client's; answers it."""
    return as_json(turn.call("clients.make_primary_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST", body=False, gives="Link", status=201)
def invite(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Make a link by which the contact may come into the portal; answers 201 with it, this once."""
    return as_json(invitation(turn, client_id, contact_id), 201)


def invitation(turn: Turn, client_id: str, contact_id: str) -> dict:
    """A new invitation's {"url", "expires_at"}."""
    made = turn.call("clients.invite_contact", client_id=client_id, contact_id=contact_id)
    return {"url": f"{turn.settings.portal_origin}/client/invitation/{made['code']}", "expires_at": made["expires_at"]}
