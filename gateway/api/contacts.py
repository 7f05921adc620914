"""/api/v1/clients/{id}/contacts: the people of a client."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import parameters
from gateway.routing import api
from gateway.turn import Turn

CONTACT = "/clients/<client_id>/contacts/<contact_id>"


@api("/clients/<client_id>/contacts", access=Permission.CLIENTS_EDIT, method="POST")
def add_contact(turn: Turn, client_id: str) -> Response:
    """Add a contact; answers 201 with it."""
    parameters(turn.request)
    contact = turn.call("clients.add_contact", **json_fields(turn.request, client_id=client_id))
    return as_json(contact, 201, Location=f"/api/v1/clients/{client_id}/contacts/{contact['id']}")


@api(CONTACT, access=Permission.CLIENTS_VIEW)
def get_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """One contact."""
    parameters(turn.request)
    return as_json(turn.call("clients.get_contact", client_id=client_id, contact_id=contact_id))


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="PATCH")
def update_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Change what is given, `status` `inactive` disables; answers the contact."""
    parameters(turn.request)
    return as_json(turn.call("clients.update_contact",
                             **json_fields(turn.request, client_id=client_id, contact_id=contact_id)))


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="DELETE")
def remove_contact(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Remove a contact that is not the primary one; answers its id."""
    parameters(turn.request)
    return as_json(turn.call("clients.remove_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/make-primary", access=Permission.CLIENTS_EDIT, method="POST")
def make_primary(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Make the contact the primary one, whose name, email and phone are the client's; answers it."""
    parameters(turn.request)
    return as_json(turn.call("clients.make_primary_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST")
def invite(turn: Turn, client_id: str, contact_id: str) -> Response:
    """Make a link by which the contact may come into the portal; answers 201 with it, this once."""
    parameters(turn.request)
    return as_json(invitation(turn, client_id, contact_id), 201)


def invitation(turn: Turn, client_id: str, contact_id: str) -> dict:
    """A new invitation's {"url", "expires_at"}."""
    made = turn.call("clients.invite_contact", client_id=client_id, contact_id=contact_id)
    return {"url": f"{turn.settings.portal_origin}/client/invitation/{made['code']}", "expires_at": made["expires_at"]}
