"""From the bus to the log: every event becomes one sealed entry, in order."""

import threading
import time

from sqlalchemy import event, select, text

from chassis.events.listener import Listener
from chassis.testing.plugin import wait_until
from services.audit import listeners
from services.audit.chains import verify_chain
from services.audit.commands.append import append
from services.audit.models import ChainHead, Entry
from services.audit.service import AuditService
from tests.support.audit_events import CLIENT, message


def entries(session, chain: str = CLIENT) -> list:
    """The chain's rows from the first on, as mappings."""
    session.rollback()
    return session.execute(select(Entry.__table__).where(Entry.chain == chain).order_by(Entry.seq)).mappings().all()


def test_each_event_becomes_one_entry_in_the_order_of_its_stream(audit, publish):
    messages = [message(sequence=n) for n in range(1, 121)]
    publish(*messages)
    wait_until(lambda: len(entries(audit)) == 120, "all entries")
    rows = entries(audit)
    assert [str(row["event_id"]) for row in rows] == [each["id"] for each in messages]
    assert [row["seq"] for row in rows] == list(range(1, 121))
    head = audit.execute(select(ChainHead.seq, ChainHead.hash).where(ChainHead.chain == CLIENT)).one()
    assert verify_chain(rows, (head.seq, bytes(head.hash))).valid


def test_an_event_that_comes_twice_has_one_entry(audit, publish):
    first, second = message(sequence=1), message(sequence=2)
    publish(first, first, second, first)
    publish(message(sequence=3))
    wait_until(lambda: len(entries(audit)) == 3, "three entries")
    assert [row["sequence"] for row in entries(audit)] == [1, 2, 3]


def test_an_event_of_an_unknown_type_and_source_data_survives_as_it_came(audit, publish):
    odd = {
        "weight": 1.0,
        "tiny": 1e-30,
        "huge": 1e22,
        "minus": -0.0,
        "text": "line\nbreak \u2028 ♞ e\u0301",
        "nested": {"b": [None, True], "a": {}},
    }
    publish(message("parcel.sent.v1", source="services/billing", facts=odd))
    (row,) = wait_until(lambda: entries(audit), "the entry")
    assert {name: row["facts"][name] for name in odd} == odd
    assert row["category"] == "Invoices"
    assert verify_chain([row]).valid


def test_a_batch_over_many_chains_continues_each(audit, publish):
    chains = [f"0192f0c1-0000-7000-8000-{n:012d}" for n in range(7)]
    publish(*(message(client_id=chain, sequence=n) for n in (1, 2, 3) for chain in reversed(chains)))
    publish(message("tag.created.v1", client_id=None))
    wait_until(lambda: len(entries(audit, "system")) == 1, "the last entry")
    for chain in chains:
        rows = entries(audit, chain)
        assert [row["sequence"] for row in rows] == [1, 2, 3]
        assert verify_chain(rows).valid


def test_what_has_piled_up_is_logged_by_large_batches(audit, publish, monkeypatch):
    sizes, attempt, published = [], Listener._attempt, threading.Event()

    def attempting(self, events):
        published.wait(30)
        sizes.append(len(events))
        return attempt(self, events)

    monkeypatch.setattr(Listener, "_attempt", attempting)
    publish(*(message(sequence=n) for n in range(1, 601)))
    published.set()
    wait_until(lambda: len(entries(audit)) == 600, "all entries", seconds=20)
    assert [row["sequence"] for row in entries(audit)] == list(range(1, 601))
    assert max(sizes) == listeners.BATCH
    assert verify_chain(entries(audit)).valid


def test_a_batch_takes_as_many_statements_as_one_event(session_of):
    session, statements = session_of("audit"), []
    event.listen(session.bind, "before_cursor_execute", lambda *given: statements.append(given[2]))
    append(session, events=[message(sequence=1)])
    alone = len(statements)
    append(session, events=[message(sequence=n, client_id=None if n % 2 else CLIENT) for n in range(2, 100)])
    assert len(statements) == 2 * alone and statements[alone:] == statements[:alone]
    session.rollback()


def test_a_head_that_moves_on_is_written_over_in_place_and_once(session_of):
    session = session_of("audit")
    append(session, events=[message(sequence=1)])
    session.commit()
    counts = "pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid)"
    updates = text(f"SELECT {counts} FROM pg_class WHERE relname = 'chain_heads'")
    before = session.execute(updates).one()
    append(session, events=[message(sequence=2), message(sequence=3)])
    after = session.execute(updates).one()
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 1]
    session.rollback()


def test_a_forged_personal_value_is_parked_and_the_rest_goes_on(audit, publish):
    forged = message(sequence=2)
    forged["personal"]["ip"]["value"] = "203.0.113.9"
    publish(message(sequence=1), forged, message(sequence=3))
    wait_until(lambda: len(entries(audit)) == 2, "the two good entries")
    assert [row["sequence"] for row in entries(audit)] == [1, 3]


def test_an_entry_stands_in_the_log_within_a_second_of_its_event(audit, publish):
    publish(message())
    started = time.monotonic()
    wait_until(lambda: entries(audit), "the entry", interval=0.005)
    assert time.monotonic() - started < 1


def test_a_second_replica_takes_over_where_the_first_ended(session_of, publish, run_service, databases):
    """Redeliveries and all: nothing twice, nothing left out, in the order of the stream."""
    session = session_of("audit")
    replicas = [run_service(AuditService, databases("audit").app_url) for _ in range(2)]
    for replica in replicas:
        (listener,) = [extension for extension in replica.entrypoints if hasattr(extension, "consuming")]
        wait_until(lambda listener=listener: listener.consuming, "the listener to consume")
    messages = [message(sequence=n) for n in range(1, 301)]
    publish(*messages[:200])
    wait_until(lambda: len(entries(session)) >= 50, "the first entries")
    replicas[0].stop()
    publish(*messages[150:])
    wait_until(lambda: len(entries(session)) == 300, "all entries", seconds=20)
    assert [row["sequence"] for row in entries(session)] == list(range(1, 301))
    assert verify_chain(entries(session)).valid
