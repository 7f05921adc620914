"""Reconciles what is kept twice: `python -m tools.ops.reconcile [--repair]`; prints what differs, exit 1 when anything
does, or with `--repair` when anything still does afterwards.

Reads the five databases with their owners' roles (CLIENTS_OWNER_DATABASE_URL and so on). `--repair` brings kept totals,
those of the list and folded copies up to date, and sends events that the log lacks to it again (COMMERCE_AMQP_URI); nothing else is
changed by a machine. A password may stand in a file (CLIENTS_OWNER_DATABASE_PASSWORD_FILE, COMMERCE_AMQP_PASSWORD_FILE).
What is repaired is looked at again; what is not is named, with the reason where one is known.
"""

import argparse
import os
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kombu import Exchange, Producer
from sqlalchemy import Engine, Row, create_engine, select, text
from sqlalchemy.orm import Session

from chassis.bus.address import connect
from chassis.db.engine import driver_url
from chassis.db.tables import outbox
from chassis.events.event import CONTENT_TYPE, message_bytes, message_of
from chassis.events.event_size import MAX_BYTES
from chassis.events.parking_lot import parked
from chassis.events.unit_of_work import LOCK_STREAM
from chassis.secret_files import fill_in_secrets
from deploy.services import PUBLISHERS, SERVICES
from services.audit.chains import Verdict, verify_chain
from services.audit.listeners import QUEUE
from services.audit.models import ChainHead, Entry
from services.audit.queries.verify import start_of
from services.billing.commands.accounts.totals import refresh_totals
from services.clients.commands.records.folded_copies import renew_copies, stale_copies
from services.clients.models import Client
from tools.ops import client_totals

AT_ONCE = 2000
GRACE = "1 minute"
ARRIVAL_SECONDS = 30  # how long a repair waits for what it sent

# Each line names what differs; what was changed meanwhile by a write that is not committed yet is not seen at all.
TOTALS = """
SELECT kept.client_id::text FROM client_totals kept WHERE
  (kept.services, kept.active_services, kept.suspended_services, kept.pending_services, kept.next_due_on) IS DISTINCT FROM
  (SELECT (count(*)::int, (count(*) FILTER (WHERE status = 'active'))::int, (count(*) FILTER (WHERE status = 'suspended'))::int,
           (count(*) FILTER (WHERE status = 'pending'))::int, min(next_due_date) FILTER (WHERE status IN ('active', 'suspended')))
   FROM subscriptions WHERE client_id = kept.client_id)
  OR (kept.outstanding_minor, kept.overdue_minor, kept.oldest_due_on) IS DISTINCT FROM
  (SELECT (coalesce(sum(total_minor - credit_applied_minor - paid_minor), 0)::bigint,
           coalesce(sum(total_minor - credit_applied_minor - paid_minor) FILTER (WHERE status = 'overdue'), 0)::bigint,
           min(due_date)) FROM invoices WHERE client_id = kept.client_id AND status IN ('unpaid', 'overdue'))
  OR kept.credit_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM credit_entries WHERE client_id = kept.client_id)
  OR (kept.invoices, kept.orders, kept.domains) IS DISTINCT FROM
  (SELECT ((SELECT count(*) FROM invoices WHERE client_id = kept.client_id)::int,
           (SELECT count(*) FROM orders WHERE client_id = kept.client_id)::int,
           (SELECT count(*) FROM domains WHERE client_id = kept.client_id)::int))
UNION SELECT client_id::text FROM (
  SELECT client_id FROM subscriptions UNION SELECT client_id FROM invoices UNION SELECT client_id FROM orders
  UNION SELECT client_id FROM domains UNION SELECT client_id FROM credit_entries) counted
WHERE client_id NOT IN (SELECT client_id FROM client_totals)"""
LEDGER = """
SELECT client_id || ' entry ' || seq FROM (
  SELECT client_id, seq, balance_after_minor, sum(amount_minor) OVER ledger AS running, row_number() OVER ledger AS place
  FROM credit_entries WINDOW ledger AS (PARTITION BY client_id ORDER BY seq)) entry
WHERE balance_after_minor <> running OR seq <> place OR running < 0"""
INVOICES = """
SELECT id::text FROM invoices WHERE (subtotal_minor, tax_minor) IS DISTINCT FROM
  (SELECT (coalesce(sum(total_minor), 0)::bigint, coalesce(sum(tax_minor), 0)::bigint) FROM invoice_lines
   WHERE invoice_id = invoices.id) OR total_minor <> subtotal_minor + tax_minor"""
# What went back after an invoice was paid leaves it paid, so what was used for it lies between what is left and what
# came.
SETTLED = """
SELECT id::text FROM invoices
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor - credited_minor), 0) AS came, coalesce(sum(refunded_minor), 0) AS back
                    FROM payments WHERE invoice_id = invoices.id) money
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS came, coalesce(sum(returned_minor), 0) AS back
                    FROM credit_applications WHERE invoice_id = invoices.id) credit
WHERE NOT (paid_minor BETWEEN money.came - money.back AND money.came)
   OR NOT (credit_applied_minor BETWEEN credit.came - credit.back AND credit.came)"""
STREAMS = """
SELECT coalesce(kept.stream, events.stream) FROM (SELECT stream, sequence FROM streams WHERE sequence > 0) kept
FULL JOIN (SELECT stream, max(sequence) AS last, count(*) AS number, count(DISTINCT sequence) AS different FROM outbox
           GROUP BY stream) events USING (stream)
WHERE (kept.sequence, kept.sequence, kept.sequence) IS DISTINCT FROM (events.last, events.number, events.different)"""
ORDER = """
SELECT chain || ' entry ' || seq FROM (
  SELECT chain, seq, sequence, lag(sequence) OVER (PARTITION BY chain, source ORDER BY seq) AS before
  FROM entries) entry WHERE before >= sequence"""


@dataclass(frozen=True)
class Finding:
    """Something that differs: which check found it, and where."""

    check: str
    where: str


def findings(engines: dict[str, Engine], settled: str = GRACE) -> Iterator[Finding]:
    """All that differs, check by check; an event may take `settled` to arrive in the log before it is missed."""
    kept = [
        ("billing", "totals", TOTALS),
        ("billing", "ledger", LEDGER),
        ("billing", "invoices", INVOICES),
        ("billing", "settled", SETTLED),
        ("audit", "order of the log", ORDER),
        *((service, f"streams of {service}", STREAMS) for service in PUBLISHERS),
    ]
    for service, name, statement in kept:
        yield from (Finding(name, where) for where in _rows(engines[service], statement))
    yield from (Finding(LISTED, where) for where in client_totals.differing(engines, settled))
    yield from (Finding("folded copies", where) for where in _stale_copies(engines["clients"]))
    for service in PUBLISHERS:
        yield from (Finding(f"log of {service}", event_id) for event_id in _missing(engines, service, settled))
        yield from (
            Finding(f"log without an event of {service}", event_id) for event_id in _unpublished(engines, service)
        )
    yield from (Finding("chain", where) for where in _broken_chains(engines["audit"]))


def _stale_copies(engine: Engine) -> Iterator[str]:
    """Clients whose `sort_name` or `search_text` is not what their company and contacts make of it."""
    with Session(engine) as session:
        yield from (str(client.id) for client, _ in stale_copies(session))


def _missing(engines: dict[str, Engine], service: str, settled: str) -> list[str]:
    """Ids of a service's events that have had time to arrive in the log and are not in it."""
    due = f"SELECT event_id::text, stream, sequence FROM outbox WHERE recorded_at < now() - interval '{settled}'"
    archived = _archived(engines["audit"], service)
    ids = (row.event_id for row in _each(engines[service], due) if row.sequence > archived.get(row.stream, 0))
    return _absent(ids, engines["audit"], "SELECT event_id::text FROM entries")


def _archived(engine: Engine, service: str) -> dict[str, int]:
    """{stream: the last sequence of a service whose entry lies in an archive}."""
    last = "SELECT chain, (sequences ->> :source)::bigint AS sequence FROM chain_archives WHERE sequences ? :source"
    with engine.connect() as connection:
        return dict(connection.execute(text(last), {"source": f"services/{service}"}).all())


def _unpublished(engines: dict[str, Engine], service: str) -> list[str]:
    entries = f"SELECT event_id::text FROM entries WHERE source = 'services/{service}'"
    return _absent(_rows(engines["audit"], entries), engines[service], "SELECT event_id::text FROM outbox")


def _absent(ids: Iterable[str], engine: Engine, statement: str) -> list[str]:
    """Those of `ids` that `statement` does not give."""
    return sorted(set(ids).difference(_rows(engine, statement)))


def _broken_chains(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        heads = session.execute(select(ChainHead.chain, ChainHead.seq, ChainHead.hash).order_by(ChainHead.chain)).all()
    for chain, seq, head in heads:
        verdict = _verify(engine, chain, (seq, bytes(head)))
        if not verdict.valid:
            yield f"{chain} from entry {verdict.first_bad_seq} on"


def _verify(engine: Engine, chain: str, head: tuple[int, bytes]) -> Verdict:
    with Session(engine) as session:
        start = start_of(session, chain)
    with engine.connect().execution_options(stream_results=True, yield_per=AT_ONCE) as connection:
        rows = connection.execute(
            select(Entry.__table__)
            .where(Entry.chain == chain, Entry.seq > start.seq, Entry.seq <= head[0])
            .order_by(Entry.seq)
        )
        return verify_chain((row._mapping for row in rows), head, start=start)


def _rows(engine: Engine, statement: str) -> Iterator[str]:
    return (row[0] for row in _each(engine, statement))


def _each(engine: Engine, statement: str) -> Iterator[Row]:
    with engine.connect().execution_options(stream_results=True, yield_per=AT_ONCE) as connection:
        yield from connection.execute(text(statement))


def repair(engines: dict[str, Engine], amqp_uri: str, found: list[Finding]) -> list[Finding]:
    """Repair what a machine may repair; returns what was tried, which `unrepaired` looks at again.

    The totals of the list are rebuilt whatever was found: after a restore what they wait for may never come.
    """
    repaired = []
    for one in found:
        if one.check in REPAIRS:
            service, renew = REPAIRS[one.check]
            _renew(engines[service], one.where, renew)
            repaired.append(one)
    client_totals.rebuild(engines)
    repaired += [one for one in found if one.check == LISTED]
    for service in PUBLISHERS:
        lost = [one for one in found if one.check == f"log of {service}"]
        sent = _send_again(engines[service], amqp_uri, [uuid.UUID(one.where) for one in lost])
        repaired += [one for one in lost if one.where in sent]
    return repaired


def unrepaired(engines: dict[str, Engine], found: list[Finding], tried: list[Finding]) -> list[Finding]:
    """Those of `found` that still differ; what was sent to the log is waited for."""
    sent = {one.where for one in tried if one.check.startswith(LOG_OF)}
    end = time.monotonic() + ARRIVAL_SECONDS
    while sent and _absent(sent, engines["audit"], "SELECT event_id::text FROM entries") and time.monotonic() < end:
        time.sleep(0.5)
    still = set(findings(engines))
    return [one for one in found if one in still]


def reasons(amqp_uri: str, left: list[Finding], tried: list[Finding]) -> dict[Finding, str]:
    """Why each of `left` is not repaired, as far as that is known."""
    lost = [one for one in left if one.check.startswith(LOG_OF)]
    aside = {one.id: one.reason for one in parked(amqp_uri, QUEUE)} if lost else {}
    known = {one: "left to people" for one in left if one not in tried}
    known |= {one: f"no listener reads more than {MAX_BYTES} bytes" for one in lost if one not in tried}
    known |= {one: f"sent again, and not arrived; parked: {aside.get(one.where, 'no')}" for one in lost if one in tried}
    return {one: known.get(one, "renewed, and it differs again") for one in left}


def _renew(engine: Engine, client_id: str, renew) -> None:
    with Session(engine) as session, session.begin():
        session.execute(LOCK_STREAM, {"stream": client_id, "timeout": "5000ms"})
        renew(session, uuid.UUID(client_id))


def _renew_copies(session: Session, client_id: uuid.UUID) -> None:
    renew_copies(session, session.get_one(Client, client_id))


LOG_OF = "log of "
LISTED = "totals in the list"
REPAIRS = {"totals": ("billing", refresh_totals), "folded copies": ("clients", _renew_copies)}


def _send_again(engine: Engine, amqp_uri: str, event_ids: list[uuid.UUID]) -> set[str]:
    """Send events to the log's queue alone, in the order in which they were recorded; the inbox drops what came
    meanwhile. Returns the ids of those that were sent: not of one that is larger than a listener reads."""
    sent: set[str] = set()
    if not event_ids:
        return sent
    with engine.connect() as database, connect(amqp_uri, transport_options={"confirm_publish": True}) as broker:
        producer = Producer(broker.channel())
        for row in database.execute(
            select(outbox.c.body, outbox.c.personal)
            .where(outbox.c.event_id.in_(event_ids))
            .order_by(outbox.c.stream, outbox.c.sequence)
        ):
            message = message_of(row.body, row.personal)
            if len(body := message_bytes(message)) > MAX_BYTES:
                continue
            producer.publish(
                body,
                exchange=Exchange(""),
                routing_key=QUEUE,
                message_id=message["id"],
                serializer=None,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                mandatory=True,
            )
            sent.add(message["id"])
    return sent


def main(arguments: list[str]) -> int:
    """Check, and repair on request; answers the exit code: 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="check", description="Compare what is kept twice.")
    parser.add_argument(
        "--repair", action="store_true", help="renew totals and copies, send lost events to the log again"
    )
    given = parser.parse_args(arguments)
    engines = {service: create_engine(driver_url(client_totals.owner_url(service))) for service in SERVICES}
    found = list(findings(engines))
    for one in found:
        print(f"{one.check}: {one.where}")
    left = _repair_all(engines, _amqp_uri(), found) if given.repair else found
    print(f"{len(found)} differences" + (f", {len(found) - len(left)} repaired" if given.repair else ""))
    return 1 if left else 0


def _amqp_uri() -> str:
    given = {"amqp_uri": os.environ["COMMERCE_AMQP_URI"]}
    if file := os.environ.get("COMMERCE_AMQP_PASSWORD_FILE"):
        given["amqp_password_file"] = file
    return fill_in_secrets(given)["amqp_uri"]


def _repair_all(engines: dict[str, Engine], amqp_uri: str, found: list[Finding]) -> list[Finding]:
    """Repair, and print what is left with its reason."""
    tried = repair(engines, amqp_uri, found)
    left = unrepaired(engines, found, tried)
    for one, reason in reasons(amqp_uri, left, tried).items():
        print(f"not repaired: {one.check}: {one.where} ({reason})")
    return left


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
