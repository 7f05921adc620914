"""Invoices with their lines, the payments on them, and the counters that number them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Minor, Moment, Ref, Str

ISSUED = text("COALESCE(issue_date, '9999-12-31'::date)")
NUMBERED = text("COALESCE(number, 9223372036854775807)")
DUE = text("COALESCE(due_date, '9999-12-31'::date)")
# Laid out as PostgreSQL does, which a comparison with the migrations asks for.
_CASE = "(\nCASE\n    WHEN status = ANY (ARRAY['unpaid'::text, 'overdue'::text]) THEN {}\n    ELSE {}\nEND)"
OWED_IN = text(_CASE.format("currency", "''::text"))
OWED = text(_CASE.format("total_minor - credit_applied_minor - paid_minor", "0::bigint"))


class Invoice(Base):
    """An invoice. Its amounts are sums of its lines; what is due is total less `credit_applied` less `paid`.

    `number` is None until it is published. `source`, `external_id` and `source_hash` are where an imported one came
    from and what it looked like there.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        ForeignKeyConstraint(["client_id", "currency"], ["billing_accounts.client_id", "billing_accounts.currency"]),
        UniqueConstraint("source", "external_id"),
        Index(
            "ix_invoices_client_id_issue_date",
            "client_id",
            ISSUED,
            NUMBERED,
            "id",
        ),
        Index("ix_invoices_issued", ISSUED, NUMBERED, "id"),
        Index("ix_invoices_status_issued", "status", ISSUED, NUMBERED, "id"),
        Index("ix_invoices_due", DUE, "id"),
        Index("ix_invoices_status_due", "status", DUE, "id"),
        Index("ix_invoices_owed", OWED_IN, OWED, "id"),
        Index("ix_invoices_open", "client_id", postgresql_where=text("status IN ('unpaid', 'overdue')")),
        Index("ix_invoices_unpaid_due_date", "due_date", postgresql_where=text("status = 'unpaid'")),
    )
    id: Mapped[Id]
    client_id: Mapped[Ref]
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    status: Mapped[Str]
    currency: Mapped[Str]
    issue_date: Mapped[date | None]
    due_date: Mapped[date | None]
    subtotal_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    credit_applied_minor: Mapped[Minor] = mapped_column(server_default="0", default=0)
    paid_minor: Mapped[Minor] = mapped_column(server_default="0", default=0)
    notes: Mapped[Str | None]
    source: Mapped[Str | None]
    external_id: Mapped[Str | None]
    source_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Created]
    published_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class InvoiceLine(Base):
    """One line: `quantity` × `unit_price_minor` = `total_minor`, and its tax at `tax_rate` percent, both rounded."""

    __tablename__ = "invoice_lines"
    invoice_id: Mapped[Ref] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    description: Mapped[Str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    unit_price_minor: Mapped[Minor]
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(6, 3), server_default="0", default=Decimal(0))
    total_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]


class Payment(Base):
    """Money that came in for an invoice, through `gateway`. Of it `credited` was too much and became credit, `refunded`
    went back; the rest pays the invoice. Append-only but for what was refunded."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("ix_payments_invoice_id", "invoice_id"),
        Index("ix_payments_client_id", "client_id"),
        Index("ix_payments_paid_on", "paid_on", "id"),
        Index("ix_payments_amount", "currency", "amount_minor", "id"),
        Index(
            "ix_payments_search",
            literal_column("lower(reference)").label("searched"),
            postgresql_using="gin",
            postgresql_ops={"searched": "gin_trgm_ops"},
        ),
    )
    id: Mapped[Id]
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"))
    invoice_id: Mapped[Ref] = mapped_column(ForeignKey("invoices.id"))
    currency: Mapped[Str]
    amount_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor] = mapped_column(server_default="0", default=0)
    credited_minor: Mapped[Minor] = mapped_column(server_default="0", default=0)
    paid_on: Mapped[date]
    gateway: Mapped[Str]
    reference: Mapped[Str | None]
    actor_kind: Mapped[Str]
    actor_id: Mapped[Str | None]
    actor_name: Mapped[Str | None]
    created_at: Mapped[Created]


class Counter(Base):
    """The last number given for `name` (`invoice`, `order`). A transaction that rolls back gives its number back: no
    gap."""

    __tablename__ = "billing_counters"
    name: Mapped[Str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
