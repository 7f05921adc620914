"""Import of clients: how far it has come, which rows failed, and what became of a source's rows."""

from base64 import b64encode
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of, within_bytes
from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.clients.models import Client, ClientImport, ClientImportRow, ImportFilePart

SAMPLE = 3
FAILED = Order("client_import_failures", [ClientImportRow.line], [int])


def get_import(session: Session, import_id: UUID) -> dict:
    """The import: `status` (staged, running, done), its times, and its file with what became of the rows.

    `files` has one entry of kind `clients`: name, columns, counts of rows, imported, unchanged, failed, and of rows
    with a `warnings`; while it is staged also `sample`, its first rows by column. Without a file and rows it is empty.
    """
    row = session.execute(select(ClientImport.__table__).where(ClientImport.id == import_id)).one_or_none()
    if row is None:
        raise not_found()
    return {
        "id": str(row.id),
        "source": row.source,
        "allow_duplicate_email": row.allow_duplicate_email,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "started_at": row.started_at and rfc3339(row.started_at),
        "finished_at": row.finished_at and rfc3339(row.finished_at),
        "files": _files(session, row),
    }


def _files(session: Session, run) -> list[dict]:
    counted = session.execute(
        select(
            ClientImportRow.status,
            func.count(),
            func.count().filter(func.jsonb_array_length(ClientImportRow.warnings) > 0),
        )
        .where(ClientImportRow.import_id == run.id)
        .group_by(ClientImportRow.status)
    ).all()
    if not counted and not run.file:
        return []
    of = {status: count for status, count, _ in counted}
    return [
        {
            "kind": "clients",
            "name": run.file.get("name"),
            "columns": run.file.get("columns", []),
            "reading": run.file.get("reading"),
            "rows": sum(of.values()),
            "imported": of.get("imported", 0),
            "unchanged": of.get("unchanged", 0),
            "failed": of.get("failed", 0),
            "warnings": sum(warned for _, _, warned in counted),
            "sample": _sample(session, run),
        }
    ]


def _sample(session: Session, run) -> list[dict]:
    """The first rows of a file that waits for its mapping; fewer where they are large."""
    if run.status != "staged":
        return []
    first = select(ClientImportRow.values).where(ClientImportRow.import_id == run.id).order_by(ClientImportRow.line)
    return within_bytes(list(session.scalars(first.limit(SAMPLE))))


def kept_import_file(session: Session, import_id: UUID, kind: str, position: int) -> dict:
    """A part of a kept file in base64; None beyond its end, and once the import has begun."""
    content = session.scalar(
        select(ImportFilePart.content).where(
            ImportFilePart.import_id == import_id, ImportFilePart.kind == kind, ImportFilePart.position == position
        )
    )
    return {"content": None if content is None else b64encode(content).decode()}


def failure_page(session: Session, import_id: UUID, **page) -> dict:
    """A page of the failed rows by line, with the column at fault, the reason, and the row's cells."""
    if session.get(ClientImport, import_id) is None:
        raise not_found()
    failed = (ClientImportRow.import_id == import_id) & (ClientImportRow.status == "failed")
    rows, cursors = fetch_page(
        session,
        select(ClientImportRow.line, ClientImportRow.external_id, ClientImportRow.fault, ClientImportRow.values).where(
            failed
        ),
        FAILED,
        **page,
        dump=_failures,
    )
    total = session.scalar(select(func.count()).select_from(ClientImportRow).where(failed))
    return page_of(rows, cursors, total=total)


def _failures(rows) -> list[dict]:
    return [
        {"kind": "clients", "line": row.line, "external_id": row.external_id, **row.fault, "values": row.values}
        for row in rows
    ]


def resolve_external_ids(session: Session, source: str, external_ids: list[str]) -> dict[str, str]:
    """{external id: client id} of those that were imported from `source`."""
    rows = session.execute(
        select(Client.external_id, Client.id).where(Client.source == source, Client.external_id.in_(external_ids))
    )
    return {row.external_id: str(row.id) for row in rows}
