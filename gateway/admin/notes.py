"""Notes: written on their tab, corrected, pinned and unpinned there."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, confirm, show, submit, typed_lines
from gateway.http.routing import page

FORM = "clients/note_form.html"
UNPIN = {
    "heading": "Unpin note",
    "button": "Unpin",
    "text": "It leaves the top of the record. The note itself stays, and the log says who unpinned it.",
}
PIN = {
    "heading": "Pin note",
    "button": "Pin",
    "text": "It stands at the top of the record, on every tab, until somebody unpins it. The log says who pinned it.",
}
NOTES, NOTE = "/admin/clients/<client_id>/notes", "/admin/clients/<client_id>/notes/<note_id>"


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE)
def note_form(ctx: RequestContext, client_id: str) -> Response:
    """The form of a new note; on the tab it stands open."""
    client = ctx.open_client(client_id)
    return show(ctx, FORM, back=_notes(client), client=client, corrected=None)


@page(f"{NOTES}/new", access=Permission.NOTES_CREATE, method="POST")
def add_note(ctx: RequestContext, client_id: str) -> Response:
    """Write it down."""
    client, values = ctx.open_client(client_id), typed_lines(ctx, "body", "sticky")
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_note", client_id=client["id"], **_note(values)),
        message="Note added",
        back=_notes(client),
        values=values,
        context=lambda: {"client": client, "corrected": None},
    )


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE)
def correction_form(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """The form of a note that replaces another, filled with that one."""
    client = ctx.open_client(client_id)
    context = _context(ctx, client, note_id)
    note = context["corrected"]
    pinned = note["sticky"] and not note["unpinned_at"]
    values = {"body": note["body"], "sticky": "true" if pinned else ""}
    return show(ctx, FORM, values=values, back=_notes(client), **context)


@page(f"{NOTE}/correct", access=Permission.NOTES_CREATE, method="POST")
def correct_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Write the note that replaces it."""
    client, values = ctx.open_client(client_id), typed_lines(ctx, "body", "sticky")
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("clients.add_note", client_id=client["id"], supersedes=note_id, **_note(values)),
        message="Note corrected",
        back=_notes(client),
        values=values,
        context=lambda: _context(ctx, client, note_id),
    )


@page(f"{NOTE}/pin", access=Permission.NOTES_CREATE)
def pin_form(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Asks whether it is meant, where there is no script."""
    client = ctx.open_client(client_id)
    return confirm(ctx, PIN, back=_notes(client), client=client)


@page(f"{NOTE}/pin", access=Permission.NOTES_CREATE, method="POST")
def pin_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Put it on the record's head."""
    client = ctx.open_client(client_id)
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.pin_note", client_id=client["id"], note_id=note_id),
        message="Note pinned",
        back=_notes(client),
        offer=lambda _: ("Undo", f"{_notes(client)}/{note_id}/unpin"),
        context=lambda: {"client": client, "question": PIN},
    )


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE)
def unpin_form(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Asks whether it is meant."""
    client = ctx.open_client(client_id)
    return confirm(ctx, UNPIN, back=_notes(client), client=client)


@page(f"{NOTE}/unpin", access=Permission.NOTES_CREATE, method="POST")
def unpin_note(ctx: RequestContext, client_id: str, note_id: str) -> Response:
    """Take it off the record's head."""
    client = ctx.open_client(client_id)
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.unpin_note", client_id=client["id"], note_id=note_id),
        message="Note unpinned",
        back=_notes(client),
        context=lambda: {"client": client, "question": UNPIN},
    )


def _notes(client: dict) -> str:
    return f"/admin/clients/{client['id']}/notes"


def _context(ctx: RequestContext, client: dict, note_id: str) -> dict:
    note = ctx.call("clients.get_note", writes=False, client_id=client["id"], note_id=note_id)
    return {"client": client, "corrected": note}


def _note(values: dict) -> dict:
    return {"body": values["body"], "sticky": values["sticky"] == "true"}
