"""Staff accounts and their tokens, as the command line makes them."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import field_problem, not_found
from services.clients import passwords, rules
from services.clients.events import StaffCreated, StaffTokenCreated
from services.clients.models import ApiToken, Login, LoginLink, StaffAccount

LINK_LIFETIME = timedelta(minutes=10)


def find_staff(session: Session, email: str | None) -> StaffAccount:
    """The staff account with this email, without one the first super_admin; `not-found` when there is none."""
    statement = select(StaffAccount).join(Login, Login.id == StaffAccount.login_id).order_by(StaffAccount.id).limit(1)
    if email is None:
        statement = statement.where(StaffAccount.role == "super_admin")
    else:
        statement = statement.where(Login.kind == "staff", Login.email_key == rules.email_key(email))
    account = session.scalar(statement)
    if account is None:
        raise not_found()
    return account


def create_staff(write: Callable, *, email: str, name: str, role: str, password: str) -> StaffAccount:
    """Make a staff account that signs in with `email` and `password`; 422 for a password that cannot be used."""
    fault = rules.password_fault(password)
    if fault:
        raise field_problem("/password", fault)
    if not rules.is_email(email):
        raise field_problem("/email", "Not an email address.")
    hashed = passwords.hash_password(password)
    with write() as work:
        login = Login(kind="staff", email=email, email_key=rules.email_key(email), password_hash=hashed)
        work.session.add(login)
        work.session.flush()
        account = StaffAccount(login_id=login.id, name=name, role=role)
        work.session.add(account)
        work.session.flush()
        work.publish(StaffCreated(entity=("staff", account.id), facts={"role": role}, personal={"name": name, "email": email}))
    return account


def create_token(write: Callable, *, staff_id, name: str) -> str:
    """Make an API token for a staff account; returns the token, which is stored nowhere."""
    token = "cmrc_" + secrets.token_urlsafe(32)
    with write() as work:
        row = ApiToken(token_hash=rules.sha256_hex(token), staff_id=staff_id, name=name)
        work.session.add(row)
        work.session.flush()
        work.publish(StaffTokenCreated(entity=("staff", staff_id), facts={"token_id": str(row.id)}))
    return token


def create_login_link(session: Session, *, staff_id) -> str:
    """Make a one-time link's code, good for ten minutes; returns the code, which is stored nowhere."""
    code = secrets.token_urlsafe(32)
    session.add(LoginLink(code_hash=rules.sha256_hex(code), staff_id=staff_id, expires_at=func.now() + LINK_LIFETIME))
    session.commit()
    return code
