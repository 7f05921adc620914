"""The credit ledger: append-only, each entry with the balance after it."""

import uuid

from sqlalchemy import BigInteger, Computed, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Minor, Ref, Str


class CreditEntry(Base):
    """One signed entry of a client's ledger, the `seq`-th.

    `previous_seq` and `balance_before_minor` are computed, and together they must be an entry that exists: so the
    database itself refuses a gap, a fork and a wrong balance. No balance is below zero.
    """

    __tablename__ = "credit_entries"
    __table_args__ = (
        ForeignKeyConstraint(["client_id", "currency"], ["billing_accounts.client_id", "billing_accounts.currency"]),
        UniqueConstraint("client_id", "seq", "balance_after_minor"),
        ForeignKeyConstraint(
            ["client_id", "previous_seq", "balance_before_minor"],
            ["credit_entries.client_id", "credit_entries.seq", "credit_entries.balance_after_minor"],
            name="fk_credit_entries_previous",
        ),
        Index("uq_credit_entries_client_id_seq", "client_id", "seq", unique=True),
        Index("ix_credit_entries_invoice_id", "invoice_id", postgresql_where="invoice_id IS NOT NULL"),
    )
    id: Mapped[Id]
    client_id: Mapped[Ref]
    seq: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[Str]
    amount_minor: Mapped[Minor]
    balance_after_minor: Mapped[Minor]
    kind: Mapped[Str]
    description: Mapped[Str]
    invoice_id: Mapped[Ref | None] = mapped_column(ForeignKey("invoices.id"))
    reverses: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("credit_entries.id"), unique=True)
    actor_kind: Mapped[Str]
    actor_id: Mapped[Str | None]
    actor_name: Mapped[Str | None]
    created_at: Mapped[Created]
    previous_seq: Mapped[int | None] = mapped_column(BigInteger, Computed("CASE WHEN seq > 1 THEN seq - 1 END"))
    balance_before_minor: Mapped[int] = mapped_column(BigInteger, Computed("balance_after_minor - amount_minor"))


class CreditApplication(Base):
    """Credit used for an invoice: it lowers what is due and leaves lines, tax and total as they are. `returned` of it
    went back to the ledger. Append-only but for that."""

    __tablename__ = "credit_applications"
    __table_args__ = (Index("ix_credit_applications_invoice_id", "invoice_id"),)
    id: Mapped[Id]
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"))
    invoice_id: Mapped[Ref] = mapped_column(ForeignKey("invoices.id"))
    credit_entry_id: Mapped[Ref] = mapped_column(ForeignKey("credit_entries.id"), unique=True)
    amount_minor: Mapped[Minor]
    returned_minor: Mapped[Minor] = mapped_column(server_default="0", default=0)
    created_at: Mapped[Created]
