"""Export of the client list: its rows in parts, and how far it has come."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import not_found
from services.clients.models import ClientExport
from services.clients.queries import client_list

GOOD_FOR = timedelta(hours=1)
PART_ROWS = 500
NARROWING = ("q", "filter", "group", "status", "tag")


def part(session: Session, caller: Caller, export_id: UUID, after: str | None, now: datetime) -> dict:
    """Rows of an export from the cursor `after` on, `{"data": rows of the list, "next": cursor|None}`. It is the list as
    it is now: whoever changes meanwhile is in it once, at their old place or their new one, or, moved back past what
    has left already, not at all."""
    export = _export(session, caller, export_id)
    query = {**export.query, "group": _group(export.query["group"]), "tag": _id(export.query["tag"])}
    page = client_list.client_page(
        session, **query, fields=export.columns, limit=PART_ROWS, after=after, before=None, counted=False, now=now
    )
    return {"data": page["data"], "next": page["page"]["next"]}


def progress(session: Session, caller: Caller, export_id: UUID) -> dict:
    """How far an export has come: `{"rows", "total", "exact", "finished"}`."""
    export = _export(session, caller, export_id)
    return {
        "rows": export.rows,
        "total": export.total,
        "exact": export.exact,
        "finished": export.finished_at is not None,
    }


def _export(session: Session, caller: Caller, export_id: UUID) -> ClientExport:
    export = session.get(ClientExport, export_id, populate_existing=True)
    if export is None or str(export.staff_id) != caller.id or export.created_at < datetime.now(UTC) - GOOD_FOR:
        raise not_found()
    return export


def _id(text: str | None) -> UUID | None:
    return text and UUID(text)


def _group(text: str | None) -> UUID | str | None:
    return text if text == "none" else _id(text)
