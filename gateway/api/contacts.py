"""/api/v1/clients/{id}/contacts: the people of a client."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.one_time_links import invitation_link
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api

CONTACT = "/clients/<client_id>/contacts/<contact_id>"


@api(
    "/clients/<client_id>/contacts",
    access=Permission.CLIENTS_EDIT,
    method="POST",
    rpc="clients.add_contact",
    response="Contact",
    status=201,
)
def add_contact(ctx: RequestContext, client_id: str) -> Response:
    """Add a contact; answers 201 with it."""
    contact = ctx.call("clients.add_contact", **json_fields(ctx.request, client_id=client_id))
    return as_json(contact, 201, Location=f"/api/v1/clients/{client_id}/contacts/{contact['id']}")


@api(CONTACT, access=Permission.CLIENTS_VIEW, response="Contact")
def get_contact(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """One contact."""
    return as_json(ctx.call("clients.get_contact", client_id=client_id, contact_id=contact_id))


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="PATCH", rpc="clients.update_contact", response="Contact")
def update_contact(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Change what is given, `status` `inactive` disables; answers the contact."""
    return as_json(
        ctx.call("clients.update_contact", **json_fields(ctx.request, client_id=client_id, contact_id=contact_id))
    )


@api(CONTACT, access=Permission.CLIENTS_EDIT, method="DELETE", response="Removed")
def remove_contact(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Remove a contact that is not the primary one; answers its id."""
    return as_json(ctx.call("clients.remove_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/make-primary", access=Permission.CLIENTS_EDIT, method="POST", body=False, response="Contact")
def make_primary(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Make the contact the primary one, whose name, email and phone are the client's; answers it."""
    return as_json(ctx.call("clients.make_primary_contact", client_id=client_id, contact_id=contact_id))


@api(f"{CONTACT}/invite", access=Permission.CLIENTS_EDIT, method="POST", body=False, response="Link", status=201)
def invite(ctx: RequestContext, client_id: str, contact_id: str) -> Response:
    """Make a link by which the contact may come into the portal; answers 201 with it, this once."""
    return as_json(invitation_link(ctx, client_id, contact_id), 201)
