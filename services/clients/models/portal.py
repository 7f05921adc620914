"""Portal sessions of contacts, mailed links, and impersonations by staff (Login as Client). Secrets are hashes only."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id
from services.clients.models.identity import SCHEMA, ApiToken, Login, SignInSession, StaffAccount


def _moment(**options):
    return mapped_column(DateTime(timezone=True), **options)


class PortalSession(Base):
    """A person is signed in to the portal; `contact_id` is NULL until one of several clients is chosen.

    It ends when unused for 30 minutes, at `expires_at` at the latest, or by `ended_at`. `authenticated_at` is when they
    last proved who they are.
    """

    __tablename__ = "portal_sessions"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    login_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Login.id), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    last_seen_at: Mapped[datetime] = _moment(server_default=func.now())
    authenticated_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    ended_at: Mapped[datetime | None] = _moment()
    end_cause: Mapped[str | None] = mapped_column(Text)
    ip: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text, default="")


class PortalLink(Base):
    """A mailed link of a contacts' login, good once: it sets a password (`kind` "password") or confirms an email
    ("email").

    At most one of a kind is open; `email` is the address to be.
    """

    __tablename__ = "portal_links"
    __table_args__ = (CheckConstraint("kind IN ('password', 'email')", name="kind"), {"schema": SCHEMA})

    code_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    login_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Login.id), index=True)
    email: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    ended_at: Mapped[datetime | None] = _moment()


class PasswordRequest(Base):
    """Somebody has forgotten the password of this email, which may be nobody's; a job answers it."""

    __tablename__ = "password_requests"
    __table_args__ = ({"schema": SCHEMA},)

    request_id: Mapped[str] = mapped_column(Text, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    ip: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = _moment(server_default=func.now())


class Impersonation(Base):
    """A staff member is logged in as a client's contact. At most one of a staff member's is running.

    `handoff_hash` is the one-time code that the portal exchanges for a session until `handoff_expires_at`; `token_hash`
    that session's token. It was started by the admin session `staff_session_id` or the API token `token_id`;
    `browser_hash` is the secret of the browser that has both that session and the code. `open_pages` are the ids of the
    browser's pages of it; `left_at` is set once the last of them was left, and taken back by the next request.
    """

    __tablename__ = "impersonations"
    __table_args__ = (
        Index("uq_impersonations_running", "staff_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        {"schema": SCHEMA},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(StaffAccount.id), index=True)
    staff_session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(SignInSession.id), index=True)
    token_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(ApiToken.id))
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id"))
    reason: Mapped[str] = mapped_column(Text)
    handoff_hash: Mapped[str] = mapped_column(Text, unique=True)
    handoff_expires_at: Mapped[datetime] = _moment()
    browser_hash: Mapped[str | None] = mapped_column(Text)
    token_hash: Mapped[str | None] = mapped_column(Text, unique=True)
    started_at: Mapped[datetime] = _moment(server_default=func.now())
    entered_at: Mapped[datetime | None] = _moment()
    last_seen_at: Mapped[datetime] = _moment(server_default=func.now())
    expires_at: Mapped[datetime] = _moment(index=True)
    ended_at: Mapped[datetime | None] = _moment()
    end_cause: Mapped[str | None] = mapped_column(Text)
    open_pages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    left_at: Mapped[datetime | None] = _moment()
