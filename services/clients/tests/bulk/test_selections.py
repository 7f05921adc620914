"""Whom a bulk job acts on: those whom its dry run has shown, or nobody."""

from uuid import UUID

import pytest
from marshmallow import ValidationError
from sqlalchemy import update

from services.clients.commands.bulk.dry_run import digest_of, dry_run
from services.clients.models import Client
from services.clients.queries import bulk_jobs
from services.clients.queries.bulk_jobs import list_bulk_jobs
from services.clients.schemas.bulk_jobs import StartBulkJob
from services.clients.tests.bulk.conftest import NOW
from tests.support.outbox_helpers import refusal_of

SUSPENDED = "status = suspended"
ACT = {"act": "set_status", "arguments": {"status": "active", "reason": "Paid"}}


def read(**selection) -> dict:
    """The selection that a start reads from these fields."""
    return StartBulkJob().load({**ACT, **selection})["selection"]


def test_the_digest_is_of_the_sorted_ids_whatever_order_they_come_in():
    one, other = UUID(int=1), UUID(int=2)
    assert digest_of([one, other]) == digest_of([other, one]) != digest_of([one])
    assert digest_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_list_that_lost_one_client_and_got_another_since_its_dry_run_is_not_acted_on(bulk, session, make_client, vip):
    shown, leaves = make_client(status="suspended"), make_client(status="suspended")
    enters = make_client()
    selection = read(filter=SUSPENDED)
    add = {"act": "add_tag", "arguments": {"tag_id": vip}, "selection": selection}
    looked = dry_run(session, None, **add, expected=None, now=NOW)["dry_run"]
    assert (looked["rows"], looked["digest"]) == (2, digest_of([shown, leaves]))
    for client_id, status in ((leaves, "active"), (enters, "suspended")):
        session.execute(update(Client).where(Client.id == client_id).values(status=status))
    session.commit()
    seen = {"selection": selection, "expected": looked["rows"], "expected_digest": looked["digest"]}
    problem = refusal_of(lambda: bulk.start("add_tag", {"tag_id": vip}, [], **seen))
    assert (problem.code, problem.extra) == ("list-changed", {"rows": 2})
    assert problem.detail == "The selection has other clients now than it had. Nothing was changed."
    session.rollback()
    assert list_bulk_jobs(session, limit=5)["data"] == []
    job_id = bulk.start("add_tag", {"tag_id": vip}, [], **{**seen, "expected_digest": digest_of([shown, enters])})
    bulk.work()
    assert bulk.results(job_id) == dict.fromkeys(map(str, (shown, enters)), ("changed", "", ""))


def test_a_list_of_more_clients_than_one_job_takes_is_refused_and_one_of_as_many_is_taken(
    bulk, session, make_client, vip, monkeypatch
):
    monkeypatch.setattr(bulk_jobs, "MOST_ROWS", 2)
    for _ in range(2):
        make_client(status="suspended")
    add = {"act": "add_tag", "arguments": {"tag_id": vip}, "selection": read(filter=SUSPENDED)}
    assert dry_run(session, None, **add, expected=None, now=NOW)["dry_run"]["rows"] == 2
    make_client(status="suspended")
    for refused in (
        lambda: dry_run(session, None, **add, expected=None, now=NOW),
        lambda: bulk.start("add_tag", {"tag_id": vip}, [], selection=add["selection"]),
    ):
        problem = refusal_of(refused)
        assert (problem.code, problem.errors[0]["pointer"]) == ("validation", "/query")
        assert problem.errors[0]["message"] == "More than 2 clients match. Narrow the selection down."
        session.rollback()
    assert list_bulk_jobs(session, limit=5)["data"] == []


def test_a_filter_is_short_for_a_query_of_it_alone():
    assert read(filter=SUSPENDED) == read(query={"filter": SUSPENDED})
    assert read(filter=SUSPENDED)["query"]["filter"] == SUSPENDED


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"filter": None},
        {"filter": SUSPENDED, "query": {"filter": SUSPENDED}},
        {"filter": SUSPENDED, "ids": [str(UUID(int=1))]},
        {"query": {}, "ids": [str(UUID(int=1))]},
    ],
)
def test_clients_are_selected_in_one_way(selection):
    with pytest.raises(ValidationError) as refused:
        read(**selection)
    assert refused.value.messages == {"_schema": ["Give one of ids, query and filter."]}


@pytest.mark.parametrize("digest", ["", "a" * 63, "A" * 64, "a" * 65])
def test_what_cannot_be_a_digest_is_refused(digest):
    with pytest.raises(ValidationError) as refused:
        read(filter=SUSPENDED, expected_digest=digest)
    assert list(refused.value.messages) == ["expected_digest"]


@pytest.mark.parametrize("act", ["add_tag", "set_group", "set_status", "set_custom_field", "add_note"])
def test_a_dry_run_asks_as_much_of_the_database_for_many_clients_as_for_one(
    bulk, make_client, vip, retail, plan_field, statements, act
):
    arguments = {
        "add_tag": {"tag_id": vip},
        "set_group": {"group_id": retail},
        "set_status": {"status": "suspended", "reason": "Abuse"},
        "set_custom_field": {"field_id": plan_field, "value": "Gold"},
        "add_note": {"body": "Called", "sticky": False},
    }[act]
    ids = [make_client() for _ in range(9)]
    asked = []
    for selected in (ids[:1], ids):
        statements.clear()
        assert bulk.dry_run(act, arguments, selected)["changed"] == len(selected)
        asked.append(len(statements))
    assert asked[0] == asked[1]
