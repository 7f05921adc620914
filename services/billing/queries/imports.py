"""Imports: how far one has come, and which of its rows failed."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of, within_bytes
from chassis.errors import not_found
from services.billing.models import InvoiceImport, InvoiceImportRow
from services.billing.queries.serializers import moment
from services.billing.rules import IMPORT_KINDS

SAMPLE = 3
table = InvoiceImportRow.__table__
FAILED = Order("import_failures", [table.c.kind, table.c.line], [str, int])


def get_import(session: Session, import_id: uuid.UUID) -> dict:
    """An import's `status` (staged, running, done, failed), times, and for each file its rows and what became of
    them."""
    row = _import_of(session, import_id)
    return {
        "id": str(row.id),
        "source": row.source,
        "status": row.status,
        "created_at": moment(row.created_at),
        "started_at": moment(row.started_at),
        "finished_at": moment(row.finished_at),
        "files": _files(session, row),
    }


def _import_of(session: Session, import_id: uuid.UUID):
    row = session.execute(select(InvoiceImport.__table__).where(InvoiceImport.id == import_id)).first()
    if row is None:
        raise not_found()
    return row


def _files(session: Session, run) -> list[dict]:
    counted = session.execute(
        select(table.c.kind, table.c.status, func.count())
        .where(table.c.import_id == run.id)
        .group_by(table.c.kind, table.c.status)
    )
    files = {
        kind: {
            "kind": kind,
            "name": run.files.get(kind, {}).get("name"),
            "columns": run.files.get(kind, {}).get("columns", []),
            "reading": run.files.get(kind, {}).get("reading"),
            "rows": 0,
            "imported": 0,
            "unchanged": 0,
            "failed": 0,
            "sample": _sample(session, run, kind),
        }
        for kind in IMPORT_KINDS
    }
    for kind, status, count in counted:
        files[kind]["rows"] += count
        if status != "staged":
            files[kind][status] = count
    return [file for file in files.values() if file["rows"] or file["columns"]]


def _sample(session: Session, run, kind: str) -> list[dict]:
    """The first rows of a file that waits for its mapping; fewer where they are large."""
    if run.status != "staged":
        return []
    first = select(table.c.content).where(table.c.import_id == run.id, table.c.kind == kind)
    return within_bytes(list(session.scalars(first.order_by(table.c.line).limit(SAMPLE))))


def list_import_failures(session: Session, import_id: uuid.UUID, **page) -> dict:
    """A page of the failed rows, with the reason and the cells. Raises not-found."""
    _import_of(session, import_id)
    failed = select(table).where(table.c.import_id == import_id, table.c.status == "failed")
    rows, cursors = fetch_page(session, failed, FAILED, **page, dump=_to_wire)
    total = session.scalar(select(func.count()).where(table.c.import_id == import_id, table.c.status == "failed"))
    return page_of(rows, cursors, total=total)


def _to_wire(rows) -> list[dict]:
    return [_failure_to_wire(row) for row in rows]


def _failure_to_wire(row) -> dict:
    return {
        "kind": row.kind,
        "line": row.line,
        "external_id": row.external_id,
        "column": row.field,
        "value": row.content.get(row.field) if row.field else None,
        "code": row.code,
        "reason": row.reason,
        "values": row.content,
    }
