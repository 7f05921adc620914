"""Commands of an import before it runs: open it, stage its rows, start it. work_off.py runs it."""

import json
import re
import uuid
from collections.abc import Callable, Iterable
from unicodedata import normalize

from sqlalchemy import bindparam, delete, func, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis import green
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.process.jobs import wake_job
from services.billing.import_days import read_days
from services.billing.import_rows import REQUIRED
from services.billing.import_values import read_marks
from services.billing.models import InvoiceImport, InvoiceImportRow
from services.billing.models.columns import actor_columns
from services.billing.queries.imports import get_import

_OWNER = {"invoices": "external_id", "invoice_lines": "invoice_external_id"}
SURPLUS = "(surplus)"  # what the gateway calls the cells beyond a row's last column
# One document instead of rows of VALUES: one statement whatever a call brings.
STAGE = text("""
    INSERT INTO invoice_import_rows (import_id, kind, line, content, external_id, status, field, code, reason)
    SELECT :import_id, :kind, row.line, row.content, row.external_id, row.status, row.field, row.code, row.reason
    FROM jsonb_to_recordset(:rows)
      AS row (line integer, content jsonb, external_id text, status text, field text, code text, reason text)
    ON CONFLICT DO NOTHING
""").bindparams(bindparam("rows", type_=JSONB))
REMAP = text("""
    UPDATE invoice_import_rows AS r SET content = m.content, external_id = nullif(btrim(normalize(m.content ->> :owner)), '')
    FROM (SELECT line,
                 coalesce(jsonb_object_agg(map.value, content -> map.key) FILTER (WHERE content ? map.key), '{}') AS content
          FROM invoice_import_rows, jsonb_each_text(:mapping) AS map
          WHERE import_id = :import_id AND kind = :kind GROUP BY line) AS m
    WHERE r.import_id = :import_id AND r.kind = :kind AND r.line = m.line
""")
# Columns whose cells are read together, since the file as a whole shows what one of them means.
DAYS = {"invoices": ["issue_date", "due_date"]}
NUMBERS = {"invoices": ["total"], "invoice_lines": ["quantity", "unit_price", "tax_rate"]}
LONGEST = 60  # characters
CELLS = text("""
    SELECT DISTINCT content ->> name FROM invoice_import_rows, unnest(CAST(:names AS text[])) AS name
    WHERE import_id = :import_id AND kind = :kind AND length(content ->> name) BETWEEN 1 AND :longest
""")
REWRITE = text("""
    UPDATE invoice_import_rows AS r SET content = content || new.cells
    FROM (SELECT line, jsonb_object_agg(name, read -> (content ->> name)) AS cells
          FROM invoice_import_rows, unnest(CAST(:names AS text[])) AS name, CAST(:read AS jsonb) AS read
          WHERE import_id = :import_id AND kind = :kind AND read ? (content ->> name) GROUP BY line) AS new
    WHERE r.import_id = :import_id AND r.kind = :kind AND r.line = new.line
""")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def open_import(open_uow: UnitOfWorkOpener, *, import_id: uuid.UUID, source: str, files: dict) -> dict:
    """Open an import of `source` under the id that its clients' part has, too; opening it again changes nothing."""
    with open_uow(stream=_stream(import_id)) as uow:
        new = {"id": import_id, "source": source, "files": files, "status": "staged"}
        uow.session.execute(upsert(InvoiceImport).values(new).on_conflict_do_nothing())
        return uow.record_answer(get_import(uow.session, import_id))


def stage_import_rows(open_uow: UnitOfWorkOpener, *, import_id: uuid.UUID, kind: str, rows: list[dict]) -> dict:
    """Add rows `{line, values}` of one file to an import that has not begun; those that are there already stay.

    Raises not-found, and invalid-state once it has begun.
    """
    part = f"{import_id}:{kind}:{rows[0]['line']}"
    with open_uow(stream=_stream(import_id), part=part) as uow:
        _require_staged(uow.session, import_id)
        staged = [_staged(kind, row) for row in green.taking_turns(rows)]
        uow.session.execute(STAGE, {"import_id": import_id, "kind": kind, "rows": staged})
        return uow.record_answer({"staged": len(rows)})


def restage_import(open_uow: UnitOfWorkOpener, *, import_id: uuid.UUID, kind: str, file: dict) -> dict:
    """Forget the rows of one file that were staged so far: it is read again in another way, and has these columns now.

    Raises not-found, and invalid-state once the import has begun.
    """
    with open_uow(stream=_stream(import_id)) as uow:
        _require_staged(uow.session, import_id)
        run, rows = _import_of(uow.session, import_id), InvoiceImportRow.__table__
        uow.session.execute(delete(rows).where(rows.c.import_id == import_id, rows.c.kind == kind))
        run.files = {**run.files, kind: file}
        uow.session.flush()
        return uow.record_answer(get_import(uow.session, import_id))


def start_import(open_uow: UnitOfWorkOpener, *, import_id: uuid.UUID, mappings: dict[str, dict[str, str]]) -> dict:
    """Start an import in the name of whoever asks; starting it again changes nothing.

    `mappings` is {kind: {column of the file: our column}}; columns that go nowhere are left out of their rows. Raises
    not-found, and a 422 for a mapping that lacks what every row must have.
    """
    with open_uow(stream=_stream(import_id)) as uow:
        run, caller = _import_of(uow.session, import_id), uow.caller
        if run.status == "staged":
            for kind, mapping in mappings.items():
                _check_mapping(kind, mapping)
                _apply_mapping(uow.session, run, kind, mapping)
            _read_together(uow.session, import_id, DAYS, read_days)
            _read_together(uow.session, import_id, NUMBERS, read_marks)
        uow.session.execute(
            update(InvoiceImport)
            .where(InvoiceImport.id == import_id, InvoiceImport.status == "staged")
            .values(
                status="running",
                started_at=func.now(),
                **actor_columns(caller),
                actor_ip=caller.ip,
                cause=caller.request_id,
            )
        )
        wake_job(uow.session, "run_imports")
        return uow.record_answer(get_import(uow.session, import_id))


def _check_mapping(kind: str, mapping: dict[str, str]) -> None:
    missing = [field for field in REQUIRED[kind] if field not in mapping.values()]
    if missing:
        raise field_problem("/mappings", f"No column goes to {missing[0]}.")


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


def _read_together(
    session: Session, import_id: uuid.UUID, columns: dict[str, list[str]], read: Callable[[Iterable[str]], dict]
) -> None:
    """Write the cells of these columns as `read` answers them {as written: as meant}. A row that fails has them so, too,
    and can be loaded again alone."""
    of_kind = {kind: {"import_id": import_id, "kind": kind, "names": names} for kind, names in columns.items()}
    written = {cell for which in of_kind.values() for cell in session.scalars(CELLS, {**which, "longest": LONGEST})}
    if meant := read(green.taking_turns(sorted(written))):
        for which in of_kind.values():
            session.execute(REWRITE, {**which, "read": json.dumps(meant)})


def _import_of(session: Session, import_id: uuid.UUID) -> InvoiceImport:
    run = session.get(InvoiceImport, import_id)
    if run is None:
        raise not_found()
    return run


def _require_staged(session: Session, import_id: uuid.UUID) -> None:
    if _import_of(session, import_id).status != "staged":
        raise ServiceProblem("invalid-state", "This import has begun; open another one for more rows.")


def _staged(kind: str, row: dict) -> dict:
    """A row to store. One that cannot be read has failed already; so has one with what PostgreSQL cannot hold, replaced."""
    content = {name: _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) for name, value in row["values"].items()}
    spoilt = next((name for name, value in content.items() if value != row["values"][name]), None)
    sound = {"status": "staged", "field": None, "code": None, "reason": None}
    if spoilt is not None:
        sound = _failed("validation", "Control characters cannot be stored.", spoilt)
    elif row.get("fault"):
        sound = _failed("unreadable", row["fault"])
    return {
        "line": row["line"],
        "content": content,
        "external_id": normalize("NFC", content.get(_OWNER[kind]) or "").strip() or None,
        **sound,
    }


def _failed(code: str, reason: str, field: str | None = None) -> dict:
    return {"status": "failed", "field": field, "code": code, "reason": reason}


def _stream(import_id: uuid.UUID) -> str:
    return f"import:{import_id}"
