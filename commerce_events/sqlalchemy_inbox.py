"""An inbox in any database that SQLAlchemy speaks to: the transaction that handlers get is a Session."""

import time
from collections.abc import Sequence

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from commerce_events.event import Event
from commerce_events.inbox import Effect

metadata = MetaData()
inbox = Table(
    "commerce_inbox",
    metadata,
    Column("consumer", String(100), primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("received_at", Float, nullable=False, index=True),
)
attempts = Table(
    "commerce_inbox_attempts",
    metadata,
    Column("consumer", String(100), primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("number", Integer, nullable=False),
)
marks = Table(
    "commerce_inbox_marks",
    metadata,
    Column("consumer", String(100), primary_key=True),
    Column("mark", String(100), primary_key=True),
)


class SqlAlchemyInbox:
    """An inbox in the database of `engine`, whose tables (`metadata`) it makes where they are missing."""

    def __init__(self, engine: Engine):
        self._engine = engine
        metadata.create_all(engine)

    def apply(self, consumer: str, events: Sequence[Event], effect: Effect) -> int:
        """As Inbox. Another consumer of the same name in the same moment breaks the key: one of the two tries again."""
        by_id = {event.id: event for event in events}
        with Session(self._engine) as session, session.begin():
            ours = (inbox.c.consumer == consumer) & inbox.c.event_id.in_(list(by_id))
            had = set(session.scalars(select(inbox.c.event_id).where(ours)))
            fresh = [event for event_id, event in by_id.items() if event_id not in had]
            if fresh:
                now = time.time()
                rows = [{"consumer": consumer, "event_id": event.id, "received_at": now} for event in fresh]
                session.execute(insert(inbox), rows)
            for event in fresh:
                effect(event, session)
        return len(fresh)

    def attempt(self, consumer: str, event: Event) -> int:
        this = {"consumer": consumer, "event_id": event.id}
        with self._engine.begin() as connection:
            before = connection.scalar(select(attempts.c.number).filter_by(**this)) or 0
            change = update(attempts).filter_by(**this) if before else insert(attempts).values(**this)
            connection.execute(change.values(number=before + 1))
        return before + 1

    def survived(self, consumer: str, event: Event) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(attempts).filter_by(consumer=consumer, event_id=event.id))

    def mark(self, consumer: str, mark: str) -> None:
        if not self.is_marked(consumer, mark):
            with self._engine.begin() as connection:
                connection.execute(insert(marks).values(consumer=consumer, mark=mark))

    def is_marked(self, consumer: str, mark: str) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(select(marks.c.mark).filter_by(consumer=consumer, mark=mark)).first() is not None

    def forget(self, older_than: float) -> int:
        with self._engine.begin() as connection:
            return connection.execute(delete(inbox).where(inbox.c.received_at < time.time() - older_than)).rowcount
