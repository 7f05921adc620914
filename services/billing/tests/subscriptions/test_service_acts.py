"""Services of many clients suspended and unsuspended by a bulk job of the clients service."""

import uuid

import pytest
from sqlalchemy import select, update

from services.billing.commands.subscriptions.change_services import change_services
from services.billing.commands.subscriptions.service_acts import ClientRow, dry_run
from services.billing.models import Subscription, SuspensionBatch
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, in_epoch

FREE = {"reason": None, "batch_id": None}


@pytest.fixture
def clients(session, account):
    """Three clients: with two active services and a suspended one, with a suspended one alone, with none."""
    first, second, third = account(), account("GBP"), account()
    for price, cycle in ((1000, "monthly"), (12000, "annual")):
        billing_rows.subscription(session, first, price_minor=price, billing_cycle=cycle)
    for client in (first, second):
        billing_rows.subscription(session, client, status="suspended", suspended_reason="Abuse")
    return first, second, third


@pytest.fixture
def job(session, make_caller):
    """`job("suspend", [client, …])`: carry the act out as one job; `job.undo(…)`."""

    def run(act, ids, *, undoes=None, mark=""):
        caller = make_caller(request_id=str(uuid.uuid4()))
        mark = mark or caller.request_id
        rows = [ClientRow(one, f"{mark}:{one}", (undoes or {}).get(str(one))) for one in ids]
        assert plain(dry_run(session, act=act, rows=rows)) == plain(
            answers := change_services(session, caller, act=act, reason="Unpaid", rows=rows)
        )
        return answers

    return run


def plain(answers: dict) -> dict:
    """Answers without what only the act itself knows."""
    return {client: {**answer, "kept": None} for client, answer in answers.items()}


def states(session) -> dict:
    session.rollback()
    table = Subscription.__table__.c
    held = select(table.id, table.status, table.suspended_reason, table.suspension_batch_id)
    return {row[0]: tuple(row[1:]) for row in session.execute(held)}


def test_what_is_active_is_suspended_by_a_batch_for_each_client_and_comes_back_as_it_was(session, clients, job):
    first, second, third = clients
    before = states(session)
    done = job("suspend", clients)
    assert {one: (answer["result"], answer["services"]) for one, answer in done.items()} == {
        str(first): ("changed", 2),
        str(second): ("unchanged", 0),
        str(third): ("unchanged", 0),
    }
    assert done[str(first)]["monthly"] == {"amount": "20.00", "currency": "EUR"}
    batch = session.execute(select(SuspensionBatch.__table__)).one()
    assert (batch.client_id, batch.reason, batch.suspended, batch.undone_at) == (first, "Unpaid", 2, None)
    assert done[str(first)]["kept"]["batch_id"] == str(batch.id)
    assert [event["type"] for event in events_of(session, first)] == [
        "subscription.suspended.v1",
        "subscription.suspended.v1",
        "suspension_batch.made.v1",
    ]
    assert {event["facts"]["totals"]["active_services"] for event in events_of(session, first)} == {0}
    kept = {str(first): done[str(first)]["kept"]}
    undone = job("suspend", [first], undoes=kept)
    assert undone[str(first)]["result"] == "changed" and states(session) == before
    assert [event["type"] for event in events_of(session, first)][3:] == [
        "subscription.unsuspended.v1",
        "subscription.unsuspended.v1",
        "suspension_batch.undone.v1",
    ]
    assert session.scalar(select(SuspensionBatch.undone_at)) is not None


def test_what_is_suspended_is_active_again_and_an_undo_suspends_it_for_its_own_reason(session, clients, job):
    first, second, _third = clients
    job("suspend", [first])
    before = states(session)
    done = job("unsuspend", [first, second])
    assert {status for status, *held in states(session).values()} == {"active"}
    assert done[str(first)]["services"] == 3 and done[str(second)]["monthly"]["amount"] == "10.00"
    kept = {one: answer["kept"] for one, answer in done.items()}
    job("unsuspend", [first, second], undoes=kept)
    assert states(session) == before


def test_an_undo_leaves_a_client_one_of_whose_services_changed_since(session, clients, job):
    first, *_ = clients
    kept = {str(first): job("suspend", [first])[str(first)]["kept"]}
    one = uuid.UUID(next(iter(kept[str(first)]["services"])))
    session.execute(
        update(Subscription).where(Subscription.id == one).values(status="active", suspension_batch_id=None)
    )
    session.commit()
    before = states(session)
    refused = job("suspend", [first], undoes=kept)[str(first)]
    assert (refused["result"], refused["code"], refused["reason"]) == (
        "refused",
        "changed-since",
        "1 of 2 services changed since.",
    )
    assert states(session) == before


def test_a_row_that_is_sent_again_is_answered_as_before_and_done_once(session, clients, make_caller):
    first, second, _third = clients
    caller = make_caller()

    def send(*ids):
        rows = [ClientRow(one, f"job-job-job:{one}") for one in ids]
        return change_services(session, caller, act="suspend", reason="Unpaid", rows=rows)

    once = send(first)
    billing_rows.subscription(session, first)
    assert send(first, second) == {**once, str(second): send(second)[str(second)]}
    assert len(events_of(session, first)) == 3


def test_many_clients_are_changed_in_as_many_statements_as_one(session, account, make_caller, monkeypatch):
    def statements(count: int) -> int:
        ids = [account() for _ in range(count)]
        for one in ids:
            billing_rows.subscription(session, one)
        sent = []
        execute = session.execute
        monkeypatch.setattr(session, "execute", lambda *given, **named: sent.append(1) or execute(*given, **named))
        rows = [ClientRow(one, f"{uuid.uuid4()}:{one}") for one in ids]
        change_services(session, make_caller(), act="suspend", reason="Unpaid", rows=rows)
        monkeypatch.undo()
        return len(sent)

    assert statements(30) == statements(1)


def test_services_of_many_clients_are_changed_in_the_epoch_that_it_is(session, clients, job, databases):
    first, *_ = clients
    with in_epoch(databases("billing"), 7):
        job("suspend", [first])
    assert [event["epoch"] for event in events_of(session, first)] == [7, 7, 7]
