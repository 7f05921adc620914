"""/api/v1/clients/{id}/notes: written, corrected by new ones, unpinned; never changed, so PATCH and DELETE are 405."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/notes", access=Permission.NOTES_CREATE, method="POST", door="clients.add_note", gives="Note",
     status=201)
def add_note(turn: Turn, client_id: str) -> Response:
    """Write a note, which may supersede another; answers 201 with it."""
    client = turn.open_client(client_id)
    note = turn.call("clients.add_note", **json_fields(turn.request, client_id=client["id"]))
    return as_json(note, 201, Location=f"/api/v1/clients/{client['id']}/notes/{note['id']}")


@api("/clients/<client_id>/notes/<note_id>", access=Permission.NOTES_VIEW, gives="Note")
def get_note(turn: Turn, client_id: str, note_id: str) -> Response:
    """One note."""
    return as_json(turn.call("clients.get_note", client_id=client_id, note_id=note_id))


@api("/clients/<client_id>/notes/<note_id>/unpin", access=Permission.NOTES_CREATE, method="POST", body=False, gives="Note")
def unpin_note(turn: Turn, client_id: str, note_id: str) -> Response:
    """Take a sticky note off the record's head; answers the note, which stays."""
    return as_json(turn.call("clients.unpin_note", client_id=client_id, note_id=note_id))
