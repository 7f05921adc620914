"""Dry run: what a bulk act would come to for each client, by the code that carries it out; nothing is changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import green
from chassis.errors import ServiceProblem, field_problem
from chassis.events.event import rfc3339
from chassis.types.money import Money
from services.clients import rules
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk.acts import act_of, require_possible
from services.clients.commands.bulk.outcomes import Item, Outcome
from services.clients.queries.bulk_jobs import names_of, selected

AT_ONCE = 500
NAMED = 5


def dry_run(
    session: Session,
    billing: Billing,
    *,
    act: str,
    arguments: Mapping,
    selection: Mapping,
    expected: int | None,
    expected_digest: str | None = None,
    now: datetime,
) -> dict:
    """What `act` would come to now for the clients of `selection`, as `dry_run`.

    That says how many clients it would change, leave unchanged or refuse, with the reasons, each with the first of its
    clients by name and the ids of all; how many services move, and what these cost a month; the `digest` of who they are.
    Raises as the start of the job does.
    """
    require_possible(session, act, arguments)
    client_ids = selected_as_expected(session, selection, expected, expected_digest, now)
    items = [Item(client_id) for client_id in client_ids]
    return {"job": None, "dry_run": report(session, plan(session, billing, act, arguments, items, undone=False))}


def plan(
    session: Session, billing: Billing, act: str, arguments: Mapping[str, Any], items: list[Item], *, undone: bool
) -> dict[UUID, Outcome]:
    """The outcome for each client as it is now, read by AT_ONCE of them."""
    planned = act_of(session, act, arguments, billing, undone=undone)
    outcomes: dict[UUID, Outcome] = {}
    for start in range(0, len(items), AT_ONCE):
        outcomes |= planned.plan(items[start : start + AT_ONCE])
        green.give_way()
    session.rollback()
    return outcomes


def report(session: Session, outcomes: Mapping[UUID, Outcome]) -> dict:
    """The answer of a dry run."""
    by_reason: dict[tuple, list[UUID]] = defaultdict(list)
    for client_id, one in outcomes.items():
        by_reason[one.result, one.code, one.reason].append(client_id)
    now = datetime.now(UTC)
    return {
        "rows": len(outcomes),
        "digest": digest_of(outcomes),
        **{result: _count(outcomes.values(), result) for result in ("changed", "unchanged", "refused")},
        "services": sum(one.services for one in outcomes.values()),
        "monthly": _monthly(outcomes.values()),
        "reasons": [_reason(session, *why, ids) for why, ids in sorted(by_reason.items())],
        "at": rfc3339(now),
        "undo_until": rfc3339(now + timedelta(days=rules.BULK_DAYS)),
    }


def digest_of(client_ids: Iterable[UUID]) -> str:
    """SHA-256, in hexadecimal digits, of the ids in order with a comma between two: which clients they are."""
    return sha256(",".join(map(str, sorted(client_ids))).encode()).hexdigest()


def selected_as_expected(
    session: Session, selection: Mapping, expected: int | None, expected_digest: str | None, now: datetime
) -> list[UUID]:
    """The clients of a selection at `now`. Raises 422 for none, and `list-changed` where they are not `expected` in
    number, or not those of `expected_digest`."""
    client_ids = selected(session, selection, now)
    if not client_ids:
        raise field_problem("/query", "No client is selected.")
    if expected not in (None, len(client_ids)):
        found = f"The selection has {len(client_ids)} clients now, not {expected}. Nothing was changed."
        raise ServiceProblem("list-changed", found, rows=len(client_ids))
    if expected_digest not in (None, digest_of(client_ids)):
        found = "The selection has other clients now than it had. Nothing was changed."
        raise ServiceProblem("list-changed", found, rows=len(client_ids))
    return client_ids


def _count(outcomes: Iterable[Outcome], result: str) -> int:
    return sum(one.result == result for one in outcomes)


def _monthly(outcomes: Iterable[Outcome]) -> list[dict]:
    """The sum in each currency, by its code."""
    sums: dict[str, Money] = {}
    for one in outcomes:
        if one.monthly is not None:
            amount = Money.from_wire(one.monthly)
            sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return [sums[currency].to_wire() for currency in sorted(sums)]


def _reason(session: Session, result: str, code: str, reason: str, ids: list[UUID]) -> dict:
    named = names_of(session, ids[:NAMED])
    about = {"result": result, "code": code, "reason": reason, "count": len(ids), "clients": named}
    return {**about, "client_ids": [str(one) for one in ids]}
