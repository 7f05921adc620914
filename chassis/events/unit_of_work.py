"""One write: one transaction that locks its stream, claims its key, changes, publishes and keeps its answer.

    with self.write(stream=client_id) as work:          BEGIN; lock the stream's row; claim the idempotency key
        note = Note(...); work.session.add(note)        change
        work.publish(NoteAdded(...))                    outbox row with the stream's next sequence
        return work.record_answer(dump(note))                  the answer is stored; COMMIT on leaving the block

A key that was claimed before raises `AnsweredBefore`; the RPC method gives that answer again.
"""

import hashlib
from contextlib import contextmanager

from nameko.extensions import DependencyProvider
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.tables import idempotency_keys, outbox, streams
from chassis.errors import ServiceProblem
from chassis.events.event import SYSTEM, Event, canonical
from chassis.failpoints import failpoint

LOCK_STREAM = text("""
    INSERT INTO streams (stream) VALUES (:stream)
    ON CONFLICT (stream) DO UPDATE SET sequence = streams.sequence
    RETURNING sequence, set_config('statement_timeout', :timeout, true)
""")


class AnsweredBefore(Exception):
    """The command ran before under the same key; `answer` is what it answered then."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer


class UnitOfWork:
    """An open write. `session` changes, `publish` says so, `answer` keeps what the caller is told."""

    def __init__(self, session: Session, service: str, caller: Caller, stream: str):
        self.session, self.service, self.caller, self.stream = session, service, caller, stream
        self.sequence = self._lock()
        self._pending: list[dict] = []
        self._claim: dict | None = None

    def _lock(self) -> int:
        milliseconds = max(1, min(5000, int(self.caller.remaining * 1000)))
        return self.session.execute(LOCK_STREAM, {"stream": self.stream, "timeout": f"{milliseconds}ms"}).scalar_one()

    def claim(self, operation: str, fingerprint: bytes) -> None:
        """Claim the caller's idempotency key for `operation`.

        Raises AnsweredBefore when it was claimed with the same fingerprint, `idempotency-reuse` with another one.
        """
        claim = {
            "principal": f"{self.caller.kind}:{self.caller.id}",
            "operation": operation,
            "key": self.caller.idempotency_key or self.caller.request_id,
        }
        claimed = self.session.execute(
            upsert(idempotency_keys)
            .values(**claim, fingerprint=fingerprint)
            .on_conflict_do_nothing()
            .returning(idempotency_keys.c.key)
        ).first()
        if claimed is None:
            self._answer_again(claim, fingerprint)
        self._claim = claim

    def _answer_again(self, claim: dict, fingerprint: bytes) -> None:
        stored = self.session.execute(
            select(idempotency_keys.c.fingerprint, idempotency_keys.c.answer).filter_by(**claim)
        ).one()
        if bytes(stored.fingerprint) != fingerprint:
            raise ServiceProblem("idempotency-reuse", "This Idempotency-Key belongs to a request with another body.")
        raise AnsweredBefore(stored.answer)

    def publish(self, event: Event) -> None:
        """Say that `event` happened: it leaves with this transaction, after all that its stream said before."""
        if event.stream != self.stream:
            raise ValueError(f"{event.type} belongs to stream {event.stream}, this write holds {self.stream}")
        self.sequence += 1
        self._pending.append(event.rows(self.service, self.caller, self.sequence))

    def record_answer(self, value):
        """Keep `value` (JSON) as what a repeat of this command is answered; returns it."""
        if self._claim is not None:
            self.session.execute(update(idempotency_keys).filter_by(**self._claim).values(answer=value))
        return value

    def flush(self) -> None:
        """Send the changes, the outbox rows and the stream's new sequence to the database."""
        self.session.flush()
        if self._pending:
            self.session.execute(insert(outbox), self._pending)
            self.session.execute(update(streams).filter_by(stream=self.stream).values(sequence=self.sequence))
            self._pending = []


@contextmanager
def unit_of_work(session: Session, service: str, caller: Caller, stream, operation: str, arguments: dict):
    """Open a Work on `stream` (a client's id or SYSTEM) and commit it when the block ends well."""
    try:
        uow = UnitOfWork(session, service, caller, str(stream))
        uow.claim(operation, fingerprint(arguments))
        failpoint("write.after_claim")
        yield uow
        uow.flush()
        failpoint("write.before_commit")
        session.commit()
        failpoint("write.after_commit")
    except BaseException:
        session.rollback()
        raise


@contextmanager
def nested_unit_of_work(session: Session, service: str, caller: Caller, stream):
    """A Work inside a transaction that somebody else commits: a listener's batch, whose inbox row is its key."""
    uow = UnitOfWork(session, service, caller, str(stream))
    yield uow
    uow.flush()


def fingerprint(arguments: dict) -> bytes:
    """SHA-256 of the canonical arguments: two requests with one key must agree in it."""
    return hashlib.sha256(canonical(arguments)).digest()


class Write(DependencyProvider):
    """`self.write(stream=…)`: a unit of work for this request's caller, under the RPC method's own operation name."""

    def get_dependency(self, worker_ctx):
        service = self.container.service_name

        def write(stream=SYSTEM, part: str = ""):
            entrypoint, arguments = worker_ctx.service, worker_ctx.data["arguments"]
            client = arguments.get("client_id")  # a key that was used for one client is another client's new one
            whose = f"@{client}" if client else ""
            operation = f"{worker_ctx.entrypoint.method_name}{part and ':' + part}{whose}"
            return unit_of_work(entrypoint.session, service, entrypoint.caller, stream, operation, arguments)

        return write
