"""Mailed link of a contacts' login: each good once, the newest of a kind alone."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.models import Login, PortalLink

DEAD_LINK = "This link was used already or is too old. Ask for another one."


def make_link(session: Session, login_id: UUID, kind: str, lifetime: timedelta, email: str | None = None) -> PortalLink:
    """Make one in place of an older one of its kind; its `code` is known this once. The caller commits."""
    session.execute(select(Login.id).where(Login.id == login_id).with_for_update())
    session.execute(
        update(PortalLink)
        .where(PortalLink.login_id == login_id, PortalLink.kind == kind, PortalLink.ended_at.is_(None))
        .values(ended_at=func.now())
    )
    code = secrets.token_urlsafe(32)
    link = PortalLink(
        code_hash=rules.sha256_hex(code),
        kind=kind,
        login_id=login_id,
        email=email,
        expires_at=datetime.now(UTC) + lifetime,
    )
    link.code = code
    session.add(link)
    return link


def open_link(session: Session, code: str, kind: str) -> PortalLink:
    """The link behind `code`, held until the transaction ends; `unauthenticated` for one that is used, too old or
    unknown."""
    link = session.scalar(
        select(PortalLink)
        .where(
            PortalLink.code_hash == rules.sha256_hex(code),
            PortalLink.kind == kind,
            PortalLink.ended_at.is_(None),
            PortalLink.expires_at > func.now(),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if link is None:
        raise ServiceProblem("unauthenticated", DEAD_LINK)
    return link
