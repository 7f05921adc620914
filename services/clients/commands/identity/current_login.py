"""The login behind whoever is signed in, staff or contact, and its password asked once more."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import field_problem
from services.clients import passwords
from services.clients.commands.identity.attempts import count_own, forget_buckets
from services.clients.models import Contact, Login, StaffAccount


def own_login(session: Session, caller: Caller) -> Login:
    """The login of a staff member, or of the contact who is in the portal."""
    owner = Contact if caller.in_portal else StaffAccount
    return session.scalars(
        select(Login).join(owner, owner.login_id == Login.id).where(owner.id == UUID(caller.id))
    ).one()


def check_own_password(session: Session, caller: Caller, password: str, pointer: str = "/current_password") -> None:
    """Make sure that it is the person who asks, not only their session; 422 for a wrong password, 429 after several."""
    login = own_login(session, caller)
    buckets = count_own(session, login.id, caller.ip)
    if not passwords.matches(password, login.password_hash):
        raise field_problem(pointer, "This is not your password.")
    forget_buckets(session, buckets)
    session.commit()
