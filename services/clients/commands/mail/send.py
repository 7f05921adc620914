"""Sending of mail, a step of the job: one mail at a time, the oldest that is due, tried again with growing pauses."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.logs import get_logger
from chassis.settings import Settings
from services.clients.mail_templates import compose
from services.clients.models import Mail
from services.clients.smtp import Deliver, Refused

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)

log = get_logger(__name__)


def mail_step(session: Session, deliver: Deliver | None, settings: Settings) -> bool:
    """Send the next mail that is due; whether there was one.

    The server is spoken to outside of a transaction. A process that dies between sending and noting it sends the mail
    again, under the same Message-ID. Mails that have nowhere to go wait. Whatever fails in a way that nobody thought of
    waits like a server that is away, so that no mail holds up the next.
    """
    _give_up_the_old(session)
    mail = deliver and session.scalar(
        select(Mail)
        .where(Mail.ended_at.is_(None), Mail.next_try_at <= func.now())
        .order_by(Mail.next_try_at, Mail.id)
        .limit(1)
    )
    session.commit()
    if not mail:
        return False
    try:
        deliver(
            compose(
                mail.kind,
                mail.data,
                mail_id=mail.id,
                at=mail.created_at,
                recipient=mail.recipient,
                sender=settings.mail_from,
                origin=settings.portal_origin,
            )
        )
    except (Refused, ValueError, KeyError) as error:
        _end(session, Mail.id == mail.id, "given_up", str(error))
        log.error("mail cannot be delivered", mail=str(mail.id), kind=mail.kind, error=str(error)[:300])
    except Exception as error:
        _try_later(session, mail, str(error))
        log.warning("mail waits", mail=str(mail.id), kind=mail.kind, tries=mail.tries + 1, error=str(error)[:300])
    else:
        _end(session, Mail.id == mail.id, "sent", None)
    session.commit()
    return True


def _give_up_the_old(session: Session) -> None:
    """Links that are over are not sent, and not kept; nor is what could not be sent for days."""
    _end(session, func.coalesce(Mail.expires_at, Mail.created_at + GIVEN_UP_AFTER) < func.now(), "given_up", "too late")


def _end(session: Session, which, outcome: str, error: str | None) -> None:
    session.execute(
        update(Mail)
        .where(which, Mail.ended_at.is_(None))
        .values(
            ended_at=func.clock_timestamp(),
            outcome=outcome,
            data=None,
            tries=Mail.tries + 1,
            last_error=error and error[:300],
        )
    )


def _try_later(session: Session, mail: Mail, error: str) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(mail.tries, 20), LONGEST_PAUSE)
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id)
        .values(tries=Mail.tries + 1, next_try_at=func.clock_timestamp() + pause, last_error=error[:300])
    )
