"""Events of billing, generated from their JSON Schemas by `python -m tools.docs`; do not edit."""

from dataclasses import dataclass

from commerce_events.event import Event, Money


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`counts` among the facts."""

    domains: int
    invoices: int
    orders: int
    pending_services: int
    services: int
    suspended_services: int


@dataclass(frozen=True, kw_only=True)
class Totals:
    """`totals` among the facts."""

    active_services: int
    counts: Counts | None = None
    credit_balance: Money
    next_due_on: str | None = None
    oldest_due_on: str | None = None
    outstanding: Money
    overdue: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """`line` among the facts."""

    description: str
    description_length: int | None = None
    description_sha256: str | None = None
    quantity: str
    tax: Money
    tax_rate: str
    total: Money
    unit_price: Money


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """`line_item` among the facts."""

    description: str
    description_length: int | None = None
    description_sha256: str | None = None
    quantity: str
    tax: Money
    tax_rate: str
    total: Money
    unit_price: Money


@dataclass(frozen=True, kw_only=True)
class Payment:
    """`payment` among the facts."""

    amount: Money
    id: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """`item` among the facts."""

    billing_cycle: str
    domain: str | None
    domain_id: str | None = None
    list_price: Money
    price: Money
    product: str
    product_id: str | None = None
    subscription_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Price:
    """`price` among the facts."""

    amount: str
    billing_cycle: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class BillingAccountOpenedFacts:
    """The facts of `billing_account.opened.v1`."""

    currency: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class BillingAccountOpened(Event):
    """A client's billing account was opened, in the currency that the client began with."""

    TYPE = "billing_account.opened.v1"
    SERVICE = "billing"

    facts: BillingAccountOpenedFacts


@dataclass(frozen=True, kw_only=True)
class BillingAccountUpdatedFacts:
    """The facts of `billing_account.updated.v1`."""

    currency: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class BillingAccountUpdated(Event):
    """The currency or the billing address of a client's account was changed; the lines of the address are personal."""

    TYPE = "billing_account.updated.v1"
    SERVICE = "billing"

    facts: BillingAccountUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class CreditAddedFacts:
    """The facts of `credit.added.v1`."""

    amount: Money
    balance_after: Money
    description: str
    invoice_id: str | None
    invoice_number: str | None
    kind: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class CreditAdded(Event):
    """Credit came to a client's ledger: given, refunded or paid too much, by its `kind`."""

    TYPE = "credit.added.v1"
    SERVICE = "billing"

    facts: CreditAddedFacts


@dataclass(frozen=True, kw_only=True)
class CreditAppliedFacts:
    """The facts of `credit.applied.v1`."""

    amount: Money
    balance_after: Money
    description: str
    invoice_id: str | None
    invoice_number: str | None
    kind: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class CreditApplied(Event):
    """Credit of a client was used for an invoice; `amount` is what the ledger lost, so it is below zero."""

    TYPE = "credit.applied.v1"
    SERVICE = "billing"

    facts: CreditAppliedFacts


@dataclass(frozen=True, kw_only=True)
class CreditReversedFacts:
    """The facts of `credit.reversed.v1`."""

    amount: Money
    balance_after: Money
    description: str
    invoice_id: str | None
    invoice_number: str | None
    kind: str
    reverses: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class CreditReversed(Event):
    """An entry of a client's ledger was taken back by a new one of kind correction: `amount` is the new one's,
    `reverses` the id of the one that was wrong."""

    TYPE = "credit.reversed.v1"
    SERVICE = "billing"

    facts: CreditReversedFacts


@dataclass(frozen=True, kw_only=True)
class DomainAddedFacts:
    """The facts of `domain.added.v1`."""

    auto_renew: bool
    expires_on: str | None
    name: str
    nameservers: list[str] | None = None
    registered_on: str | None
    registrar: str | None
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class DomainAdded(Event):
    """A domain was put on a client's record."""

    TYPE = "domain.added.v1"
    SERVICE = "billing"

    facts: DomainAddedFacts


@dataclass(frozen=True, kw_only=True)
class DomainStatusChangedFacts:
    """The facts of `domain.status_changed.v1`."""

    name: str
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class DomainStatusChanged(Event):
    """A domain moved from one state to another."""

    TYPE = "domain.status_changed.v1"
    SERVICE = "billing"

    facts: DomainStatusChangedFacts


@dataclass(frozen=True, kw_only=True)
class DomainUpdatedFacts:
    """The facts of `domain.updated.v1`."""

    auto_renew: bool
    expires_on: str | None
    name: str
    nameservers: list[str]
    registrar: str | None
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class DomainUpdated(Event):
    """Registrar, expiry, auto-renew or nameservers of a domain were changed."""

    TYPE = "domain.updated.v1"
    SERVICE = "billing"

    facts: DomainUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceCancelledFacts:
    """The facts of `invoice.cancelled.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    number: str | None
    paid: Money | None = None
    reason: str | None = None
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceCancelled(Event):
    """An invoice was taken back; nothing is owed on it. `reason` where one was given."""

    TYPE = "invoice.cancelled.v1"
    SERVICE = "billing"

    facts: InvoiceCancelledFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceDraftedFacts:
    """The facts of `invoice.drafted.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    lines: list[Line] | None = None
    number: str | None
    paid: Money | None = None
    status: str
    subtotal: Money | None = None
    tax_total: Money | None = None
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceDrafted(Event):
    """An invoice was begun, or a draft was changed; it is owed once it is published."""

    TYPE = "invoice.drafted.v1"
    SERVICE = "billing"

    facts: InvoiceDraftedFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceImportedFacts:
    """The facts of `invoice.imported.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    external_id: str
    issue_date: str | None
    line_items: list[LineItem] | None = None
    lines: int
    number: str | None
    paid: Money | None = None
    source: str
    status: str
    subtotal: Money | None = None
    tax_total: Money | None = None
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceImported(Event):
    """An invoice was taken over from another system, in the state it had there; `lines` says how many `line_items` it
    has."""

    TYPE = "invoice.imported.v1"
    SERVICE = "billing"

    facts: InvoiceImportedFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdueFacts:
    """The facts of `invoice.overdue.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    number: str | None
    paid: Money | None = None
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdue(Event):
    """The due date of an unpaid invoice is past."""

    TYPE = "invoice.overdue.v1"
    SERVICE = "billing"

    facts: InvoiceOverdueFacts


@dataclass(frozen=True, kw_only=True)
class InvoicePaidFacts:
    """The facts of `invoice.paid.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    number: str | None
    paid: Money | None = None
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event):
    """Nothing is left to pay on an invoice."""

    TYPE = "invoice.paid.v1"
    SERVICE = "billing"

    facts: InvoicePaidFacts


@dataclass(frozen=True, kw_only=True)
class InvoicePublishedFacts:
    """The facts of `invoice.published.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    lines: list[Line] | None = None
    number: str | None
    paid: Money | None = None
    status: str
    subtotal: Money | None = None
    tax_total: Money | None = None
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoicePublished(Event):
    """An invoice was given its number and is owed from now on; it is mailed to the client."""

    TYPE = "invoice.published.v1"
    SERVICE = "billing"

    facts: InvoicePublishedFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceRefundedFacts:
    """The facts of `invoice.refunded.v1`."""

    amount: Money
    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    number: str | None
    paid: Money | None = None
    payments: list[Payment] | None = None
    reason: str | None = None
    status: str
    to: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceRefunded(Event):
    """Some of what was paid for an invoice went back: to the ledger (`to` is credit) or through its gateway;
    `payments` says how much of which, the rest is of the credit that was applied."""

    TYPE = "invoice.refunded.v1"
    SERVICE = "billing"

    facts: InvoiceRefundedFacts


@dataclass(frozen=True, kw_only=True)
class InvoiceResentFacts:
    """The facts of `invoice.resent.v1`."""

    amount_due: Money
    credit_applied: Money | None = None
    due_date: str | None
    issue_date: str | None
    number: str | None
    paid: Money | None = None
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class InvoiceResent(Event):
    """An issued invoice is mailed to the client once more, because staff asked for it."""

    TYPE = "invoice.resent.v1"
    SERVICE = "billing"

    facts: InvoiceResentFacts


@dataclass(frozen=True, kw_only=True)
class OrderApprovedFacts:
    """The facts of `order.approved.v1`."""

    discount_percent: str
    invoice_id: str | None
    items: list[Item]
    number: str
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OrderApproved(Event):
    """An order was approved, by staff or by its invoice's payment; what it ordered is active."""

    TYPE = "order.approved.v1"
    SERVICE = "billing"

    facts: OrderApprovedFacts


@dataclass(frozen=True, kw_only=True)
class OrderCancelledFacts:
    """The facts of `order.cancelled.v1`."""

    discount_percent: str
    invoice_id: str | None
    items: list[Item]
    number: str
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """A pending order was cancelled, and what waited for it with it."""

    TYPE = "order.cancelled.v1"
    SERVICE = "billing"

    facts: OrderCancelledFacts


@dataclass(frozen=True, kw_only=True)
class OrderMarkedFraudFacts:
    """The facts of `order.marked_fraud.v1`."""

    discount_percent: str
    invoice_id: str | None
    items: list[Item]
    number: str
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OrderMarkedFraud(Event):
    """A pending order was found to be fraud; what waited for it was cancelled."""

    TYPE = "order.marked_fraud.v1"
    SERVICE = "billing"

    facts: OrderMarkedFraudFacts


@dataclass(frozen=True, kw_only=True)
class OrderPlacedFacts:
    """The facts of `order.placed.v1`."""

    discount_percent: str
    invoice_id: str | None
    items: list[Item]
    number: str
    status: str
    total: Money
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order was placed, by a contact or by staff."""

    TYPE = "order.placed.v1"
    SERVICE = "billing"

    facts: OrderPlacedFacts


@dataclass(frozen=True, kw_only=True)
class PaymentRecordedFacts:
    """The facts of `payment.recorded.v1`."""

    amount: Money
    credited: Money | None = None
    date: str
    gateway: str
    invoice_id: str
    invoice_number: str | None
    reference: str | None
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class PaymentRecorded(Event):
    """Money came in for an invoice; what of it was too much is `credited` to the ledger."""

    TYPE = "payment.recorded.v1"
    SERVICE = "billing"

    facts: PaymentRecordedFacts


@dataclass(frozen=True, kw_only=True)
class ProductCreatedFacts:
    """The facts of `product.created.v1`."""

    description: str | None = None
    name: str
    prices: list[Price]
    retired: bool
    takes_domain: bool | None = None
    tax_rate: str


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event):
    """A product was added to the catalogue."""

    TYPE = "product.created.v1"
    SERVICE = "billing"

    facts: ProductCreatedFacts


@dataclass(frozen=True, kw_only=True)
class ProductUpdatedFacts:
    """The facts of `product.updated.v1`."""

    description: str | None = None
    name: str
    prices: list[Price]
    retired: bool
    takes_domain: bool | None = None
    tax_rate: str


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(Event):
    """A product's name, tax rate or prices changed, or it was retired or sold again; what was sold keeps its own."""

    TYPE = "product.updated.v1"
    SERVICE = "billing"

    facts: ProductUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionActivatedFacts:
    """The facts of `subscription.activated.v1`."""

    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    reason: str | None = None
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionActivated(Event):
    """A service that waited is active; provisioners set it up. `reason` is given where staff did it by hand."""

    TYPE = "subscription.activated.v1"
    SERVICE = "billing"

    facts: SubscriptionActivatedFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionCancelledFacts:
    """The facts of `subscription.cancelled.v1`."""

    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    reason: str
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionCancelled(Event):
    """A service was ended by the client or for its sake, for good."""

    TYPE = "subscription.cancelled.v1"
    SERVICE = "billing"

    facts: SubscriptionCancelledFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionCreatedFacts:
    """The facts of `subscription.created.v1`."""

    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionCreated(Event):
    """A client has a new service, which waits to be made active."""

    TYPE = "subscription.created.v1"
    SERVICE = "billing"

    facts: SubscriptionCreatedFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionSuspendedFacts:
    """The facts of `subscription.suspended.v1`."""

    batch_id: str | None
    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    reason: str
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionSuspended(Event):
    """An active service was suspended, alone or by the batch that `batch_id` names; provisioners turn it off."""

    TYPE = "subscription.suspended.v1"
    SERVICE = "billing"

    facts: SubscriptionSuspendedFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionTerminatedFacts:
    """The facts of `subscription.terminated.v1`."""

    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    reason: str
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionTerminated(Event):
    """A suspended service was ended by us, for good; provisioners remove its data."""

    TYPE = "subscription.terminated.v1"
    SERVICE = "billing"

    facts: SubscriptionTerminatedFacts


@dataclass(frozen=True, kw_only=True)
class SubscriptionUnsuspendedFacts:
    """The facts of `subscription.unsuspended.v1`."""

    batch_id: str | None
    billing_cycle: str
    domain: str | None
    next_due_date: str | None
    number: str | None = None
    price: Money
    product: str
    product_id: str | None = None
    reason: str | None = None
    status: str
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SubscriptionUnsuspended(Event):
    """A suspended service is active again, alone or with the batch that `batch_id` names; provisioners turn it on."""

    TYPE = "subscription.unsuspended.v1"
    SERVICE = "billing"

    facts: SubscriptionUnsuspendedFacts


@dataclass(frozen=True, kw_only=True)
class SuspensionBatchMadeFacts:
    """The facts of `suspension_batch.made.v1`."""

    reason: str
    suspended: int
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class SuspensionBatchMade(Event):
    """All active services of a client were suspended at once, `suspended` in number; each has an event of its own."""

    TYPE = "suspension_batch.made.v1"
    SERVICE = "billing"

    facts: SuspensionBatchMadeFacts


@dataclass(frozen=True, kw_only=True)
class SuspensionBatchUndoneFacts:
    """The facts of `suspension_batch.undone.v1`."""

    reason: str
    totals: Totals
    unsuspended: int


@dataclass(frozen=True, kw_only=True)
class SuspensionBatchUndone(Event):
    """What one Suspend All had suspended is active again, `unsuspended` in number; each has an event of its own."""

    TYPE = "suspension_batch.undone.v1"
    SERVICE = "billing"

    facts: SuspensionBatchUndoneFacts
