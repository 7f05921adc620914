"""Mail queue: written in the transaction of its cause, sent by a job."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


def _moment(**options):
    return mapped_column(DateTime(timezone=True), **options)


class Mail(Base):
    """One mail to one recipient. `data` is what its words are made of (a link's code among it), gone once it has ended.

    It ends as `sent`, or as `given_up` when its link is over (`expires_at`), its recipient is refused, or days went by.
    """

    __tablename__ = "mails"
    __table_args__ = (CheckConstraint("outcome IN ('sent', 'given_up')", name="outcome"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    client_id: Mapped[uuid.UUID | None]
    recipient: Mapped[str] = mapped_column(Text)
    data: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime | None] = _moment()
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = _moment(server_default=func.now())
    last_error: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = _moment(index=True)
    outcome: Mapped[str | None] = mapped_column(Text)
