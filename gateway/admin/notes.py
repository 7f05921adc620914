"""Notes: written on their tab, corrected and unpinned there."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.confirmation import confirm, confirmed
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.routing import page

FORM = "clients/note_form.html"
UNPIN = {
    "heading": "Unpin note",
    "button": "Unpin",
    "text": "It leaves the top of the record. The note itself stays, and the log says who unpinned it.",
}
NOTES, NOTE = "/admin/clients/<client_id>/notes", "/admin/clients/<client_id>/notes/<note_id>"


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE)
def note_form(ctx: RequestContext, client_id: str) -> Response:
    """The form of a new note; on the tab it stands open."""
    client = ctx.open_client(client_id)
    return show(ctx, FORM, values={}, corrected=None, **_about(client))


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE, method="POST")
def add_note(ctx: RequestContext, client_id: str) -> Response:
    """Write it down."""
    client = ctx.open_client(client_id)
    values = _written(ctx)
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_note", client_id=client["id"], **_note(values)),
        message="Note added",
        values=values,
        corrected=None,
        **_about(client),
    )


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE)
def correction_form(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """The form of a note that replaces another, filled with that one."""
    client = ctx.open_client(client_id)
    note = ctx.call("clients.get_note", client_id=client["id"], note_id=note_id)
    pinned = note["sticky"] and not note["unpinned_at"]
    return show(
        ctx, FORM, values={"body": note["body"], "sticky": "true" if pinned else ""}, corrected=note, **_about(client)
    )


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE, method="POST")
def correct_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Write the note that replaces it."""
    client = ctx.open_client(client_id)
    note = ctx.call("clients.get_note", writes=False, client_id=client["id"], note_id=note_id)
    values = _written(ctx)
    fields = {**_note(values), "supersedes": note["id"]}
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_note", client_id=client["id"], **fields),
        message="Note corrected",
        values=values,
        corrected=note,
        **_about(client),
    )


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE)
def unpin_form(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Asks whether it is meant."""
    client = ctx.open_client(client_id)
    return confirm(ctx, UNPIN, **_about(client))


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE, method="POST")
def unpin_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Take it off the record's head."""
    client = ctx.open_client(client_id)
    return confirmed(
        ctx,
        UNPIN,
        lambda: ctx.call("clients.unpin_note", client_id=client["id"], note_id=note_id),
        message="Note unpinned",
        **_about(client),
    )


def _about(client: dict) -> dict:
    return {"client": client, "back": f"/admin/clients/{client['id']}/notes"}


def _written(ctx: RequestContext) -> dict[str, str]:
    """What was typed; browsers send CR LF for a line's end."""
    values = typed(ctx, "body", "sticky")
    return {**values, "body": values["body"].replace("\r\n", "\n")}


def _note(values: dict) -> dict:
    return {"body": values["body"], "sticky": values["sticky"] == "true"}
