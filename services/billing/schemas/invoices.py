"""Schemas of invoices and the payments on them."""

from decimal import Decimal

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, counts_of
from chassis.types.fields import (
    CurrencyField,
    DayField,
    DecimalText,
    Flag,
    IdField,
    MoneyField,
    PathId,
    Text,
)
from services.billing.rules import DOCUMENT_ORIGINS, INVOICE_STATUSES, MAX_LINES
from services.billing.schemas.accounts import AddressAnswer
from services.billing.schemas.record import TabArguments, tab_of
from services.billing.schemas.values import (
    ActorAnswer,
    ClientArguments,
    RecordedDay,
    count,
    decimal_number,
    one_of,
    positive_money,
    quantity,
    tax_rate,
)

UNIT_PRICE = 'A unit price is a decimal string such as "12.50" in the client\'s currency; a discount has a minus.'


class Line(Schema):
    """A line. `unit_price` is a string in the client's currency, whose digits are known once the client is."""

    description = Text(1000, single_line=False, min_length=1, required=True)
    quantity = quantity(required=True)
    unit_price = DecimalText(whole=15, places=4, error=UNIT_PRICE, negative=True, required=True)
    tax_rate = tax_rate(load_default=lambda: Decimal(0))


class InvoicePage(TabArguments):
    """A page of a client's invoices, of one `status` where given."""

    status = one_of(INVOICE_STATUSES, load_default=None, allow_none=True)


class InvoiceArguments(ClientArguments):
    """One invoice of a client; a malformed id is like one that does not exist."""

    invoice_id = fields.String(required=True)


class OneInvoice(Schema):
    """One invoice of a client, to be changed."""

    client_id = PathId(required=True)
    invoice_id = PathId(required=True)


class _Content(Schema):
    lines = fields.List(fields.Nested(Line), required=True, validate=validate.Length(min=1, max=MAX_LINES))
    due_date = RecordedDay(load_default=None, allow_none=True)
    notes = Text(4000, single_line=False, load_default=None, allow_none=True)


class CreateInvoice(_Content):
    """`create_invoice`: a draft unless `publish`; `apply_credit` uses the client's credit for it then."""

    client_id = PathId(required=True)
    publish = Flag(load_default=False)
    apply_credit = Flag(load_default=False)


class UpdateDraft(_Content, OneInvoice):
    """`update_draft`: all that a draft has, as it shall be; `version` is the one that was read."""

    version = fields.Integer(required=True, strict=True)


class PublishInvoice(OneInvoice):
    """`publish_invoice`: with `apply_credit` the client's credit is used for it."""

    apply_credit = Flag(load_default=False)


class CancelInvoice(OneInvoice):
    """`cancel_invoice`: `reason` goes into the log."""

    reason = Text(500, load_default=None, allow_none=True)


class RecordPayment(OneInvoice):
    """`record_payment`: money that came in on `date` through `gateway`."""

    amount = positive_money(required=True)
    date = RecordedDay(required=True)
    gateway = Text(64, min_length=1, required=True)
    reference = Text(200, load_default=None, allow_none=True)


class RefundInvoice(OneInvoice):
    """`refund_invoice`: `to` the client's credit or back through the gateway; `reason` goes into the log."""

    amount = positive_money(required=True)
    to = one_of(("credit", "gateway"), required=True)
    reason = Text(500, load_default=None, allow_none=True)


class InvoiceRowAnswer(Answer):
    """An invoice as a list shows it; `number` is null for a draft."""

    id = IdField()
    number = fields.String(allow_none=True)
    status = one_of(INVOICE_STATUSES)
    issue_date = DayField(allow_none=True)
    due_date = DayField(allow_none=True)
    total = MoneyField()
    amount_due = MoneyField()


class InvoiceLineAnswer(Answer):
    """A line; `total` is without tax, `tax_rate` in percent."""

    position = count()
    description = fields.String()
    quantity = decimal_number()
    unit_price = MoneyField()
    tax_rate = decimal_number()
    total = MoneyField()
    tax = MoneyField()


class BuyerAnswer(Answer):
    """Whom an invoice bills: the name shown and what it is made of, address and tax ID."""

    name = fields.String()
    company = fields.String()
    contact = fields.String()
    email = fields.String()
    address = fields.Nested(AddressAnswer)
    tax_id = fields.String()
    tax_exempt = Flag()


class BankDetailAnswer(Answer):
    """One of the details of a bank account, such as its IBAN."""

    label = fields.String()
    value = fields.String()


class PaymentWayAnswer(Answer):
    """How an invoice is paid: into which account, and what the seller says about it."""

    bank = fields.List(fields.Nested(BankDetailAnswer))
    instructions = fields.String()


class SellerAnswer(Answer):
    """Whom an invoice is from; `payment` is null where nothing is told for its currency."""

    name = fields.String()
    address = fields.List(fields.String())
    vat_id = fields.String()
    registration = fields.String()
    footer = fields.String()
    payment = fields.Nested(PaymentWayAnswer, allow_none=True)


class KeptDocumentAnswer(Answer):
    """Since when buyer and seller stand, and out of what: kept at publishing, at import, or later for an invoice that
    had been issued before they were kept."""

    origin = one_of(DOCUMENT_ORIGINS)
    taken_at = Moment()


class RateAnswer(Answer):
    """What the lines of one tax rate come to."""

    rate = decimal_number()
    net = MoneyField()
    tax = MoneyField()


class InvoiceDocumentAnswer(InvoiceRowAnswer):
    """An invoice with its parties, lines and sums. While `document` is null, as a draft's is, nothing is kept yet and
    `buyer` and `seller` are as they are now."""

    buyer = fields.Nested(BuyerAnswer, allow_none=True)
    seller = fields.Nested(SellerAnswer, allow_none=True)
    document = fields.Nested(KeptDocumentAnswer, allow_none=True)
    tax_by_rate = fields.List(fields.Nested(RateAnswer))

    subtotal = MoneyField()
    tax_total = MoneyField()
    credit_applied = MoneyField()
    paid = MoneyField()
    notes = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(InvoiceLineAnswer))


class InvoiceTermsAnswer(Answer):
    """What a new invoice of a client begins with: its currency, and the usual tax rate in percent."""

    currency = CurrencyField()
    tax_rate = decimal_number()


class PaymentAnswer(Answer):
    """Money that came in: `credited` of it became credit, `refunded` went back."""

    id = IdField()
    amount = MoneyField()
    date = DayField()
    gateway = fields.String()
    reference = fields.String(allow_none=True)
    refunded = MoneyField()
    credited = MoneyField()
    actor = fields.Nested(ActorAnswer)


class AppliedCreditAnswer(Answer):
    """Credit that was used for an invoice: `returned` of it went back to the ledger."""

    id = IdField()
    entry_id = IdField()
    amount = MoneyField()
    returned = MoneyField()
    actor = fields.Nested(ActorAnswer)
    created_at = Moment()


class RefundableAnswer(Answer):
    """How much can go back through the gateway, and how much to credit."""

    gateway = MoneyField()
    credit = MoneyField()


class InvoiceAnswer(InvoiceDocumentAnswer):
    """An invoice with all that belongs to it; `version` is what `update_draft` asks for."""

    version = count()
    payments = fields.List(fields.Nested(PaymentAnswer))
    credits = fields.List(fields.Nested(AppliedCreditAnswer))
    refundable = fields.Nested(RefundableAnswer)


InvoicePageAnswer = tab_of(InvoiceAnswer, counts=counts_of(*INVOICE_STATUSES))
