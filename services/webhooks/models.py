"""Endpoints with their secrets, and the deliveries to them: a queue of lanes, and the log of each attempt."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, UUID
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.db.encryption import EncryptedText
from chassis.types.ids import new_id
from services.webhooks.rules import DELIVERY_STATUSES, REASONS, SCHEMES, STATUSES

Id = UUID(as_uuid=True)
Moment = TIMESTAMP(timezone=True)


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, words))})", name=f"{column}_known")


class Endpoint(Base):
    """Where events are sent. `filters` none is all; `personal` is whether personal values go with them.

    `failing_since` is when the first attempt failed since the last one that did not. A deleted one waits for its
    deliveries to be forgotten.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    filters: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    personal: Mapped[bool] = mapped_column(server_default="false")
    scheme: Mapped[str] = mapped_column(Text)
    alert_email: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="enabled")
    reason: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (_one_of("scheme", SCHEMES), _one_of("status", STATUSES), _one_of("reason", REASONS))


class Secret(Base):
    """What an endpoint's requests are signed with, encrypted; one that was rotated out signs until `expires_at`."""

    __tablename__ = "webhook_secrets"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    endpoint_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("webhook_endpoints.id"), index=True)
    secret: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    expires_at: Mapped[datetime | None] = mapped_column(Moment)


class Event(Base):
    """An event that an endpoint wants, once for all of them; `personal` where one of them may have that."""

    __tablename__ = "webhook_events"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    body: Mapped[dict] = mapped_column(JSONB)
    personal: Mapped[dict | None] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now(), index=True)


class Delivery(Base):
    """An event on its way to an endpoint. `position` is its place in the lane (endpoint_id, stream); `tries` counts the
    attempts since it was last set waiting."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    endpoint_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("webhook_endpoints.id"))
    event_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("webhook_events.id"))
    stream: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger, Identity())
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        _one_of("status", DELIVERY_STATUSES),
        UniqueConstraint("event_id", "endpoint_id"),
        Index(
            "ix_webhook_deliveries_lane",
            "endpoint_id",
            "stream",
            "position",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "created_at", "id"),
    )


class Lane(Base):
    """What goes to one endpoint about one client, in order: one request at a time, the oldest that waits.

    `due_at` is when its next attempt is due, or when the `claim` of the process that is at it is void; null with nothing
    waiting. `failures` is how often its oldest has failed.
    """

    __tablename__ = "webhook_lanes"

    endpoint_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("webhook_endpoints.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    claim: Mapped[uuid.UUID | None] = mapped_column(Id)
    failures: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        Index("ix_webhook_lanes_due", "endpoint_id", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


class Attempt(Base):
    """One request and what became of it: a status, or an error. What is kept of either is cut."""

    __tablename__ = "webhook_attempts"

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=new_id)
    delivery_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("webhook_deliveries.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    milliseconds: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    request_headers: Mapped[dict] = mapped_column(JSONB)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[dict] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
