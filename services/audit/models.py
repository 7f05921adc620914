"""The activity log: one sealed entry for each event, the end of each chain, and what of it lies in archives."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Computed, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base

Moment = TIMESTAMP(timezone=True)


class Entry(Base):
    """One line of the log. Nothing of it ever changes but `personal`, of which an erasure may take values away.

    `facts` and `changes` are `json`, not `jsonb`: they are hashed, and `json` gives back the text that was stored.
    """

    __tablename__ = "entries"

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), unique=True)
    type: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str | None] = mapped_column(Text)
    acting_as: Mapped[str | None] = mapped_column(Text)
    entity_type: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict] = mapped_column(JSON)
    changes: Mapped[list] = mapped_column(JSON)
    personal: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_entries_chain_occurred_at", "chain", "occurred_at"),
        Index("ix_entries_chain_category_seq", "chain", "category", "seq"),
        Index("ix_entries_chain_entity_id_seq", "chain", "entity_id", "seq"),
        Index("ix_entries_occurred_at", "occurred_at", "event_id"),
        Index("ix_entries_category_occurred_at", "category", "occurred_at", "event_id"),
        Index("ix_entries_actor_kind_occurred_at", "actor_kind", "occurred_at", "event_id"),
        Index("ix_entries_actor_id_occurred_at", "actor_id", "occurred_at", "event_id"),
    )


class ChainHead(Base):
    """The last entry of a chain: its row is locked while entries are added. `checkpointed_seq` is the last that a
    signed checkpoint names, `moved` whether there are more."""

    __tablename__ = "chain_heads"

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    checkpointed_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    moved: Mapped[bool] = mapped_column(Computed("seq > checkpointed_seq", persisted=True))

    __table_args__ = (Index("ix_chain_heads_moved", "chain", postgresql_where=text("moved")),)


class ChainArchive(Base):
    """Up to which entry a chain lies in archives, `name` being the last of them, and the last sequence of each source by
    then. What is before it may be deleted, and is."""

    __tablename__ = "chain_archives"

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sequences: Mapped[dict[str, int]] = mapped_column(JSONB)
    name: Mapped[str] = mapped_column(Text)
    archived_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
