"""Search of invoices, orders, services and domains over all clients: by number, by product, by name; newest first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, Row, Select, false, or_, select
from sqlalchemy.orm import Session

from chassis.db.base import Base
from chassis.db.searched_text import holds
from chassis.permissions import Permission
from chassis.types.domain_names import respelt, to_unicode
from chassis.types.money import Money
from chassis.types.search import number_in
from chassis.types.text import fold
from services.billing.models import Domain, Invoice, Order, Subscription
from services.billing.rules import (
    INVOICE_PREFIX,
    ORDER_PREFIX,
    SERVICE_PREFIX,
    invoice_number,
    order_number,
    service_number,
)

_URL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^mailto:")
_AFTER_HOST = re.compile(r"(?::\d+)?(?:[/?#].*)?$", re.S)


@dataclass(frozen=True)
class Found:
    """A statement that finds things of one kind, and what each of its rows is as a hit."""

    statement: Select
    hit: Callable[[Row], dict]


def search(session: Session, allowed: Callable[[Permission], bool], *, q: str, kinds: list | None, limit: int) -> dict:
    """What `q` finds among the `kinds` (None: all) that the caller may view, `limit` of each kind at most."""
    hits = []
    for kind, (permission, find) in _FINDERS.items():
        if (kinds is None or kind in kinds) and allowed(permission):
            hits += [{"kind": kind, **hit} for hit in _hits(session, find(q), limit)]
    return {"data": hits}


def _hits(session: Session, found: list[Found], limit: int) -> list[dict]:
    """What the statements find, each thing once, `limit` at most."""
    hits = {}
    for one in found:
        for row in session.execute(one.statement.limit(limit)):
            hits.setdefault(row.id, one.hit(row))
    return list(hits.values())[:limit]


def _invoices(q: str) -> list[Found]:
    return _numbered(q, INVOICE_PREFIX, Invoice, _invoice)


def _orders(q: str) -> list[Found]:
    return _numbered(q, ORDER_PREFIX, Order, _order)


def _numbered(q: str, prefix: str, model: type[Base], hit: Callable) -> list[Found]:
    wanted = number_in(q)
    if wanted is None or not wanted.may_be(prefix):
        return []
    return [Found(select(model.__table__).where(model.number == wanted.number), hit)]


def _services(q: str) -> list[Found]:
    """Services by their number, and by words of their product and domain."""
    words = _words(q)
    named = select(Subscription.__table__).where(is_service(q)).order_by(Subscription.id.desc())
    return [
        *_numbered(q, SERVICE_PREFIX, Subscription, partial(_service, "number")),
        Found(named, lambda row: _service(_field_with(words, row), row)),
    ]


def is_service(q: str) -> ColumnElement[bool]:
    """The condition that a service's product and domain have all words of `q`."""
    holding = holds(Subscription.searched, _words(q))
    return false() if holding is None else holding


def _words(q: str) -> list[str]:
    """The folded words of `q`, a domain among them as people read it, without what stands around it in a URL."""
    words = (_host(word) if "." in word else word for word in q.split())
    return fold(" ".join(respelt(word) if "xn--" in word else word for word in words)).split()


def _domains(q: str) -> list[Found]:
    return [Found(select(Domain.__table__).where(is_domain(q)).order_by(Domain.id.desc()), _domain)]


def is_domain(q: str) -> ColumnElement[bool]:
    """The condition that `q` is a part of a domain's name in either spelling, or an email, a host or a URL below it."""
    name = _host("".join(q.split()))
    labels = (name if name.isascii() else respelt(name)).split(".")
    found = [Domain.name.in_([".".join(labels[place:]) for place in range(len(labels) - 1)])] if labels[1:] else []
    spellings = [(Domain.folded_name, fold(name)), *([(Domain.name, name)] if name.isascii() else [])]
    holding = (holds(column, [spelling]) for column, spelling in spellings)
    return or_(false(), *found, *(condition for condition in holding if condition is not None))


def _host(typed: str) -> str:
    """The host or domain, or the part of one, that is typed or stands in a URL or an email."""
    host = _AFTER_HOST.sub("", _URL.sub("", typed.lower())).rpartition("@")[2]
    return host.strip("<>.").removeprefix("www.")


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


def _service(matched: str, row) -> dict:
    return _hit(row, row.product, (service_number(row.number), row.domain, row.status), matched)


def _field_with(words: list[str], row) -> str:
    """The field of a service that has all the words, the domain where the product has not."""
    return "product" if all(word in fold(row.product) for word in words) else "domain"


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
