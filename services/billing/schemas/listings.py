"""Schemas of the lists over all clients: what narrows them, their rows with the client's id, and their totals."""

from collections.abc import Iterable

from marshmallow import Schema, fields

from chassis.listings.arguments import ListingArguments, WordList, count_arguments, filter_text
from chassis.types.answers import Answer, Moment, list_of, page_of
from chassis.types.fields import CurrencyField, DayField, IdField, MoneyField, Text
from chassis.types.search import SearchText
from services.billing import filter_fields
from services.billing.rules import (
    BILLING_CYCLES,
    DOMAIN_STATUSES,
    INVOICE_STATUSES,
    ORDER_STATUSES,
    SUBSCRIPTION_STATUSES,
)
from services.billing.schemas.domains import DomainAnswer
from services.billing.schemas.invoices import InvoiceAnswer, InvoiceRowAnswer, PaymentAnswer
from services.billing.schemas.orders import OrderAnswer
from services.billing.schemas.record import AgeingAnswer
from services.billing.schemas.subscriptions import SubscriptionAnswer
from services.billing.schemas.values import count, one_of


class _Days(ListingArguments):
    """`from` and `to` are days, both within the span."""

    since = DayField(data_key="from", load_default=None, allow_none=True)
    until = DayField(data_key="to", load_default=None, allow_none=True)


class _Money(_Days):
    currency = CurrencyField(load_default=None, allow_none=True)


def _sort(*names: str, first: str) -> fields.String:
    """The orders of a list, each also turned round with a minus; `first` is the one that it has unasked."""
    return one_of([turned for name in names for turned in (name, f"-{name}")], load_default=first)


def _status(statuses: Iterable[str]) -> WordList:
    return WordList(statuses, load_default=None, allow_none=True)


class AllInvoices(_Money):
    """`list_all_invoices`: `q` is a number or words of a payment's reference; `from` and `to` are of the issue date,
    `due_from` and `due_to` of the due date."""

    status = _status(INVOICE_STATUSES)
    due_since = DayField(data_key="due_from", load_default=None, allow_none=True)
    due_until = DayField(data_key="due_to", load_default=None, allow_none=True)
    filter = filter_text(filter_fields.INVOICES)
    sort = _sort("issued", "due", "balance", first="-issued")


class AllPayments(_Money):
    """`list_all_payments`: `q` is an invoice's number or words of the reference; `from` and `to` are of the day on which
    it came in."""

    gateway = Text(64, load_default=None, allow_none=True)
    filter = filter_text(filter_fields.PAYMENTS)
    sort = _sort("paid", "amount", first="-paid")


class AllOrders(_Money):
    """`list_all_orders`: `q` is a number; `from` and `to` are days in UTC."""

    status = _status(ORDER_STATUSES)
    filter = filter_text(filter_fields.ORDERS)
    sort = _sort("placed", "total", first="-placed")


class AllServices(_Money):
    """`list_all_services`: `q` is a number, or words of product and domain; `from` and `to` are of the next due date."""

    status = _status(SUBSCRIPTION_STATUSES)
    billing_cycle = one_of(BILLING_CYCLES, load_default=None, allow_none=True)
    filter = filter_text(filter_fields.SERVICES)
    sort = _sort("next_due", "number", "price", first="next_due")


class AllDomains(_Days):
    """`list_all_domains`: `q` is a part of the name; `from` and `to` are of the day of expiry."""

    status = _status(DOMAIN_STATUSES)
    auto_renew = one_of(("true", "false"), load_default=None, allow_none=True)
    filter = filter_text(filter_fields.DOMAINS)
    sort = _sort("expires", "name", first="expires")


class _OfClient(Answer):
    client_id = IdField()


class ListedInvoiceAnswer(InvoiceAnswer, _OfClient):
    """An invoice in a list over all clients."""


class PaidInvoiceAnswer(Answer):
    """The invoice that a payment is on."""

    id = IdField()
    number = fields.String(allow_none=True)
    status = one_of(INVOICE_STATUSES)


class ListedPaymentAnswer(PaymentAnswer, _OfClient):
    """A payment in a list over all clients."""

    invoice = fields.Nested(PaidInvoiceAnswer)
    recorded_at = Moment()


class ListedOrderAnswer(OrderAnswer, _OfClient):
    """An order in a list over all clients."""


class ListedServiceAnswer(SubscriptionAnswer, _OfClient):
    """A service in a list over all clients."""


class ListedDomainAnswer(DomainAnswer, _OfClient):
    """A domain in a list over all clients."""


def _listing_of(item: type[Schema], **totals: fields.Field) -> type[Schema]:
    """The answer of such a list: a page and its `totals`, one for each currency where amounts are listed; null where the
    rows are too many to be added up."""
    one = Answer.from_dict({"count": count(), **totals}, name=f"TotalsOf{item.__name__}")
    return page_of(item, totals=fields.List(fields.Nested(one), allow_none=True))


def _money(*names: str) -> dict[str, fields.Field]:
    return {"currency": CurrencyField(), **{name: MoneyField() for name in names}}


AllInvoicesAnswer = _listing_of(
    ListedInvoiceAnswer, **_money("total", "amount_due"), ageing=fields.List(fields.Nested(AgeingAnswer))
)
AllPaymentsAnswer = _listing_of(ListedPaymentAnswer, **_money("amount", "refunded"))
AllOrdersAnswer = _listing_of(ListedOrderAnswer, **_money("total"))
AllServicesAnswer = _listing_of(ListedServiceAnswer, **_money("monthly"))
AllDomainsAnswer = _listing_of(ListedDomainAnswer)


class QuotingText(Schema):
    """`find_quoted_invoices`: the text."""

    q = SearchText(required=True)


class QuotedInvoiceAnswer(InvoiceRowAnswer, _OfClient):
    """An invoice that a text quotes."""

    subtotal = MoneyField()
    tax_total = MoneyField()
    credit_applied = MoneyField()
    paid = MoneyField()


QuotedInvoices = list_of(QuotedInvoiceAnswer)


CountListed = count_arguments("invoices", "payments", "orders", "services", "domains")


class WaitingAnswer(Answer):
    """How much waits for staff, up to a limit; null for who may not view it."""

    invoices = count(allow_none=True)
    orders = count(allow_none=True)
    domains = count(allow_none=True)
