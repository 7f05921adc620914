"""What `python -m tools.seed` loads is what the services would have left behind."""

import pytest

import services.billing.events
import services.clients.events
import services.support.events  # noqa: F401  (the catalogue knows what it has imported)
from chassis.events.event import CATALOGUE, SYSTEM, Envelope
from chassis.types.money import Money
from deploy.services import PUBLISHERS
from services.audit.chains import verify_chain
from services.audit.rules import entry_of
from services.clients import rules
from services.clients.profile_fields import PROFILE_FIELDS
from tests.support.seeded_databases import Loaded

CLIENTS = 60
# Fields of the profile that no seeded client has.
NOT_SEEDED = {"address2"}


@pytest.fixture(scope="module", params=["whole", "brief", "appended"])
def loaded(request, databases):
    """Sixty clients: with their whole history, with a brief one, and beside some that were there before."""
    system = Loaded(databases)
    system.empty()
    if request.param == "appended":
        system.load("--clients", "20", "--seed", "7")
    history = "brief" if request.param == "brief" else "full"
    done = system.load("--clients", str(CLIENTS), "--seed", "7", "--history", history, "--append")
    assert done.code == 0, done.output
    yield system
    system.close()


def test_every_field_of_the_profile_but_the_named_ones_holds_something_for_somebody(loaded):
    tables = {"client": "clients", "contact": "contacts"}
    empty = {
        field.name
        for field in PROFILE_FIELDS
        if not loaded.one(
            "clients", f"SELECT count(*) FROM {tables[field.of]} WHERE {field.name}::text NOT IN ('', 'false')"
        )
    }
    assert empty == NOT_SEEDED


def test_kept_totals_are_the_sums_of_what_they_count(loaded):
    differing = loaded.rows(
        "billing",
        """
        SELECT kept.client_id FROM client_totals kept JOIN billing_accounts account USING (client_id) WHERE
          (kept.currency, kept.services, kept.active_services, kept.suspended_services, kept.pending_services) IS DISTINCT FROM
          (SELECT (account.currency, count(*)::int, (count(*) FILTER (WHERE status = 'active'))::int,
                   (count(*) FILTER (WHERE status = 'suspended'))::int, (count(*) FILTER (WHERE status = 'pending'))::int)
           FROM subscriptions WHERE client_id = kept.client_id)
          OR (kept.outstanding_minor, kept.overdue_minor, kept.oldest_due_on) IS DISTINCT FROM
          (SELECT (coalesce(sum(total_minor - credit_applied_minor - paid_minor), 0)::bigint,
                   coalesce(sum(total_minor - credit_applied_minor - paid_minor) FILTER (WHERE status = 'overdue'), 0)::bigint,
                   min(due_date)) FROM invoices WHERE client_id = kept.client_id AND status IN ('unpaid', 'overdue'))
          OR kept.credit_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM credit_entries WHERE client_id = kept.client_id)
          OR kept.invoices <> (SELECT count(*) FROM invoices WHERE client_id = kept.client_id)
          OR kept.orders <> (SELECT count(*) FROM orders WHERE client_id = kept.client_id)
          OR kept.domains <> (SELECT count(*) FROM domains WHERE client_id = kept.client_id)""",
    )
    assert differing == []
    kept = loaded.one("billing", "SELECT count(*) FROM client_totals")
    assert kept == loaded.one("clients", "SELECT count(*) FROM clients") >= CLIENTS


def test_every_ledger_runs_to_its_balance_and_every_use_of_credit_is_on_its_invoice(loaded):
    assert (
        loaded.rows(
            "billing",
            """
        SELECT id FROM (SELECT id, balance_after_minor, sum(amount_minor) OVER (PARTITION BY client_id ORDER BY seq) AS running
                        FROM credit_entries) entry WHERE balance_after_minor <> running""",
        )
        == []
    )
    assert (
        loaded.rows(
            "billing",
            """
        SELECT id FROM invoices WHERE credit_applied_minor <>
          (SELECT coalesce(sum(amount_minor), 0) FROM credit_applications WHERE invoice_id = invoices.id)""",
        )
        == []
    )
    assert (
        loaded.rows(
            "billing",
            """
        SELECT used.id FROM credit_applications used JOIN credit_entries entry ON entry.id = used.credit_entry_id
        WHERE used.amount_minor <> -entry.amount_minor OR used.invoice_id <> entry.invoice_id""",
        )
        == []
    )
    assert loaded.one("billing", "SELECT count(*) FROM credit_entries WHERE kind = 'applied'") > 0


def test_what_was_paid_is_the_payments_less_what_was_paid_too_much(loaded):
    assert (
        loaded.rows(
            "billing",
            """
        SELECT id FROM invoices WHERE paid_minor <>
          (SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE invoice_id = invoices.id)
        - (SELECT coalesce(sum(amount_minor), 0) FROM credit_entries
           WHERE invoice_id = invoices.id AND kind = 'overpayment')""",
        )
        == []
    )
    assert (
        loaded.rows(
            "billing",
            """
        SELECT id FROM invoices WHERE (status = 'paid') AND total_minor <> paid_minor + credit_applied_minor
          OR (status = 'overdue') <> (status IN ('unpaid', 'overdue') AND due_date < (now() AT TIME ZONE 'UTC')::date)""",
        )
        == []
    )


def test_an_invoice_is_the_sum_of_its_lines(loaded):
    assert (
        loaded.rows(
            "billing",
            """
        SELECT id FROM invoices WHERE (subtotal_minor, tax_minor) IS DISTINCT FROM
          (SELECT (sum(total_minor)::bigint, sum(tax_minor)::bigint) FROM invoice_lines
           WHERE invoice_id = invoices.id)""",
        )
        == []
    )
    assert (
        loaded.rows(
            "billing",
            """
        SELECT 1 FROM invoice_lines WHERE total_minor <> round(quantity * unit_price_minor)
                                       OR tax_minor <> round(total_minor * tax_rate / 100)""",
        )
        == []
    )


def test_numbers_have_no_gap_and_the_counters_go_on_from_them(loaded):
    for table, counter in (("invoices", "invoice"), ("orders", "order")):
        count, least, most = loaded.rows("billing", f"SELECT count(number), min(number), max(number) FROM {table}")[0]
        assert (least, most) == (1, count)
        assert loaded.one("billing", "SELECT value FROM billing_counters WHERE name = :name", name=counter) == count
    most = loaded.one("support", "SELECT max(number) FROM tickets")
    assert loaded.one("support", "SELECT nextval('ticket_numbers')") > most


def test_every_event_was_published_in_an_unbroken_stream(loaded):
    for service in PUBLISHERS:
        assert loaded.one(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
        assert (
            loaded.rows(
                service,
                """
            SELECT stream FROM (SELECT stream, count(*) AS events, min(sequence) AS first, max(sequence) AS last
                                FROM outbox GROUP BY stream) events FULL JOIN streams USING (stream)
            WHERE first <> 1 OR last <> events OR last IS DISTINCT FROM streams.sequence""",
            )
            == []
        )


def test_the_log_is_the_outboxes_and_nothing_else(loaded):
    published = {
        (row.event_id, row.stream, row.sequence, row.type): service
        for service in PUBLISHERS
        for row in loaded.rows(service, "SELECT event_id, stream, sequence, type FROM outbox")
    }
    logged = {
        (row.event_id, row.chain, row.sequence, row.type): row.source.removeprefix("services/")
        for row in loaded.rows("audit", "SELECT event_id, chain, sequence, type, source FROM entries")
    }
    assert logged == published
    assert len(published) > 10 * CLIENTS


def test_every_chain_holds_to_its_head(loaded):
    heads = {
        row.chain: (row.seq, bytes(row.hash))
        for row in loaded.rows("audit", "SELECT chain, seq, hash FROM chain_heads")
    }
    chains: dict[str, list] = {}
    for row in loaded.rows("audit", "SELECT * FROM entries ORDER BY chain, seq"):
        chains.setdefault(row.chain, []).append(row._mapping)
    assert set(chains) == set(heads)
    assert [chain for chain, entries in chains.items() if not verify_chain(entries, heads[chain]).valid] == []


def test_an_entry_is_what_the_log_makes_of_its_event(loaded):
    entries = {str(row.event_id): row._mapping for row in loaded.rows("audit", "SELECT * FROM entries")}
    for event in loaded.events():
        stored = entries[event["id"]]
        assert Envelope().validate(event) == {}
        made = entry_of(event, stored["received_at"])
        assert {name: stored[name] for name in made} == made


def test_events_carry_the_facts_that_their_services_promise(loaded):
    met = set()
    for event in loaded.events():
        known = CATALOGUE.get(event["type"])
        facts = {name: value for name, value in event["facts"].items() if name not in ("entity", "commitments")}
        if known is None or event["type"] in met:
            continue
        met.add(event["type"])
        assert known.facts_schema().validate(facts) == {}, event["type"]
        personal = {name.removeprefix("changes.") for name in event["personal"]} - {"actor_name", "ip"}
        assert personal <= known.personal_names | set(facts.get("fields", [])), event["type"]
    assert {"client.created.v1", "invoice.imported.v1", "subscription.activated.v1", "ticket.opened.v1"} <= met


def test_rows_and_their_events_agree(loaded):
    counted = {
        row.type: row.count
        for service in PUBLISHERS
        for row in loaded.rows(service, "SELECT type, count(*) FROM outbox GROUP BY type")
    }
    count = {
        table: loaded.one(service, f"SELECT count(*) FROM {table}")
        for service, tables in {
            "clients": ("clients", "contacts", "notes"),
            "support": ("tickets", "replies"),
            "billing": (
                "billing_accounts",
                "subscriptions",
                "domains",
                "orders",
                "invoices",
                "payments",
                "credit_entries",
            ),
        }.items()
        for table in tables
    }
    imported = loaded.one("billing", "SELECT count(*) FROM payments WHERE gateway = 'import'")

    def events_of_type(*names: str) -> int:
        return sum(counted.get(f"{name}.v1", 0) for name in names)

    assert (
        events_of_type("client.created")
        == count["clients"]
        == count["billing_accounts"]
        == events_of_type("billing_account.opened")
    )
    assert events_of_type("contact.added") == count["contacts"] - count["clients"]
    assert events_of_type("note.added") == count["notes"]
    assert events_of_type("subscription.created") == count["subscriptions"]
    assert events_of_type("domain.added") == count["domains"]
    assert events_of_type("order.placed") == count["orders"]
    assert events_of_type("invoice.imported", "invoice.published", "invoice.drafted") == count["invoices"]
    assert events_of_type("payment.recorded") == count["payments"] - imported
    assert events_of_type("credit.added", "credit.applied") == count["credit_entries"]
    assert events_of_type("ticket.opened") == count["tickets"]
    assert events_of_type("ticket.opened", "ticket.replied", "ticket.internal_note_added") == count["replies"]


def test_the_last_totals_of_the_events_are_the_kept_ones(loaded):
    kept = {
        str(row.client_id): {
            "active_services": row.active_services,
            "outstanding": Money(row.outstanding_minor, row.currency).to_wire(),
            "credit_balance": Money(row.credit_minor, row.currency).to_wire(),
        }
        for row in loaded.rows("billing", "SELECT * FROM client_totals")
    }
    last = {
        event["stream"]: event["facts"]["totals"]
        for event in loaded.events()
        if event["source"] == "services/billing" and event["stream"] != SYSTEM
    }
    assert last == kept


def test_states_are_those_of_the_last_events(loaded):
    last = {
        (event["facts"]["entity"]["type"], event["facts"]["entity"]["id"]): event["facts"]["status"]
        for event in loaded.events()
        if "status" in event["facts"]
    }
    for service, table, entity in (
        ("billing", "invoices", "invoice"),
        ("billing", "subscriptions", "subscription"),
        ("billing", "orders", "order"),
        ("billing", "domains", "domain"),
        ("support", "tickets", "ticket"),
        ("clients", "clients", "client"),
    ):
        for row in loaded.rows(service, f"SELECT id::text, status FROM {table}"):
            assert (row.status, table) == (last[entity, row.id], table)


def test_the_last_login_is_that_of_the_last_event(loaded):
    assert (
        loaded.rows(
            "clients",
            """
        SELECT id FROM clients WHERE last_login_at IS DISTINCT FROM
          (SELECT max(last_login_at) FROM contacts WHERE client_id = clients.id)
          OR date_trunc('second', last_login_at) IS DISTINCT FROM
          (SELECT date_trunc('second', max(recorded_at)) FROM outbox
           WHERE stream = clients.id::text AND type = 'contact.signed_in.v1')""",
        )
        == []
    )
    assert loaded.one("clients", "SELECT count(*) FROM clients WHERE last_login_at IS NULL") > 0


def test_nothing_personal_stands_outside_the_personal_part(loaded):
    people = loaded.rows("clients", "SELECT first_name || ' ' || last_name, email FROM contacts")
    names = {name for person in people for name in person}
    for service in PUBLISHERS:
        bodies = "\n".join(
            row.body for row in loaded.rows(service, "SELECT body::text FROM outbox WHERE stream <> 'system'")
        )
        assert [name for name in names if name in bodies] == []


def test_names_are_folded_as_the_service_folds_them_and_phones_known_to_the_library(loaded):
    for row in loaded.rows("clients", "SELECT * FROM contacts JOIN clients ON clients.id = client_id WHERE is_primary"):
        assert row.sort_name == rules.sort_name(row.company, row.first_name, row.last_name)
        assert row.phone_e164 == (rules.phone_e164(row.phone, row.country) if row.phone else None), row.phone
