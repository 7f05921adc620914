"""Batch of work: one transaction over many streams, for a job that does the same to many clients.

    batch = BatchOfWork(session, "clients", caller, client_ids)     locks the streams' rows, always in one order
    batch.publish(ClientTagsChanged(...))                           the next event of its stream
    batch.flush()                                                   the events and the sequences, a statement each

What a unit of work is for one stream. Whoever opened the transaction commits it.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import green
from chassis.context import Caller
from chassis.db.tables import idempotency_keys
from chassis.events.event import Event
from chassis.events.outbox_rows import insert_outbox_rows

# The rows are inserted one after the other as they are given, so two batches lock what they share in one order.
LOCK_STREAMS = text("""
    INSERT INTO streams (stream) SELECT unnest(CAST(:streams AS text[]))
    ON CONFLICT (stream) DO UPDATE SET sequence = streams.sequence
    RETURNING stream, sequence, (SELECT last_value FROM epoch) AS epoch
""")
SET_SEQUENCES = text("""
    UPDATE streams SET sequence = given.sequence
    FROM jsonb_to_recordset(:given) AS given (stream text, sequence bigint) WHERE streams.stream = given.stream
""").bindparams(bindparam("given", type_=JSONB))


class BatchOfWork:
    """An open transaction that holds `streams`: change through `session`, `publish` events of any of them."""

    def __init__(self, session: Session, service: str, caller: Caller, streams: Iterable):
        self.session, self.service, self.caller = session, service, caller
        ordered = sorted(map(str, streams))
        found = session.execute(LOCK_STREAMS, {"streams": ordered}).all() if ordered else []
        self._epoch = found[0].epoch if found else 1
        self._sequences: dict[str, int] = {row.stream: row.sequence for row in found}
        self._pending: list[dict] = []

    def publish(self, event: Event, caller: Caller | None = None) -> None:
        """Publish `event`: it leaves once the transaction is committed, after all earlier events of its stream. `caller`
        stands in for whoever the batch is of."""
        self._sequences[event.stream] += 1
        sequence = self._sequences[event.stream]
        self._pending.append(event.outbox_row(self.service, caller or self.caller, sequence, self._epoch))
        if len(self._pending) % green.AT_ONCE == 0:
            green.give_way()

    def flush(self) -> None:
        """Send the events and the streams' new sequences to the database."""
        if self._pending:
            insert_outbox_rows(self.session, self._pending)
            moved = {row["stream"] for row in self._pending}
            given = [{"stream": stream, "sequence": self._sequences[stream]} for stream in moved]
            self.session.execute(SET_SEQUENCES, {"given": given})
            self._pending = []

    def answers(self, operation: str, keys: Iterable[str]) -> dict[str, object]:
        """{key: answer} of those idempotency keys that were used for `operation` before, by the caller."""
        kept = idempotency_keys.c
        found = self.session.execute(
            select(kept.key, kept.answer).where(
                kept.principal == self._principal, kept.operation == operation, kept.key.in_(list(keys))
            )
        )
        return {row.key: row.answer for row in found}

    def record_answers(self, operation: str, answers: Mapping[str, object], fingerprint: bytes) -> None:
        """Record the answer of each key for a repeat. Whoever repeats one waits for the stream that it is about."""
        rows = [
            {
                "principal": self._principal,
                "operation": operation,
                "key": key,
                "fingerprint": fingerprint,
                "answer": answer,
            }
            for key, answer in answers.items()
        ]
        if rows:
            self.session.execute(insert(idempotency_keys), rows)

    @property
    def _principal(self) -> str:
        return f"{self.caller.kind}:{self.caller.id}"
