"""The load itself: clients in chunks, made by as many processes as there are cores, and copied as they are made."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context

from tools.seed.account import Account
from tools.seed.billing import Billing
from tools.seed.client import ClientMaker
from tools.seed.copy_rows import Databases, Rows, opened
from tools.seed.history import write_ends
from tools.seed.rng import Calendar, Draw
from tools.seed.shared_rows import SharedRows, load_shared_rows
from tools.seed.support import Support
from tools.seed.volumes import KINDS, Numbers, count_days, first_numbers, volumes_of

CHUNK = 200
BRIEF_FROM = 5_000
RESERVE_NUMBERS = """INSERT INTO billing_counters AS counter (name, value) VALUES (%s, %s)
                  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"""
SEQUENCES = {
    "service": ("billing", "subscriptions", "subscriptions_number_seq"),
    "ticket": ("support", "tickets", "ticket_numbers"),
}


@dataclass(frozen=True)
class Order:
    """What is to be loaded: clients `first` to `first + count - 1` of a seed, as of `today`."""

    seed: str
    first: int
    count: int
    brief: bool
    today: date

    def chunks(self) -> list[range]:
        """The clients' indexes in portions."""
        end = self.first + self.count
        return [range(start, min(start + CHUNK, end)) for start in range(self.first, end, CHUNK)]


def load(count: int, seed: str, *, append: bool = False, brief: bool | None = None) -> dict[str, int]:
    """Load `count` clients; how many rows went into each table. Without `append` it refuses where there are clients
    already."""
    today = datetime.now(UTC).date()
    with opened() as databases:
        there = _clients_there(databases)
        if there and not append:
            raise SystemExit(
                f"The databases hold {there} clients already. --append adds to them; ./dev reset begins anew."
            )
        brief = count >= BRIEF_FROM if brief is None else brief
        order = Order(f"{seed}+{there}" if there else seed, there + 1, count, brief, today)
        shared = load_shared_rows(databases, seed, Calendar(today))
    counts = Counter()
    with _pool(order, shared) as each:
        counted = list(each(_count_chunk, order.chunks()))
        with opened() as databases:
            starts = first_numbers(counted, _reserve(databases, counted))
        for number, rows in enumerate(each(_load_chunk, list(zip(order.chunks(), starts, strict=True))), 1):
            counts.update(rows)
            _progress(number, len(starts))
    with opened() as databases:
        databases.analyse()
    return dict(counts)


def _clients_there(databases: Databases) -> int:
    return databases.query("clients", "SELECT count(*) FROM clients")[0][0]


def _reserve(databases: Databases, counted: list[dict[str, Counter]]) -> dict[str, int]:
    """Take the numbers that are needed, as a running system would have to wait for; the last ones given before."""
    needed = {kind: sum(chunk[kind].total() for chunk in counted) for kind in KINDS}
    last = {}
    for kind in ("invoice", "order"):
        last[kind] = databases.query("billing", RESERVE_NUMBERS, (kind, needed[kind]))[0][0] - needed[kind]
    for kind, (service, table, sequence) in SEQUENCES.items():
        last[kind] = databases.query(service, f"SELECT coalesce(max(number), 0) FROM {table}")[0][0]
        if needed[kind]:
            databases.query(service, "SELECT setval(%s, %s)", (sequence, last[kind] + needed[kind]))
    databases.commit()
    return last


@contextmanager
def _pool(order: Order, shared: SharedRows) -> Iterator:
    """`each(function, arguments)`: the results in order, by processes of their own where there is more than one
    chunk."""
    if order.count <= CHUNK * 2:
        _begin(order, shared)
        try:
            yield lambda function, arguments: map(function, arguments)
        finally:
            _state.databases.close()
        return
    # Twice the cores: while one process waits for its COPY, another makes rows.
    with get_context("fork").Pool(2 * (os.cpu_count() or 1), _begin_process, (order, shared)) as pool:
        yield lambda function, arguments: pool.imap(function, arguments)


class _State:
    """What a process needs for every chunk."""

    order: Order
    shared: SharedRows
    databases: Databases


_state = _State()


def _begin_process(order: Order, shared: SharedRows) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that waits for us ends us
    _begin(order, shared)


def _begin(order: Order, shared: SharedRows) -> None:
    _state.order, _state.shared, _state.databases = order, shared, Databases()


def _count_chunk(indexes: range) -> dict[str, Counter]:
    return count_days(_state.order.seed, indexes, _state.order.brief)


def _load_chunk(chunk: tuple[range, dict]) -> dict[str, int]:
    indexes, start = chunk
    rows, numbers, calendar = Rows(), Numbers(start), Calendar(_state.order.today)
    for index in indexes:
        _make_client(_state.order, index, rows, numbers, calendar)
    rows.copy_into(_state.databases)
    return rows.counts()


def _make_client(order: Order, index: int, rows: Rows, numbers: Numbers, calendar: Calendar) -> None:
    """One client with everything, in all four services."""
    shared, brief, volumes = _state.shared, order.brief, volumes_of(order.seed, index, order.brief)
    draw = Draw(f"{order.seed}/client/{index}")
    client, history = ClientMaker(draw, calendar, shared, rows, brief).write(volumes)
    Billing(
        Account(
            client,
            volumes,
            history,
            draw=draw,
            calendar=calendar,
            shared=shared,
            rows=rows,
            numbers=numbers,
            brief=brief,
        )
    ).write()
    Support(client, history, draw=draw, calendar=calendar, shared=shared, rows=rows, brief=brief).write(
        volumes, numbers
    )
    write_ends(rows, client.id, *history.write(rows))


_begun = time.monotonic()


def _progress(done: int, chunks: int) -> None:
    """Print progress, ten times in a long load."""
    if chunks >= 20 and done % (chunks // 10) == 0:
        print(f"{time.monotonic() - _begun:6.1f} s  {100 * done // chunks} % loaded", file=sys.stderr, flush=True)
