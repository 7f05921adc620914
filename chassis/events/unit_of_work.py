"""Unit of work: one transaction that locks its stream, claims its key, changes, publishes and keeps its answer.

    with open_uow(stream=client_id) as uow:         BEGIN; lock the stream's row; claim the idempotency key
        note = Note(...); uow.session.add(note)     change
        uow.publish(NoteAdded(...))                 outbox row with the stream's next sequence
        return uow.record_answer(dump(note))        the answer is stored; COMMIT on leaving the block

A key that was claimed before raises `AnsweredBefore`; the RPC method gives that answer again. A write that its caller wants
validated alone is taken back where it would be committed, and raises `Validated`.
"""

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import green
from chassis.context import Caller
from chassis.db.tables import idempotency_keys
from chassis.errors import ServiceProblem
from chassis.events.event import SYSTEM, Event, canonical
from chassis.events.outbox_rows import insert_outbox_rows
from chassis.failpoints import failpoint

LOCK_STREAM = text("""
    INSERT INTO streams (stream) VALUES (:stream)
    ON CONFLICT (stream) DO UPDATE SET sequence = streams.sequence
    RETURNING sequence, (SELECT last_value FROM epoch) AS epoch, set_config('statement_timeout', :timeout, true)
""")

CLAIM_KEY = text("""
    INSERT INTO idempotency_keys (principal, operation, key, fingerprint)
    VALUES (:principal, :operation, :key, :fingerprint) ON CONFLICT DO NOTHING RETURNING key
""")
RECORD_ANSWER = text("""
    UPDATE idempotency_keys SET answer = :answer WHERE principal = :principal AND operation = :operation AND key = :key
""").bindparams(bindparam("answer", type_=JSONB))
MOVE_STREAM = text("UPDATE streams SET sequence = :sequence WHERE stream = :stream")
BEGIN_STREAMS = text("INSERT INTO streams (stream, sequence) SELECT unnest(CAST(:streams AS text[])), 1")


class AnsweredBefore(Exception):
    """The command ran before under the same key; `answer` is what it answered then."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer


class Validated(Exception):
    """The command would have been done, and was taken back: its caller asked for that (`Caller.validate_only`)."""


class UnitOfWork:
    """An open transaction: change through `session`, `publish` events, `record_answer` for a repeat of the command."""

    def __init__(self, session: Session, service: str, caller: Caller, stream: str):
        self.session, self.service, self.caller, self.stream = session, service, caller, stream
        self.sequence, self.epoch = self._lock()
        self._pending: list[dict] = []
        self._claim: dict | None = None

    def _lock(self) -> tuple[int, int]:
        milliseconds = max(1, min(5000, int(self.caller.remaining * 1000)))
        locked = self.session.execute(LOCK_STREAM, {"stream": self.stream, "timeout": f"{milliseconds}ms"}).one()
        return locked.sequence, locked.epoch

    def claim(self, operation: str, fingerprint: bytes) -> None:
        """Claim the caller's idempotency key for `operation`.

        Raises AnsweredBefore when it was claimed with the same fingerprint, `idempotency-reuse` with another one.
        """
        claim = {
            "principal": f"{self.caller.kind}:{self.caller.id}",
            "operation": operation,
            "key": self.caller.idempotency_key or self.caller.request_id,
        }
        if self.session.execute(CLAIM_KEY, {**claim, "fingerprint": fingerprint}).first() is None:
            self._replay_answer(claim, fingerprint)
        self._claim = claim

    def _replay_answer(self, claim: dict, fingerprint: bytes) -> None:
        stored = self.session.execute(
            select(idempotency_keys.c.fingerprint, idempotency_keys.c.answer).filter_by(**claim)
        ).one()
        if bytes(stored.fingerprint) != fingerprint:
            raise ServiceProblem("idempotency-reuse", "This Idempotency-Key belongs to a request with another body.")
        raise AnsweredBefore(stored.answer)

    def publish(self, event: Event) -> None:
        """Publish `event`: it leaves once this transaction is committed, after all earlier events of its stream."""
        if event.stream != self.stream:
            raise ValueError(f"{event.type} belongs to stream {event.stream}, this unit of work holds {self.stream}")
        self.sequence += 1
        self._pending.append(event.outbox_row(self.service, self.caller, self.sequence, self.epoch))

    def record_answer(self, value):
        """Record `value` (JSON) as the answer that a repeat of this command gets; returns it."""
        if self._claim is not None:
            self.session.execute(RECORD_ANSWER, {**self._claim, "answer": value})
        return value

    def flush(self) -> None:
        """Send the changes, the outbox rows and the stream's new sequence to the database."""
        self.session.flush()
        if self._pending:
            insert_outbox_rows(self.session, self._pending)
            self.session.execute(MOVE_STREAM, {"stream": self.stream, "sequence": self.sequence})
            self._pending = []


def commit(session: Session) -> None:
    """Commit a write, between the places where a test ends the process."""
    failpoint("write.before_commit")
    session.commit()
    failpoint("write.after_commit")


@contextmanager
def unit_of_work(session: Session, service: str, caller: Caller, stream, operation: str, arguments: dict):
    """Open a unit of work on `stream` (a client's id or SYSTEM) and commit it when the block ends well."""
    try:
        uow = UnitOfWork(session, service, caller, str(stream))
        uow.claim(operation, fingerprint(arguments))
        failpoint("write.after_claim")
        yield uow
        uow.flush()
        if caller.validate_only:
            raise Validated
        commit(session)
    except BaseException:
        session.rollback()
        raise


@contextmanager
def nested_unit_of_work(session: Session, service: str, caller: Caller, stream):
    """A unit of work inside a transaction that somebody else commits: a listener's batch, whose inbox row is its key."""
    uow = UnitOfWork(session, service, caller, str(stream))
    yield uow
    uow.flush()


def publish_first(session: Session, service: str, caller: Caller, events: Iterable[Event]) -> None:
    """Publish each of `events` as the first of a stream of its own, inside a transaction that somebody else commits.

    For many new clients at once: what a unit of work is for one of them, in two statements for all.
    """
    epoch = session.scalar(text("SELECT last_value FROM epoch"))
    rows = list(green.taking_turns(event.outbox_row(service, caller, 1, epoch) for event in events))
    session.execute(BEGIN_STREAMS, {"streams": [row["stream"] for row in rows]})
    insert_outbox_rows(session, rows)


def fingerprint(arguments: dict) -> bytes:
    """SHA-256 of the canonical arguments: two requests with one key must agree in it."""
    return hashlib.sha256(canonical(arguments)).digest()


class UnitOfWorkOpener(Protocol):
    """What every command is given first: it opens the command's one transaction.

    `session` is there to read with, `caller` is who asks. A call opens a unit of work on `stream`; `caller` stands in
    for whoever asks, `part` distinguishes several transactions of one request.
    """

    session: Session
    caller: Caller

    def __call__(
        self, stream=SYSTEM, *, caller: Caller | None = None, part: str = ""
    ) -> AbstractContextManager[UnitOfWork]: ...


@dataclass(frozen=True)
class RequestUnitOfWork:
    """The opener of one RPC request: the idempotency key is claimed under `operation`, with `arguments` as fingerprint."""

    session: Session
    service: str
    caller: Caller
    operation: str
    arguments: dict
    stream: object = SYSTEM

    def __call__(
        self, stream=None, *, caller: Caller | None = None, part: str = ""
    ) -> AbstractContextManager[UnitOfWork]:
        stream = self.stream if stream is None else stream
        operation = f"{self.operation}:{part}" if part else self.operation
        return unit_of_work(self.session, self.service, caller or self.caller, stream, operation, self.arguments)
