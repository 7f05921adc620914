"""A client's billing account, and the totals kept beside it."""

from datetime import date

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Minor, Ref, Str


class BillingAccount(Base):
    """Currency and own billing address of a client. No address of its own (all None) means: as in the profile."""

    __tablename__ = "billing_accounts"
    __table_args__ = (UniqueConstraint("client_id", "currency"),)
    client_id: Mapped[Id]
    currency: Mapped[Str]
    address1: Mapped[Str | None]
    address2: Mapped[Str | None]
    city: Mapped[Str | None]
    state: Mapped[Str | None]
    postcode: Mapped[Str | None]
    country: Mapped[Str | None]
    version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    opened_at: Mapped[Created]


class ClientTotals(Base):
    """What lists and heads show of a client. Written in the transaction that changes what it counts, never later."""

    __tablename__ = "client_totals"
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"), primary_key=True)
    currency: Mapped[Str]
    services: Mapped[int] = mapped_column(Integer)
    active_services: Mapped[int] = mapped_column(Integer)
    suspended_services: Mapped[int] = mapped_column(Integer)
    pending_services: Mapped[int] = mapped_column(Integer)
    invoices: Mapped[int] = mapped_column(Integer)
    orders: Mapped[int] = mapped_column(Integer)
    domains: Mapped[int] = mapped_column(Integer)
    outstanding_minor: Mapped[Minor]
    overdue_minor: Mapped[Minor]
    oldest_due_on: Mapped[date | None]
    credit_minor: Mapped[Minor]
    next_due_on: Mapped[date | None]
