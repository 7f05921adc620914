"""Products and their prices."""

from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Minor, Ref, Str


class Product(Base):
    """A product of the catalogue, taxed at `tax_rate` percent. A retired one can no longer be ordered; what was sold
    keeps its name. One that is sold without a domain is never ordered with one."""

    __tablename__ = "products"
    id: Mapped[Id]
    name: Mapped[Str] = mapped_column(unique=True)
    description: Mapped[Str] = mapped_column(server_default="", default="")
    takes_domain: Mapped[bool] = mapped_column(Boolean, server_default="true", default=True)
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(6, 3), server_default="0", default=Decimal(0))
    retired: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    created_at: Mapped[Created]


class ProductPrice(Base):
    """The price of a product for one billing cycle in one currency."""

    __tablename__ = "product_prices"
    product_id: Mapped[Ref] = mapped_column(ForeignKey("products.id"), primary_key=True)
    billing_cycle: Mapped[Str] = mapped_column(primary_key=True)
    currency: Mapped[Str] = mapped_column(primary_key=True)
    price_minor: Mapped[Minor]
