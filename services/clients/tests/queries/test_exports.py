"""The client list as a file: begun, in the log, and taken in parts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients.models import BillingTotals, BillingTotalsProgress, ClientExport


@pytest.fixture
def ann(make_caller):
    """`ann()`: a request of a staff member who may do everything, the same one each time."""
    staff_id = str(new_id())
    return lambda **given: make_caller(**{"id": staff_id, **given})


@pytest.fixture
def ask(service, calls, session, ann):
    """`ask("start_export", …)`: an RPC method in Ann's name."""

    def call(rpc, caller=None, **given):
        return calls.call(caller or ann(), f"clients.{rpc}", seconds=5, writes=True, **given)

    return call


@pytest.fixture
def known(session):
    """Totals that are known to be complete."""
    session.add(
        BillingTotalsProgress(one=True, built=True, confirmed_at=datetime.now(UTC), marked_at=datetime.now(UTC))
    )
    session.commit()


@pytest.fixture
def owing(session, make_client):
    """`owing("Ann", 100)`: a client who owes that many cents."""

    def make(name, minor, **fields):
        client_id = make_client(name, "Lee", **fields)
        session.execute(
            update(BillingTotals).where(BillingTotals.client_id == client_id).values(outstanding_minor=minor)
        )
        session.commit()
        return client_id

    return make


def exported(ask, **query):
    started = ask("start_export", export_id=str(new_id()), format="csv", **query)
    rows, after = [], None
    while True:
        part = ask("take_export_part", export_id=started["id"], after=after)
        rows += part["data"]
        if part["next"] is None:
            return started, rows
        after = part["next"]


def test_an_export_has_the_list_as_it_is_filtered_and_is_in_the_log_before_its_rows(ask, owing, known, session):
    owing("Bea", 100, city="Leeds"), owing("Cem", 0), owing("Dora", 900)
    started, rows = exported(ask, filter="outstanding > 0", sort="-outstanding", fields="city,outstanding")
    assert (started["total"], started["exact"], started["columns"]) == (2, True, ["name", "city", "outstanding"])
    assert [(row["contact_name"], row["columns"]) for row in rows] == [
        ("Dora Lee", {"city": ""}),
        ("Bea Lee", {"city": "Leeds"}),
    ]
    assert ask("get_export", export_id=started["id"]) == {"rows": 2, "total": 2, "exact": True, "finished": True}
    published = session.execute(
        select(outbox.c.body, outbox.c.personal).where(outbox.c.type == "client_list.exported.v1")
    ).one()
    assert (published.body["facts"]["format"], published.body["facts"]["rows"], published.body["facts"]["columns"]) == (
        "csv",
        2,
        ["name", "city", "outstanding"],
    )
    assert published.personal["filter"]["value"] == "outstanding > 0" and "outstanding > 0" not in str(published.body)


def test_an_export_is_taken_in_parts_and_misses_nobody(ask, make_client, known, monkeypatch):
    monkeypatch.setattr("services.clients.queries.exports.PART_ROWS", 3)
    ids = {str(make_client(f"Client {number}")) for number in range(10)}
    _, rows = exported(ask, sort="-joined")
    assert {row["id"] for row in rows} == ids and len(rows) == 10


def test_an_export_of_nothing_has_no_rows(ask, known):
    started, rows = exported(ask, filter="outstanding > 0")
    assert (started["total"], started["exact"], rows) == (0, True, [])


def test_an_export_is_its_persons_alone_and_for_an_hour(ask, make_client, known, make_caller, session):
    make_client("Bea")
    started, _ = exported(ask)
    for caller in (make_caller(id=str(new_id())), None):
        if caller is None:
            past = datetime.now(UTC) - timedelta(hours=2)
            session.execute(update(ClientExport).values(created_at=past))
            session.commit()
        for rpc in ("take_export_part", "get_export"):
            with pytest.raises(ServiceProblem) as refused:
                ask(rpc, caller, export_id=started["id"])
            assert refused.value.code == "not-found"


def test_a_double_click_is_one_entry_of_the_log(ask, ann, make_client, known, session):
    make_client("Bea")
    given = {"export_id": str(new_id()), "format": "xlsx"}
    key = "the-key-of-one-form-sent-twice"
    first, second = (ask("start_export", ann(idempotency_key=key), **given) for _ in range(2))
    assert first == second
    session.rollback()
    assert len(session.scalars(select(ClientExport.id)).all()) == 1
    assert len(session.execute(select(outbox.c.id).where(outbox.c.type == "client_list.exported.v1")).all()) == 1


def test_totals_that_nobody_can_vouch_for_are_not_exported(ask, make_client):
    make_client("Bea")
    with pytest.raises(ServiceProblem) as refused:
        ask("start_export", export_id=str(new_id()), format="csv")
    assert refused.value.code == "unavailable"
    assert len(exported(ask, fields="name,email")[1]) == 1


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"format": "pdf"}, "/format"),
        ({"format": None}, "/format"),
        ({"fields": "password"}, "/fields"),
        ({"filter": "nothing = 1"}, "/filter"),
        ({"sort": "password"}, "/sort"),
        ({"limit": 5}, "/limit"),
        ({"export_id": "7"}, "/export_id"),
    ],
)
def test_a_faulty_export_is_refused_and_not_logged(ask, known, session, given, pointer):
    with pytest.raises(ServiceProblem) as refused:
        ask("start_export", **{"export_id": str(new_id()), "format": "csv", **given})
    assert refused.value.errors[0]["pointer"] == pointer
    assert session.scalars(select(ClientExport.id)).all() == []


def test_the_export_needs_its_permission(ask, ann):
    for rpc, given in (("start_export", {"format": "csv"}), ("take_export_part", {}), ("get_export", {})):
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, ann(permissions=("clients.view",)), export_id=str(new_id()), **given)
        assert refused.value.code == "forbidden"
