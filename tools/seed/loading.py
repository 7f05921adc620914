"""The load itself: clients in chunks, made by as many processes as there are cores, and copied as they are made.

Clients with a thin history are made as templates, which multiplying.py copies in the databases.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from multiprocessing import get_context

from tools.seed import multiplying, templates
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
BRIEF_FROM, THIN_FROM = 5_000, 200_000
NUMBERS_FROM = 100_000  # of multiplied clients, so that no number is filled up with noughts
RESERVE_NUMBERS = """INSERT INTO billing_counters AS counter (name, value) VALUES (%s, %s)
                  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"""
SEQUENCES = {
    "service": ("billing", "subscriptions", "subscriptions_number_seq"),
    "ticket": ("support", "tickets", "ticket_numbers"),
}


@dataclass(frozen=True)
class Order:
    """What is to be loaded: clients `first` to `first + count - 1` of a seed, as of `today`; as templates where there
    are to be `copies`."""

    seed: str
    first: int
    count: int
    history: str
    today: date
    copies: int = 0

    def chunks(self) -> list[range]:
        """The clients' indexes in portions."""
        end = self.first + self.count
        return [range(start, min(start + CHUNK, end)) for start in range(self.first, end, CHUNK)]


def history_of(count: int) -> str:
    """How much history so many clients have unless it is said."""
    return "full" if count < BRIEF_FROM else "brief" if count < THIN_FROM else "thin"


def load(count: int, seed: str, *, append: bool = False, history: str | None = None) -> dict[str, int]:
    """Load `count` clients; how many rows went into each table. Without `append` it refuses where there are clients
    already. A load of templates that was interrupted goes on."""
    with opened() as databases:
        begun, there = multiplying.begun(databases), _clients_there(databases)
    if begun:
        if begun[:2] != (count, seed):
            raise SystemExit(
                f"A load is not finished: ./dev seed --clients {begun[0]} --seed {begun[1]} goes on with it."
            )
        return _multiplied()
    if there and not append:
        raise SystemExit(f"The databases hold {there} clients already. --append adds to them; ./dev reset begins anew.")
    history, order_seed = history or history_of(count), f"{seed}+{there}" if there else seed
    order = Order(order_seed, there + 1, count, history, datetime.now(UTC).date())
    if history == "thin":
        return _load_templates(order, seed)
    counts = _load_chunks(order)
    with opened() as databases:
        databases.analyse()
    return dict(counts)


def _load_templates(order: Order, seed: str) -> dict[str, int]:
    """The clients that make no whole template are loaded as they are."""
    copies = templates.copies_of(order.count)
    made, rest = divmod(order.count, copies)
    counts = _load_chunks(replace(order, count=rest)) if rest else Counter()
    with opened() as databases:
        multiplying.stage(databases)
    _load_chunks(replace(order, first=templates.first_index(order.first - 1), count=made, copies=copies))
    with opened() as databases:
        multiplying.begin(databases, (order.count, seed, copies))
    return dict(counts + Counter(_multiplied()))


def _multiplied() -> dict[str, int]:
    try:
        return multiplying.multiply(print_progress)
    except SystemExit:
        raise SystemExit("Stopped. The same command goes on where it stood; until then nothing else can.") from None


def _load_chunks(order: Order) -> Counter:
    """Make all clients of `order`; how many rows of each table they are."""
    counts = Counter()
    with opened() as databases:
        shared = load_shared_rows(databases, order.seed, Calendar(order.today))
    with _pool(order, shared) as each:
        counted = list(each(_count_chunk, order.chunks()))
        with opened() as databases:
            starts = first_numbers(counted, _reserve(databases, counted, order.copies))
        for number, rows in enumerate(each(_load_chunk, list(zip(order.chunks(), starts, strict=True))), 1):
            counts.update(rows)
            _progress(number, len(starts))
    return counts


def _clients_there(databases: Databases) -> int:
    return databases.query("clients", "SELECT count(*) FROM clients")[0][0]


def _reserve(databases: Databases, counted: list[dict[str, Counter]], copies: int) -> dict[str, int]:
    """Take the numbers that are needed, as a running system would have to wait for; the last ones given before.

    A template's number is that of its copies without the last digits.
    """
    needed = {kind: sum(chunk[kind].total() for chunk in counted) for kind in KINDS}
    if copies:
        needed = {kind: (count + 2) * copies + NUMBERS_FROM for kind, count in needed.items()}
    last = {}
    for kind in ("invoice", "order"):
        last[kind] = databases.query("billing", RESERVE_NUMBERS, (kind, needed[kind]))[0][0] - needed[kind]
    for kind, (service, table, sequence) in SEQUENCES.items():
        last[kind] = databases.query(service, f"SELECT coalesce(max(number), 0) FROM {table}")[0][0]
        if needed[kind]:
            databases.query(service, "SELECT setval(%s, %s)", (sequence, last[kind] + needed[kind]))
    databases.commit()
    return {kind: (number + NUMBERS_FROM) // copies + 1 if copies else number for kind, number in last.items()}


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
    return count_days(_state.order.seed, indexes, _state.order.history)


def _load_chunk(chunk: tuple[range, dict]) -> dict[str, int]:
    indexes, start = chunk
    order, rows, calendar = _state.order, Rows(), Calendar(_state.order.today)
    numbers = templates.TemplateNumbers(start) if order.copies else Numbers(start)
    for index in indexes:
        _make_client(order, index, rows, numbers, calendar)
    rows.copy_into(_state.databases, multiplying.staging_name if order.copies else str)
    return rows.counts()


def _make_client(order: Order, index: int, rows: Rows, numbers: Numbers, calendar: Calendar) -> None:
    """One client with everything, in all five services."""
    shared, brief, volumes = _state.shared, order.history != "full", volumes_of(order.seed, index, order.history)
    draw, word = Draw(f"{order.seed}/client/{index}"), ""
    if order.copies:
        draw, word = templates.TemplateDraw(f"{order.seed}/client/{index}"), templates.word_of(index)
        volumes = templates.marked(volumes)
    client, history = ClientMaker(draw, calendar, shared, rows, brief, word).write(volumes)
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
        print_progress(f"{100 * done // chunks} % loaded")


def print_progress(text: str) -> None:
    """Print a line of progress, with the seconds since the load began."""
    print(f"{time.monotonic() - _begun:6.1f} s  {text}", file=sys.stderr, flush=True)
