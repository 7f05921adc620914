"""Impersonation (Login as Client), its session: entered by the one-time code, the open pages, what was refused."""

import secrets
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, or_, select, update

from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.impersonation.lifecycle import end_if_over
from services.clients.events import ImpersonationRefused
from services.clients.models import Impersonation, SignInSession
from services.clients.queries import impersonation as queries

MOST_PAGES = 20
REFUSED = "This link was used already, is too old, or was made for another browser."
_NOW = func.clock_timestamp()
_OPEN = (
    Impersonation.entered_at.is_(None),
    Impersonation.ended_at.is_(None),
    Impersonation.handoff_expires_at > _NOW,
)


def enter_impersonation(open_uow: UnitOfWorkOpener, *, code: str, browser: str | None = None) -> dict:
    """Exchange the one-time code for the impersonation's session: `{"token"}`, shown this once. Where an admin session
    started it, a browser without a secret is answered `{"confirm": id}`: that session has to confirm it first.

    Raises `forbidden`, the same for a code that is unknown, used, too old or brought by a browser that was not confirmed;
    of a known one the log keeps that it was tried. No row is changed then.
    """
    session, caller = open_uow.session, open_uow.caller
    impersonation = queries.find(session, Impersonation.handoff_hash == rules.sha256_hex(code))
    if impersonation is not None and impersonation.ended_at is None:
        end_if_over(session, impersonation, cause=caller.request_id)
    mine = (Impersonation.handoff_hash == rules.sha256_hex(code), *_OPEN)
    bound = select(Impersonation.id).where(*mine, Impersonation.staff_session_id.is_not(None))
    if browser is None and (waits := session.scalar(bound)) is not None:
        session.rollback()
        return {"confirm": str(waits)}
    token = secrets.token_urlsafe(32)
    confirmed = or_(Impersonation.staff_session_id.is_(None), Impersonation.browser_hash == (browser or ""))
    entered = session.scalar(
        update(Impersonation)
        .where(*mine, confirmed)
        .values(token_hash=rules.sha256_hex(token), entered_at=_NOW, last_seen_at=_NOW)
        .returning(Impersonation.id)
    )
    session.commit()
    if entered is None:
        _publish_refused_code(open_uow, impersonation)
        raise ServiceProblem("forbidden", REFUSED)
    return {"token": token}


def confirm_browser(open_uow: UnitOfWorkOpener, *, credential: dict, impersonation_id: UUID, browser: str) -> dict:
    """Let the browser that has this secret enter the impersonation, which this admin session has started:
    `{"confirmed": true}`. The first one that is confirmed is the only one.

    Raises `forbidden` for another session's, one that is over, and a second browser; the log keeps that it was tried.
    """
    session = open_uow.session
    own = select(SignInSession.id).where(SignInSession.token_hash == credential["hash"]).scalar_subquery()
    confirmed = session.scalar(
        update(Impersonation)
        .where(
            Impersonation.id == impersonation_id,
            Impersonation.staff_session_id == own,
            func.coalesce(Impersonation.browser_hash, browser) == browser,
            *_OPEN,
        )
        .values(browser_hash=browser)
        .returning(Impersonation.id)
    )
    session.commit()
    if confirmed is None:
        _publish_refused_code(open_uow, queries.find(session, Impersonation.id == impersonation_id))
        raise ServiceProblem("forbidden", REFUSED)
    return {"confirmed": True}


def note_page(open_uow: UnitOfWorkOpener, *, page: str, open: bool) -> dict:
    """A page of the impersonation was opened in the browser, or left. When the last one was left the impersonation is
    about to end: the next request takes that back, and so does a page that is opened."""
    session, caller = open_uow.session, open_uow.caller
    impersonation = session.scalar(
        select(Impersonation)
        .where(Impersonation.id == UUID(caller.acting_as["impersonation_id"]), Impersonation.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if impersonation is not None:
        others = [one for one in impersonation.open_pages if one != page]
        if open:
            # The oldest go: a page whose leaving was never reported must not keep the list growing.
            impersonation.open_pages, impersonation.left_at = [*others, page][-MOST_PAGES:], None
        elif page in impersonation.open_pages:
            impersonation.open_pages, impersonation.left_at = others, None if others else _NOW
    session.commit()
    return {"page": page, "open": open}


def note_refusal(open_uow: UnitOfWorkOpener, *, client_id: UUID, what: str) -> dict:
    """The log keeps what was refused to a staff member who is logged in as the client."""
    with open_uow(stream=client_id) as uow:
        uow.publish(
            ImpersonationRefused(
                client_id=client_id,
                entity=("impersonation", uow.caller.acting_as["impersonation_id"]),
                facts={"what": rules.NOT_AS_CLIENT[what]},
            )
        )
        return uow.record_answer({"noted": True})


def _publish_refused_code(open_uow: UnitOfWorkOpener, impersonation) -> None:
    if impersonation is None:
        return
    row = open_uow.session.execute(
        select(Impersonation.entered_at, Impersonation.ended_at, Impersonation.handoff_expires_at <= _NOW).where(
            Impersonation.id == impersonation.impersonation_id
        )
    ).one()
    what = "the link was used already" if row[0] else "the link is over" if row[1] or row[2] else "another browser"
    nobody = replace(open_uow.caller, kind="anonymous", id=None, name=None)
    with open_uow(stream=impersonation.client_id, caller=nobody) as uow:
        uow.publish(
            ImpersonationRefused(
                client_id=impersonation.client_id,
                entity=("impersonation", impersonation.impersonation_id),
                facts={"what": what, "handoff": True},
            )
        )
