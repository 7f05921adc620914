"""Retention of the clients service: of each table, what is over is deleted and what is not stays."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, insert, select, text

from chassis.db.engine import driver_url
from chassis.process.retention import forget_step
from chassis.retention import days_of
from services.clients import models
from services.clients.retention import FORGETS

NOW = datetime.now(UTC)
SAMPLES = {int: 0, bool: False, object: {}, list: [], bytes: b"", datetime: NOW}

# {model: (its period, the columns that say when it was over)}
BY_TIME = {
    models.SignInSession: ("sessions", "expires_at"),
    models.PortalSession: ("sessions", "expires_at"),
    models.Impersonation: ("impersonations", "expires_at"),
    models.Invitation: ("links", "expires_at"),
    models.PortalLink: ("links", "expires_at"),
    models.PasswordLink: ("links", "expires_at"),
    models.LoginLink: ("links", "expires_at"),
    models.PendingSignIn: ("links", "expires_at"),
    models.SignInAttempts: ("sign-in-attempts", "last_at"),
    models.Mail: ("mails", "ended_at"),
    models.ClientExport: ("exports", "created_at"),
}
CHOSEN = {
    models.PortalLink: {"kind": "password"},
    models.LoginLink: {"staff_id": uuid.uuid4()},
    models.ClientImport: {"status": "done"},
    models.ClientImportRow: {"status": "imported"},
    models.BulkJob: {"status": "done"},
    models.BulkJobRow: {"status": "changed"},
}


@pytest.fixture
def put(session, databases):
    """`put(model, **values)` adds a row that refers to nobody, and returns its key."""
    engine = create_engine(driver_url(databases("clients").superuser_url))

    def add(model, **values):
        row = {**_needed(model), **CHOSEN.get(model, {}), **values}
        with engine.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            return connection.execute(insert(model).values(row)).inserted_primary_key[0]

    yield add
    engine.dispose()


def _needed(model) -> dict:
    """A value for each column that has to have one; ids and texts differ from row to row."""
    found = {}
    for column in model.__table__.columns:
        if column.nullable or column.server_default is not None or column.identity is not None:
            continue
        kind = column.type.python_type
        fresh = {uuid.UUID: uuid.uuid4(), str: uuid.uuid4().hex}
        found[column.name] = {**SAMPLES, **fresh}[kind]
    return found


def ago(period: str, days: int) -> datetime:
    """So many days beyond the end of a period's retention, counted back from now."""
    return NOW - timedelta(days=days_of(period) + days)


def count(session, model) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("model", BY_TIME, ids=lambda model: model.__name__)
def test_a_row_goes_when_its_period_is_over_and_not_before(session, put, model):
    period, moment = BY_TIME[model]
    put(model, **{moment: ago(period, 1)}, **({"ended_at": NOW} if model is models.Impersonation else {}))
    kept = put(model, **{moment: ago(period, -1)}, **({"ended_at": NOW} if model is models.Impersonation else {}))
    forget_step(session, FORGETS)
    assert session.scalars(select(model.__table__.primary_key.columns[0])).all() == [kept]


def test_each_period_of_the_service_is_tried_here():
    assert {period for period, _ in BY_TIME.values()} | {"imports", "bulk-jobs"} == FORGETS.keys()


def test_a_session_stays_for_as_long_as_an_impersonation_that_depended_on_it(session, put):
    started_by = put(models.SignInSession, expires_at=ago("sessions", 1))
    impersonation = {"staff_session_id": started_by, "ended_at": NOW}
    put(models.Impersonation, expires_at=ago("impersonations", -1), **impersonation)
    forget_step(session, FORGETS)
    assert count(session, models.SignInSession) == 1


def test_an_import_and_a_job_go_after_their_rows_and_one_that_runs_stays(session, put):
    for days, status in ((1, "done"), (1, "running"), (-1, "done")):
        moment = {"created_at": ago("imports", days), "finished_at": ago("imports", days)}
        started = put(models.ClientImport, **moment, status=status)
        for line in (1, 2, 3):
            put(models.ClientImportRow, import_id=started, line=line)
        job = put(models.BulkJob, finished_at=ago("bulk-jobs", days) if status == "done" else None, status=status)
        for _ in range(3):
            put(models.BulkJobRow, job_id=job)
    assert forget_step(session, FORGETS, most=2)
    assert (count(session, models.ClientImportRow), count(session, models.ClientImport)) == (7, 3)
    while forget_step(session, FORGETS, most=2):
        assert count(session, models.BulkJobRow) >= 6
    assert (count(session, models.ClientImportRow), count(session, models.BulkJobRow)) == (6, 6)
    assert set(session.scalars(select(models.ClientImport.status))) == {"running", "done"}
    assert (count(session, models.ClientImport), count(session, models.BulkJob)) == (2, 2)


def test_a_job_stays_for_as_long_as_the_job_that_undid_it(session, put):
    undone = put(models.BulkJob, finished_at=ago("bulk-jobs", 1))
    put(models.BulkJob, finished_at=ago("bulk-jobs", -1), undoes=undone)
    forget_step(session, FORGETS)
    assert count(session, models.BulkJob) == 2
