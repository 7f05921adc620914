"""/api/v1/clients/{id}/notes: written, corrected by new ones, unpinned; never changed, so PATCH and DELETE are 405."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/clients/<client_id>/notes",
    access=Permission.NOTES_CREATE,
    method="POST",
    rpc="clients.add_note",
    response="Note",
    status=201,
)
def add_note(ctx: RequestContext, client_id: str) -> Response:
    """Write a note, which may supersede another; answers 201 with it."""
    client = ctx.open_client(client_id)
    note = ctx.call("clients.add_note", **json_fields(ctx.request, client_id=client["id"]))
    return as_json(note, 201, Location=f"/api/v1/clients/{client['id']}/notes/{note['id']}")


@api("/clients/<client_id>/notes/<note_id>", access=Permission.NOTES_VIEW, response="Note")
def get_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """One note."""
    return as_json(ctx.call("clients.get_note", client_id=client_id, note_id=note_id))


@api(
    "/clients/<client_id>/notes/<note_id>/unpin",
    access=Permission.NOTES_CREATE,
    method="POST",
    body=False,
    response="Note",
)
def unpin_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Take a sticky note off the record's head; answers the note, which stays."""
    return as_json(ctx.call("clients.unpin_note", client_id=client_id, note_id=note_id))
