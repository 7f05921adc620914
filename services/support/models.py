"""Tickets with their replies, and the departments that answer them."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, Sequence, Text, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id
from services.support.rules import AUTHORS, PRIORITIES, STATUSES

Id = UUID(as_uuid=True)
Moment = TIMESTAMP(timezone=True)
TICKET_NUMBERS = Sequence("ticket_numbers", metadata=Base.metadata)


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, words))})", name=f"{column}_known")


class Department(Base):
    """Who answers a ticket: Support, Billing, Sales."""

    __tablename__ = "departments"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)


class Ticket(Base):
    """What a client asks, one thread. `number` is unique among all clients, with gaps.

    `last_reply_at` is null until somebody answers the opening message; internal notes do not move it. The names of
    people are snapshots of their moment; the ids are the keys.
    """

    __tablename__ = "tickets"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    client_id: Mapped[uuid.UUID] = mapped_column(Id)
    number: Mapped[int] = mapped_column(
        BigInteger, TICKET_NUMBERS, unique=True, server_default=TICKET_NUMBERS.next_value()
    )
    subject: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text, Computed("search_fold(subject)"))
    status: Mapped[str] = mapped_column(Text, server_default="open")
    priority: Mapped[str] = mapped_column(Text, server_default="medium")
    department_id: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("departments.id"))
    assigned_to_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    assigned_to_name: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    last_reply_at: Mapped[datetime | None] = mapped_column(Moment)
    last_reply_by_kind: Mapped[str | None] = mapped_column(Text)
    last_reply_by_name: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        _one_of("status", STATUSES),
        _one_of("priority", PRIORITIES),
        _one_of("last_reply_by_kind", AUTHORS),
        Index("ix_tickets_client_active", "client_id", func.coalesce(last_reply_at, opened_at), "id"),
        Index("ix_tickets_active", func.coalesce(last_reply_at, opened_at), "id"),
        Index("ix_tickets_status_active", "status", func.coalesce(last_reply_at, opened_at), "id"),
        Index("ix_tickets_assigned_to_id", "assigned_to_id", postgresql_where=text("assigned_to_id IS NOT NULL")),
    )


class Reply(Base):
    """One message of a thread, or an internal note that the client never sees. The first one is the opening message.

    Append-only; `body` and `author_name` may become null by an erasure and in no other way.
    """

    __tablename__ = "replies"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    ticket_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("tickets.id"))
    author_kind: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str | None] = mapped_column(Text)
    author_name: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())

    __table_args__ = (
        _one_of("author_kind", AUTHORS),
        Index("ix_replies_ticket_id_created_at_id", "ticket_id", "created_at", "id"),
    )
