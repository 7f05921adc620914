"""Bulk job: one act on many clients, row by row, and what became of each."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id

STATUSES = ("running", "paused", "done")
RESULTS = ("waiting", "sent", "changed", "unchanged", "refused", "failed")


class BulkJob(Base):
    """One job: `act` with its `arguments`, on the clients of `selection` as they were when it was started.

    `actor` started it, and may do what `permissions` says or less by now; `undoes` is the job that this one undoes. What
    an undo of its rows would need is `forgotten` in time.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index("ix_bulk_jobs_status", "status", postgresql_where="status <> 'done'"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    act: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    selection: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text, default="running")
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    permissions: Mapped[list[str]] = mapped_column(JSONB)
    undoes: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("bulk_jobs.id"), unique=True)
    rows: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    stepped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    forgotten: Mapped[bool] = mapped_column(default=False, server_default="false")


class BulkJobRow(Base):
    """A client of a job. It is `waiting`, or `sent` to another service, until it has its result with `code` and `reason`.

    `kept` is what an undo of it needs: before and after, for 30 days; `undoes` that of the row which this one undoes.
    """

    __tablename__ = "bulk_job_rows"
    __table_args__ = (
        CheckConstraint(f"status IN {RESULTS}", name="status"),
        Index("ix_bulk_job_rows_status", "job_id", "status", "client_id"),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bulk_jobs.id"), primary_key=True)
    client_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(Text, default="waiting")
    code: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    services: Mapped[int] = mapped_column(default=0)
    undoes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
