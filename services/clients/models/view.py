"""Saved view: a question to a list under a name; and how each staff member keeps that list."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


class SavedView(Base):
    """A view of a `list` that a staff member saved: filter, search, sort, columns and density, never rows.

    No `columns` and no `density` are those that each reader keeps for themselves.
    """

    __tablename__ = "saved_views"
    __table_args__ = (CheckConstraint("density IN ('', 'two_lines', 'compact')", name="density"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(Text)
    filter: Mapped[str] = mapped_column(Text, default="")
    q: Mapped[str] = mapped_column(Text, default="")
    sort: Mapped[str] = mapped_column(Text, default="name")
    columns: Mapped[list[str]] = mapped_column(JSONB, default=list)
    density: Mapped[str] = mapped_column(Text, default="")
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    list: Mapped[str] = mapped_column(Text, default="clients")  # last, for below it list[str] is no type


class ListSettings(Base):
    """How a staff member keeps a `list`: what nobody else sees, so no event tells of it.

    `pinned` are the views of the bar, in order; None is the bar as it comes. `widths` are of columns, in CSS pixels.
    """

    __tablename__ = "list_settings"
    __table_args__ = (CheckConstraint("density IN ('two_lines', 'compact')", name="density"),)

    staff_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    columns: Mapped[list[str]] = mapped_column(JSONB, default=list)
    widths: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    density: Mapped[str] = mapped_column(Text, default="two_lines")
    pinned: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    default_view: Mapped[uuid.UUID | None]
    list: Mapped[str] = mapped_column(Text, primary_key=True, default="clients")
