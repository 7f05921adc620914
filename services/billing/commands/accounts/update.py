"""Changes of the billing account: its currency and its address."""

import uuid

from sqlalchemy import select, update

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.events import BillingAccountUpdated
from services.billing.models import BillingAccount
from services.billing.queries.accounts import ADDRESS, account_to_wire, has_amounts

accounts = BillingAccount.__table__


def update_billing(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, version: int, **given) -> dict:
    """Change an account's `currency`, its `address` (None: as in the profile), or both; answers it as `get_billing`
    does.

    Raises `stale` unless `version` is the account's; `invalid-state` naming /currency once there is an amount in the
    old one. Nothing new, no event.
    """
    with open_uow(stream=client_id) as uow:
        before = uow.session.execute(select(accounts).where(accounts.c.client_id == client_id)).one()
        if before.version != version:
            raise ServiceProblem("stale", "Somebody else changed the billing account meanwhile.")
        wanted = _wanted(given)
        changes = [
            {"field": name, "old": getattr(before, name), "new": value}
            for name, value in wanted.items()
            if getattr(before, name) != value
        ]
        if not changes:
            return uow.record_answer(account_to_wire(uow.session, before))
        if wanted.get("currency", before.currency) != before.currency and has_amounts(uow.session, client_id):
            raise field_problem(
                "/currency", "The currency stays once there is an invoice, an order or a credit entry.", "invalid-state"
            )
        after = uow.session.execute(
            update(accounts)
            .where(accounts.c.client_id == client_id)
            .values(version=version + 1, **wanted)
            .returning(accounts)
        ).one()
        uow.publish(
            BillingAccountUpdated(
                client_id=client_id,
                entity=("billing_account", client_id),
                changes=changes,
                facts={"currency": after.currency, "totals": refresh_totals(uow.session, client_id)},
            )
        )
        return uow.record_answer(account_to_wire(uow.session, after))


def _wanted(given: dict) -> dict:
    """The columns that `given` sets; an empty line of an address is NULL."""
    wanted = {name: given[name] for name in ("currency",) if name in given}
    if "address" in given:
        wanted |= {name: (given["address"] or {}).get(name) or None for name in ADDRESS}
    return wanted
