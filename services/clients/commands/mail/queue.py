"""Mail queue: a mail is stored in the transaction of its cause."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.clients.models import Mail


def queue_mail(
    session: Session, kind: str, recipient: str, data: dict, *, client_id=None, expires_at: datetime | None = None
) -> None:
    """Have a mail leave once this transaction is committed; not at all once its link is over at `expires_at`.

    `kind` and `data` are what `mail_templates` makes its text of.
    """
    session.add(Mail(kind=kind, recipient=recipient, data=data, client_id=client_id, expires_at=expires_at))
