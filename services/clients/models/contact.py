"""Contact: a person of a client."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


class Contact(Base):
    """One person of a client, who may sign in when a login stands behind; each client has one primary contact.

    `phone` is as it was given, `phone_e164` its international form where one is known. `email_key` is
    rules.email_key(email), by which doubles are found. A row with `removed_at` is no contact any more: it stays for the
    sign-ins and the history that name it.

    While `confirmation_asked_at` is set, an owner of the client has to confirm the contact before they sign in.
    `staff_change` ("added", "changed"), `_by` and `_at` are what staff last did to its email or access, who, and when.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'admin', 'billing', 'technical')", name="role"),
        CheckConstraint("status IN ('active', 'invited', 'inactive')", name="status"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id"))
    is_primary: Mapped[bool] = mapped_column(default=False)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, default="")
    phone_e164: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, default="owner")
    status: Mapped[str] = mapped_column(Text, default="active")
    login_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("identity.logins.id"))
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmation_asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    staff_change: Mapped[str | None] = mapped_column(Text)
    staff_change_by: Mapped[str | None] = mapped_column(Text)
    staff_change_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
