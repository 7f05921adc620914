"""What tests read of a write: its events from the outbox, in order, and its refusal."""

from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, text

from chassis.db.engine import driver_url
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem


def events_of(session, client_id) -> list[dict]:
    """The bodies of the events of a client's stream, in order, each with its `personal` values."""
    session.rollback()
    rows = session.execute(
        select(outbox.c.body, outbox.c.personal).where(outbox.c.stream == str(client_id)).order_by(outbox.c.sequence)
    )
    return [{**row.body, "personal": row.personal} for row in rows]


def refusal_of(act) -> ServiceProblem:
    """The problem that `act()` ends in."""
    with pytest.raises(ServiceProblem) as refused:
        act()
    return refused.value


@contextmanager
def in_epoch(database, number: int):
    """A block in which a service's database is in this epoch; after it, it is in its first."""
    owner = create_engine(driver_url(database.owner_url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("SELECT setval('epoch', :number)"), {"number": number})
        try:
            yield
        finally:
            connection.execute(text("SELECT setval('epoch', 1)"))
    owner.dispose()
