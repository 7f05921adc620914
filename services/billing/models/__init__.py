"""Tables of billing, one aggregate a file. README.md explains what each column means."""

from services.billing.models.accounts import BillingAccount, ClientTotals
from services.billing.models.catalogue import Product, ProductPrice
from services.billing.models.credits import CreditApplication, CreditEntry
from services.billing.models.documents import InvoiceDocument, SellerVersion
from services.billing.models.domains import Domain
from services.billing.models.imports import InvoiceImport, InvoiceImportRow
from services.billing.models.invoices import Counter, Invoice, InvoiceLine, Payment
from services.billing.models.orders import Order, OrderItem
from services.billing.models.subscriptions import Subscription, SuspensionBatch

__all__ = [
    "BillingAccount",
    "ClientTotals",
    "Counter",
    "CreditApplication",
    "CreditEntry",
    "Domain",
    "Invoice",
    "InvoiceDocument",
    "InvoiceImport",
    "InvoiceImportRow",
    "InvoiceLine",
    "Order",
    "OrderItem",
    "Payment",
    "Product",
    "ProductPrice",
    "SellerVersion",
    "Subscription",
    "SuspensionBatch",
]
