"""Second factor of staff and contacts: codes of an authenticator app (TOTP, RFC 6238), and backup codes, each good
once."""

from collections.abc import Collection
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.identity.current_login import check_current_password, current_login
from services.clients.commands.identity.login_streams import publish_for_login
from services.clients.commands.identity.revoke_contact_access import end_portal_sessions
from services.clients.commands.identity.revoke_staff_access import sign_out_everywhere
from services.clients.commands.identity.staff import account_of, require_reach
from services.clients.events import ContactSecondFactorChanged, StaffSecondFactorChanged
from services.clients.models import BackupCode, PortalSession, SecondFactor, SignInSession, StaffAccount
from services.clients.queries.staff import staff_record

ISSUER = "Commerce"
STEP_SECONDS = 30
BACKUP_CODES = 10
BACKUP_CODE_LETTERS = 24  # of 5 bits each: 120 random bits, so that a plain hash of one cannot be guessed
PENDING = timedelta(minutes=10)
WRONG = "This code is wrong, or was used already. Take the next one."


def begin_second_factor(open_uow: UnitOfWorkOpener, *, current_password: str) -> dict:
    """Make a secret that waits for its first code: `{"secret", "uri"}`. One in force stays until then."""
    check_current_password(open_uow, password=current_password)
    with open_uow() as uow:
        factor = _factor(uow.session, _owner(uow.session, uow.caller))
        factor.pending_secret, factor.pending_until = pyotp.random_base32(), func.now() + PENDING
    return pending_second_factor(open_uow.session, open_uow.caller)


def pending_second_factor(session: Session, caller: Caller) -> dict:
    """The secret that waits for its first code: `{"secret", "uri"}`; `invalid-state` when there is none, or no
    longer."""
    secret = session.scalar(
        select(SecondFactor.pending_secret).where(
            SecondFactor.owner_id == _owner(session, caller), SecondFactor.pending_until > func.now()
        )
    )
    if secret is None:
        raise ServiceProblem("invalid-state", "Setting up took too long. Begin again.")
    return {"secret": secret, "uri": key_uri(secret, current_login(session, caller).email)}


def confirm_second_factor(open_uow: UnitOfWorkOpener, *, credential: dict, code: str) -> dict:
    """Put the waiting secret in force by its first code: `{"backup_codes"}`, shown this once. One's other sessions than
    that of `credential` end."""
    secret = pending_second_factor(open_uow.session, open_uow.caller)["secret"]
    with open_uow() as uow:
        factor = _factor(uow.session, _owner(uow.session, uow.caller))
        step = matching_step(uow.session, secret, code, 0)
        if factor.pending_secret != secret or step is None:
            raise field_problem("/code", WRONG)
        codes = enable_secret(uow, factor, secret, step)
        _end_other_sessions(uow, factor.owner_id, credential)
    return {"backup_codes": codes}


def renew_backup_codes(open_uow: UnitOfWorkOpener, *, current_password: str) -> dict:
    """New backup codes in place of all before: `{"backup_codes"}`, shown this once."""
    check_current_password(open_uow, password=current_password)
    with open_uow() as uow:
        owner_id = _owner(uow.session, uow.caller)
        _require_on(uow.session, owner_id)
        codes = _new_codes(uow.session, owner_id)
        _publish_change(uow, owner_id, "backup-codes")
    return {"backup_codes": codes}


def turn_off_second_factor(
    open_uow: UnitOfWorkOpener,
    *,
    credential: dict,
    current_password: str,
    second_factor_roles: Collection[str] = (),
) -> dict:
    """Take one's own second factor away: `{"second_factor": "off"}`; one's other sessions than that of `credential` end.
    Raises `invalid-state` where it is required, by the account or by its role."""
    check_current_password(open_uow, password=current_password)
    with open_uow() as uow:
        if not uow.caller.in_portal:
            _refuse_required(account_of(uow.session, UUID(uow.caller.id)), second_factor_roles)
        owner_id = _owner(uow.session, uow.caller)
        _turn_off(uow, owner_id)
        _end_other_sessions(uow, owner_id, credential)
        return uow.record_answer({"second_factor": "off"})


def reset_second_factor(open_uow: UnitOfWorkOpener, *, staff_id: UUID) -> dict:
    """Take another's second factor away, who has lost it, and end their sessions; answers the account. Where it is
    required, the next sign-in sets up a new one."""
    with open_uow() as uow:
        account = account_of(uow.session, staff_id)
        require_reach(uow.caller, account)
        if str(staff_id) == uow.caller.id:
            raise ServiceProblem("invalid-state", "Change your own second factor in your profile.")
        _turn_off(uow, staff_id, name=account.name)
        sign_out_everywhere(uow, staff_id, name=account.name)
        uow.flush()
        return uow.record_answer(staff_record(uow.session, staff_id))


def enable_secret(uow: UnitOfWork, factor: SecondFactor, secret: str, step: int) -> list[str]:
    """From now on codes come from `secret`; its backup codes. Publishes that."""
    what = "replaced" if factor.secret else "on"
    factor.secret, factor.since, factor.last_step = secret, func.now(), step
    factor.pending_secret = factor.pending_until = None
    codes = _new_codes(uow.session, factor.owner_id)
    _publish_change(uow, factor.owner_id, what, {"old": "on" if what == "replaced" else "off", "new": "on"})
    return codes


def use_code(session: Session, owner_id: UUID, code: str) -> str | None:
    """Use an app's or a backup code up; how it was proved (`totp`, `backup-code`), None when it was not. The caller
    commits."""
    factor = _factor(session, owner_id)
    step = matching_step(session, factor.secret, code, factor.last_step) if factor.secret else None
    if step is not None:
        factor.last_step = step
        return "totp"
    used = (
        update(BackupCode)
        .where(
            BackupCode.owner_id == owner_id,
            BackupCode.used_at.is_(None),
            BackupCode.code_hash == _code_hash(owner_id, code),
        )
        .values(used_at=func.now())
    )
    return "backup-code" if session.execute(used).rowcount else None


def matching_step(session: Session, secret: str, code: str, last_step: int) -> int | None:
    """The time step that `code` belongs to: the present one by the database's clock, or the one before for a code on its
    way; None when it is neither, or not after `last_step`, the last that was used. So a code is good for a minute."""
    digits = "".join(code.split())
    now = int(session.scalar(select(func.extract("epoch", func.clock_timestamp())))) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = [
        step
        for step in (now - 1, now)
        if compare_digest(totp.generate_otp(step).encode(), digits.encode()) and step > last_step
    ]
    return min(steps, default=None)


def key_uri(secret: str, email: str) -> str:
    """The key URI that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def _refuse_required(account: StaffAccount, roles: Collection[str]) -> None:
    if rules.needs_second_factor(account.role, account.second_factor_required, roles):
        raise ServiceProblem(
            "invalid-state", "Your account needs a second factor. You can replace it, not turn it off."
        )


def _end_other_sessions(uow: UnitOfWork, owner_id: UUID, credential: dict) -> None:
    """What was signed in by the way of before ends, but for the session that has just changed it."""
    if uow.caller.in_portal:
        end_portal_sessions(uow, owner_id, PortalSession.token_hash != credential["hash"])
    else:
        sign_out_everywhere(uow, owner_id, SignInSession.token_hash != credential["hash"])


def _owner(session: Session, caller: Caller) -> UUID:
    """Whose second factor the caller's own is: their staff account's, or their login's as a contact."""
    return current_login(session, caller).id if caller.in_portal else UUID(caller.id)


def _publish_change(uow: UnitOfWork, owner_id: UUID, what: str, change: dict | None = None, **personal) -> None:
    """Publish it of the staff account, or in the stream of each client that the contacts' login belongs to."""
    changes = [{"field": "second_factor", **change}] if change else []
    if uow.caller.in_portal:
        publish_for_login(
            uow,
            owner_id,
            lambda contact: ContactSecondFactorChanged(
                client_id=contact.client_id, entity=("contact", contact.id), facts={"what": what}, changes=changes
            ),
        )
    else:
        uow.publish(
            StaffSecondFactorChanged(
                entity=("staff", owner_id), facts={"what": what}, personal=personal, changes=changes
            )
        )


def _factor(session: Session, owner_id: UUID) -> SecondFactor:
    factor = session.get(SecondFactor, owner_id, populate_existing=True, with_for_update=True)
    if factor is None:
        factor = SecondFactor(owner_id=owner_id, last_step=0)
        session.add(factor)
    return factor


def _require_on(session: Session, owner_id: UUID) -> None:
    if _factor(session, owner_id).secret is None:
        raise ServiceProblem("invalid-state", "There is no second factor.")


def _turn_off(uow: UnitOfWork, owner_id: UUID, **personal) -> None:
    _require_on(uow.session, owner_id)
    for table in (BackupCode, SecondFactor):
        uow.session.execute(delete(table).where(table.owner_id == owner_id))
    _publish_change(uow, owner_id, "off", {"old": "on", "new": "off"}, **personal)


def _new_codes(session: Session, owner_id: UUID) -> list[str]:
    """Ten codes of letters and digits in groups of four."""
    codes = [
        "-".join(raw[place : place + 4] for place in range(0, BACKUP_CODE_LETTERS, 4))
        for raw in (pyotp.random_base32(32)[:BACKUP_CODE_LETTERS].lower() for _ in range(BACKUP_CODES))
    ]
    session.flush()
    session.execute(delete(BackupCode).where(BackupCode.owner_id == owner_id))
    session.execute(
        insert(BackupCode), [{"owner_id": owner_id, "code_hash": _code_hash(owner_id, code)} for code in codes]
    )
    return codes


def _code_hash(owner_id: UUID, code: str) -> str:
    return rules.sha256_hex(f"{owner_id} " + "".join(code.lower().replace("-", " ").split()))
