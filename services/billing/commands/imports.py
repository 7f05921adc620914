"""Opening an import, putting rows into it, starting it. The rows are worked off by commands/import_invoices.py."""

import re
import uuid
from unicodedata import normalize

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from services.billing.models import InvoiceImport, InvoiceImportRow
from services.billing.queries.imports import get_import

ROWS_A_CALL = 1000
_OWNER = {"invoices": "external_id", "invoice_lines": "invoice_external_id"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def open_import(write, *, import_id: uuid.UUID, source: str) -> dict:
    """Open an import of `source` under the id that its clients' part has, too; opening it again changes nothing."""
    with write(stream=_stream(import_id)) as work:
        new = {"id": import_id, "source": source, "status": "staged"}
        work.session.execute(upsert(InvoiceImport).values(new).on_conflict_do_nothing())
        return work.answer(get_import(work.session, import_id))


def stage_import_rows(write, *, import_id: uuid.UUID, kind: str, rows: list[dict]) -> dict:
    """Add rows `{line, values}` of one file to an import that has not begun; those that are there already stay.

    Raises not-found, and invalid-state once it has begun.
    """
    part = f"{import_id}:{kind}:{rows[0]['line']}"
    with write(stream=_stream(import_id), part=part) as work:
        _require_staged(work.session, import_id)
        staged = [_staged(import_id, kind, row) for row in rows]
        work.session.execute(upsert(InvoiceImportRow).values(staged).on_conflict_do_nothing())
        return work.answer({"staged": len(rows)})


def start_import(write, *, import_id: uuid.UUID, caller: Caller) -> dict:
    """Let an import begin, in the name of `caller`; starting it again changes nothing. Raises not-found."""
    with write(stream=_stream(import_id)) as work:
        work.session.execute(
            update(InvoiceImport).where(InvoiceImport.id == import_id, InvoiceImport.status == "staged")
            .values(status="running", started_at=func.now(), actor_kind=caller.kind, actor_id=caller.id,
                    actor_name=caller.name, actor_ip=caller.ip, cause=caller.request_id))
        return work.answer(get_import(work.session, import_id))


def _require_staged(session: Session, import_id: uuid.UUID) -> None:
    one = session.get(InvoiceImport, import_id)
    if one is None:
        raise not_found()
    if one.status != "staged":
        raise ServiceProblem("invalid-state", "This import has begun; open another one for more rows.")


def _staged(import_id: uuid.UUID, kind: str, row: dict) -> dict:
    """A row to store. What PostgreSQL cannot hold is replaced, and the row has failed already."""
    content = {name: value and _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) for name, value in row["values"].items()}
    spoilt = next((name for name, value in content.items() if value != row["values"][name]), None)
    fault = {"status": "failed", "field": spoilt, "code": "validation", "reason": "Control characters cannot be stored."}
    sound = {"status": "staged", "field": None, "code": None, "reason": None}
    return {"import_id": import_id, "kind": kind, "line": row["line"], "content": content,
            "external_id": normalize("NFC", content.get(_OWNER[kind]) or "").strip() or None, **(fault if spoilt else sound)}


def _stream(import_id: uuid.UUID) -> str:
    return f"import:{import_id}"
