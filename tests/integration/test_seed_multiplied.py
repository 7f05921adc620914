"""Clients that were multiplied inside PostgreSQL are as consistent as those that were loaded one by one."""

import pytest
from sqlalchemy import create_engine

from chassis.db.engine import driver_url
from chassis.events.event import Envelope
from deploy.services import PUBLISHERS
from services.audit.rules import entry_of
from tests.support.seeded_databases import Loaded
from tools.ops import reconcile
from tools.seed import templates

CLIENTS, BEFORE = 3003, 20
INDEXES = """
SELECT coalesce(indexdef, ''), coalesce(s, '') FROM (
  SELECT replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS indexdef, (
    SELECT string_agg(attstattarget::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid) AS s
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname IN ('public', 'identity') AND NOT relispartition) found ORDER BY 1"""
KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conparentid = 0 AND conrelid::regclass::text NOT LIKE 'pg_%' AND contype IN ('p', 'u', 'f', 'c') ORDER BY 1, 2"""


@pytest.fixture(scope="module")
def loaded(databases):
    """Some clients with their whole history, and beside them three thousand that were multiplied."""
    system = Loaded(databases)
    system.empty()
    system.shape = {service: (system.rows(service, INDEXES), system.rows(service, KEYS)) for service in system.engines}
    done = system.load("--clients", str(BEFORE), "--seed", "7")
    assert done.code == 0, done.output
    done = system.load("--clients", str(CLIENTS), "--seed", "7", "--history", "thin", "--append")
    assert done.code == 0, done.output
    yield system
    system.close()


def test_what_is_kept_twice_agrees(loaded):
    engines = {service: create_engine(driver_url(one.owner_url)) for service, one in loaded.databases.items()}
    assert list(reconcile.findings(engines)) == []
    for engine in engines.values():
        engine.dispose()


def test_there_are_as_many_clients_as_were_asked_for_each_with_names_and_emails_of_its_own(loaded):
    assert loaded.one("clients", "SELECT count(*) FROM clients") == CLIENTS + BEFORE
    emails = loaded.rows("clients", "SELECT email_key FROM contacts GROUP BY 1 HAVING count(*) > 1")
    assert emails == []
    names = loaded.one("clients", "SELECT count(DISTINCT sort_name) FROM clients")
    assert names >= CLIENTS
    ids = loaded.one("billing", "SELECT count(DISTINCT external_id) = count(external_id) FROM invoices")
    assert ids is True


def test_a_client_has_the_amounts_of_a_thin_history_and_some_have_very_many(loaded):
    services, invoices = loaded.rows(
        "billing", "SELECT avg(services), avg(invoices) FROM client_totals WHERE invoices <= 40"
    )[0]
    assert 1.6 < services < 2.4 and 2.4 < invoices < 3.4
    entries = "SELECT avg(seq) FROM chain_heads WHERE chain <> 'system' AND seq <= 3"
    assert 2.6 < loaded.one("audit", entries) <= 3
    assert loaded.one("billing", "SELECT count(*) FROM client_totals WHERE invoices >= 30 AND services >= 20") >= 10


def test_no_mark_is_left_anywhere(loaded):
    for service in loaded.engines:
        tables = loaded.rows(
            service,
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'identity')",
        )
        for (table,) in tables:
            for mark in (templates.ID_MARK, templates.NUMBER_MARK, templates.WORD_MARK):
                found = loaded.one(service, f"SELECT count(*) FROM {table} one WHERE one::text LIKE '%{mark}%'")
                assert found == 0, (table, mark)


def test_keys_indexes_and_their_statistics_are_as_before_and_no_scaffold_is_left(loaded):
    for service, shape in loaded.shape.items():
        assert (loaded.rows(service, INDEXES), loaded.rows(service, KEYS)) == shape, service
        assert loaded.rows(service, "SELECT 1 FROM pg_namespace WHERE nspname = 'multiplying'") == []


def test_an_entry_is_what_the_log_makes_of_its_event(loaded):
    entries = {str(row.event_id): row._mapping for row in loaded.rows("audit", "SELECT * FROM entries")}
    for event in loaded.events():
        stored = entries[event["id"]]
        assert Envelope().validate(event) == {}
        made = entry_of(event, stored["received_at"])
        assert {name: stored[name] for name in made} == made


def test_what_an_event_says_is_what_the_rows_hold(loaded):
    numbers = {
        f"INV-{row.number:05d}" for row in loaded.rows("billing", "SELECT number FROM invoices WHERE number > 0")
    }
    named = {
        event["facts"]["number"]
        for event in loaded.events()
        if event["type"].startswith("invoice.") and event["facts"]["number"]
    }
    assert len(named) > CLIENTS / 2 and named <= numbers
    emails = {row.email for row in loaded.rows("clients", "SELECT email FROM contacts")}
    created = [event for event in loaded.events() if event["type"] == "client.created.v1"]
    assert {event["personal"]["email"]["value"] for event in created} <= emails


def test_numbers_follow_the_days_and_what_comes_next_has_a_number_of_its_own(loaded):
    numbered = loaded.rows("billing", "SELECT number, issue_date FROM invoices WHERE number >= 100000 ORDER BY number")
    assert len(numbered) > CLIENTS
    assert [row.issue_date for row in numbered] == sorted(row.issue_date for row in numbered)
    for service, table, last in (
        ("billing", "invoices", "SELECT value FROM billing_counters WHERE name = 'invoice'"),
        ("billing", "orders", "SELECT value FROM billing_counters WHERE name = 'order'"),
        ("support", "tickets", "SELECT last_value FROM ticket_numbers"),
    ):
        assert loaded.one(service, last) >= loaded.one(service, f"SELECT max(number) FROM {table}")


def test_every_event_is_published(loaded):
    for service in PUBLISHERS:
        assert loaded.one(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
