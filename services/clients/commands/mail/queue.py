"""Mail queue: a mail is stored in the transaction of its cause."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.db.row_limits import require_below
from chassis.events.unit_of_work import UnitOfWork
from chassis.process.jobs import wake_job
from services.clients.models import Mail

ASKED_FOR = ("invitation", "password", "email_confirm")
RECIPIENT_LOCK = 0x52435054  # one number for "a recipient's mails are counted"; any constant does


def queue_mail(
    session: Session, kind: str, recipient: str, data: dict, *, client_id=None, expires_at: datetime | None = None
) -> None:
    """Have a mail leave once this transaction is committed; not at all once its link is over at `expires_at`.

    `kind` and `data` are what `mail_templates` makes its text of.
    """
    session.add(Mail(kind=kind, recipient=recipient, data=data, client_id=client_id, expires_at=expires_at))
    wake_job(session, "send_mails")


def require_few_mails(uow: UnitOfWork, recipient: str) -> None:
    """Raise `too-many-requests` where a contact asks for a mail with a link, and their client, or the recipient, has had
    many. Staff are not held to that, but to `require_few_invitations`."""
    if uow.caller.kind != "contact":
        return
    of_client = select(Mail).where(Mail.client_id == UUID(uow.caller.client_id), Mail.kind.in_(ASKED_FOR))
    require_below(uow.session, "mails-of-client", Mail.created_at, of_client)
    require_few_to_recipient(uow.session, recipient)


def require_few_to_recipient(session: Session, recipient: str) -> None:
    """Raise `too-many-requests` when a recipient, whoever asked, has had many mails with links."""
    mails = _mails_to(session, recipient, ASKED_FOR)
    require_below(session, "mails-to-recipient", Mail.created_at, mails)
    require_below(session, "mails-to-recipient-a-day", Mail.created_at, mails)


def require_few_invitations(session: Session, recipient: str) -> None:
    """Raise `too-many-requests` when a recipient, whoever asks, staff too, has had several invitations."""
    require_below(session, "invitations-to-recipient", Mail.created_at, _mails_to(session, recipient, ("invitation",)))


def _mails_to(session: Session, recipient: str, kinds: tuple[str, ...]) -> Select:
    """The recipient's mails of these kinds, to which nobody else adds one before the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(RECIPIENT_LOCK, func.hashtext(recipient.lower()))))
    return select(Mail).where(func.lower(Mail.recipient) == recipient.lower(), Mail.kind.in_(kinds))
