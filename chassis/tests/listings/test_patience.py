"""Patience: a filter's own time limit, inside a transaction that has one already and in one that has none of its own."""

import uuid

import pytest
from sqlalchemy import text

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import nested_unit_of_work
from chassis.filters.faults import too_slow
from chassis.listings import patience
from chassis.listings.patience import limited_to, within_patience


def limit(session) -> str:
    """How long a statement may take now."""
    return session.scalar(text("SHOW statement_timeout"))


@pytest.fixture
def in_unit_of_work(sample_session, make_caller):
    """A session inside a unit of work whose command has less time than the role; its limit."""
    with nested_unit_of_work(sample_session, "sample", make_caller(), uuid.uuid4()):
        sample_session.execute(text("SET LOCAL statement_timeout = '1234ms'"))
        yield sample_session
    sample_session.rollback()


def test_a_unit_of_work_has_its_commands_time_again_after_a_filter(in_unit_of_work):
    with within_patience(in_unit_of_work):
        assert limit(in_unit_of_work) == "2s"
        with limited_to(in_unit_of_work, 0.3):
            assert limit(in_unit_of_work) == "300ms"
        assert limit(in_unit_of_work) == "2s"
    assert limit(in_unit_of_work) == "1234ms"


def test_a_filter_that_is_refused_leaves_the_commands_time_as_it_was(in_unit_of_work):
    with pytest.raises(ServiceProblem), within_patience(in_unit_of_work):
        raise field_problem("/filter", "There is no such field.")
    assert limit(in_unit_of_work) == "1234ms"


def test_outside_of_a_unit_of_work_the_roles_own_limit_holds_again(sample_session):
    before = limit(sample_session)
    sample_session.rollback()
    with within_patience(sample_session):
        assert limit(sample_session) == "2s"
    assert limit(sample_session) == before
    sample_session.rollback()
    assert limit(sample_session) == before


def test_a_statement_over_its_limit_ends_the_transaction_or_the_savepoint_that_it_is_in(sample_session, monkeypatch):
    before = limit(sample_session)
    monkeypatch.setattr(patience, "PAGE_SECONDS", 0.02)
    with pytest.raises(ServiceProblem) as refused, within_patience(sample_session):
        sample_session.execute(text("SELECT pg_sleep(30)"))
    assert refused.value.to_wire() == too_slow().to_wire()
    assert limit(sample_session) == before
    sample_session.execute(text("SET LOCAL statement_timeout = '1234ms'"))
    with pytest.raises(patience.DBAPIError), sample_session.begin_nested(), limited_to(sample_session, 0.02):
        sample_session.execute(text("SELECT pg_sleep(30)"))
    assert limit(sample_session) == "1234ms"
