"""Custom field: defined by an admin for every client record, and its values."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


class CustomField(Base):
    """The definition of a field: `options` are the choices of a select, in order."""

    __tablename__ = "custom_fields"
    __table_args__ = (
        CheckConstraint("type IN ('text', 'textarea', 'select', 'checkbox', 'date')", name="type"),
        CheckConstraint("visibility IN ('staff_only', 'client_view', 'client_edit')", name="visibility"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    label: Mapped[str] = mapped_column(Text, unique=True)
    type: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSONB, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    visibility: Mapped[str] = mapped_column(Text, default="staff_only")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class CustomFieldValue(Base):
    """A client's value of a field: a string, `true`/`false` for a checkbox, `"2026-11-22"` for a date."""

    __tablename__ = "custom_field_values"

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id"), primary_key=True)
    field_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("custom_fields.id"), primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
