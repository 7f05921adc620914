"""Schemas of the portal. None names a client: it is the one of whoever asks."""

from marshmallow import Schema, fields

from chassis.types.answers import Answer, Moment, counts_of, page_of
from chassis.types.fields import DayField, Flag, IdField, MoneyField, PageArguments, PathId
from services.billing.rules import (
    BILLING_CYCLES,
    INVOICE_GROUPS,
    ORDER_GROUPS,
    SUBSCRIPTION_GROUPS,
    SUBSCRIPTION_STATUSES,
)
from services.billing.schemas.domains import HeldDomainAnswer, nameservers_field
from services.billing.schemas.invoices import InvoiceDocumentAnswer, InvoiceRowAnswer, PaymentWayAnswer
from services.billing.schemas.orders import PlacedItemAnswer, PlacedOrderAnswer, TermsAnswer
from services.billing.schemas.subscriptions import BillingInvoiceAnswer
from services.billing.schemas.values import count, one_of


def _group(groups: dict) -> fields.String:
    return one_of(groups, load_default=None, allow_none=True)


class InvoicePage(PageArguments):
    """A page of invoices, of one group of states where given."""

    status = _group(INVOICE_GROUPS)


class OrderPage(PageArguments):
    """A page of orders, of one group of states where given."""

    status = _group(ORDER_GROUPS)


class SubscriptionPage(PageArguments):
    """A page of services, of one group of states where given."""

    status = _group(SUBSCRIPTION_GROUPS)


class DomainPage(PageArguments):
    """A page of domains."""


class InvoiceArguments(Schema):
    """One invoice."""

    invoice_id = PathId(required=True)


class OrderArguments(Schema):
    """One order."""

    order_id = PathId(required=True)


class SubscriptionArguments(Schema):
    """One subscription."""

    service_id = PathId(required=True)


class DomainArguments(Schema):
    """One domain."""

    domain_id = PathId(required=True)


class UpdateDomain(DomainArguments):
    """`portal_update_domain`: what is given is changed, the rest stays."""

    auto_renew = Flag()
    nameservers = nameservers_field()


class OwedAnswer(Answer):
    """What there is to pay, the first few invoices of it, and the credit balance; `payment` is how it is paid today, null
    where the seller tells nothing."""

    outstanding = MoneyField()
    overdue = MoneyField()
    oldest_due_on = DayField(allow_none=True)
    credit_balance = MoneyField()
    overdue_invoices = count()
    payment = fields.Nested(PaymentWayAnswer, allow_none=True)
    invoices = fields.List(fields.Nested(InvoiceRowAnswer))


IssuedInvoicePageAnswer = page_of(InvoiceRowAnswer, counts=counts_of(*INVOICE_GROUPS))


class IssuedPaymentAnswer(Answer):
    """A payment, without who recorded it."""

    date = DayField()
    amount = MoneyField()
    gateway = fields.String()
    refunded = MoneyField()
    credited = MoneyField()


class IssuedCreditAnswer(Answer):
    """Credit that was used, without who used it."""

    created_at = Moment()
    amount = MoneyField()
    returned = MoneyField()


class IssuedInvoiceAnswer(InvoiceDocumentAnswer):
    """An issued invoice as the client keeps it."""

    payments = fields.List(fields.Nested(IssuedPaymentAnswer))
    credits = fields.List(fields.Nested(IssuedCreditAnswer))


class PlacedByAnswer(Answer):
    """Who placed an order; a staff member has no name here."""

    kind = one_of(("staff", "contact", "system"))
    name = fields.String(allow_none=True)


class OrderAnswer(PlacedOrderAnswer):
    """An order with its items, in the groups of states that the portal shows."""

    status = one_of(ORDER_GROUPS)
    items = fields.List(fields.Nested(PlacedItemAnswer))
    placed_by = fields.Nested(PlacedByAnswer)


OrderPageAnswer = page_of(OrderAnswer, counts=counts_of(*ORDER_GROUPS))


class OfferAnswer(Answer):
    """A price as listed, and as the client pays it."""

    billing_cycle = one_of(BILLING_CYCLES)
    list_price = MoneyField()
    price = MoneyField()


class OfferedProductAnswer(Answer):
    """A product that is sold in the client's currency."""

    id = IdField()
    name = fields.String()
    description = fields.String()
    takes_domain = Flag()
    prices = fields.List(fields.Nested(OfferAnswer))


class CatalogueAnswer(TermsAnswer):
    """What the client can order, and on what terms."""

    products = fields.List(fields.Nested(OfferedProductAnswer))


class SubscriptionAnswer(Answer):
    """A subscription; `price` only for who may see invoices."""

    id = IdField()
    number = fields.String()
    product = fields.String()
    domain = fields.String(allow_none=True)
    billing_cycle = one_of(BILLING_CYCLES)
    status = one_of(SUBSCRIPTION_STATUSES)
    next_due_date = DayField(allow_none=True)
    created_at = Moment()
    price = MoneyField(load_default=None)


class SubscriptionRecordAnswer(SubscriptionAnswer):
    """A subscription with the invoices that billed it, for who may see invoices."""

    invoices = fields.List(fields.Nested(BillingInvoiceAnswer), load_default=None)


SubscriptionPageAnswer = page_of(SubscriptionAnswer, counts=counts_of(*SUBSCRIPTION_GROUPS))


class DomainAnswer(HeldDomainAnswer):
    """A domain; `settled` when it is gone and nothing of it can be changed."""

    settled = Flag()


DomainPageAnswer = page_of(DomainAnswer)
