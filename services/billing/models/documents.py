"""Documents: whom an issued invoice is to and from, kept beside it and never changed."""

import uuid

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Ref, Str


class SellerVersion(Base):
    """A seller as the settings had it; `id` follows from `content`. Append-only."""

    __tablename__ = "sellers"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    content: Mapped[dict] = mapped_column(JSONB)
    first_used_at: Mapped[Created]


class InvoiceDocument(Base):
    """Buyer and seller of an issued invoice, as `origin` tells, known at `taken_at`. Append-only.

    `seller_id` is None where nobody knows who the seller was.
    """

    __tablename__ = "invoice_documents"
    invoice_id: Mapped[Ref] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    origin: Mapped[Str]
    buyer: Mapped[dict] = mapped_column(JSONB)
    seller_id: Mapped[Ref | None] = mapped_column(ForeignKey("sellers.id"))
    taken_at: Mapped[Created]
