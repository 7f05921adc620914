"""Subscriptions, "Services" on screen, and the batches that suspend them."""

from datetime import date

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, Integer, func, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.db.searched_text import pairs_where
from services.billing.models.columns import Created, Id, Minor, Moment, Ref, Str

NEXT_DUE = text("COALESCE(next_due_date, '9999-12-31'::date)")


class SuspensionBatch(Base):
    """One Suspend All: who suspended how many subscriptions, and why. Unsuspend All restores those that it still holds."""

    __tablename__ = "suspension_batches"
    __table_args__ = (Index("ix_suspension_batches_client_id", "client_id"),)
    id: Mapped[Id]
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"))
    reason: Mapped[Str]
    suspended: Mapped[int] = mapped_column(Integer)
    actor_kind: Mapped[Str]
    actor_id: Mapped[Str | None]
    actor_name: Mapped[Str | None]
    made_at: Mapped[Created]
    undone_at: Mapped[Moment | None]


class Subscription(Base):
    """One subscription of a client, with a `number` of its own. `product` is the product's name when it was bought;
    `suspension_batch_id` the batch that holds it suspended, None where it was suspended alone or is not suspended."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_client_id", "client_id"),
        Index(
            "ix_subscriptions_search", "searched", postgresql_using="gin", postgresql_ops={"searched": "gin_trgm_ops"}
        ),
        Index(
            "ix_subscriptions_pairs",
            func.search_pairs(literal_column("searched")),
            postgresql_using="gin",
            postgresql_where=pairs_where(),
        ),
        Index("ix_subscriptions_next_due", NEXT_DUE, "id"),
        Index("ix_subscriptions_status_next_due", "status", NEXT_DUE, "id"),
        Index("ix_subscriptions_price", "currency", "price_minor", "id"),
        Index("ix_subscriptions_active_by_product", "product_id", postgresql_where="status = 'active'"),
        Index(
            "ix_subscriptions_suspension_batch_id",
            "suspension_batch_id",
            postgresql_where="suspension_batch_id IS NOT NULL",
        ),
    )
    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"))
    product_id: Mapped[Ref | None] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Str]
    domain: Mapped[Str | None]
    searched: Mapped[Str] = mapped_column(Computed("search_fold((product || ' '::text) || COALESCE(domain, ''::text))"))
    billing_cycle: Mapped[Str]
    currency: Mapped[Str]
    price_minor: Mapped[Minor]
    status: Mapped[Str]
    next_due_date: Mapped[date | None]
    suspended_reason: Mapped[Str | None]
    suspension_batch_id: Mapped[Ref | None] = mapped_column(ForeignKey("suspension_batches.id"))
    created_at: Mapped[Created]
