"""Import of clients: opening one, staging its rows, starting it. `work_off` imports the rows."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.types.ids import new_id
from chassis.types.text import is_storable, storable
from services.clients.import_rows import COLUMNS, REQUIRED
from services.clients.models import ClientImport, ClientImportRow
from services.clients.queries.imports import get_import


def open_import(open_uow: UnitOfWorkOpener, *, source: str, allow_duplicate_email: bool, file: dict | None) -> dict:
    """Open an import of `source`, from `file` {"name", "columns"}; None where it brings no clients. Answers the
    import."""
    import_id = new_id()
    with open_uow(stream=_stream(import_id)) as uow:
        uow.session.add(
            ClientImport(id=import_id, source=source, allow_duplicate_email=allow_duplicate_email, file=file or {})
        )
        uow.session.flush()
        return uow.record_answer(get_import(uow.session, import_id))


def stage_import_rows(open_uow: UnitOfWorkOpener, *, import_id: UUID, rows: list[dict]) -> dict:
    """Add rows `{line, values}` to an import that has not begun; a line that is there already stays.

    Raises not-found, and invalid-state once it has begun.
    """
    with open_uow(stream=_stream(import_id), part=f"{import_id}:{rows[0]['line']}") as uow:
        if not _is_staged(uow.session, import_id):
            raise ServiceProblem("invalid-state", "This import has begun; open another one for more rows.")
        staged = [_staged(import_id, row) for row in rows]
        uow.session.execute(upsert(ClientImportRow).values(staged).on_conflict_do_nothing())
        return uow.record_answer({"staged": len(rows)})


def start_import(open_uow: UnitOfWorkOpener, *, import_id: UUID, mapping: dict[str, str]) -> dict:
    """Let an import begin in the name of the caller; starting it again changes nothing.

    `mapping` is {column of the file: field}; without one columns go by their names. Raises not-found, and a 422 for a
    mapping to what is no field, to one field twice, or without a required one.
    """
    _check(mapping)
    with open_uow(stream=_stream(import_id)) as uow:
        if _is_staged(uow.session, import_id):
            caller = uow.caller
            actor = {"kind": caller.kind, "id": caller.id, "name": caller.name, "ip": caller.ip}
            uow.session.execute(
                update(ClientImport)
                .where(ClientImport.id == import_id)
                .values(status="running", started_at=func.now(), mapping=mapping, actor=actor, cause=caller.request_id)
            )
        return uow.record_answer(get_import(uow.session, import_id))


def _check(mapping: dict[str, str]) -> None:
    for column, field in mapping.items():
        if field not in COLUMNS or list(mapping.values()).count(field) > 1:
            raise field_problem("/mapping", f"The column {column!r} cannot go to {field!r}.")
    missing = [field for field in REQUIRED if mapping and field not in mapping.values()]
    if missing:
        raise field_problem("/mapping", f"No column goes to {missing[0]}.")


def _is_staged(session: Session, import_id: UUID) -> bool:
    found = session.get(ClientImport, import_id, populate_existing=True)
    if found is None:
        raise not_found()
    return found.status == "staged"


def _staged(import_id: UUID, row: dict) -> dict:
    """A row to store. What PostgreSQL cannot hold is replaced, and the row has failed already."""
    values = {storable(name): storable(cell) for name, cell in row["values"].items()}
    spoilt = next((name for name, cell in row["values"].items() if not is_storable(cell)), None)
    fault = spoilt and {
        "column": storable(spoilt),
        "value": values[storable(spoilt)],
        "code": "validation",
        "reason": "Control characters cannot be stored.",
    }
    return {
        "import_id": import_id,
        "line": row["line"],
        "values": values,
        "status": "failed" if spoilt else "staged",
        "fault": fault,
    }


def _stream(import_id: UUID) -> str:
    return f"import:{import_id}"
