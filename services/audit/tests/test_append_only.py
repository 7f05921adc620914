"""PostgreSQL itself refuses to change the log: by right for the service, by trigger for everybody."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import driver_url
from services.audit.commands.append import append
from tests.support.audit_events import message

FORBIDDEN = [
    "UPDATE entries SET type = 'x.y.v1'",
    "UPDATE entries SET personal = NULL",
    "UPDATE entries SET hash = prev",
    "DELETE FROM entries",
    "TRUNCATE entries",
    "DELETE FROM chain_heads",
    "TRUNCATE chain_heads",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "DROP TRIGGER entries_keep ON entries",
    "DROP TABLE entries",
    "SET ROLE audit_owner",
    "UPDATE inbox SET consumer = 'x'",
    "DELETE FROM inbox",
]
REFUSED_TO_ALL = [
    "UPDATE entries SET type = 'x.y.v1'",
    "UPDATE entries SET hash = prev",
    "UPDATE entries SET facts = '{}'",
    "UPDATE entries SET occurred_at = now()",
    'UPDATE entries SET personal = \'{"ip": {"salt": "00", "value": "9"}}\'',
    "UPDATE entries SET personal = personal || '{\"new\": 1}'",
    "DELETE FROM entries",
    "TRUNCATE entries",
    "UPDATE entries SET seq = seq + 1",
    "UPDATE entries SET chain = 'system'",
    "UPDATE entries SET prev = hash",
    "UPDATE entries SET changes = '[1]', personal = NULL",
    "DELETE FROM entries WHERE seq = 1",
    "TRUNCATE entries, chain_heads",
    "INSERT INTO entries SELECT * FROM entries ON CONFLICT (chain, seq) DO UPDATE SET cause = 'another'",
]


@pytest.fixture
def logged(session_of, databases):
    """A log with one entry."""
    session = session_of("audit")
    append(session, events=[message(personal={"reason": "She asked."})])
    session.commit()
    return databases("audit")


def state_of(url: str, statement: str) -> str | None:
    """The SQLSTATE that `statement` ends with; None when it is allowed."""
    engine = create_engine(driver_url(url))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement.replace(":", r"\:")))
        return None
    except DBAPIError as error:
        return error.orig.pgcode
    finally:
        engine.dispose()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_service_may_not(logged, statement):
    assert state_of(logged.app_url, statement) == "42501"


@pytest.mark.parametrize("statement", REFUSED_TO_ALL)
@pytest.mark.parametrize("role", ["owner_url", "superuser_url"])
def test_nobody_may(logged, statement, role):
    assert state_of(getattr(logged, role), statement) == "42501"


def test_personal_values_may_be_taken_away_by_the_owner_one_by_one_and_whole(logged):
    assert state_of(logged.owner_url, "UPDATE entries SET personal = personal - 'reason'") is None
    assert state_of(logged.owner_url, "UPDATE entries SET personal = NULL") is None


def test_an_event_cannot_be_logged_twice_even_past_the_inbox(session_of):
    session = session_of("audit")
    event = message()
    append(session, events=[event])
    with pytest.raises(DBAPIError) as refused:
        append(session, events=[event])
    assert refused.value.orig.pgcode == "23505"
    session.rollback()
