"""Credentials besides a password: second factors, pending sign-ins, links to a new password. Codes are hashes only.

The second factor has an `owner_id`: the staff account's id, or the id of the contacts' login.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.db.encryption import EncryptedText
from services.clients.models.identity import SCHEMA, StaffAccount


def _moment(**options):
    return mapped_column(DateTime(timezone=True), **options)


class SecondFactor(Base):
    """An authenticator app's secret, which has to be read again to check a code, and is encrypted by a key outside of
    the database. `last_step` is the last code's time step.

    `pending_secret` waits for its first code until `pending_until`; the one in force stays until then.
    """

    __tablename__ = "second_factors"
    __table_args__ = ({"schema": SCHEMA},)

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    since: Mapped[datetime | None] = _moment()
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    pending_secret: Mapped[str | None] = mapped_column(EncryptedText)
    pending_until: Mapped[datetime | None] = _moment()


class BackupCode(Base):
    """A code that stands for the authenticator app once."""

    __tablename__ = "backup_codes"
    __table_args__ = ({"schema": SCHEMA},)

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = _moment()


class PendingSignIn(Base):
    """A good password that still needs its second factor: no session, good for nothing else.

    `secret` is there for one who has to set the second factor up first.
    """

    __tablename__ = "pending_sign_ins"
    __table_args__ = ({"schema": SCHEMA},)

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(index=True)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    ended_at: Mapped[datetime | None] = _moment()


class PasswordLink(Base):
    """A link that sets a staff member's password once: for a new account, or one whose password was forgotten."""

    __tablename__ = "password_links"
    __table_args__ = ({"schema": SCHEMA},)

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(StaffAccount.id), index=True)
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment()
    ended_at: Mapped[datetime | None] = _moment()
