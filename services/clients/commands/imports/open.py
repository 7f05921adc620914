"""Import of clients: opening one, staging its rows, starting it. `work_off` imports the rows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import green
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.process.jobs import wake_job
from chassis.types.ids import new_id
from chassis.types.text import is_storable, storable
from services.clients.import_rows import FIELDS, FULL_NAME, ITS_PARTS, REQUIRED
from services.clients.models import ClientImport, ClientImportRow, ImportFilePart
from services.clients.queries.imports import get_import

KEPT_DAYS = 7
# One document instead of rows of VALUES: one statement whatever a call brings.
STAGE = text("""
    INSERT INTO client_import_rows (import_id, line, status, values, fault, warnings)
    SELECT :import_id, row.line, row.status, row.values, row.fault, '[]'
    FROM jsonb_to_recordset(:rows) AS row (line integer, status text, values jsonb, fault jsonb)
    ON CONFLICT DO NOTHING
""").bindparams(bindparam("rows", type_=JSONB))


def open_import(open_uow: UnitOfWorkOpener, *, source: str, allow_duplicate_email: bool, file: dict | None) -> dict:
    """Open an import of `source`, from `file` {"name", "columns"}; None where it brings no clients. Answers the
    import. Kept files of imports that nobody has begun for KEPT_DAYS are forgotten."""
    import_id = new_id()
    with open_uow(stream=stream_of(import_id)) as uow:
        left = select(ClientImport.id).where(
            ClientImport.status == "staged", ClientImport.created_at < datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        )
        uow.session.execute(delete(ImportFilePart).where(ImportFilePart.import_id.in_(left)))
        uow.session.add(
            ClientImport(id=import_id, source=source, allow_duplicate_email=allow_duplicate_email, file=file or {})
        )
        uow.session.flush()
        return uow.record_answer(get_import(uow.session, import_id))


def stage_import_rows(open_uow: UnitOfWorkOpener, *, import_id: UUID, rows: list[dict]) -> dict:
    """Add rows `{line, values}` to an import that has not begun; a line that is there already stays.

    One that has a `fault` besides has failed already. Raises not-found, and invalid-state once it has begun.
    """
    with open_uow(stream=stream_of(import_id), part=f"{import_id}:{rows[0]['line']}") as uow:
        require_staged(uow.session, import_id)
        uow.session.execute(STAGE, {"import_id": import_id, "rows": list(green.taking_turns(map(_staged, rows)))})
        return uow.record_answer({"staged": len(rows)})


def restage_import(open_uow: UnitOfWorkOpener, *, import_id: UUID, file: dict) -> dict:
    """Forget the rows staged so far: the file is read again in another way, and has these columns now.

    Raises not-found, and invalid-state once the import has begun.
    """
    with open_uow(stream=stream_of(import_id)) as uow:
        require_staged(uow.session, import_id)
        uow.session.execute(delete(ClientImportRow).where(ClientImportRow.import_id == import_id))
        uow.session.execute(update(ClientImport).where(ClientImport.id == import_id).values(file=file))
        return uow.record_answer(get_import(uow.session, import_id))


def start_import(open_uow: UnitOfWorkOpener, *, import_id: UUID, mapping: dict[str, str] | None) -> dict:
    """Let an import begin in the name of the caller; starting it again changes nothing.

    `mapping` is {column of the file: field}; without one columns go by their names. Raises not-found, and a 422 for a
    mapping to what is no field, to one field twice, or without a required one.
    """
    with open_uow(stream=stream_of(import_id)) as uow:
        run = _import_of(uow.session, import_id)
        if run.status == "staged":
            _check(run.file.get("columns", []), mapping)
            caller = uow.caller
            actor = {"kind": caller.kind, "id": caller.id, "name": caller.name, "ip": caller.ip}
            uow.session.execute(
                update(ClientImport)
                .where(ClientImport.id == import_id)
                .values(
                    status="running",
                    started_at=func.now(),
                    mapping=mapping or {},
                    actor=actor,
                    cause=caller.request_id,
                )
            )
            uow.session.execute(delete(ImportFilePart).where(ImportFilePart.import_id == import_id))
            wake_job(uow.session, "run_imports")
        return uow.record_answer(get_import(uow.session, import_id))


def _check(columns: list[str], mapping: dict[str, str] | None) -> None:
    """Refuse a mapping that cannot be; without one, columns that are named like no required field."""
    chosen = {column: column.strip().lower() for column in columns} if mapping is None else mapping
    for column, field in (mapping or {}).items():
        if field not in FIELDS or list(chosen.values()).count(field) > 1:
            raise field_problem("/mapping", f"The column {column!r} cannot go to {field!r}.")
    given = {*chosen.values(), *(ITS_PARTS if FULL_NAME in chosen.values() else ())}
    missing = [field for field in REQUIRED if columns and field not in given]
    if missing:
        raise field_problem("/mapping", f"No column goes to {missing[0]}.")


def require_staged(session: Session, import_id: UUID) -> None:
    """Raise not-found where there is no such import, invalid-state once it has begun."""
    if _import_of(session, import_id).status != "staged":
        raise ServiceProblem("invalid-state", "This import has begun; open another one for more rows.")


def _import_of(session: Session, import_id: UUID) -> ClientImport:
    found = session.get(ClientImport, import_id, populate_existing=True)
    if found is None:
        raise not_found()
    return found


def _staged(row: dict) -> dict:
    """A row to store. One that cannot be read has failed already; so has one with what PostgreSQL cannot hold, replaced."""
    values = {storable(name): storable(cell) for name, cell in row["values"].items()}
    spoilt = next((name for name, cell in row["values"].items() if not is_storable(cell)), None)
    fault = None
    if spoilt is not None:
        fault = _fault("validation", "Control characters cannot be stored.", storable(spoilt), values[storable(spoilt)])
    elif row.get("fault"):
        fault = _fault("unreadable", row.get("fault"))
    status = "failed" if fault else "staged"
    return {"line": row["line"], "values": values, "status": status, "fault": fault}


def _fault(code: str, reason: str, column: str | None = None, value: str | None = None) -> dict:
    return {"column": column, "value": value, "code": code, "reason": reason}


def stream_of(import_id: UUID) -> str:
    """The stream whose lock the commands of one import wait for."""
    return f"import:{import_id}"
