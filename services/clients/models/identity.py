"""Identity: logins, staff accounts, sessions, tokens: the schema `identity`. Secrets are stored as hashes only."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id

SCHEMA = "identity"


def _moment(**options):
    return mapped_column(DateTime(timezone=True), **options)


class Login(Base):
    """A person's credentials, by email: a staff member's, or those of the contacts of one or more clients."""

    __tablename__ = "logins"
    __table_args__ = (
        UniqueConstraint("kind", "email_key"),
        CheckConstraint("kind IN ('staff', 'contact')", name="kind"),
        {"schema": SCHEMA},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = _moment(server_default=func.now())


class StaffAccount(Base):
    """One of our people. `permissions` holds what differs from the role's preset: {slug: added or taken}.

    `version` grows with each change of role, permissions or state, so that a cached principal is known to be old.
    """

    __tablename__ = "staff_accounts"
    __table_args__ = (
        CheckConstraint("role IN ('super_admin', 'admin', 'support', 'billing')", name="role"),
        {"schema": SCHEMA},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    login_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Login.id), unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    permissions: Mapped[dict[str, bool]] = mapped_column(JSONB, default=dict)
    second_factor_required: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    disabled_at: Mapped[datetime | None] = _moment()
    created_at: Mapped[datetime] = _moment(server_default=func.now())


class SignInSession(Base):
    """Somebody is signed in. It ends when unused for 30 minutes, at `expires_at` at the latest, or by `ended_at`.

    `authenticated_at` is when they last proved who they are: by signing in, or by their password asked once more.
    """

    __tablename__ = "sessions"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(StaffAccount.id), index=True)
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    last_seen_at: Mapped[datetime] = _moment(server_default=func.now())
    authenticated_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    ended_at: Mapped[datetime | None] = _moment()
    end_cause: Mapped[str | None] = mapped_column(Text)
    ip: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text, default="")


class ApiToken(Base):
    """A staff member's token for programs; it acts with that member's permissions, or with those of `permissions`
    alone.

    `hint` is enough of the token to tell it from others, and not to use it.
    """

    __tablename__ = "api_tokens"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(StaffAccount.id), index=True)
    name: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, default="")
    permissions: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime | None] = _moment()
    last_used_at: Mapped[datetime | None] = _moment()
    revoked_at: Mapped[datetime | None] = _moment()


class LoginLink(Base):
    """A one-time link of a development system: of a staff member to the admin, or of a contact's login to the
    portal."""

    __tablename__ = "login_links"
    __table_args__ = (CheckConstraint("num_nonnulls(staff_id, login_id) = 1", name="whose"), {"schema": SCHEMA})

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(StaffAccount.id))
    login_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Login.id))
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment()
    used_at: Mapped[datetime | None] = _moment()


class Invitation(Base):
    """A link by which a contact may choose a password, once, until `expires_at`.

    At most one of a contact's is open: a newer one ends the older, and so does disabling or removing the contact.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "contact_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND ended_at IS NULL"),
        ),
        {"schema": SCHEMA},
    )

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    used_at: Mapped[datetime | None] = _moment()
    ended_at: Mapped[datetime | None] = _moment()


class SignInAttempts(Base):
    """How many sign-ins failed of late in one bucket (an account and address, an account, an address; hashed).

    The next attempt of the bucket is looked at from `blocked_until` on.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = ({"schema": SCHEMA},)

    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = _moment(index=True)
    blocked_until: Mapped[datetime] = _moment()
