"""Retention of billing: an import goes some time after it ended, after its rows."""

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from chassis.process.retention import forget_step
from chassis.retention import days_of
from services.billing.models import InvoiceImport, InvoiceImportRow
from services.billing.retention import FORGETS


def test_an_import_that_is_over_is_deleted_and_one_that_runs_or_is_younger_stays(session_of):
    session, now = session_of("billing"), datetime.now(UTC)
    for days, status in ((1, "done"), (1, "running"), (-1, "done"), (1, "staged")):
        moment = now - timedelta(days=days_of("imports") + days)
        import_id = uuid.uuid4()
        about = {"finished_at": moment if status == "done" else None, "created_at": moment}
        session.add(InvoiceImport(id=import_id, source="old", status=status, **about))
        session.flush()
        rows = [InvoiceImportRow(import_id=import_id, kind="invoices", line=line, content={}) for line in (1, 2, 3)]
        session.add_all(rows)
    session.commit()
    while forget_step(session, FORGETS, most=2):
        assert session.scalar(select(func.count()).select_from(InvoiceImportRow)) >= 6
    assert sorted(session.scalars(select(InvoiceImport.status))) == ["done", "running"]
    assert session.scalar(select(func.count()).select_from(InvoiceImportRow)) == 6
