"""Search of tickets: by number and by the words of the subject."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.types.text import fold
from services.support.queries.search import search

LOAD = """
INSERT INTO tickets (id, client_id, subject)
SELECT gen_random_uuid(), gen_random_uuid(), 'Ticket ' || md5(n::text) FROM generate_series(1, 20000) n;
UPDATE tickets SET subject = '東京サーバ' WHERE number % 1000 = 0"""
SUBJECT = "Site is slow, Gonçalves can’t log in 東京"


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
        ("Ticket {number}", "number"),
        ("Re: [#{number}] Site is slow", "number"),
        ("can't", "subject"),
        ("CAN’T", "subject"),
        ("goncalves", "subject"),
        ("東京", "subject"),
        ("東大", None),
        ("a b", None),
    ],
)
def test_a_ticket_is_found_by_its_number_and_its_subject(session, make_ticket, q, found):
    ticket = make_ticket(subject=SUBJECT)
    make_ticket(subject="Other")
    hits = search(session, q=q.format(number=ticket.number), kinds=None, limit=25)["data"]
    assert [(hit["title"], hit["matched"]) for hit in hits] == (
        [(f"#{ticket.number} {SUBJECT}", found)] if found else []
    )
    assert search(session, q="site", kinds=["invoice"], limit=25) == {"data": []}


@pytest.mark.parametrize("q, index", [("c4ca4238", "ix_tickets_search"), ("東京", "ix_tickets_pairs")])
def test_the_subject_has_an_index(databases, q, index):
    database = databases("support")
    database.empty()
    engine = create_engine(driver_url(database.superuser_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(LOAD))
        connection.execute(text("VACUUM ANALYZE tickets"))
    with Session(engine) as session:
        seen = []
        event.listen(engine, "after_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        assert search(session, q=q, kinds=None, limit=25)["data"]
        statement, values = next(one for one in seen if "LIMIT" in one[0])
        plan = "\n".join(session.connection().exec_driver_sql("EXPLAIN " + statement, values).scalars())
    engine.dispose()
    database.empty()
    assert index in plan and "Seq Scan" not in plan, plan


@example("Müller’s CAFÉ Straße ÆØÅ Łódź İstanbul ΣΑΣ Жук ﬁne ½ ｶﾞ 김철수 O´Brien—x\u3164Zo\u0308e\u200bx")
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=60))
def test_the_database_folds_as_everybody_does(folding, shown):
    """But for white space, and for letters whose small form is not what folding makes of them."""
    small = "".join(one for one in shown if one.lower().casefold() == one.lower() or one in "ßẞς")
    assert "".join(folding(small).split()) == "".join(fold(small).split())


@pytest.fixture(scope="module")
def folding(databases):
    """`folding(text)`: as the database folds it."""
    engine = create_engine(driver_url(databases("support").superuser_url))
    with engine.connect() as connection:
        yield lambda shown: connection.scalar(text("SELECT search_fold(:shown)"), {"shown": shown})
    engine.dispose()
