"""Search of invoices, orders, services and domains over all clients: by number, by product, by name; newest first."""

from collections.abc import Callable
from functools import partial

import idna
from sqlalchemy import ColumnElement, Select, and_, false, literal_column, or_, select
from sqlalchemy.orm import Session

from chassis.permissions import Permission
from chassis.types.domain_names import to_unicode
from chassis.types.money import Money
from chassis.types.search import number_in
from services.billing.models import Domain, Invoice, Order, Subscription
from services.billing.rules import (
    INVOICE_PREFIX,
    ORDER_PREFIX,
    SERVICE_PREFIX,
    invoice_number,
    order_number,
    service_number,
)

SERVICE_TEXT = literal_column("lower(subscriptions.product || ' ' || coalesce(subscriptions.domain, ''))")


def search(session: Session, allowed: Callable[[Permission], bool], *, q: str, kinds: list | None, limit: int) -> dict:
    """What `q` finds among the `kinds` (None: all) that the caller may view, `limit` of each kind at most."""
    hits = []
    for kind, (permission, find) in _FINDERS.items():
        if (kinds is None or kind in kinds) and allowed(permission) and (found := find(q)) is not None:
            statement, hit = found
            hits += [{"kind": kind, **hit(row)} for row in session.execute(statement.limit(limit))]
    return {"data": hits}


def _invoices(q: str) -> tuple[Select, Callable] | None:
    return _numbered(q, INVOICE_PREFIX, Invoice, _invoice)


def _orders(q: str) -> tuple[Select, Callable] | None:
    return _numbered(q, ORDER_PREFIX, Order, _order)


def _numbered(q: str, prefix: str, model, hit: Callable) -> tuple[Select, Callable] | None:
    wanted = number_in(q)
    if wanted is None or not wanted.may_be(prefix):
        return None
    return select(model.__table__).where(model.number == wanted.number), hit


def _services(q: str) -> tuple[Select, Callable] | None:
    """Services by words of their product and domain, and by their number: the one of that number first."""
    words, wanted = q.lower().split(), number_in(q)
    found = is_service(words)
    if wanted is None or not wanted.may_be(SERVICE_PREFIX):
        return select(Subscription.__table__).where(found).order_by(Subscription.id.desc()), partial(_service, words)
    meant = Subscription.number == wanted.number
    either = select(Subscription.__table__).where(or_(meant, found)).order_by(meant.desc(), Subscription.id.desc())
    return either, partial(_service, words, number=wanted.number)


def is_service(words: list[str]) -> ColumnElement[bool]:
    """The condition that a service's product and domain have all these words."""
    return and_(*(SERVICE_TEXT.contains(word, autoescape=True) for word in words))


def _domains(q: str) -> tuple[Select, Callable]:
    return select(Domain.__table__).where(is_domain(q)).order_by(Domain.id.desc()), _domain


def is_domain(q: str) -> ColumnElement[bool]:
    """The condition that `q` is a part of a domain's ASCII name, or whole labels of it as people write them."""
    wanted = "".join(q.lower().split())
    if not wanted.isascii():
        try:
            wanted = ".".join(idna.encode(label, uts46=True).decode("ascii") for label in wanted.strip(".").split("."))
        except (idna.IDNAError, UnicodeError):
            return false()
    return Domain.name.contains(wanted, autoescape=True)


_FINDERS = {
    "invoice": (Permission.INVOICES_VIEW, _invoices),
    "order": (Permission.ORDERS_VIEW, _orders),
    "service": (Permission.SERVICES_VIEW, _services),
    "domain": (Permission.DOMAINS_VIEW, _domains),
}
KINDS = tuple(_FINDERS)


def _invoice(row) -> dict:
    total = Money(row.total_minor, row.currency)
    return _hit(row, invoice_number(row.number), (row.status, f"{total.amount} {total.currency}"), "number")


def _order(row) -> dict:
    total = Money(row.total_minor, row.currency)
    return _hit(row, order_number(row.number), (row.status, f"{total.amount} {total.currency}"), "number")


def _service(words: list[str], row, number: int | None = None) -> dict:
    in_product = all(word in row.product.lower() for word in words)
    matched = "number" if row.number == number else "product" if in_product else "domain"
    return _hit(row, row.product, (service_number(row.number), row.domain, row.status), matched)


def _domain(row) -> dict:
    return _hit(row, to_unicode(row.name), (row.status, row.expires_on and f"expires {row.expires_on}"), "name")


def _hit(row, title: str, about: tuple, matched: str) -> dict:
    subtitle = " · ".join(filter(None, about))
    return {
        "id": str(row.id),
        "client_id": str(row.client_id),
        "title": title,
        "subtitle": subtitle,
        "matched": matched,
    }
