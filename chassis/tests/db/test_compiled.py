"""Compiled selects: what a read gives, whose transaction it is part of, and how it fails."""

import traceback

import pytest
from sqlalchemy import any_, bindparam, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.engine import make_engine
from chassis.db.faults import is_transient
from chassis.db.row_estimates import estimated_rows
from chassis.db.tables import idempotency_keys
from tests.support.chassis.sample_service import Applied

OF_STREAM = CompiledSelect(
    select(Applied.position, Applied.stream, (Applied.sequence % 10).label("digit"))
    .where(Applied.stream == bindparam("stream"), Applied.sequence.in_([1, 12, 23]))
    .order_by(Applied.sequence)
)
OUR_PID = CompiledSelect(select(func.pg_backend_pid()))


@pytest.fixture
def session(sample_database, sample_session):
    """A session on a pool of one connection, so that each read has that of the one before."""
    engine = make_engine(sample_database.app_url, pool_size=1)
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session
    engine.dispose()


def fill(session, *rows) -> None:
    session.execute(insert(Applied), [{"stream": stream, "sequence": sequence} for stream, sequence in rows])


def test_a_read_gives_rows_by_name_and_leaves_no_transaction_open(session):
    fill(session, ("50%", 12), ("50%", 1), ("50%", 2), ("other", 1))
    session.commit()
    rows = OF_STREAM.all(session, stream="50%")
    assert [(row.stream, row.digit) for row in rows] == [("50%", 1), ("50%", 2)]
    assert OF_STREAM.first(session, stream="other") == (rows[0].position + 2, "other", 1)
    assert OF_STREAM.scalar(session, stream="other") == rows[0].position + 2
    assert OF_STREAM.first(session, stream="none") is OF_STREAM.scalar(session, stream="none") is None
    assert not session.in_transaction()


def test_a_read_in_a_transaction_sees_what_was_changed_in_it(session):
    fill(session, ("mine", 1))
    assert [row.stream for row in OF_STREAM.all(session, stream="mine")] == ["mine"]
    session.rollback()
    assert OF_STREAM.all(session, stream="mine") == []


def test_the_connection_of_a_read_goes_back_to_transactions(session):
    pid = OUR_PID.scalar(session)
    fill(session, ("undone", 1))
    assert OUR_PID.scalar(session) == pid
    session.rollback()
    assert OF_STREAM.all(session, stream="undone") == []


def test_values_pass_through_their_types(session):
    key = {"principal": "p", "operation": "o", "key": "k", "fingerprint": b"\0\xff", "answer": {"a": [1]}}
    session.execute(insert(idempotency_keys).values(key))
    session.commit()
    of_keys = idempotency_keys.c.key == any_(bindparam("keys", type_=ARRAY(idempotency_keys.c.key.type)))
    kept = CompiledSelect(select(idempotency_keys.c.fingerprint, idempotency_keys.c.answer).where(of_keys))
    assert kept.all(session, keys=["k", "other"]) == [(b"\0\xff", {"a": [1]})]
    assert kept.all(session, keys=[]) == []


def test_the_planner_is_asked_for_the_rows_of_a_read_without_a_transaction(session):
    expected = OF_STREAM.estimated_rows(session, stream="50%")
    assert not session.in_transaction()
    fill(session, *(("50%", number) for number in range(300)))
    of_stream = select(Applied.position).where(Applied.stream == "50%", Applied.sequence.in_([1, 12, 23]))
    assert OF_STREAM.estimated_rows(session, stream="50%") == estimated_rows(session, of_stream) >= expected >= 0


@pytest.mark.parametrize("values", [{}, {"stream": "a", "sequence": 1}])
def test_each_value_is_given(session, values):
    with pytest.raises(TypeError, match="the values of this select are"):
        OF_STREAM.all(session, **values)


def test_nothing_but_a_select_is_compiled():
    with pytest.raises(TypeError, match="a select alone"):
        CompiledSelect(insert(Applied))


def test_an_error_is_that_of_the_session_and_holds_no_value(session):
    broken = CompiledSelect(select(func.no_such_function(literal("canary"))))
    with pytest.raises(DBAPIError) as failed:
        broken.all(session)
    message = "".join(traceback.format_exception(failed.value))
    assert failed.value.orig.pgcode == "42883" and not is_transient(failed.value)
    assert "no_such_function" in message and "canary" not in message


def test_a_restart_of_the_database_costs_no_read(sample_database, sample_session):
    engine = make_engine(sample_database.app_url, pool_size=3)
    with Session(engine) as one, Session(engine) as two, Session(engine) as three:
        pids = [session.scalar(select(func.pg_backend_pid())) for session in (one, two, three)]
    sample_session.execute(text("SELECT pg_terminate_backend(pid) FROM unnest(:pids) pid"), {"pids": pids})
    with Session(engine) as session:
        assert {OUR_PID.scalar(session) for _ in range(4)}.isdisjoint(pids)
    engine.dispose()


def test_a_connection_that_is_lost_within_a_transaction_is_a_transient_fault(sample_session, session):
    fill(session, ("lost", 1))
    pid = OUR_PID.scalar(session)
    sample_session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(DBAPIError) as failed:
        OUR_PID.all(session)
    assert is_transient(failed.value)
    session.rollback()
    assert OUR_PID.scalar(session) not in (None, pid)


def test_an_unreachable_database_is_a_transient_fault(sample_database):
    engine = make_engine(sample_database.app_url.replace(f"/{sample_database.name}", "/no_such_database"), pool_size=1)
    with Session(engine) as session, pytest.raises(DBAPIError) as failed:
        OUR_PID.all(session)
    assert is_transient(failed.value)
