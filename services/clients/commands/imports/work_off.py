"""Import of clients, worked off: the rows of a running one go in by batches, each a transaction, a bad row failing alone.

A kill leaves each batch either wholly in or still staged, so the next step, here or in another replica, goes on from
there. A batch that the database refuses is done again row by row.
"""

import time

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from chassis import green
from chassis.context import Caller
from chassis.db.faults import is_transient
from chassis.logs import get_logger
from services.clients.commands.imports.batch import Batch, ReadRow
from services.clients.import_rows import RowFault, read_row
from services.clients.models import ClientImport, ClientImportRow

ROWS_A_BATCH = 200
SECONDS_A_BATCH = 30

log = get_logger(__name__)


def import_step(session: Session) -> bool:
    """Do a batch of the oldest running import; whether there was one."""
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
        .limit(ROWS_A_BATCH)
    ).all()
    session.rollback()
    if due:
        _import(session, run, list(green.taking_turns(_read(run, row) for row in due)))
    else:
        session.execute(
            update(ClientImport).where(ClientImport.id == run.id).values(status="done", finished_at=func.now())
        )
        session.commit()
    return True


def _read(run: Row, row: Row) -> ReadRow:
    try:
        return ReadRow(row.line, row.values, read_row(row.values, run.file.get("columns", []), run.mapping))
    except RowFault as fault:
        return ReadRow(row.line, row.values, fault)


def _import(session: Session, run: Row, rows: list[ReadRow]) -> None:
    """Import `rows` in one transaction, or each in one of its own when that fails; one that fails alone has failed."""
    try:
        Batch(session, run, _caller(run)).add(rows)
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        if len(rows) > 1:
            for row in rows:
                _import(session, run, [row])
            return
        log.error("a client could not be imported", import_id=str(run.id), line=rows[0].line, exc_info=error)
        internal = RowFault(None, "internal", "It could not be stored; the log says why.")
        Batch(session, run, _caller(run)).add([ReadRow(rows[0].line, rows[0].values, internal)])


def _caller(run: Row) -> Caller:
    """Whoever started the import: its events are theirs, and its request is their cause."""
    return Caller(**run.actor, request_id=run.cause, deadline=time.time() + SECONDS_A_BATCH)
