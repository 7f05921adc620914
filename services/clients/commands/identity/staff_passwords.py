"""Password of staff: set by oneself, or by a link. With it all other access of the person ends."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.db.row_limits import require_below
from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import AnsweredBefore, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.identity.current_login import check_current_password, current_login
from services.clients.commands.identity.revoke_staff_access import set_password
from services.clients.commands.identity.sessions import as_staff
from services.clients.commands.identity.staff import account_of, hashed_password, require_reach
from services.clients.events import StaffUpdated
from services.clients.models import Login, PasswordLink, StaffAccount
from services.clients.queries.credentials import known_words

LINK_LIFETIME = timedelta(hours=24)
DEAD_LINK = "This link was used already or is too old. Ask for another one."


def change_my_password(open_uow: UnitOfWorkOpener, *, current_password: str, new_password: str) -> dict:
    """Set one's own password; all sessions end, also the one that asks: `{"changed": true}`."""
    check_current_password(open_uow, password=current_password)
    login = current_login(open_uow.session, open_uow.caller)
    hashed = hashed_password(new_password, known_words(open_uow.session, login.id), "/new_password")
    with open_uow() as uow:
        set_password(uow, account_of(uow.session, UUID(uow.caller.id)), hashed, "own")
        return uow.record_answer({"changed": True})


def make_password_link(open_uow: UnitOfWorkOpener, *, staff_id: UUID) -> dict:
    """A link's code that sets this person's password once: `{"code", "expires_at"}`, shown this once. An older one
    ends.

    Raises `invalid-state` for a disabled account, and for a request that was answered before; `too-many-requests` for an
    account that has had several.
    """
    code, expires_at = secrets.token_urlsafe(32), datetime.now(UTC) + LINK_LIFETIME
    try:
        with open_uow() as uow:
            account = account_of(uow.session, staff_id)
            require_reach(uow.caller, account)
            if account.disabled_at is not None:
                raise ServiceProblem("invalid-state", "This account is disabled. Enable it first.")
            _require_few_links(uow.session, staff_id)
            uow.session.execute(
                update(PasswordLink)
                .where(PasswordLink.staff_id == staff_id, PasswordLink.ended_at.is_(None))
                .values(ended_at=func.now())
            )
            uow.session.add(PasswordLink(code_hash=rules.sha256_hex(code), staff_id=staff_id, expires_at=expires_at))
            uow.publish(
                StaffUpdated(
                    entity=("staff", staff_id),
                    facts={"role": account.role},
                    personal={"name": account.name},
                    changes=[{"field": "password_link", "old": None, "new": rfc3339(expires_at)}],
                )
            )
    except AnsweredBefore as before:
        raise ServiceProblem("invalid-state", "This link was shown before. Make another one.") from before
    return {"code": code, "expires_at": rfc3339(expires_at)}


def check_password_link(session: Session, *, code: str) -> dict:
    """Whose password the link sets: `{"name", "email"}`. Raises `unauthenticated` for one that is used or too old."""
    found = session.execute(
        select(StaffAccount.name, Login.email)
        .join(Login, Login.id == StaffAccount.login_id)
        .join(PasswordLink, PasswordLink.staff_id == StaffAccount.id)
        .where(*_is_open(code))
    ).one_or_none()
    if found is None:
        raise ServiceProblem("unauthenticated", DEAD_LINK)
    return {"name": found.name, "email": found.email}


def use_password_link(open_uow: UnitOfWorkOpener, *, code: str, password: str) -> dict:
    """Set the password that the link is for: `{"changed": true}`. The link ends with it, and so do all sessions."""
    session = open_uow.session
    hashed = hashed_password(password, check_password_link(session, code=code).values())
    staff_id = session.scalar(select(PasswordLink.staff_id).where(PasswordLink.code_hash == rules.sha256_hex(code)))
    account = account_of(session, staff_id)
    with open_uow(caller=as_staff(open_uow.caller, account)) as uow:
        alive = (
            select(PasswordLink.staff_id)
            .join(StaffAccount, StaffAccount.id == PasswordLink.staff_id)
            .where(*_is_open(code))
        )
        if uow.session.scalar(alive) is None:
            raise ServiceProblem("unauthenticated", DEAD_LINK)
        set_password(uow, account_of(uow.session, staff_id), hashed, "link")
    return {"changed": True}


def _require_few_links(session: Session, staff_id: UUID) -> None:
    session.execute(select(StaffAccount.id).where(StaffAccount.id == staff_id).with_for_update())
    made = select(PasswordLink).where(PasswordLink.staff_id == staff_id)
    require_below(session, "password-links-of-account", PasswordLink.created_at, made)


def _is_open(code: str) -> tuple:
    return (
        PasswordLink.code_hash == rules.sha256_hex(code),
        PasswordLink.ended_at.is_(None),
        PasswordLink.expires_at > func.now(),
        StaffAccount.disabled_at.is_(None),
    )
