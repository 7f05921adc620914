"""Opening an import, putting rows into it, starting it. The rows are worked off by commands/import_invoices.py."""

import json
import re
import uuid
from unicodedata import normalize

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from services.billing.models import InvoiceImport, InvoiceImportRow
from services.billing.queries.imports import get_import

_OWNER = {"invoices": "external_id", "invoice_lines": "invoice_external_id"}
SURPLUS = "(surplus)"  # what the gateway calls the cells beyond a row's last column
REMAP = text("""
    UPDATE invoice_import_rows AS r SET content = m.content, external_id = nullif(btrim(normalize(m.content ->> :owner)), '')
    FROM (SELECT line,
                 coalesce(jsonb_object_agg(map.value, content -> map.key) FILTER (WHERE content ? map.key), '{}') AS content
          FROM invoice_import_rows, jsonb_each_text(:mapping) AS map
          WHERE import_id = :import_id AND kind = :kind GROUP BY line) AS m
    WHERE r.import_id = :import_id AND r.kind = :kind AND r.line = m.line
""")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def open_import(write, *, import_id: uuid.UUID, source: str, files: dict) -> dict:
    """Open an import of `source` under the id that its clients' part has, too; opening it again changes nothing."""
    with write(stream=_stream(import_id)) as uow:
        new = {"id": import_id, "source": source, "files": files, "status": "staged"}
        uow.session.execute(upsert(InvoiceImport).values(new).on_conflict_do_nothing())
        return uow.record_answer(get_import(uow.session, import_id))


def stage_import_rows(write, *, import_id: uuid.UUID, kind: str, rows: list[dict]) -> dict:
    """Add rows `{line, values}` of one file to an import that has not begun; those that are there already stay.

    Raises not-found, and invalid-state once it has begun.
    """
    part = f"{import_id}:{kind}:{rows[0]['line']}"
    with write(stream=_stream(import_id), part=part) as uow:
        _require_staged(uow.session, import_id)
        staged = [_staged(import_id, kind, row) for row in rows]
        uow.session.execute(upsert(InvoiceImportRow).values(staged).on_conflict_do_nothing())
        return uow.record_answer({"staged": len(rows)})


def start_import(write, *, import_id: uuid.UUID, mappings: dict[str, dict[str, str]], caller: Caller) -> dict:
    """Let an import begin, in the name of `caller`; starting it again changes nothing. Raises not-found.

    `mappings` is {kind: {column of the file: our column}}; columns that go nowhere are left out of their rows.
    """
    with write(stream=_stream(import_id)) as uow:
        run = _import_of(uow.session, import_id)
        if run.status == "staged":
            for kind, mapping in mappings.items():
                _apply_mapping(uow.session, run, kind, mapping)
        uow.session.execute(
            update(InvoiceImport)
            .where(InvoiceImport.id == import_id, InvoiceImport.status == "staged")
            .values(
                status="running",
                started_at=func.now(),
                actor_kind=caller.kind,
                actor_id=caller.id,
                actor_name=caller.name,
                actor_ip=caller.ip,
                cause=caller.request_id,
            )
        )
        return uow.record_answer(get_import(uow.session, import_id))


def _apply_mapping(session: Session, run: InvoiceImport, kind: str, mapping: dict[str, str]) -> None:
    """Rename the cells of all rows of a file; a row's surplus cells stay, so that it is refused for them."""
    if mapping != {column: column for column in run.files.get(kind, {}).get("columns", [])}:
        session.execute(
            REMAP,
            {
                "import_id": run.id,
                "kind": kind,
                "owner": _OWNER[kind],
                "mapping": json.dumps({**mapping, SURPLUS: SURPLUS}),
            },
        )


def _import_of(session: Session, import_id: uuid.UUID) -> InvoiceImport:
    run = session.get(InvoiceImport, import_id)
    if run is None:
        raise not_found()
    return run


def _require_staged(session: Session, import_id: uuid.UUID) -> None:
    if _import_of(session, import_id).status != "staged":
        raise ServiceProblem("invalid-state", "This import has begun; open another one for more rows.")


def _staged(import_id: uuid.UUID, kind: str, row: dict) -> dict:
    """A row to store. What PostgreSQL cannot hold is replaced, and the row has failed already."""
    content = {
        name: value and _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) for name, value in row["values"].items()
    }
    spoilt = next((name for name, value in content.items() if value != row["values"][name]), None)
    fault = {
        "status": "failed",
        "field": spoilt,
        "code": "validation",
        "reason": "Control characters cannot be stored.",
    }
    sound = {"status": "staged", "field": None, "code": None, "reason": None}
    return {
        "import_id": import_id,
        "kind": kind,
        "line": row["line"],
        "content": content,
        "external_id": normalize("NFC", content.get(_OWNER[kind]) or "").strip() or None,
        **(fault if spoilt else sound),
    }


def _stream(import_id: uuid.UUID) -> str:
    return f"import:{import_id}"
