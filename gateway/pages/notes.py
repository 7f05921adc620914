"""Notes: written on their tab, corrected and unpinned there."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.confirming import confirm, confirmed
from gateway.dialogs import show, submit, typed
from gateway.routing import page
from gateway.turn import Turn

FORM = "clients/note_form.html"
UNPIN = {"heading": "Unpin note", "button": "Unpin",
         "text": "It leaves the top of the record. The note itself stays, and the log says who unpinned it."}
NOTES, NOTE = "/admin/clients/<client_id>/notes", "/admin/clients/<client_id>/notes/<note_id>"


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE)
def note_form(turn: Turn, client_id: str) -> Response:
    """The form of a new note; on the tab it stands open."""
    client = turn.open_client(client_id)
    return show(turn, FORM, values={}, corrected=None, **_about(client))


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE, method="POST")
def add_note(turn: Turn, client_id: str) -> Response:
    """Write it down."""
    client = turn.open_client(client_id)
    values = _written(turn)
    return submit(turn, FORM, lambda: turn.call("clients.add_note", client_id=client["id"], **_note(values)), said="Note added",
                  values=values, corrected=None, **_about(client))


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE)
def correction_form(turn: Turn, client_id: str, note_id: str) -> Response:
    """The form of a note that replaces another, filled with that one."""
    client = turn.open_client(client_id)
    note = turn.call("clients.get_note", client_id=client["id"], note_id=note_id)
    pinned = note["sticky"] and not note["unpinned_at"]
    return show(turn, FORM, values={"body": note["body"], "sticky": "true" if pinned else ""}, corrected=note, **_about(client))


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE, method="POST")
def correct_note(turn: Turn, client_id: str, note_id: str) -> Response:
    """Write the note that replaces it."""
    client = turn.open_client(client_id)
    note = turn.call("clients.get_note", writes=False, client_id=client["id"], note_id=note_id)
    values = _written(turn)
    fields = {**_note(values), "supersedes": note["id"]}
    return submit(turn, FORM, lambda: turn.call("clients.add_note", client_id=client["id"], **fields), said="Note corrected",
                  values=values, corrected=note, **_about(client))


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE)
def unpin_form(turn: Turn, client_id: str, note_id: str) -> Response:
    """Asks whether it is meant."""
    client = turn.open_client(client_id)
    return confirm(turn, UNPIN, **_about(client))


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE, method="POST")
def unpin_note(turn: Turn, client_id: str, note_id: str) -> Response:
    """Take it off the record's head."""
    client = turn.open_client(client_id)
    return confirmed(turn, UNPIN, lambda: turn.call("clients.unpin_note", client_id=client["id"], note_id=note_id),
                     said="Note unpinned", **_about(client))


def _about(client: dict) -> dict:
    return {"client": client, "back": f"/admin/clients/{client['id']}/notes"}


def _written(turn: Turn) -> dict[str, str]:
    """What was typed; browsers send CR LF for a line's end."""
    values = typed(turn, "body", "sticky")
    return {**values, "body": values["body"].replace("\r\n", "\n")}


def _note(values: dict) -> dict:
    return {"body": values["body"], "sticky": values["sticky"] == "true"}
