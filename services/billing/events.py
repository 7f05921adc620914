"""What billing publishes. Each event that moves a client's totals carries them as they are after it (`facts.totals`)."""

from marshmallow import Schema, fields

from chassis.events import Event


class _Money(Schema):
    amount = fields.String(required=True)
    currency = fields.String(required=True)


def _money(**options) -> fields.Nested:
    return fields.Nested(_Money, required=True, **options)


class TotalsFacts(Schema):
    """A client's totals after the change, absolute."""

    active_services = fields.Integer(required=True)
    outstanding = _money()
    credit_balance = _money()


class _Facts(Schema):
    totals = fields.Nested(TotalsFacts, required=True)


class BillingAccountOpened(Event):
    """A client's billing account was opened, in the currency that the client began with."""

    type = "billing_account.opened.v1"

    class facts_schema(_Facts):
        currency = fields.String(required=True)


class InvoiceFacts(_Facts):
    """An invoice after the change. `number` is null for a draft."""

    number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    issue_date = fields.String(required=True, allow_none=True)
    due_date = fields.String(required=True, allow_none=True)
    total = _money()
    amount_due = _money()


class InvoiceImported(Event):
    """An invoice was taken over from another system, with its lines, in the state it had there."""

    type = "invoice.imported.v1"

    class facts_schema(InvoiceFacts):
        source = fields.String(required=True)
        external_id = fields.String(required=True)
        lines = fields.Integer(required=True)


class InvoiceDrafted(Event):
    """An invoice was begun; it is owed once it is published."""

    type = "invoice.drafted.v1"
    facts_schema = InvoiceFacts


class InvoicePublished(Event):
    """An invoice was given its number and is owed from now on."""

    type = "invoice.published.v1"
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
    """An invoice was taken back; nothing is owed on it."""

    type = "invoice.cancelled.v1"
    facts_schema = InvoiceFacts


class InvoiceRefunded(Event):
    """Money paid for an invoice went back: to the ledger (`to` is credit) or through its gateway."""

    type = "invoice.refunded.v1"

    class facts_schema(InvoiceFacts):
        amount = _money()
        to = fields.String(required=True)


class PaymentRecorded(Event):
    """Money came in for an invoice."""

    type = "payment.recorded.v1"

    class facts_schema(_Facts):
        invoice_id = fields.String(required=True)
        invoice_number = fields.String(required=True, allow_none=True)
        amount = _money()
        date = fields.String(required=True)
        gateway = fields.String(required=True)
        reference = fields.String(required=True, allow_none=True)


class CreditFacts(_Facts):
    """An entry of the ledger. `amount` is signed."""

    amount = _money()
    balance_after = _money()
    kind = fields.String(required=True)
    description = fields.String(required=True)
    invoice_id = fields.String(required=True, allow_none=True)
    invoice_number = fields.String(required=True, allow_none=True)


class CreditAdded(Event):
    """Credit came to a client's ledger: given, refunded or paid too much, as `kind` says."""

    type = "credit.added.v1"
    facts_schema = CreditFacts


class CreditApplied(Event):
    """Credit of a client was used for an invoice; `amount` is what the ledger lost, so it is below zero."""

    type = "credit.applied.v1"
    facts_schema = CreditFacts


class _OrderItemFacts(Schema):
    product = fields.String(required=True)
    billing_cycle = fields.String(required=True)
    domain = fields.String(required=True, allow_none=True)
    price = _money()


class OrderFacts(_Facts):
    """An order after the change."""

    number = fields.String(required=True)
    status = fields.String(required=True)
    items = fields.List(fields.Nested(_OrderItemFacts), required=True)
    total = _money()
    invoice_id = fields.String(required=True, allow_none=True)


class OrderPlaced(Event):
    """An order was placed, by a contact or by staff."""

    type = "order.placed.v1"
    facts_schema = OrderFacts


class OrderApproved(Event):
    """An order was approved, by staff or by its invoice's payment; what it ordered is active."""

    type = "order.approved.v1"
    facts_schema = OrderFacts


class OrderCancelled(Event):
    """A pending order was cancelled, and what waited for it with it."""

    type = "order.cancelled.v1"
    facts_schema = OrderFacts


class OrderMarkedFraud(Event):
    """A pending order was found to be fraud; what waited for it was cancelled."""

    type = "order.marked_fraud.v1"
    facts_schema = OrderFacts


class SubscriptionFacts(_Facts):
    """A service after the change."""

    product = fields.String(required=True)
    domain = fields.String(required=True, allow_none=True)
    billing_cycle = fields.String(required=True)
    price = _money()
    status = fields.String(required=True)
    next_due_date = fields.String(required=True, allow_none=True)


class SubscriptionCreated(Event):
    """A client has a new service, which waits to be made active."""

    type = "subscription.created.v1"
    facts_schema = SubscriptionFacts


class SubscriptionActivated(Event):
    """A service that waited is active; provisioners set it up."""

    type = "subscription.activated.v1"
    facts_schema = SubscriptionFacts


class SubscriptionSuspended(Event):
    """An active service was suspended, alone or by the batch that `batch_id` names; provisioners turn it off."""

    type = "subscription.suspended.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)
        batch_id = fields.String(required=True, allow_none=True)


class SubscriptionCancelled(Event):
    """A service was ended by the client or for its sake, for good."""

    type = "subscription.cancelled.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)


class SubscriptionTerminated(Event):
    """A suspended service was ended by us, for good; provisioners remove its data."""

    type = "subscription.terminated.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)


class DomainAdded(Event):
    """A domain was put on a client's record."""

    type = "domain.added.v1"

    class facts_schema(_Facts):
        name = fields.String(required=True)
        status = fields.String(required=True)
        registrar = fields.String(required=True, allow_none=True)
        registered_on = fields.String(required=True, allow_none=True)
        expires_on = fields.String(required=True, allow_none=True)
        auto_renew = fields.Boolean(required=True)


class DomainStatusChanged(Event):
    """A domain moved from one state to another."""

    type = "domain.status_changed.v1"

    class facts_schema(_Facts):
        name = fields.String(required=True)
        status = fields.String(required=True)
