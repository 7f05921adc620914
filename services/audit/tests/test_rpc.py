"""What staff read of the log."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.errors import ServiceProblem
from services.audit.commands.append import append
from services.audit.queries import activity
from services.audit.schemas import ActivityArguments
from services.audit.service import AuditService
from tests.support.audit_events import ADA, CLIENT, message

OTHER = "0192f0c1-0000-7000-8000-00000000c12e"


@pytest.fixture
def ask(session, run_service, databases, calls, make_caller):
    """`ask("list_activity", …)`: call an RPC method as staff at the client's record."""
    run_service(AuditService, databases("audit").app_url)

    def call(rpc: str, *, caller: dict | None = None, **arguments):
        who = make_caller(**{"client_id": CLIENT, **(caller or {})})
        return calls.call(who, f"audit.{rpc}", seconds=5, **{"client_id": CLIENT, **arguments})

    return call


@pytest.fixture
def session(session_of):
    """A session of the service's app role on an empty database."""
    return session_of("audit")


@pytest.fixture
def log(session):
    """`log(message, …)`: entries of these events."""

    def write(*messages: dict) -> None:
        append(session, events=list(messages))
        session.commit()

    return write


@pytest.fixture
def show(session):
    """`show(…)`: what `list_activity` answers with these arguments, without a bus in between."""

    def read(**arguments) -> dict:
        loaded = ActivityArguments().load({"client_id": CLIENT, **arguments})
        return activity.activity(session, str(loaded.pop("client_id")), **loaded)

    return read


def test_a_row_is_what_the_api_promises(show, log):
    contact = "0192f0c1-0000-7000-8000-00000000c0c0"
    event = message(
        "contact.updated.v1",
        acting_as={"contact_id": contact, "name": "Cleo"},
        personal={"acting_as_name": "Cleo", "changes.email": {"old": "a@example.com", "new": "b@example.com"}},
        changes=[
            {"field": "email", "old": None, "new": None, "personal": True},
            {"field": "role", "old": "billing", "new": "admin"},
        ],
    )
    log(event)
    (row,) = show()["data"]
    assert len(row.pop("hash")) == 64
    assert row == {
        "id": event["id"],
        "seq": 1,
        "occurred_at": "2026-11-22T17:02:03.004Z",
        "actor": {**ADA, "name": "Ada Staff"},
        "acting_as": {"id": contact, "contact_id": contact, "name": "Cleo"},
        "action": row["action"],
        "type": "contact.updated.v1",
        "category": "Contacts",
        "references": [],
        "entity": {"type": "contact", "id": CLIENT},
        "ip": "192.0.2.7",
        "cause": event["cause"],
        "changes": [
            {"field": "email", "old": "a@example.com", "new": "b@example.com"},
            {"field": "role", "old": "billing", "new": "admin"},
        ],
    }


def test_a_row_names_what_its_sentence_does(show, log):
    invoice = "0192f0c1-0000-7000-8000-00000000001f"
    money = {"amount": "5.00", "currency": "EUR"}
    log(
        message(
            "payment.recorded.v1",
            facts={"amount": money, "invoice_id": invoice, "invoice_number": "INV-00042"},
        )
    )
    (row,) = show()["data"]
    assert "on INV-00042" in row["action"]
    assert row["references"] == [{"type": "invoice", "id": invoice, "text": "INV-00042"}]


@pytest.mark.parametrize(("facts", "text"), [({"number": "SVC-01234"}, "SVC-01234"), ({}, "Cloud VPS 4")])
def test_a_service_is_named_by_its_number_where_it_had_one_then(show, log, facts, text):
    entity = {"type": "subscription", "id": str(uuid.uuid4())}
    log(message("subscription.activated.v1", facts={"entity": entity, "product": "Cloud VPS 4", **facts}))
    assert show()["data"][0]["references"] == [{**entity, "text": text}]


def test_an_entity_narrows_the_log_to_what_was_done_to_it(show, log):
    one, other = ({"type": "subscription", "id": str(uuid.uuid4())} for _ in range(2))
    log(*(message("subscription.activated.v1", facts={"entity": which}) for which in (one, other, one)))
    assert numbers(show(entity=one["id"])) == [3, 1] and numbers(show(entity=other["id"])) == [2]
    assert show(entity=one["id"])["page"]["total"] == 2


def test_the_newest_entry_comes_first_and_pages_join(show, log):
    log(*(message(sequence=n) for n in range(1, 8)))
    first = show(limit=3)
    assert [row["seq"] for row in first["data"]] == [7, 6, 5]
    assert (first["page"]["total"], first["page"]["exact"], first["page"]["prev"]) == (7, True, None)
    second = show(limit=3, after=first["page"]["next"])
    assert [row["seq"] for row in second["data"]] == [4, 3, 2]
    assert [row["seq"] for row in show(limit=3, before=second["page"]["prev"])["data"]] == [7, 6, 5]
    last = show(limit=3, after=second["page"]["next"])
    assert ([row["seq"] for row in last["data"]], last["page"]["next"]) == ([1], None)


def numbers(answer: dict) -> list[int]:
    return [row["seq"] for row in answer["data"]]


def test_a_category_narrows_the_log(show, log):
    log(message("invoice.published.v1"), message("note.added.v1"), message("invoice.paid.v1"))
    answer = show(category="Invoices")
    assert numbers(answer) == [3, 1] and answer["page"]["total"] == 2


@pytest.mark.parametrize(
    ("actor", "found"),
    [
        ("system", [2]),
        ("System", [2]),
        ("staff", [3, 1]),
        ("contact", []),
        (ADA["id"], [3, 1]),
        ("billing", [2]),
        ("0192f0c1-0000-7000-8000-00000000c0c0", [3]),
        ("ada", [3, 1]),
        ("Ad%", []),
        ("nobody", []),
    ],
)
def test_an_actor_is_found_by_kind_by_id_also_the_one_acted_for_and_by_name(show, log, actor, found):
    system = message(actor={"kind": "system", "id": "billing", "name": "System"})
    del system["personal"]["actor_name"], system["facts"]["commitments"]["actor_name"]
    log(message(), system, message(acting_as={"contact_id": "0192f0c1-0000-7000-8000-00000000c0c0", "name": "Cleo"}))
    assert numbers(show(actor=actor)) == found


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ({"from": "2026-11-21"}, [3, 2]),
        ({"to": "2026-11-21"}, [2, 1]),
        ({"from": "2026-11-21", "to": "2026-11-21"}, [2]),
        ({"from": "2026-11-22T01:00:00+01:00"}, [3]),
        ({"to": "2026-11-21T23:59:59.999Z"}, [1]),
        ({"from": "2027-01-01"}, []),
    ],
)
def test_a_span_of_dates_includes_its_last_day(show, log, span, found):
    log(
        *(
            message(time=time)
            for time in ("2026-11-20T12:00:00.000Z", "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00.000Z")
        )
    )
    assert numbers(show(**span)) == found


def test_what_is_not_understood_is_refused_by_name(ask):
    wrong = {"category": "Parcels", "from": "yesterday", "to": "2026-13-01", "sort": "seq", "limit": 101}
    with pytest.raises(ServiceProblem) as refused:
        ask("list_activity", **wrong)
    assert refused.value.status == 422
    assert {error["pointer"] for error in refused.value.errors} == {f"/{name}" for name in wrong}


@pytest.mark.parametrize("cursors", [{"after": "x"}, {"before": "eyJ4Ijo"}, {"after": "x", "before": "y"}])
def test_a_cursor_of_elsewhere_is_refused(show, cursors):
    with pytest.raises(ServiceProblem) as refused:
        show(**cursors)
    assert refused.value.status == 422


def test_only_the_client_of_the_context_is_shown(ask, log):
    log(message())
    for rpc in ("list_activity", "get_overview"):
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, client_id=OTHER)
        assert refused.value.code == "not-found"


def test_the_overview_has_the_newest_six_the_days_and_the_count(session, log):
    today = datetime.now(UTC).replace(hour=0, minute=0, second=1)
    moments = [today - timedelta(days=days) for days in (200, 125, 3, 3, 1, 0, 0, 0)]
    log(*(message(time=moment.isoformat()) for moment in moments))
    answer = activity.overview(session, CLIENT)
    assert [row["seq"] for row in answer["recent"]] == [8, 7, 6, 5, 4, 3]
    assert answer["count"] == 8
    assert answer["days"] == [
        {"date": (today - timedelta(days=days)).date().isoformat(), "count": count}
        for days, count in ((125, 1), (3, 2), (1, 1), (0, 3))
    ]


def test_a_client_without_any_entry_has_an_empty_log(ask):
    assert ask("list_activity") == {"data": [], "page": {"next": None, "prev": None, "total": 0, "exact": True}}
    assert ask("get_overview") == {"recent": [], "days": [], "count": 0}


def test_an_erased_person_is_named_so(show, log, databases):
    log(
        message(
            personal={"changes.city": {"old": "Bath", "new": "York"}},
            changes=[{"field": "city", "old": None, "new": None, "personal": True}],
        )
    )
    engine = create_engine(driver_url(databases("audit").owner_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE entries SET personal = NULL"))
    engine.dispose()
    (row,) = show()["data"]
    assert (row["actor"]["name"], row["ip"]) == ("Erased person", None)
    assert row["changes"] == [{"field": "city", "old": None, "new": None}]
