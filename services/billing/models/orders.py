"""Orders and their items."""

from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Minor, Ref, Str


class Order(Base):
    """An order. `discount_percent` is the group's discount that its prices were lowered by."""

    __tablename__ = "orders"
    __table_args__ = (
        ForeignKeyConstraint(["client_id", "currency"], ["billing_accounts.client_id", "billing_accounts.currency"]),
        Index("ix_orders_client_id_placed_at", "client_id", "placed_at", "id"),
        Index("ix_orders_placed_at", "placed_at", "id"),
        Index("ix_orders_status_placed_at", "status", "placed_at", "id"),
        Index("ix_orders_total", "currency", "total_minor", "id"),
        Index("ix_orders_invoice_id", "invoice_id"),
    )
    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    client_id: Mapped[Ref]
    currency: Mapped[Str]
    status: Mapped[Str]
    total_minor: Mapped[Minor]
    discount_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), server_default="0", default=Decimal(0))
    invoice_id: Mapped[Ref | None] = mapped_column(ForeignKey("invoices.id"))
    placed_at: Mapped[Created]
    placed_by_kind: Mapped[Str]
    placed_by_id: Mapped[Str | None]
    placed_by_name: Mapped[Str | None]
    acting_as_contact_id: Mapped[Str | None]
    acting_as_name: Mapped[Str | None]


class OrderItem(Base):
    """An item of an order: its name and price then (before and after the discount), and what came of it."""

    __tablename__ = "order_items"
    __table_args__ = (Index("ix_order_items_subscription_id", "subscription_id"),)
    order_id: Mapped[Ref] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    product_id: Mapped[Ref | None] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Str]
    billing_cycle: Mapped[Str]
    domain: Mapped[Str | None]
    list_price_minor: Mapped[Minor]
    price_minor: Mapped[Minor]
    subscription_id: Mapped[Ref | None] = mapped_column(ForeignKey("subscriptions.id"))
    domain_id: Mapped[Ref | None] = mapped_column(ForeignKey("domains.id"))
