"""Notes: /api/v1/clients/{id}/notes, written, corrected by new ones, pinned and unpinned; never changed, so PATCH and DELETE are
405."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

NOTES = "/clients/<client_id>/notes"
NOTE = f"{NOTES}/<note_id>"

forward(
    NOTES,
    "clients.add_note",
    summary="Write a note, which may supersede another; answers 201 with it",
    access=Permission.NOTES_CREATE,
    method="POST",
    location=True,
    response="Note",
    status=201,
)
forward(NOTE, "clients.get_note", summary="One note", access=Permission.NOTES_VIEW, response="Note")
forward(
    f"{NOTE}/pin",
    "clients.pin_note",
    summary="Put a note that stands in the list on the record's head; answers the note",
    access=Permission.NOTES_CREATE,
    method="POST",
    body=False,
    response="Note",
)
forward(
    f"{NOTE}/unpin",
    "clients.unpin_note",
    summary="Take a sticky note off the record's head; answers the note, which stays",
    access=Permission.NOTES_CREATE,
    method="POST",
    body=False,
    response="Note",
)
