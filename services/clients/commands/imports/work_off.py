"""Import of clients, worked off: each row of a running one is imported in a transaction of its own, a bad one failing alone.

A kill leaves each row either wholly in or still staged, so the next step, here or in another replica, goes on from
there.
"""

import time

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.faults import is_transient
from chassis.events.unit_of_work import UnitOfWork, nested_unit_of_work
from chassis.logs import get_logger
from services.clients.commands.records.clients import NewClient, add_client, facts_of, find_duplicate, personal_of
from services.clients.events import ClientImported
from services.clients.import_rows import ReadClient, RowFault, by_field, read_row
from services.clients.models import Client, ClientImport, ClientImportRow

ROWS_A_STEP = 50
SECONDS_A_ROW = 30

log = get_logger(__name__)


def import_step(session: Session) -> bool:
    """Do a bit of the oldest running import; whether there was one."""
    run = session.execute(
        select(ClientImport.__table__)
        .where(ClientImport.status == "running")
        .order_by(ClientImport.started_at, ClientImport.id)
        .limit(1)
    ).one_or_none()
    if run is None:
        session.rollback()
        return False
    due = session.execute(
        select(ClientImportRow.line, ClientImportRow.values)
        .where(ClientImportRow.import_id == run.id, ClientImportRow.status == "staged")
        .order_by(ClientImportRow.line)
        .limit(ROWS_A_STEP)
    ).all()
    session.rollback()
    for row in due:
        _import_or_fail(session, run, row)
    if not due:
        session.execute(
            update(ClientImport).where(ClientImport.id == run.id).values(status="done", finished_at=func.now())
        )
        session.commit()
    return True


def _import_or_fail(session: Session, run: Row, row: Row) -> None:
    try:
        client = read_row(row.values, run.file.get("columns", []), run.mapping)
        _import(session, run, row.line, client)
    except RowFault as fault:
        session.rollback()
        _fail(session, run, row, fault)
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        log.error("a client could not be imported", import_id=str(run.id), line=row.line, exc_info=error)
        _fail(session, run, row, RowFault(None, "internal", "It could not be stored; the log says why."))


def _import(session: Session, run: Row, line: int, client: ReadClient) -> None:
    if client.external_id is not None and _is_known(session, run.source, client):
        _mark(session, run, line, status="unchanged", values=None, external_id=client.external_id)
        session.commit()
        return
    new = NewClient(
        client.profile,
        client.currency,
        client.status,
        source=run.source if client.external_id else None,
        external_id=client.external_id,
        imported_hash=client.content if client.external_id else None,
    )
    with nested_unit_of_work(session, "clients", _caller(run), new.id) as uow:
        if _claim(session, run, line):
            _add(uow, run, new)
            _mark(
                session,
                run,
                line,
                status="imported",
                values=None,
                external_id=client.external_id,
                client_id=new.id,
                warnings=client.warnings,
            )
    session.commit()


def _is_known(session: Session, source: str, client: ReadClient) -> bool:
    """Whether this row was imported before, as it is now. Raises RowFault `changed` when it was another."""
    known = session.scalar(
        select(Client.imported_hash).where(Client.source == source, Client.external_id == client.external_id)
    )
    if known is not None and bytes(known) != client.content:
        raise RowFault("external_id", "changed", "It differs from what was imported before.")
    return known is not None


def _add(uow: UnitOfWork, run: Row, new: NewClient) -> None:
    if not run.allow_duplicate_email:
        other = find_duplicate(uow.session, new.profile["email"])
        if other is not None:
            raise RowFault("email", "duplicate", f"{other['name']} has this email.")
    add_client(uow.session, new)
    uow.publish(
        ClientImported(
            client_id=new.id,
            entity=("client", new.id),
            personal=personal_of(new),
            facts={**facts_of(new), "import_id": str(run.id), "source": run.source, "external_id": new.external_id},
        )
    )


def _claim(session: Session, run: Row, line: int) -> bool:
    """Lock the row; False when somebody has worked it off meanwhile."""
    return (
        session.scalar(
            select(ClientImportRow.status)
            .where(ClientImportRow.import_id == run.id, ClientImportRow.line == line)
            .with_for_update()
        )
        == "staged"
    )


def _fail(session: Session, run: Row, row: Row, fault: RowFault) -> None:
    column = next((name for name, field in run.mapping.items() if field == fault.column), fault.column)
    value = next(
        (cell for name, cell in row.values.items() if name.strip().lower() == (column or "").strip().lower()), None
    )
    _mark(
        session,
        run,
        row.line,
        status="failed",
        external_id=_external_id(run, row.values),
        fault={"column": column, "value": value, "code": fault.code, "reason": fault.reason},
    )
    session.commit()


def _external_id(run: Row, values: dict) -> str | None:
    return (by_field(values, run.mapping).get("external_id") or "").strip()[:255] or None


def _mark(session: Session, run: Row, line: int, **values) -> None:
    session.execute(
        update(ClientImportRow)
        .where(ClientImportRow.import_id == run.id, ClientImportRow.line == line)
        .values(**values)
    )


def _caller(run: Row) -> Caller:
    """Whoever started the import: its events are theirs, and its request is their cause."""
    return Caller(**run.actor, request_id=run.cause, deadline=time.time() + SECONDS_A_ROW)
