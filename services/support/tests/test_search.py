"""Search of tickets: by number and by the words of the subject."""

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from services.support.queries.search import search

LOAD = """
INSERT INTO tickets (id, client_id, subject)
SELECT gen_random_uuid(), gen_random_uuid(), 'Ticket ' || md5(n::text) FROM generate_series(1, 20000) n"""
PLAN = "EXPLAIN SELECT id FROM tickets WHERE lower(tickets.subject) LIKE '%c4ca4238%' ORDER BY id DESC LIMIT 25"


@pytest.mark.parametrize(
    "q, found",
    [
        ("{number}", "number"),
        ("#{number}", "number"),
        ("slow SITE", "subject"),
        ("site", "subject"),
        ("INV-{number}", None),
        ("%%%", None),
        ("slow mail", None),
    ],
)
def test_a_ticket_is_found_by_its_number_and_its_subject(session, make_ticket, q, found):
    ticket = make_ticket(subject="Site is slow")
    make_ticket(subject="Other")
    hits = search(session, q=q.format(number=ticket.number), kinds=None, limit=25)["data"]
    assert [(hit["title"], hit["matched"]) for hit in hits] == (
        [(f"#{ticket.number} Site is slow", found)] if found else []
    )
    assert search(session, q="site", kinds=["invoice"], limit=25) == {"data": []}


def test_the_subject_has_an_index(databases):
    database = databases("support")
    database.empty()
    engine = create_engine(driver_url(database.superuser_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(LOAD))
        connection.execute(text("VACUUM ANALYZE tickets"))
        assert "ix_tickets_search" in "\n".join(connection.exec_driver_sql(PLAN.replace("%", "%%")).scalars())
    engine.dispose()
    database.empty()
