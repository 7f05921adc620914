"""The read model of the list: billing's totals, kept by their sequence, and how far they are known to be complete."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy import insert, select, text, update

from chassis.db.tables import inbox
from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.ids import new_id
from services.clients import listeners
from services.clients.commands.totals import MARK_STANDS, mark_published
from services.clients.models import BillingTotals, BillingTotalsProgress
from services.clients.queries.client_list import client_page, list_clients
from services.clients.queries.totals import CONSUMER, await_sequence, progress
from services.clients.schemas.totals import COUNTS
from services.clients.tests.queries.test_client_list import ALL


def event(client_id, sequence: int, *, currency: str = "EUR", **totals) -> dict:
    """An event of billing after which `sequence` euros are owed."""
    money = {"amount": f"{sequence}.00", "currency": currency}
    figures = {
        "active_services": sequence,
        "outstanding": money,
        "overdue": money,
        "credit_balance": money,
        "oldest_due_on": "2026-01-31",
        "next_due_on": None,
        "counts": dict.fromkeys(COUNTS, sequence),
        **totals,
    }
    return {"subject": client_id and str(client_id), "sequence": sequence, "facts": {"totals": figures}}


def keep(session, *events) -> None:
    listeners.keep_newest_totals(session, list(events))
    session.commit()


def kept(session, client_id) -> tuple:
    row = session.execute(select(BillingTotals).where(BillingTotals.client_id == client_id)).scalar_one()
    session.refresh(row)
    return row.sequence, row.outstanding_minor, row.active_services, row.orders


def test_a_new_client_has_nothing_in_its_own_currency(session, make_client):
    client_id = make_client(currency="JPY")
    row = client_page(session, **ALL)["data"][0]
    assert (row["active_services"], row["outstanding"]) == (0, {"amount": "0", "currency": "JPY"})
    assert kept(session, client_id) == (0, 0, 0, 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=5), min_size=1, max_size=5))
def test_in_any_order_and_however_often_the_newest_totals_are_kept(session, make_client, batches):
    client_id, other = make_client(), make_client()
    for sequences in batches:
        keep(session, *(event(client_id, sequence) for sequence in sequences))
    newest = max(max(sequences) for sequences in batches)
    assert kept(session, client_id) == (newest, newest * 100, newest, newest)
    assert kept(session, other) == (0, 0, 0, 0)


def test_a_batch_keeps_each_clients_own_in_the_currency_they_are_in(session, make_client):
    first, second = make_client(), make_client()
    keep(session, event(first, 2), event(second, 7, currency="USD"), event(first, 3))
    assert (kept(session, first), kept(session, second)) == ((3, 300, 3, 3), (7, 700, 7, 7))
    assert session.scalar(select(BillingTotals.currency).where(BillingTotals.client_id == second)) == "USD"


def test_what_has_no_totals_or_some_alone_or_no_client_changes_nothing(session, make_client):
    client_id = make_client()
    earlier = event(client_id, 5)
    del earlier["facts"]["totals"]["counts"]
    keep(session, earlier, event(new_id(), 4), {"subject": None, "sequence": 8, "facts": {"name": "Hosting"}})
    assert kept(session, client_id) == (0, 0, 0, 0)


def applied(session, event_id) -> None:
    session.execute(insert(inbox).values(consumer=CONSUMER, event_id=event_id))
    session.commit()


def as_of(session) -> str | None:
    session.rollback()
    return progress(session)["as_of"]


def rfc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_the_totals_are_complete_up_to_a_mark_once_its_event_is_applied(session):
    first, second, now = uuid.uuid4(), uuid.uuid4(), datetime.now(UTC) - timedelta(seconds=10)
    assert progress(session) == {"known": False, "late": True, "as_of": None}
    mark_published(session, at=now, event_id=first)
    assert as_of(session) is None
    applied(session, first)
    assert as_of(session) == rfc(now)
    mark_published(session, at=now + timedelta(seconds=1), event_id=second)
    assert as_of(session) == rfc(now)
    applied(session, second)
    assert as_of(session) == rfc(now + timedelta(seconds=1))


def test_a_mark_stands_until_its_event_is_applied_however_many_come_after(session):
    event_id, now = uuid.uuid4(), datetime.now(UTC) - timedelta(seconds=10)
    mark_published(session, at=now, event_id=event_id)
    for seconds in range(1, 4):
        mark_published(session, at=now + timedelta(seconds=seconds), event_id=uuid.uuid4())
    applied(session, event_id)
    assert as_of(session) == rfc(now)


def test_a_mark_whose_event_never_comes_gives_way_to_a_newer_one_and_confirms_nothing(session):
    now = datetime.now(UTC)
    mark_published(session, at=now - 3 * MARK_STANDS, event_id=None)
    mark_published(session, at=now - 2 * MARK_STANDS, event_id=uuid.uuid4())
    last = uuid.uuid4()
    mark_published(session, at=now, event_id=last)
    assert as_of(session) == rfc(now - 3 * MARK_STANDS)
    applied(session, last)
    assert as_of(session) == rfc(now)


def test_a_mark_of_the_future_is_refused(session):
    with pytest.raises(ServiceProblem) as refused:
        mark_published(session, at=datetime.now(UTC) + timedelta(minutes=1), event_id=None)
    assert [error["pointer"] for error in refused.value.errors] == ["/at"]
    assert progress(session)["as_of"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"next_due_on": "10000-01-01"},
        {"active_services": -1},
        {"active_services": 2**31},
        {"outstanding": {"amount": "x", "currency": "EUR"}},
        {"counts": {name: True for name in COUNTS}},
        {"counts": {"services": 1}},
    ],
    ids=str,
)
def test_totals_that_no_list_could_show_are_kept_of_no_event(session, make_client, wrong):
    client_id = make_client()
    with pytest.raises((ValidationError, ValueError)):
        keep(session, event(client_id, 1, **wrong))
    session.rollback()
    assert kept(session, client_id) == (0, 0, 0, 0)


def test_what_is_counted_names_no_other_column(session, make_client):
    client_id, other = make_client(), make_client()
    counts = dict.fromkeys(COUNTS, 1) | {"sequence": 2**62, "client_id": str(other)}
    keep(session, event(client_id, 1, counts=counts))
    assert (kept(session, client_id), kept(session, other)) == ((1, 100, 1, 1), (0, 0, 0, 0))


def test_totals_are_late_when_they_are_complete_up_to_a_second_ago_and_no_further(session):
    for age, late in ((0.2, False), (1.5, True), (3600, True)):
        session.execute(text("DELETE FROM billing_totals_progress"))
        session.commit()
        mark_published(session, at=datetime.now(UTC) - timedelta(seconds=age), event_id=None)
        assert progress(session)["late"] is late


def test_totals_that_wait_to_be_rebuilt_are_not_known(session):
    mark_published(session, at=datetime.now(UTC), event_id=None)
    session.execute(update(BillingTotalsProgress).values(built=False))
    session.commit()
    assert progress(session)["known"] is False


def test_a_list_waits_for_what_its_reader_wrote_and_says_when_it_did_not_come(session, make_client):
    client_id = make_client()
    keep(session, event(client_id, 3))
    wanted = {**ALL, "choices": False}
    there = list_clients(session, written={"client_id": client_id, "sequence": 3}, **wanted)
    late = list_clients(session, written={"client_id": client_id, "sequence": 4}, **wanted)
    assert (there["totals"]["written"], late["totals"]["written"]) == (True, False)
    assert await_sequence(session, new_id(), 1), "of a client that does not exist nothing is waited for"


def test_the_list_brings_the_groups_and_its_tag_when_it_is_asked_for_them(calls, service, make_caller, make_client):
    make_client()
    reader = make_caller(permissions=(str(Permission.CLIENTS_VIEW),))
    answer = calls.call(reader, "clients.list_clients", choices=True)
    assert answer["choices"] == {"groups": [], "tag": None} and len(answer["data"]) == 1
    assert calls.call(reader, "clients.list_clients")["choices"] is None
