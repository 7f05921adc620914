"""Client: its profile, its group and tags, and the columns that the list searches and sorts by."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, Numeric, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id
from chassis.types.text import COLLATION


class ClientGroup(Base):
    """A group of clients with a colour and a discount; a client is in one or in none."""

    __tablename__ = "client_groups"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    colour: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    discount_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Tag(Base):
    """A coloured word on clients."""

    __tablename__ = "tags"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    colour: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ClientTag(Base):
    """A client has a tag."""

    __tablename__ = "client_tags"

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id"), primary_key=True)
    tag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tags.id"), primary_key=True)


class Client(Base):
    """A client. First name, last name, email and phone are its primary contact's and stand there alone.

    `sort_name` and `search_text` are folded copies for the list; whoever changes a company, a tax id or a contact writes
    them anew (services/clients/commands/records/folded_copies.py). `currency` is the opening one; billing
    owns it afterwards. `created_by` is the staff account that made or imported it, None where it was no staff member.
    """

    __tablename__ = "clients"
    __table_args__ = (CheckConstraint("status IN ('active', 'suspended', 'inactive')", name="status"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    status: Mapped[str] = mapped_column(Text, default="active")
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("client_groups.id"))
    version: Mapped[int] = mapped_column(default=1)
    sort_name: Mapped[str] = mapped_column(Text(collation=COLLATION))
    search_text: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text, default="")
    address1: Mapped[str] = mapped_column(Text, default="")
    address2: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(Text, default="")
    tax_id: Mapped[str] = mapped_column(Text, default="")
    tax_exempt: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(Text)
    created_by: Mapped[uuid.UUID | None]
    source: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    imported_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
