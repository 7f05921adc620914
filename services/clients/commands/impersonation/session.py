"""Impersonation (Login as Client), its session: entered by the one-time code, the open pages, what was refused."""

import secrets
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select, update

from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.impersonation.lifecycle import agent_hash, end_if_over
from services.clients.events import ImpersonationRefused
from services.clients.models import Impersonation
from services.clients.queries import impersonation as queries

MOST_PAGES = 20
REFUSED = "This link was used already, is too old, or was made for another browser."
_NOW = func.clock_timestamp()


def enter_impersonation(open_uow: UnitOfWorkOpener, *, code: str, user_agent: str | None) -> dict:
    """Exchange the one-time code for the impersonation's session: `{"token"}`, shown this once.

    Raises `forbidden`, the same for a code that is unknown, used, too old or brought by another browser; of a known one
    the log keeps that it was tried. No row is changed then.
    """
    session, caller = open_uow.session, open_uow.caller
    impersonation = queries.find(session, Impersonation.handoff_hash == rules.sha256_hex(code))
    if impersonation is not None and impersonation.ended_at is None:
        end_if_over(session, impersonation, cause=caller.request_id)
    token, agent = secrets.token_urlsafe(32), agent_hash(caller, user_agent)
    entered = session.execute(
        update(Impersonation)
        .where(
            Impersonation.handoff_hash == rules.sha256_hex(code),
            Impersonation.entered_at.is_(None),
            Impersonation.ended_at.is_(None),
            Impersonation.handoff_expires_at > _NOW,
            func.coalesce(Impersonation.agent_hash, agent) == agent,
        )
        .values(token_hash=rules.sha256_hex(token), entered_at=_NOW, last_seen_at=_NOW)
        .returning(Impersonation.id)
    ).scalar_one_or_none()
    session.commit()
    if entered is None:
        _publish_refused_code(open_uow, impersonation)
        raise ServiceProblem("forbidden", REFUSED)
    return {"token": token}


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
