"""Note: what staff write about a client; append-only."""

import uuid
from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


class Note(Base):
    """A note. The database refuses to change or delete it; only `sticky` and `unpinned_at` may be set.

    `body` and `author_name` are personal and null after an erasure. A correction is a new note that `supersedes` this
    one and unpins it in the same transaction.
    """

    __tablename__ = "notes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id"))
    body: Mapped[str | None] = mapped_column(Text)
    sticky: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[uuid.UUID]
    author_name: Mapped[str | None] = mapped_column(Text)
    supersedes: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("notes.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    unpinned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
