"""`./dev check`: each thing that is kept twice is damaged once, found, and where a machine may, mended."""

import json
from datetime import UTC, datetime

import pytest
from kombu import Connection
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.events.listener import listener_queue
from chassis.signing_keys import SigningKey, TrustedKeys
from chassis.testing.virtual_host import declare_listener
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.checkpoints import CheckpointFile
from services.audit.commands.archive import CHECKPOINTS, ENTRIES, archive_log
from services.audit.commands.checkpoint import write_checkpoint
from services.audit.listeners import QUEUE
from services.billing.commands.accounts.progress import LAST_PUBLISHED
from tests.support.broker import import_users
from tests.support.seeded_databases import Loaded
from tools.ops import audit_verify, client_totals, reconcile
from tools.ops.reconcile import Finding


@pytest.fixture(scope="module")
def loaded(databases):
    """A few clients with their history."""
    system = Loaded(databases)
    system.empty()
    done = system.load("--clients", "12", "--seed", "7")
    assert done.code == 0, done.output
    yield system
    system.close()


@pytest.fixture
def engines(loaded):
    """The databases as their owners see them."""
    made = {service: create_engine(driver_url(one.owner_url)) for service, one in loaded.databases.items()}
    yield made
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def damage(loaded):
    """`damage(service, statement, undo)`: as somebody with every right; undone after the test."""
    undone = []

    def run(service: str, statement: str) -> None:
        with loaded.engines[service].begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(statement))

    def make(service: str, statement: str, undo: str) -> None:
        run(service, statement)
        undone.append((service, undo))

    yield make
    for service, statement in reversed(undone):
        run(service, statement)


def test_nothing_differs_in_what_was_loaded(engines):
    assert list(reconcile.findings(engines)) == []


@pytest.mark.parametrize("column", ["outstanding_minor", "credit_minor", "active_services", "orders"])
def test_a_total_that_is_off_is_found_and_renewed(loaded, engines, column):
    client = loaded.one("billing", "SELECT client_id::text FROM client_totals ORDER BY outstanding_minor DESC LIMIT 1")
    with loaded.engines["billing"].begin() as connection:
        connection.execute(text(f"UPDATE client_totals SET {column} = {column} + 1 WHERE client_id = '{client}'"))
    found = list(reconcile.findings(engines))
    assert found == [Finding("totals", client), Finding("totals in the list", client)]
    assert reconcile.repair(engines, "", found) == found
    assert list(reconcile.findings(engines)) == []


def test_totals_that_are_not_there_are_found_and_made(loaded, engines, damage):
    client = loaded.one("billing", "SELECT client_id::text FROM client_totals ORDER BY outstanding_minor DESC LIMIT 1")
    damage("billing", f"DELETE FROM client_totals WHERE client_id = '{client}'", "SELECT 1")
    found = list(reconcile.findings(engines))
    assert found == [Finding("totals", client)]
    assert reconcile.repair(engines, "", found) == found
    assert list(reconcile.findings(engines)) == []


@pytest.mark.parametrize("change", ["outstanding_minor = outstanding_minor + 1", "next_due_on = '2020-01-01'"])
def test_a_total_of_the_list_that_differs_from_billings_is_found_and_renewed(loaded, engines, change):
    client = loaded.one("clients", "SELECT client_id::text FROM billing_totals WHERE outstanding_minor > 0 LIMIT 1")
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text(f"UPDATE billing_totals SET {change} WHERE client_id = '{client}'"))
    found = list(reconcile.findings(engines))
    assert found == [Finding("totals in the list", client)]
    assert reconcile.repair(engines, "", found) == found
    assert list(reconcile.findings(engines)) == []


def test_totals_that_the_list_lacks_or_that_stayed_behind_are_found_and_made(loaded, engines):
    lacking, behind, newer = (
        row.id for row in loaded.rows("clients", "SELECT client_id::text AS id FROM billing_totals ORDER BY 1 LIMIT 3")
    )
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text(f"DELETE FROM billing_totals WHERE client_id = '{lacking}'"))
        connection.execute(text(f"UPDATE billing_totals SET sequence = 0, orders = 99 WHERE client_id = '{behind}'"))
        connection.execute(text(f"UPDATE billing_totals SET sequence = sequence + 1 WHERE client_id = '{newer}'"))
    found = list(reconcile.findings(engines))
    assert sorted(one.where for one in found) == sorted([lacking, behind])
    assert client_totals.rebuild(engines) == 2, "what is newer than the copy stays"
    assert list(reconcile.findings(engines)) == []
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text(f"UPDATE billing_totals SET sequence = sequence - 1 WHERE client_id = '{newer}'"))


def test_totals_that_have_only_just_stayed_behind_are_not_missed(loaded, engines):
    client = loaded.one("clients", "SELECT client_id::text FROM billing_totals LIMIT 1")
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text(f"UPDATE billing_totals SET sequence = 0 WHERE client_id = '{client}'"))
    assert client_totals.differing(engines, "100 years") == []
    assert client_totals.differing(engines, "0 s") == [client]
    assert client_totals.rebuild(engines) == 1


def test_a_rebuild_says_that_all_events_until_then_are_applied(loaded, engines):
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text("UPDATE billing_totals_progress SET built = false, marked_event = gen_random_uuid()"))
    assert not client_totals.is_built(engines)
    client_totals.rebuild(engines)
    assert client_totals.is_built(engines)
    for newest in ("SELECT event_id::text FROM outbox ORDER BY id DESC LIMIT 1", LAST_PUBLISHED):
        last = loaded.one("billing", newest)
        assert loaded.one("clients", f"SELECT count(*) FROM inbox WHERE event_id = '{last}'") == 1
    assert loaded.one("clients", "SELECT marked_event IS NULL FROM billing_totals_progress")


@pytest.mark.parametrize("column", ["sort_name", "search_text"])
def test_a_folded_copy_that_is_stale_is_found_and_renewed(loaded, engines, column):
    client, right = loaded.rows("clients", f"SELECT id::text, {column} FROM clients LIMIT 1")[0]
    with loaded.engines["clients"].begin() as connection:
        connection.execute(text(f"UPDATE clients SET {column} = 'old ' || {column} WHERE id = '{client}'"))
    found = list(reconcile.findings(engines))
    assert found == [Finding("folded copies", client)]
    assert reconcile.repair(engines, "", found) == found
    assert loaded.one("clients", f"SELECT {column} FROM clients WHERE id = '{client}'") == right


@pytest.mark.parametrize(
    ("column", "source"), [("paid_minor", "payments"), ("credit_applied_minor", "credit_applications")]
)
def test_an_invoice_that_was_paid_otherwise_than_it_says_is_found_and_left_to_people(
    loaded, engines, damage, column, source
):
    invoice = loaded.one(
        "billing",
        f"SELECT invoice_id::text FROM {source} JOIN invoices ON invoices.id = invoice_id "
        f"WHERE status = 'paid' AND {column} = total_minor LIMIT 1",
    )
    change = f"UPDATE invoices SET {column} = {column} {{}} 1 WHERE id = '{invoice}'"
    damage("billing", change.format("-"), change.format("+"))
    found = list(reconcile.findings(engines))
    assert found == [Finding("settled", invoice)]
    assert reconcile.repair(engines, "", found) == []


def test_a_ledger_that_does_not_run_to_its_balance_is_found_and_left_to_people(loaded, engines, damage):
    entry, client = loaded.rows(
        "billing", "SELECT id::text, client_id::text FROM credit_entries WHERE seq = 2 LIMIT 1"
    )[0]
    change = "UPDATE credit_entries SET amount_minor = amount_minor {} 7 WHERE id = '{}'"
    damage("billing", change.format("+", entry), change.format("-", entry))
    found = list(reconcile.findings(engines))
    assert Finding("ledger", f"{client} entry 2") in found
    assert {one.check for one in found} == {"ledger", "totals"}
    assert reconcile.repair(engines, "", [one for one in found if one.check == "ledger"]) == []


def test_an_invoice_that_its_lines_do_not_come_to_is_found(loaded, engines, damage):
    invoice = loaded.one("billing", "SELECT id::text FROM invoices LIMIT 1")
    change = (
        "UPDATE invoices SET subtotal_minor = subtotal_minor {0} 1, total_minor = total_minor {0} 1 WHERE id = '{1}'"
    )
    damage("billing", change.format("+", invoice), change.format("-", invoice))
    assert Finding("invoices", invoice) in list(reconcile.findings(engines))


def test_an_event_that_the_log_lacks_is_found_and_sent_to_it_again(loaded, engines, damage, amqp_uri):
    chain, seq, event_id = loaded.rows(
        "audit",
        """
        SELECT entries.chain, entries.seq, event_id::text FROM entries JOIN chain_heads USING (chain, seq)
        WHERE source = 'services/clients' ORDER BY chain LIMIT 1""",
    )[0]
    damage("audit", f"CREATE TABLE kept AS SELECT * FROM entries WHERE event_id = '{event_id}'", "DROP TABLE kept")
    damage("audit", f"DELETE FROM entries WHERE event_id = '{event_id}'", "INSERT INTO entries SELECT * FROM kept")
    found = list(reconcile.findings(engines))
    assert found == [Finding("log of clients", event_id), Finding("chain", f"{chain} from entry {seq} on")]
    declare_listener(amqp_uri, QUEUE)
    with Connection(amqp_uri) as connection:
        queue = listener_queue(QUEUE)(connection.channel())
        assert reconcile.repair(engines, amqp_uri, found) == found[:1]
        received = []
        with connection.Consumer([queue], callbacks=[], on_message=received.append, accept=None):
            connection.drain_events(timeout=5)
    (message,) = received
    assert json.loads(message.body)["id"] == message.properties["message_id"] == event_id


@pytest.fixture
def lost(loaded, damage) -> str:
    """The id of an event that was published and is not in the log."""
    event_id = loaded.one(
        "audit",
        "SELECT event_id::text FROM entries JOIN chain_heads USING (chain, seq) WHERE source = 'services/clients' "
        "ORDER BY chain LIMIT 1",
    )
    damage("audit", f"CREATE TABLE kept AS SELECT * FROM entries WHERE event_id = '{event_id}'", "DROP TABLE kept")
    damage("audit", f"DELETE FROM entries WHERE event_id = '{event_id}'", "INSERT INTO entries SELECT * FROM kept")
    return event_id


@pytest.mark.parametrize("large", [False, True], ids=["sent", "too large"])
def test_what_a_repair_does_not_mend_is_named_and_the_command_ends_with_one(
    loaded, damage, lost, amqp_uri, monkeypatch, capsys, large
):
    for service, one in loaded.databases.items():
        monkeypatch.setenv(f"{service.upper()}_OWNER_DATABASE_URL", one.owner_url)
    monkeypatch.setenv("COMMERCE_AMQP_URI", amqp_uri)
    monkeypatch.setattr(reconcile, "ARRIVAL_SECONDS", 0)
    if large:
        of = f"WHERE event_id = '{lost}'"
        damage(
            "clients",
            f"UPDATE outbox SET body = jsonb_set(body, '{{pad}}', to_jsonb(repeat('x', 300000))) {of}",
            f"UPDATE outbox SET body = body - 'pad' {of}",
        )
    import_users(amqp_uri)
    assert reconcile.main(["--repair"]) == 1
    why = "no listener reads more than 262144 bytes" if large else "sent again, and not arrived; parked: no"
    printed = capsys.readouterr().out.splitlines()
    assert f"not repaired: log of clients: {lost} ({why})" in printed and printed[-1] == "2 differences, 0 repaired"


def test_an_entry_without_an_event_and_a_gap_in_a_stream_are_found(loaded, engines, damage):
    event_id, stream = loaded.rows(
        "support", "SELECT event_id::text, stream FROM outbox ORDER BY stream, sequence LIMIT 1"
    )[0]
    damage("support", f"CREATE TABLE kept AS SELECT * FROM outbox WHERE event_id = '{event_id}'", "DROP TABLE kept")
    damage(
        "support",
        f"DELETE FROM outbox WHERE event_id = '{event_id}'",
        "INSERT INTO outbox OVERRIDING SYSTEM VALUE SELECT * FROM kept",
    )
    assert list(reconcile.findings(engines)) == [
        Finding("streams of support", stream),
        Finding("log without an event of support", event_id),
    ]


def test_an_entry_that_was_changed_breaks_its_chain(loaded, engines, damage):
    chain, seq, actor = loaded.rows(
        "audit", "SELECT chain, seq, actor_id FROM entries WHERE actor_id IS NOT NULL LIMIT 1"
    )[0]
    change = f"UPDATE entries SET actor_id = '{{}}' WHERE chain = '{chain}' AND seq = {seq}"
    damage("audit", change.format("somebody-else"), change.format(actor))
    assert list(reconcile.findings(engines)) == [Finding("chain", f"{chain} from entry {seq} on")]


def test_entries_that_stand_in_another_order_than_their_events_are_found(loaded, engines, damage):
    chain, first, second = loaded.rows(
        "audit",
        """
        SELECT one.chain, one.seq, other.seq FROM entries one JOIN entries other USING (chain, source)
        WHERE one.sequence + 1 = other.sequence ORDER BY one.chain, one.seq LIMIT 1""",
    )[0]
    swap = (
        f"UPDATE entries SET sequence = CASE seq WHEN {first} THEN sequence + 1 ELSE sequence - 1 END "
        f"WHERE chain = '{chain}' AND seq IN ({first}, {second})"
    )
    undo = swap.replace("+ 1", "+ 0 - 1").replace("sequence - 1 END", "sequence + 1 END")
    damage("audit", swap, undo)
    found = list(reconcile.findings(engines))
    assert Finding("order of the log", f"{chain} entry {second}") in found
    assert {one.check for one in found} == {"order of the log", "chain"}


def test_the_command_prints_what_differs_and_ends_with_one_until_it_is_repaired(loaded, engines, monkeypatch, capsys):
    for service, one in loaded.databases.items():
        monkeypatch.setenv(f"{service.upper()}_OWNER_DATABASE_URL", one.owner_url)
    monkeypatch.setenv("COMMERCE_AMQP_URI", "amqp://nobody@127.0.0.1:1//")
    assert reconcile.main([]) == 0
    assert capsys.readouterr().out == "0 differences\n"
    client = loaded.one("billing", "SELECT client_id::text FROM client_totals LIMIT 1")
    with loaded.engines["billing"].begin() as connection:
        connection.execute(text(f"UPDATE client_totals SET domains = domains + 1 WHERE client_id = '{client}'"))
    assert reconcile.main([]) == 1
    assert reconcile.main(["--repair"]) == 0
    assert capsys.readouterr().out == (
        f"totals: {client}\ntotals in the list: {client}\n2 differences\n"
        f"totals: {client}\ntotals in the list: {client}\n2 differences, 2 repaired\n"
    )


def test_nothing_differs_once_the_log_is_archived(engines, keys_dir, tmp_path):
    """The last of these: it takes the log away."""
    signer = CheckpointSigner(
        CheckpointFile(tmp_path / "checkpoints"), SigningKey(keys_dir / "audit.key"), TrustedKeys(keys_dir)
    )
    with Session(engines["audit"]) as session:
        assert write_checkpoint(session, signer)
    done = archive_log(engines["audit"], signer, tmp_path, datetime.now(UTC))
    assert done.entries > 100 and not done.left
    keys = map(str, done.folder.glob("*.pub"))
    assert audit_verify.verify(str(done.folder / ENTRIES), str(done.folder / CHECKPOINTS), *keys) == 0
    assert list(reconcile.findings(engines)) == []
