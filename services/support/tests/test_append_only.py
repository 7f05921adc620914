"""PostgreSQL refuses to change what was written in a thread."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import driver_url


@pytest.fixture
def sqlstate(databases, make_ticket):
    """`sqlstate(role, statement)`: what a statement ends with on a thread of one reply; None when it is allowed."""
    make_ticket(replies=[{"body": "It is gone."}])

    def run(role: str, statement: str) -> str | None:
        engine = create_engine(driver_url(getattr(databases("support"), role)))
        try:
            with engine.begin() as connection:
                connection.execute(text(statement))
            return None
        except DBAPIError as error:
            return error.orig.pgcode
        finally:
            engine.dispose()

    return run


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE replies SET body = 'x'",
        "UPDATE replies SET body = NULL",
        "UPDATE replies SET internal = true",
        "DELETE FROM replies",
        "TRUNCATE replies",
        "ALTER TABLE replies DISABLE TRIGGER ALL",
    ],
)
def test_the_service_may_not_change_a_reply(sqlstate, statement):
    assert sqlstate("app_url", statement) == "42501"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE replies SET body = 'x'",
        "UPDATE replies SET internal = true",
        "UPDATE replies SET author_name = 'Mallory'",
        "DELETE FROM replies",
        "TRUNCATE replies",
    ],
)
def test_nobody_may(sqlstate, statement):
    assert sqlstate("superuser_url", statement) == "42501"


def test_an_erasure_may_take_away_what_is_personal_but_not_put_it_back(sqlstate):
    assert sqlstate("owner_url", "UPDATE replies SET body = NULL, author_name = NULL") is None
    assert sqlstate("owner_url", "UPDATE replies SET body = 'back'") == "42501"
