"""Writes: POST /clients, note, credit and invoice with one caller and with sixteen; and how fast events reach the log."""

import json
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from sqlalchemy import select

from services.clients.models import Client
from tools.bench.measuring import GatewayConnection, Times, processor_time
from tools.bench.recorded_statements import Databases

CALLERS = (1, 16)
BACKLOG = 6000
PACE, PACED_CALLERS, SAMPLES = 50, 4, 40
PATIENCE = 120.0


@dataclass
class Writing:
    """One kind of write by so many callers at once; `a_second` is that of all of them, `refused` how many found no
    place in two seconds."""

    name: str
    callers: int
    times: Times
    a_second: float
    refused: int


@dataclass
class Events:
    """Events a second from a backlog by the relay, and into the log; and seconds from a commit to the log, under
    PACE writes a second."""

    relayed: float
    logged: float
    delay: Times


def _client(_ids: list[str], marker: str) -> tuple[str, dict]:
    return "/clients", {"first_name": "Ann", "last_name": marker, "email": f"{marker}@example.com", "currency": "EUR"}


def _note(ids: list[str], marker: str) -> tuple[str, dict]:
    return f"/clients/{_one(ids, marker)}/notes", {"body": marker}


def _credit(ids: list[str], marker: str) -> tuple[str, dict]:
    amount = {"amount": "1.50", "currency": "EUR"}
    return f"/clients/{_one(ids, marker)}/credits", {"amount": amount, "description": marker}


def _invoice(ids: list[str], marker: str) -> tuple[str, dict]:
    line = {"description": marker, "quantity": "1", "unit_price": "9.90", "tax_rate": "19"}
    return f"/clients/{_one(ids, marker)}/invoices", {"lines": [line], "publish": True, "apply_credit": False}


def _one(ids: list[str], marker: str) -> str:
    return ids[int(marker[:8], 16) % len(ids)]


WRITES = {"POST /clients": _client, "note": _note, "credit": _credit, "invoice, published": _invoice}


def clients_to_write_to(databases: Databases) -> list[str]:
    """Some clients whose account is in euro."""
    found = databases.sessions["clients"].scalars(select(Client.id).where(Client.currency == "EUR").limit(500))
    return [str(one) for one in found]


def measure_writes(ids: list[str], seconds: float) -> list[Writing]:
    """Each kind of write for `seconds`, by each number of callers."""
    return [_measure(name, make, callers, ids, seconds) for name, make in WRITES.items() for callers in CALLERS]


def _measure(name: str, make: Callable, callers: int, ids: list[str], seconds: float) -> Writing:
    times, before, begun = Times(), processor_time(), time.monotonic()

    def call(_number: int) -> list[float | None]:
        gateway, taken = GatewayConnection(), []
        while time.monotonic() < begun + seconds:
            taken.append(_write(gateway, *make(ids, uuid.uuid4().hex)))
        return taken

    with ThreadPoolExecutor(callers) as pool:
        taken = [one for of_one in pool.map(call, range(callers)) for one in of_one]
    lasted = time.monotonic() - begun
    times.http, times.cpu = [one for one in taken if one is not None], processor_time() - before
    return Writing(name, callers, times, len(times.http) / lasted, taken.count(None))


def _write(gateway: GatewayConnection, path: str, body: dict) -> float | None:
    """The seconds that a write took; None where it was refused for want of a place."""
    begun = time.perf_counter()
    status, answer = gateway.send(f"/api/v1{path}", "application/json", json.dumps(body).encode())
    if status in (429, 503):
        return None
    if status != 201:
        raise SystemExit(f"{path} answered {status}: {answer[:300].decode('utf-8', 'replace')}")
    return time.perf_counter() - begun


FILL = """
WITH moved AS (
  UPDATE streams SET sequence = sequence + %(count)s WHERE stream = 'system' RETURNING sequence - %(count)s AS last)
INSERT INTO outbox (event_id, type, stream, sequence, personal, body)
SELECT id, 'bench.measured.v1', 'system', last + n, '{}', jsonb_build_object(
  'specversion', '1.0', 'id', id, 'type', 'bench.measured.v1', 'source', 'services/clients', 'subject', NULL,
  'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'stream', 'system', 'sequence', last + n,
  'dataschema', 'urn:commerce:clients:bench.measured.v1', 'actor', jsonb_build_object('kind', 'system', 'id', 'bench'),
  'acting_as', NULL, 'cause', gen_random_uuid(), 'changes', jsonb_build_array(), 'facts', jsonb_build_object(
    'entity', jsonb_build_object('type', 'bench', 'id', id), 'commitments', jsonb_build_object()))
FROM moved, generate_series(1, %(count)s) n, LATERAL (SELECT gen_random_uuid() AS id, n AS of) made"""
HEAD = "SELECT seq FROM chain_heads WHERE chain = %s"


def measure_events(ids: list[str]) -> Events:
    """A backlog of events through the relay and into the log; then single notes while others write."""
    with closing(_connect("CLIENTS")) as clients, closing(_connect("AUDIT")) as audit:
        unpublished = "SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)"
        _await(lambda: not _scalar(clients, unpublished))
        head, begun = _scalar(audit, HEAD, "system"), time.monotonic()
        clients.cursor().execute(FILL, {"count": BACKLOG})
        relayed = _await(lambda: not _scalar(clients, unpublished)) - begun
        logged = _await(lambda: _scalar(audit, HEAD, "system") >= head + BACKLOG) - begun
        return Events(BACKLOG / relayed, BACKLOG / logged, Times(http=_delays(audit, ids)))


def _delays(audit, ids: list[str]) -> list[float]:
    """Seconds from a note's answer to its entry in the log, while PACE notes a second are written to other clients."""
    samples, others = ids[:SAMPLES], ids[SAMPLES:]
    going = [True]

    def keep_writing(_number: int) -> None:
        gateway = GatewayConnection()
        while going:
            begun = time.monotonic()
            _write(gateway, *_note(others, uuid.uuid4().hex))
            time.sleep(max(0.0, begun + PACED_CALLERS / PACE - time.monotonic()))

    def delay(client: str) -> float:
        before = _scalar(audit, HEAD, client) or 0
        while _write(gateway, *_note([client], uuid.uuid4().hex)) is None:
            pass
        begun = time.monotonic()
        return _await(lambda: (_scalar(audit, HEAD, client) or 0) > before) - begun

    gateway = GatewayConnection()
    with ThreadPoolExecutor(PACED_CALLERS) as pool:
        writing = [pool.submit(keep_writing, number) for number in range(PACED_CALLERS)]
        try:
            found = [delay(client) for client in samples]
        finally:
            going.clear()
    for one in writing:
        one.result()
    return found


def _connect(service: str):
    connection = psycopg2.connect(os.environ[f"{service}_OWNER_DATABASE_URL"])
    connection.autocommit = True
    return connection


def _scalar(connection, statement: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    return found and found[0]


def _await(holds: Callable[[], bool]) -> float:
    """The moment from which on it holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit("Events do not reach the log.")
        time.sleep(0.002)
    return time.monotonic()
