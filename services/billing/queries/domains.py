"""A client's domains: the next to expire first, those that are gone last."""

import uuid
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from chassis.types.domain_names import to_unicode
from services.billing.models import Domain
from services.billing.queries.serializers import day
from services.billing.rules import CLOSED_DOMAIN, DOMAIN_MOVES, DOMAIN_STATUSES

SOON = timedelta(days=60)

table = Domain.__table__
GONE = case((table.c.status.in_(CLOSED_DOMAIN), 1), else_=0)
EXPIRES = func.coalesce(table.c.expires_on, literal(date.max, Date))
ORDER = Order("domains", [GONE, EXPIRES, table.c.id], [int, date.fromisoformat, uuid.UUID])

_IS_OF_CLIENT = table.c.client_id == bindparam("client_id")
_PAGE = CompiledPage(select(table).where(_IS_OF_CLIENT), ORDER)
_COUNT = CompiledSelect(select(func.count()).where(_IS_OF_CLIENT))
_ONE = CompiledSelect(select(table).where(_IS_OF_CLIENT, table.c.id == bindparam("domain_id")))
_SOON = CompiledSelect(
    select(table)
    .where(
        _IS_OF_CLIENT,
        table.c.status == "active",
        table.c.expires_on.between(bindparam("today"), bindparam("until")),
    )
    .order_by(table.c.expires_on, table.c.id)
    .limit(bindparam("count"))
)


def list_domains(session: Session, client_id: uuid.UUID, **page) -> dict:
    """A page of a client's domains."""
    rows, cursors = _PAGE.fetch(session, client_id=client_id, **page, dump=_to_wire)
    return page_of(rows, cursors, total=_COUNT.scalar(session, client_id=client_id))


def get_domain(session: Session, client_id: uuid.UUID, domain_id: uuid.UUID | None) -> dict:
    """One domain of a client. Raises not-found."""
    row = _ONE.first(session, client_id=client_id, domain_id=domain_id)
    if row is None:
        raise not_found()
    return domain_to_wire(row)


def domains_soon(session: Session, client_id: uuid.UUID, today: date, count: int) -> list[dict]:
    """The next of a client's active domains that expire within SOON."""
    return _to_wire(_SOON.all(session, client_id=client_id, today=today, until=today + SOON, count=count))


def _to_wire(rows) -> list[dict]:
    return [domain_to_wire(row) for row in rows]


def domain_to_wire(row) -> dict:
    """A domain's JSON form; `moves` are the states that it can be moved to."""
    return {
        "id": str(row.id),
        "name": to_unicode(row.name),
        "status": row.status,
        "registered_on": day(row.registered_on),
        "expires_on": day(row.expires_on),
        "registrar": row.registrar,
        "auto_renew": row.auto_renew,
        "nameservers": list(row.nameservers),
        "moves": [status for status in DOMAIN_STATUSES if status in DOMAIN_MOVES[row.status]],
    }
