"""The read model of the client list: what billing counts of each client."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base


class BillingTotals(Base):
    """A client's totals after billing's event number `sequence` of its stream; a new client's are zero, at 0.

    The database makes the row with the client. Billing owns these figures; here they are copies to sort and to show.
    """

    __tablename__ = "billing_totals"

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    currency: Mapped[str] = mapped_column(Text)
    services: Mapped[int] = mapped_column(server_default="0")
    active_services: Mapped[int] = mapped_column(server_default="0")
    suspended_services: Mapped[int] = mapped_column(server_default="0")
    pending_services: Mapped[int] = mapped_column(server_default="0")
    invoices: Mapped[int] = mapped_column(server_default="0")
    orders: Mapped[int] = mapped_column(server_default="0")
    domains: Mapped[int] = mapped_column(server_default="0")
    outstanding_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    overdue_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    credit_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    oldest_due_on: Mapped[date | None]
    next_due_on: Mapped[date | None]


class BillingTotalsProgress(Base):
    """How far the totals are known to be complete: one row.

    Not `built`: clients of an earlier release wait to be rebuilt. All that billing recorded before `confirmed_at` is
    applied; what it recorded before `marked_at` is too, once its event `marked_event` has been (None: it is).
    """

    __tablename__ = "billing_totals_progress"

    one: Mapped[bool] = mapped_column(primary_key=True, default=True)
    built: Mapped[bool] = mapped_column(server_default="true")
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    marked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    marked_event: Mapped[uuid.UUID | None]
