"""The fields that billing's lists over all clients can be filtered by: from these tables come filters, the API's document
and its help. What each is in SQL stands in `services/billing/queries/listings.py`."""

from chassis.filters.fields import Field, Kind
from chassis.types.money import currencies_in_use
from services.billing.rules import (
    BILLING_CYCLES,
    DOMAIN_STATUSES,
    INVOICE_STATUSES,
    ORDER_STATUSES,
    SUBSCRIPTION_STATUSES,
)


def _field(name: str, kind: Kind, choices: tuple[str, ...] | None = None, *, nullable: bool = False) -> Field:
    return Field(name, name.replace("_", " ").capitalize(), kind, nullable, choices)


_CURRENCY = _field("currency", Kind.CHOICE, tuple(sorted(currencies_in_use())))
INVOICES = (
    _field("status", Kind.CHOICE, INVOICE_STATUSES),
    _field("number", Kind.NUMBER, nullable=True),
    _field("issued", Kind.DAY, nullable=True),
    _field("due", Kind.DAY, nullable=True),
    _field("total", Kind.MONEY),
    _field("balance", Kind.MONEY),
    _field("paid", Kind.MONEY),
    _field("credit_applied", Kind.MONEY),
    _CURRENCY,
    _field("created", Kind.MOMENT),
    _field("notes", Kind.TEXT, nullable=True),
)
PAYMENTS = (
    _field("received", Kind.DAY),
    _field("amount", Kind.MONEY),
    _field("refunded", Kind.MONEY),
    _field("credited", Kind.MONEY),
    _CURRENCY,
    _field("gateway", Kind.TEXT),
    _field("reference", Kind.TEXT, nullable=True),
    _field("recorded", Kind.MOMENT),
)
ORDERS = (
    _field("status", Kind.CHOICE, ORDER_STATUSES),
    _field("number", Kind.NUMBER),
    _field("placed", Kind.MOMENT),
    _field("total", Kind.MONEY),
    _CURRENCY,
    _field("placed_by", Kind.TEXT, nullable=True),
)
SERVICES = (
    _field("status", Kind.CHOICE, SUBSCRIPTION_STATUSES),
    _field("number", Kind.NUMBER),
    _field("product", Kind.TEXT),
    _field("domain", Kind.TEXT, nullable=True),
    _field("billing_cycle", Kind.CHOICE, BILLING_CYCLES),
    _field("price", Kind.MONEY),
    _CURRENCY,
    _field("next_due", Kind.DAY, nullable=True),
    _field("created", Kind.MOMENT),
    _field("suspended_reason", Kind.TEXT, nullable=True),
)
DOMAINS = (
    _field("status", Kind.CHOICE, DOMAIN_STATUSES),
    _field("name", Kind.TEXT),
    _field("registrar", Kind.TEXT, nullable=True),
    _field("registered", Kind.DAY, nullable=True),
    _field("expires", Kind.DAY, nullable=True),
    _field("auto_renew", Kind.FLAG),
    _field("created", Kind.MOMENT),
)
