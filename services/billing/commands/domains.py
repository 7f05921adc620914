"""Commands of domains: add, change, move from one state to another."""

import uuid
from datetime import date

from sqlalchemy import Row, func, insert, select, update

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.domain_names import to_unicode
from chassis.types.ids import new_id
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.events import DomainAdded, DomainStatusChanged, DomainUpdated
from services.billing.models import Domain
from services.billing.queries.domains import domain_to_wire
from services.billing.queries.serializers import day
from services.billing.rules import CLOSED_DOMAIN, DOMAIN_KINDS, DOMAIN_MOVES, may_move

table = Domain.__table__
MAY_HAVE_NO_NAMESERVERS = ("pending", "pending_transfer")


def add_domain(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, name: str, kind: str, **term) -> dict:
    """Put the domain `name` (ASCII) on a client's record, in the state that `kind` begins with; answers it as GET shows
    it.

    `term` has registrar, registered_on, expires_on, auto_renew and nameservers. Raises `duplicate` when the name is
    taken, whoever has it; 422 for an active domain without nameservers.
    """
    with open_uow(stream=client_id) as uow:
        status = DOMAIN_KINDS[kind]
        _require_nameservers(status, term["nameservers"])
        claim_name(uow, client_id, name)
        row = uow.session.execute(
            insert(table).values(id=new_id(), client_id=client_id, name=name, status=status, **term).returning(table)
        ).one()
        publish_added(uow, row)
        return uow.record_answer(domain_to_wire(row))


def update_domain(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, domain_id: uuid.UUID | None, **given) -> dict:
    """Change registrar, expires_on, auto_renew, nameservers, whichever is given; answers the domain. Nothing new, no
    event.

    Raises not-found; `invalid-state` for a domain that is gone.
    """
    with open_uow(stream=client_id) as uow:
        before = _domain_of(uow, client_id, domain_id)
        if before.status in CLOSED_DOMAIN:
            raise ServiceProblem("invalid-state", f"A domain that is {_words(before.status)} cannot be changed.")
        _check(before, given)
        changes = [
            {"field": name, "old": _value(getattr(before, name)), "new": _value(value)}
            for name, value in given.items()
            if getattr(before, name) != value
        ]
        if not changes:
            return uow.record_answer(domain_to_wire(before))
        row = uow.session.execute(
            update(table).where(table.c.id == before.id).values(version=table.c.version + 1, **given).returning(table)
        ).one()
        uow.publish(
            DomainUpdated(
                client_id=client_id,
                entity=("domain", row.id),
                changes=changes,
                facts={**_facts_of(row), "totals": refresh_totals(uow.session, client_id)},
            )
        )
        return uow.record_answer(domain_to_wire(row))


def set_domain_status(
    open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, domain_id: uuid.UUID | None, status: str
) -> dict:
    """Move a domain to `status` by DOMAIN_MOVES; answers it. Raises not-found, `invalid-state` where no move leads
    there, `duplicate` where the name has become another's while this one waited."""
    with open_uow(stream=client_id) as uow:
        before = _domain_of(uow, client_id, domain_id)
        if not may_move(DOMAIN_MOVES, before.status, status):
            raise ServiceProblem(
                "invalid-state", f"A domain that is {_words(before.status)} cannot become {_words(status)}."
            )
        if before.status == "pending" and status not in CLOSED_DOMAIN and is_taken(uow, before.client_id, before.name):
            raise _duplicate(uow, before.name)
        row = uow.session.execute(
            update(table)
            .where(table.c.id == before.id)
            .values(status=status, version=table.c.version + 1)
            .returning(table)
        ).one()
        publish_status_change(uow, before.status, row)
        return uow.record_answer(domain_to_wire(row))


def claim_name(uow: UnitOfWork, client_id: uuid.UUID, name: str) -> None:
    """Raise `duplicate` when this ASCII name is taken, or is on this client's record already; it stays claimed until the
    transaction ends."""
    taken = is_taken(uow, client_id, name)
    own = select(table.c.id).where(
        table.c.name == name, table.c.client_id == client_id, table.c.status.not_in(CLOSED_DOMAIN)
    )
    if taken or uow.session.execute(own.limit(1)).first():
        raise _duplicate(uow, name)


def is_taken(uow: UnitOfWork, client_id: uuid.UUID, name: str) -> bool:
    """Whether a live domain of another client has this ASCII name; nobody else takes it until the transaction ends.

    One that is pending, as those of an order that nobody has paid are, keeps the name from nobody.
    """
    uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"domain:{name}", 0))))
    live = select(table.c.id).where(
        table.c.name == name, table.c.client_id != client_id, table.c.status.not_in((*CLOSED_DOMAIN, "pending"))
    )
    return uow.session.execute(live.limit(1)).first() is not None


def _duplicate(uow: UnitOfWork, name: str) -> ServiceProblem:
    """The refusal of a name; who is in the portal is told no more than that it cannot be had."""
    shown = to_unicode(name)
    why = (
        f"{shown} cannot be ordered here. Write to us if it is yours."
        if uow.caller.in_portal
        else f"{shown} is here already."
    )
    return field_problem("/name", why, "duplicate")


def _domain_of(uow: UnitOfWork, client_id: uuid.UUID, domain_id: uuid.UUID | None):
    row = uow.session.execute(
        select(table).where(table.c.id == domain_id, table.c.client_id == client_id)
    ).one_or_none()
    if row is None:
        raise not_found()
    return row


def _check(before, given: dict) -> None:
    if "nameservers" in given and given["nameservers"] != list(before.nameservers):
        _require_nameservers(before.status, given["nameservers"])
    expires = given.get("expires_on")
    if expires and before.registered_on and expires <= before.registered_on:
        raise field_problem("/expires_on", "The day of expiry comes after that of registration.")


def _require_nameservers(status: str, nameservers: list[str]) -> None:
    if not nameservers and status not in MAY_HAVE_NO_NAMESERVERS:
        raise field_problem("/nameservers", "Give two to thirteen nameservers; only a domain on its way may have none.")


def publish_added(uow: UnitOfWork, row: Row) -> None:
    """Publish that the domain `row` was added."""
    facts = {**_facts_of(row), "registered_on": day(row.registered_on)}
    totals = refresh_totals(uow.session, row.client_id)
    uow.publish(DomainAdded(client_id=row.client_id, entity=("domain", row.id), facts={**facts, "totals": totals}))


def publish_status_change(uow: UnitOfWork, old: str, row: Row) -> None:
    """Publish that the domain `row` moved from the state `old`."""
    totals = refresh_totals(uow.session, row.client_id)
    uow.publish(
        DomainStatusChanged(
            client_id=row.client_id,
            entity=("domain", row.id),
            changes=[{"field": "status", "old": old, "new": row.status}],
            facts={"name": to_unicode(row.name), "status": row.status, "totals": totals},
        )
    )


def _facts_of(row: Row) -> dict:
    return {
        "name": to_unicode(row.name),
        "status": row.status,
        "registrar": row.registrar,
        "expires_on": day(row.expires_on),
        "auto_renew": row.auto_renew,
        "nameservers": list(row.nameservers),
    }


def _value(value):
    return day(value) if isinstance(value, date) else value


def _words(status: str) -> str:
    return status.replace("_", " ")
