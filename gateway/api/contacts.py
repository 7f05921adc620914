"""Contacts: /api/v1/clients/{id}/contacts, the people of a client."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.composition.one_time_links import invitation_link
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api

CONTACTS = "/clients/<client_id>/contacts"
CONTACT = f"{CONTACTS}/<contact_id>"

forward(
    CONTACTS,
    "clients.add_contact",
    summary="Add a contact; answers 201 with it",
    access=Permission.CLIENTS_EDIT,
    method="POST",
    location=True,
    response="Contact",
    status=201,
)
forward(CONTACT, "clients.get_contact", summary="One contact", access=Permission.CLIENTS_VIEW, response="Contact")
forward(
    CONTACT,
    "clients.update_contact",
    summary="Change what is given, `status` `inactive` disables; answers the contact",
    access=Permission.CLIENTS_EDIT,
    method="PATCH",
    response="Contact",
)
forward(
    CONTACT,
    "clients.remove_contact",
    summary="Remove a contact that is not the primary one; answers its id",
    access=Permission.CLIENTS_EDIT,
    method="DELETE",
    response="Removed",
)
forward(
    f"{CONTACT}/make-primary",
    "clients.make_primary_contact",
    summary="Make the contact the primary one, whose name, email and phone are the client's; answers it",
    access=Permission.CLIENTS_EDIT,
    method="POST",
    body=False,
    response="Contact",
)
forward(
    f"{CONTACT}/sessions",
    "clients.end_contact_sessions",
    summary="Sign the contact out of the portal everywhere",
    access=Permission.CLIENTS_EDIT,
    method="DELETE",
    body=False,
    response="Ended",
)

forward(
    f"{CONTACT}/confirm",
    "clients.confirm_contact",
    summary="Confirm, in your own name, a contact that waits for an owner's confirmation; answers it",
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
    body=False,
    response="Contact",
)


@api(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST", body=False, response="Invitation", status=201)
def invite(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Mail the contact an invitation to the portal; answers 201, with its link, this once, for those alone who may log in
    as the client."""
    return as_json(invitation_link(ctx, client_id, contact_id), 201)
