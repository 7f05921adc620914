"""Verdict on a run: the journal, the databases and the log, compared as sets."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from chassis.events.parking_lot import parked
from deploy.rabbitmq.access import LISTENERS
from tools.faults.journal import Command
from tools.ops import reconcile

# Where the marker of a command stands when it took effect.
EFFECTS = {
    "client": ("clients", "SELECT last_name FROM contacts WHERE last_name = ANY(:markers)"),
    "note": ("clients", "SELECT body FROM notes WHERE body = ANY(:markers)"),
    "credit": ("billing", "SELECT description FROM credit_entries WHERE description = ANY(:markers)"),
    "invoice": ("billing", "SELECT description FROM invoice_lines WHERE description = ANY(:markers)"),
    "payment": ("billing", "SELECT reference FROM payments WHERE reference = ANY(:markers)"),
    "order": ("billing", "SELECT left(domain, -8) FROM order_items WHERE left(domain, -8) = ANY(:markers)"),
    "suspend-all": ("billing", "SELECT reason FROM suspension_batches WHERE reason = ANY(:markers)"),
}
# What each kind of entry of the log stands for: one row each, no more and no fewer.
CHANGES = {
    "client.created.v1": ("clients", "SELECT id::text FROM clients"),
    "note.added.v1": ("clients", "SELECT id::text FROM notes"),
    "credit.added.v1": ("billing", "SELECT id::text FROM credit_entries WHERE amount_minor > 0"),
    "credit.applied.v1": ("billing", "SELECT id::text FROM credit_entries WHERE amount_minor < 0"),
    "invoice.published.v1": ("billing", "SELECT id::text FROM invoices WHERE number IS NOT NULL"),
    "payment.recorded.v1": ("billing", "SELECT id::text FROM payments"),
    "order.placed.v1": ("billing", "SELECT id::text FROM orders"),
    "subscription.suspended.v1": ("billing", "SELECT id::text FROM subscriptions WHERE status = 'suspended'"),
    "suspension_batch.made.v1": ("billing", "SELECT id::text FROM suspension_batches"),
}
LOGGED = "SELECT facts -> 'entity' ->> 'id' FROM entries WHERE type = :type"
BALANCES = """
SELECT count(*) FROM client_totals kept
WHERE credit_minor <> coalesce((SELECT sum(amount_minor) FROM credit_entries WHERE client_id = kept.client_id), 0)
   OR credit_minor <> coalesce((SELECT balance_after_minor FROM credit_entries WHERE client_id = kept.client_id
                                ORDER BY seq DESC LIMIT 1), 0) OR credit_minor < 0"""


@dataclass
class Verdict:
    """What was found. Everything but `by_outcome`, `sent`, `looks` and `drained` has to be zero or empty."""

    by_outcome: dict[str, Counter] = field(default_factory=dict)
    sent: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    refused_but_done: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    differences: list[reconcile.Finding] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    unlogged: list[str] = field(default_factory=list)
    wrong_balances: int = 0
    looks: int = 0
    drained: float = 0.0

    @property
    def found(self) -> dict[str, list]:
        """What must not be, by its name."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "refused but done": self.refused_but_done,
            "two answers for one key": self.contradicted,
            "parked": self.parked,
            "changes without one entry": self.unlogged,
            "differences": [f"{one.check}: {one.where}" for one in self.differences],
        }

    @property
    def good(self) -> bool:
        """Whether every promise held."""
        return not any(self.found.values()) and not self.wrong_balances


def compare(commands: list[Command], engines: dict[str, Engine], verdict: Verdict) -> None:
    """Put into `verdict` what became of each command, and how often the commands were sent."""
    verdict.sent = Counter(len(command.answers) for command in commands)
    for operation, (service, statement) in EFFECTS.items():
        chosen = [command for command in commands if command.operation == operation]
        with engines[service].connect() as connection:
            effects = Counter(
                connection.execute(text(statement), {"markers": [one.marker for one in chosen]}).scalars()
            )
        verdict.by_outcome[operation] = Counter(command.outcome for command in chosen)
        for command in chosen:
            _judge(command, effects[command.marker], verdict)


def _judge(command: Command, effects: int, verdict: Verdict) -> None:
    if effects > 1:
        verdict.doubled.append(command.marker)
    if command.outcome == "acknowledged" and not effects:
        verdict.lost.append(command.marker)
    if command.outcome == "refused" and effects:
        verdict.refused_but_done.append(command.marker)
    if command.contradicted:
        verdict.contradicted.append(command.marker)


def drain(engines: dict[str, Engine], verdict: Verdict, seconds: float = 120.0) -> None:
    """Leave the system alone until nothing differs any more, or `seconds` have passed; what differs then stays in
    `verdict`."""
    begun = time.monotonic()
    while True:
        verdict.differences = list(reconcile.findings(engines, settled="0 seconds"))
        verdict.drained = time.monotonic() - begun
        if not verdict.differences or verdict.drained > seconds:
            return
        time.sleep(0.5)


def compare_log(engines: dict[str, Engine], verdict: Verdict) -> None:
    """Put into `verdict` each change that has no entry in the log, or two, and each entry that has no change."""
    for type_, (service, statement) in CHANGES.items():
        with engines[service].connect() as owner, engines["audit"].connect() as log:
            committed = Counter(owner.execute(text(statement)).scalars())
            logged = Counter(log.execute(text(LOGGED), {"type": type_}).scalars())
        verdict.unlogged += [f"{type_} {one}" for one in {*committed, *logged} if committed[one] != logged[one]]


def look_at_parked(amqp_uri: str, verdict: Verdict) -> None:
    """Put into `verdict` what listeners gave up: under faults that pass that is nothing."""
    verdict.parked = [f"{queue}: {one.type} {one.reason}" for queue in LISTENERS for one in parked(amqp_uri, queue)]


class Reader:
    """Looks at all balances ten times a second while the load runs: each look is one statement, so one instant."""

    def __init__(self, engine: Engine, verdict: Verdict):
        self._engine, self._verdict = engine, verdict
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            try:
                with self._engine.connect() as connection:
                    self._verdict.wrong_balances += connection.scalar(text(BALANCES))
                    self._verdict.looks += 1
            except DBAPIError:  # the database is one of those that are killed
                self._engine.dispose()
