"""Inside a visit: the way in, the pages that are open, what was refused."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.commands.visits import agent_hash, end_if_over
from services.clients.events import ImpersonationRefused
from services.clients.models import Visit
from services.clients.queries import visits

MOST_PAGES = 20
REFUSED = "This link was used already, is too old, or was made for another browser."
_NOW = func.clock_timestamp()


def enter_visit(session: Session, write: Callable, caller: Caller, *, code: str, user_agent: str | None) -> dict:
    """Exchange the one-time code for the visit's session: `{"token"}`, shown this once.

    Raises `forbidden`, the same for a code that is unknown, used, too old or brought by another browser; of a known one the log
    keeps that it was tried. No row is changed then.
    """
    visit = visits.find(session, Visit.handoff_hash == rules.sha256_hex(code))
    if visit is not None and visit.ended_at is None:
        end_if_over(session, visit, cause=caller.request_id)
    token, agent = secrets.token_urlsafe(32), agent_hash(caller, user_agent)
    entered = session.execute(
        update(Visit).where(
            Visit.handoff_hash == rules.sha256_hex(code), Visit.entered_at.is_(None), Visit.ended_at.is_(None),
            Visit.handoff_expires_at > _NOW, func.coalesce(Visit.agent_hash, agent) == agent)
        .values(token_hash=rules.sha256_hex(token), entered_at=_NOW, last_seen_at=_NOW)
        .returning(Visit.id)).scalar_one_or_none()
    session.commit()
    if entered is None:
        _note_wrong_way_in(session, write, caller, visit)
        raise ServiceProblem("forbidden", REFUSED)
    return {"token": token}


def note_page(session: Session, caller: Caller, *, page: str, open: bool) -> dict:
    """A page of the visit was opened in the browser, or left. When the last one was left the visit is about to end: the next
    request takes that back, and so does a page that is opened."""
    visit = session.scalar(select(Visit).where(Visit.id == UUID(caller.acting_as["visit_id"]), Visit.ended_at.is_(None))
                           .with_for_update().execution_options(populate_existing=True))
    if visit is not None:
        others = [one for one in visit.open_pages if one != page]
        if open:
            # The oldest go: a page whose leaving was never told must not keep the list growing.
            visit.open_pages, visit.left_at = [*others, page][-MOST_PAGES:], None
        elif page in visit.open_pages:
            visit.open_pages, visit.left_at = others, None if others else _NOW
    session.commit()
    return {"page": page, "open": open}


def note_refusal(write: Callable, caller: Caller, *, what: str) -> dict:
    """The log keeps what was refused to a staff member who is logged in as the client."""
    with write(stream=caller.client_id) as work:
        work.publish(ImpersonationRefused(client_id=caller.client_id, entity=("impersonation", caller.acting_as["visit_id"]),
                                          facts={"what": rules.NOT_AS_CLIENT[what]}))
        return work.answer({"noted": True})


def _note_wrong_way_in(session: Session, write: Callable, caller: Caller, visit) -> None:
    if visit is None:
        return
    row = session.execute(select(Visit.entered_at, Visit.ended_at, Visit.handoff_expires_at <= _NOW).where(
        Visit.id == visit.visit_id)).one()
    what = "the link was used already" if row[0] else "the link is over" if row[1] or row[2] else "another browser"
    with write(stream=visit.client_id, caller=replace(caller, kind="anonymous", id=None, name=None)) as work:
        work.publish(ImpersonationRefused(client_id=visit.client_id, entity=("impersonation", visit.visit_id),
                                          facts={"what": what, "handoff": True}))
