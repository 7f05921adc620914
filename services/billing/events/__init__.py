"""Events of billing. Each event that moves a client's totals carries them as they are after it
(`facts.totals`)."""

from services.billing.events.accounts import BillingAccountOpened, BillingAccountUpdated
from services.billing.events.credits import CreditAdded, CreditApplied, CreditFacts, CreditReversed
from services.billing.events.domains import DomainAdded, DomainStatusChanged, DomainUpdated
from services.billing.events.invoices import (
    InvoiceCancelled,
    InvoiceDrafted,
    InvoiceFacts,
    InvoiceImported,
    InvoiceOverdue,
    InvoicePaid,
    InvoicePublished,
    InvoiceRefunded,
    InvoiceResent,
    PaymentRecorded,
)
from services.billing.events.orders import OrderApproved, OrderCancelled, OrderFacts, OrderMarkedFraud, OrderPlaced
from services.billing.events.products import ProductCreated, ProductFacts, ProductUpdated
from services.billing.events.subscriptions import (
    SubscriptionActivated,
    SubscriptionCancelled,
    SubscriptionCreated,
    SubscriptionFacts,
    SubscriptionSuspended,
    SubscriptionTerminated,
    SubscriptionUnsuspended,
    SuspensionBatchMade,
    SuspensionBatchUndone,
)
