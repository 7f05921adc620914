"""Current login: the credentials behind whoever is signed in, staff or contact, and their password asked once more."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import passwords
from services.clients.commands.identity.attempts import count_password_check, forget_buckets
from services.clients.models import Contact, Login, StaffAccount


def current_login(session: Session, caller: Caller) -> Login:
    """The login of a staff member, or of the contact who is in the portal."""
    owner = Contact if caller.in_portal else StaffAccount
    return session.scalars(
        select(Login).join(owner, owner.login_id == Login.id).where(owner.id == UUID(caller.id))
    ).one()


def check_current_password(open_uow: UnitOfWorkOpener, *, password: str) -> None:
    """Make sure that it is the person who asks, not only their session; commits.

    Raises 422 `/current_password` for a wrong password, `too-many-requests` after several.
    """
    session, caller = open_uow.session, open_uow.caller
    login = current_login(session, caller)
    buckets = count_password_check(session, login.id, caller.ip)
    if not passwords.matches(password, login.password_hash):
        raise field_problem("/current_password", "This is not your password.")
    forget_buckets(session, buckets)
    session.commit()
