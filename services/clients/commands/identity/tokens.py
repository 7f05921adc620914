"""API tokens of staff. A token is shown once; what is kept is its hash, and enough of it to tell it from others."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem, not_found
from services.clients import rules
from services.clients.commands.identity.staff import account_of, require_reach
from services.clients.events import StaffTokenCreated, StaffTokenRevoked
from services.clients.models import ApiToken
from services.clients.queries.staff import token_row

MOST_TOKENS = 50


def create_token(
    write: Callable,
    *,
    staff_id: UUID,
    name: str,
    permissions: list[str] | None = None,
    days: int = rules.LONGEST_TOKEN_DAYS,
) -> dict:
    """Make an API token: its row and `token`, which is stored nowhere; the answer to a repeat is the row alone.

    Without `permissions` it may do what its owner may. Raises 422 for a permission that the caller does not hold,
    `invalid-state` when there are MOST_TOKENS already.
    """
    token = "cmrc_" + secrets.token_urlsafe(32)
    with write() as uow:
        if uow.caller.kind != "system":
            _require_held(uow.caller, permissions)
            _require_room(uow.session, staff_id)
        row = ApiToken(
            token_hash=rules.sha256_hex(token),
            staff_id=staff_id,
            name=name,
            hint=f"{token[:9]}…{token[-4:]}",
            permissions=None if permissions is None else sorted(set(permissions)),
            expires_at=func.now() + timedelta(days=days),
        )
        uow.session.add(row)
        uow.session.flush()
        uow.publish(StaffTokenCreated(entity=("staff", staff_id), facts={"token_id": str(row.id)}))
        made = uow.record_answer(token_row(uow.session, staff_id, row.id))
    return {**made, "token": token}


def revoke_token(write: Callable, *, staff_id: UUID, token_id: UUID) -> dict:
    """End a token at once: `{"id", "revoked": true}`; `not-found` for one that is not this account's, or ended
    before."""
    with write() as uow:
        account = account_of(uow.session, staff_id)
        if str(staff_id) != uow.caller.id:
            require_reach(uow.caller, account)
        token = uow.session.get(ApiToken, token_id)
        if token is None or token.staff_id != account.id or token.revoked_at is not None:
            raise not_found()
        token.revoked_at = func.now()
        personal = {} if str(staff_id) == uow.caller.id else {"name": account.name}
        uow.publish(StaffTokenRevoked(entity=("staff", staff_id), facts={"token_id": str(token_id)}, personal=personal))
        return uow.record_answer({"id": str(token_id), "revoked": True})


def _require_held(caller: Caller, permissions: list[str] | None) -> None:
    missing = [one for one in permissions or [] if not rules.holds_all(caller.permissions, [one])]
    if missing:
        raise field_problem("/permissions", f"You may not do {', '.join(missing)} yourself.")


def _require_room(session, staff_id: UUID) -> None:
    live = (
        select(func.count())
        .select_from(ApiToken)
        .where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.now())
    )
    if session.scalar(live) >= MOST_TOKENS:
        raise ServiceProblem("invalid-state", f"There are {MOST_TOKENS} tokens already. Revoke one first.")
