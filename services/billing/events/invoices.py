"""Events of invoices and of the payments on them."""

from typing import ClassVar

from marshmallow import Schema, fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts, LineFacts, MoneyFact, money_fact


class InvoiceFacts(BillingFacts):
    """An invoice after the change. `number` is null for a draft."""

    number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    issue_date = fields.String(required=True, allow_none=True)
    due_date = fields.String(required=True, allow_none=True)
    total = money_fact()
    amount_due = money_fact()
    credit_applied = fields.Nested(MoneyFact)
    paid = fields.Nested(MoneyFact)


class InvoiceSums(InvoiceFacts):
    """What its lines come to; `total` is both together."""

    subtotal = fields.Nested(MoneyFact)
    tax_total = fields.Nested(MoneyFact)


class InvoiceContent(InvoiceSums):
    """An invoice after the change with its lines."""

    lines = fields.List(fields.Nested(LineFacts))


class WholeInvoice(Event):
    """An event that has all that the invoice says: its lines are the fact `lines_name`; whom it bills, and its notes where
    it has any, are personal."""

    lines_name: ClassVar[str] = "lines"
    personal_names = frozenset({"buyer", "notes"})


class InvoiceImported(WholeInvoice):
    """An invoice was taken over from another system, in the state it had there; `lines` says how many `line_items` it
    has."""

    type = "invoice.imported.v1"
    lines_name = "line_items"

    class facts_schema(InvoiceSums):
        source = fields.String(required=True)
        external_id = fields.String(required=True)
        lines = fields.Integer(required=True)
        line_items = fields.List(fields.Nested(LineFacts))


class InvoiceDrafted(WholeInvoice):
    """An invoice was begun, or a draft was changed; it is owed once it is published."""

    type = "invoice.drafted.v1"
    facts_schema = InvoiceContent


class InvoicePublished(WholeInvoice):
    """An invoice was given its number and is owed from now on; it is mailed to the client."""

    type = "invoice.published.v1"
    facts_schema = InvoiceContent


class InvoiceResent(Event):
    """An issued invoice is mailed to the client once more, because staff asked for it."""

    type = "invoice.resent.v1"
    facts_schema = InvoiceFacts


class InvoicePaid(Event):
    """Nothing is left to pay on an invoice."""

    type = "invoice.paid.v1"
    facts_schema = InvoiceFacts


class InvoiceOverdue(Event):
    """The due date of an unpaid invoice is past."""

    type = "invoice.overdue.v1"
    facts_schema = InvoiceFacts


class InvoiceCancelled(Event):
    """An invoice was taken back; nothing is owed on it. `reason` where one was given."""

    type = "invoice.cancelled.v1"

    class facts_schema(InvoiceFacts):
        reason = fields.String(allow_none=True)


class _RefundedFacts(Schema):
    id = fields.String(required=True)
    amount = money_fact()


class InvoiceRefunded(Event):
    """Some of what was paid for an invoice went back: to the ledger (`to` is credit) or through its gateway; `payments` says
    how much of which, the rest is of the credit that was applied."""

    type = "invoice.refunded.v1"

    class facts_schema(InvoiceFacts):
        amount = money_fact()
        to = fields.String(required=True)
        reason = fields.String(allow_none=True)
        payments = fields.List(fields.Nested(_RefundedFacts))


class PaymentRecorded(Event):
    """Money came in for an invoice; what of it was too much is `credited` to the ledger."""

    type = "payment.recorded.v1"

    class facts_schema(BillingFacts):
        invoice_id = fields.String(required=True)
        invoice_number = fields.String(required=True, allow_none=True)
        amount = money_fact()
        date = fields.String(required=True)
        gateway = fields.String(required=True)
        reference = fields.String(required=True, allow_none=True)
        credited = fields.Nested(MoneyFact)
