"""Looking for words in the log."""

import pytest
from marshmallow import ValidationError
from sqlalchemy import create_engine, select, text

from chassis.db.engine import driver_url
from chassis.errors import ServiceProblem
from services.audit.commands.append import append
from services.audit.models import Entry
from services.audit.queries import activity, all_activity, export, words
from services.audit.schemas import ActivityArguments, AllActivityArguments
from tests.support.audit_events import CLIENT, message

PAID = {"amount": {"amount": "1284.40", "currency": "EUR"}, "invoice_id": "i", "invoice_number": "INV-00042"}
OTHER = "0192f0c1-0000-7000-8000-00000000c12e"


@pytest.fixture
def session(session_of):
    """A session of the service's app role on a log of a few entries of two clients and the system."""
    session = session_of("audit")
    append(
        session,
        events=[
            message("client.created.v1", personal={"company": "Gonçalves & Søn", "first_name": "Ana"}),
            message("payment.recorded.v1", facts=PAID),
            message("ticket.opened.v1", facts={"number": 584, "subject": "Почта не работает"}),
            message(
                changes=[{"field": "email", "old": None, "new": None, "personal": True}],
                personal={"changes.email": {"old": "old@shop.example", "new": "new@shop.example"}},
            ),
            message("note.added.v1", facts={"sticky": False, "supersedes": None}, personal={"body": "secretword"}),
            message("client.created.v1", client_id=OTHER, personal={"company": "Alder Ltd"}),
            message("staff.signed_in.v1", client_id=None),
        ],
    )
    session.commit()
    return session


def found(session, typed: str, **given) -> list[str]:
    """The types of the client's entries that say it, newest first."""
    loaded = ActivityArguments().load({"client_id": CLIENT, "q": typed, **given})
    page = activity.activity(session, str(loaded.pop("client_id")), **loaded)
    assert page["page"]["total"] == len(page["data"])
    return [row["type"].removesuffix(".v1") for row in page["data"]]


@pytest.mark.parametrize(
    ("typed", "types"),
    [
        ("INV-00042", ["payment.recorded"]),
        ("inv 42", []),
        ("payment recorded 1,284.40", ["payment.recorded"]),
        ("goncalves", ["client.created"]),
        ("GONÇALVES ana", ["client.created"]),
        ("ana goncalves created", ["client.created"]),
        ("почта", ["ticket.opened"]),
        ("#584", ["ticket.opened"]),
        ("opened tick", ["ticket.opened"]),
        ("old@shop.example", ["client.updated"]),
        ("email", ["client.updated"]),
        ("alder", []),
        ("secretword", []),
        ("it's & | !", []),
        ("' & x", []),
    ],
)
def test_an_entry_is_found_by_the_words_of_what_it_says(session, typed, types):
    assert found(session, typed) == types


def test_who_did_it_is_found_by_name_and_words_narrow_beside_other_filters(session):
    assert len(found(session, "ada")) == 5
    assert found(session, "ada", category="Payments") == ["payment.recorded"]
    assert found(session, "ada", category="Orders") == []


def test_the_log_of_all_and_its_export_are_searched_too(session):
    def everywhere(typed: str) -> list:
        loaded = AllActivityArguments().load({"q": typed})
        return [row["client_id"] for row in all_activity.page(session, **loaded)["data"]]

    assert sorted(map(str, everywhere("created client"))) == sorted([CLIENT, OTHER])
    assert everywhere("signed in") == [None]
    part = export.part(session, None, None, form="read", q="alder")
    assert [row["client_id"] for row in part["data"]] == [OTHER]


@pytest.mark.parametrize("typed", ["???", "--", "x" * 101])
def test_what_holds_no_word_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        AllActivityArguments().load({"q": typed})
    assert list(refused.value.messages) == ["q"]


def test_what_an_erasure_takes_away_is_found_no_longer(session, databases):
    assert found(session, "goncalves") == ["client.created"]
    session.rollback()
    engine = create_engine(driver_url(databases("audit").owner_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE entries SET personal = personal - 'company' WHERE type = 'client.created.v1'"))
    engine.dispose()
    assert found(session, "goncalves") == [] and found(session, "ana") == ["client.created"]


def test_words_are_read_from_their_index(session):
    session.execute(text("SET LOCAL enable_seqscan = off"))
    compiled = select(Entry.seq).where(words.says(session, "goncalves")).compile(dialect=session.bind.dialect)
    plan = session.connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.params).scalars()
    assert "ix_entries_words" in "\n".join(plan)


def test_a_search_that_takes_too_long_says_how_to_narrow_it(session, monkeypatch):
    monkeypatch.setattr(words, "SECONDS", 0.05)
    with pytest.raises(ServiceProblem) as refused, words.in_time(session, "common"):
        session.execute(text("SELECT pg_sleep(5)"))
    assert (refused.value.status, refused.value.errors[0]["pointer"]) == (422, "/q")
    assert session.scalar(text("SHOW statement_timeout")) == "0"


def test_facts_that_cannot_be_read_as_words_never_keep_an_entry_out(session):
    append(session, events=[message("ticket.opened.v1", sequence=9, facts={"subject": "a\\u0000b", "number": 7})])
    append(session, events=[message("ticket.opened.v1", sequence=10, facts={"subject": "x " * 30_000, "number": 8})])
    session.commit()
    assert found(session, "opened ticket").count("ticket.opened") == 3
