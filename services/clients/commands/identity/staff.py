"""Staff account: made, changed, disabled, enabled.

All of it runs on the system stream, whose row lock makes it serial: of two super admins who disable each other at once,
the second sees the first. Nobody acts on an account that may do more than they may themselves, and nobody takes from
themselves.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import passwords, rules
from services.clients.commands.identity.revoke_staff_access import revoke_access, set_password
from services.clients.events import StaffCreated, StaffDisabled, StaffPermissionsChanged, StaffUpdated
from services.clients.models import Login, LoginLink, StaffAccount
from services.clients.queries.credentials import known_words
from services.clients.queries.staff import staff_record

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


def create_staff(
    open_uow: UnitOfWorkOpener,
    *,
    email: str,
    name: str,
    role: str,
    password: str | None = None,
    permissions: dict[str, bool] | None = None,
    second_factor_required: bool = False,
) -> dict:
    """Make a staff account and answer its record. Without a password it waits for a link that sets one.

    Raises 422 for a password or permissions that cannot be, 409 `duplicate` for an email that a staff account has,
    `forbidden` for an account that may do more than the caller.
    """
    if fault := rules.email_fault(email):
        raise field_problem("/email", fault)
    hashed = None if password is None else hashed_password(password, (name, email))
    with open_uow() as uow:
        refuse_taken(uow.session, email)
        login = Login(kind="staff", email=email, email_key=rules.email_key(email), password_hash=hashed)
        uow.session.add(login)
        uow.session.flush()
        account = StaffAccount(
            login_id=login.id,
            name=name,
            role=role,
            second_factor_required=second_factor_required,
            permissions=_changes(role, permissions or {}),
        )
        require_reach(uow.caller, account)
        uow.session.add(account)
        uow.session.flush()
        uow.publish(
            StaffCreated(entity=("staff", account.id), facts={"role": role}, personal={"name": name, "email": email})
        )
        return uow.record_answer(staff_record(uow.session, account.id))


def update_staff(
    open_uow: UnitOfWorkOpener,
    *,
    staff_id: UUID,
    version: int | None = None,
    permissions: dict[str, bool] | None = None,
    password: str | None = None,
    **changed,
) -> dict:
    """Change name, email, role or the need of a second factor, single permissions (those named), and another's
    password; answers the record.

    Raises `stale` for another version than the one expected, `invalid-state` for one's own role, permissions or
    password and for the last super admin, `forbidden` for an account that may do more than the caller before or after.
    """
    hashed = None if password is None else hashed_password(password, _known_of(open_uow.session, staff_id))
    with open_uow() as uow:
        account = account_of(uow.session, staff_id)
        if version not in (None, account.version):
            raise ServiceProblem("stale", "Somebody else changed this account meanwhile. Load it again.")
        require_reach(uow.caller, account)
        held = rules.staff_permissions(account.role, account.permissions)
        before = dict(account.permissions)
        changes = _apply(uow.session, account, changed)
        account.permissions = _changes(account.role, {**before, **(permissions or {})}, strict=permissions or {})
        require_reach(uow.caller, account)
        _require_rights_kept(uow.caller, account, held)
        singles = _single_changes(before, account.permissions, account.role)
        if changes or singles:
            account.version += 1
        uow.session.flush()
        _require_super_admin(uow.session)
        _publish_changes(uow, account, changes, singles)
        if hashed is not None:
            _set_password(uow, account, hashed)
        return uow.record_answer(staff_record(uow.session, staff_id))


def disable_staff(open_uow: UnitOfWorkOpener, *, staff_id: UUID) -> dict:
    """Disable an account: its sessions, tokens and links end. Answers the record.

    Raises `invalid-state` for oneself, the last super admin, and one that is disabled already.
    """
    with open_uow() as uow:
        account = account_of(uow.session, staff_id)
        require_reach(uow.caller, account)
        if str(staff_id) == uow.caller.id:
            raise ServiceProblem("invalid-state", "You cannot disable yourself.")
        if account.disabled_at is not None:
            raise ServiceProblem("invalid-state", "This account is disabled already.")
        account.disabled_at = func.now()
        account.version += 1
        ended = revoke_access(uow.session, staff_id, "disabled")
        uow.session.flush()
        _require_super_admin(uow.session)
        uow.publish(
            StaffDisabled(
                entity=("staff", staff_id),
                facts=ended,
                personal={"name": account.name},
                changes=[{"field": "status", "old": "active", "new": "disabled"}],
            )
        )
        return uow.record_answer(staff_record(uow.session, staff_id))


def enable_staff(open_uow: UnitOfWorkOpener, *, staff_id: UUID) -> dict:
    """Let a disabled account sign in again; what ended stays ended. Answers the record."""
    with open_uow() as uow:
        account = account_of(uow.session, staff_id)
        require_reach(uow.caller, account)
        if account.disabled_at is None:
            raise ServiceProblem("invalid-state", "This account is not disabled.")
        account.disabled_at = None
        account.version += 1
        uow.session.flush()
        uow.publish(
            StaffUpdated(
                entity=("staff", staff_id),
                facts={"role": account.role},
                personal={"name": account.name},
                changes=[{"field": "status", "old": "disabled", "new": "active"}],
            )
        )
        return uow.record_answer(staff_record(uow.session, staff_id))


def create_login_link(session: Session, **whose) -> str:
    """Make a one-time link's code for a `staff_id` or a contact's `login_id`, good for ten minutes; it is stored
    nowhere."""
    code = secrets.token_urlsafe(32)
    session.add(LoginLink(code_hash=rules.sha256_hex(code), expires_at=func.now() + LINK_LIFETIME, **whose))
    session.commit()
    return code


def account_of(session: Session, staff_id: UUID) -> StaffAccount:
    """The account as it is now; `not-found` when there is none."""
    account = session.get(StaffAccount, staff_id, populate_existing=True)
    if account is None:
        raise not_found()
    return account


def require_reach(caller: Caller, account: StaffAccount) -> None:
    """Refuse whoever would act on an account that may do more than they may: it would lead to more."""
    held = rules.staff_permissions(account.role, account.permissions)
    if caller.kind != "system" and not rules.holds_all(caller.permissions, held):
        raise ServiceProblem("forbidden", "This account may do more than you may.")


def hashed_password(password: str, known: Iterable[str], pointer: str = "/password") -> str:
    """The hash of a new password; 422 for one that cannot be used. `known` is what others know of its owner."""
    if fault := passwords.fault(password, known):
        raise field_problem(pointer, fault)
    return passwords.hash_password(password)


def _known_of(session: Session, staff_id: UUID) -> list[str]:
    return known_words(session, account_of(session, staff_id).login_id)


def refuse_taken(session: Session, email: str, but: UUID | None = None) -> None:
    """Raise 409 `duplicate` when another staff account than that of the login `but` has this email."""
    found = session.scalar(select(Login.id).where(Login.kind == "staff", Login.email_key == rules.email_key(email)))
    if found not in (None, but):
        raise field_problem("/email", "A staff account has this email.", "duplicate")


def _publish_changes(uow: UnitOfWork, account: StaffAccount, changes: list[dict], singles: list[dict]) -> None:
    about = {"entity": ("staff", account.id), "facts": {"role": account.role}, "personal": {"name": account.name}}
    if changes:
        uow.publish(StaffUpdated(**about, changes=changes))
    if singles:
        uow.publish(StaffPermissionsChanged(**about, changes=singles))


def _set_password(uow: UnitOfWork, account: StaffAccount, hashed: str) -> None:
    if str(account.id) == uow.caller.id:
        raise ServiceProblem("invalid-state", "Change your own password in your profile.")
    set_password(uow, account, hashed, "admin")


def _apply(session: Session, account: StaffAccount, changed: dict) -> list[dict]:
    """Set what was given; what it changed, with old and new values."""
    changes = []
    for field, new in changed.items():
        owner = session.get(Login, account.login_id) if field == "email" else account
        old = getattr(owner, field)
        if old == new:
            continue
        if field == "email":
            refuse_taken(session, new, owner.id)
            owner.email_key = rules.email_key(new)
        setattr(owner, field, new)
        changes.append({"field": field, "old": old, "new": new})
    return changes


def _changes(role: str, wanted: dict[str, bool], strict: dict[str, bool] | None = None) -> dict[str, bool]:
    """What is stored of the permissions wanted; a super admin cannot be restricted, and needs nothing added."""
    if role != "super_admin":
        return rules.staff_changes(role, wanted)
    refused = [slug for slug, given in (wanted if strict is None else strict).items() if not given]
    if refused:
        raise ServiceProblem(
            "validation",
            "A super admin cannot be restricted.",
            [
                {
                    "pointer": f"/permissions/{slug}",
                    "code": "validation",
                    "message": "A super admin cannot be restricted.",
                }
                for slug in sorted(refused)
            ],
        )
    return {}


def _single_changes(before: dict, after: dict, role: str) -> list[dict]:
    """Each permission whose own setting changed: what was given before and is given now, by the role where nothing is
    set."""
    preset = set(rules.staff_permissions(role, {}))
    return [
        {"field": slug, "old": before.get(slug, slug in preset), "new": after.get(slug, slug in preset)}
        for slug in sorted(before.keys() | after.keys())
        if before.get(slug, slug in preset) != after.get(slug, slug in preset)
    ]


def _require_rights_kept(caller: Caller, account: StaffAccount, held: list[str]) -> None:
    if str(account.id) == caller.id and rules.staff_permissions(account.role, account.permissions) != held:
        raise ServiceProblem("invalid-state", "You cannot change your own role or permissions.")


def _require_super_admin(session: Session) -> None:
    """After the change: somebody has to be left who may do everything."""
    left = (
        select(func.count())
        .select_from(StaffAccount)
        .where(StaffAccount.role == "super_admin", StaffAccount.disabled_at.is_(None))
    )
    if session.scalar(left) == 0:
        raise ServiceProblem("invalid-state", "This is the last super admin. Make another one first.")
