"""Service class of billing: its RPC methods and its listener on one base."""

from chassis.events.listener import listen
from chassis.events.relay import Relay
from chassis.process.retention import RetentionJob
from chassis.rpc.streams import StreamRpc
from services.billing import listeners
from services.billing.queries.work import work_under_way
from services.billing.retention import FORGETS
from services.billing.rpc.accounts import AccountRpc
from services.billing.rpc.credits import CreditRpc
from services.billing.rpc.domains import DomainRpc
from services.billing.rpc.imports import ImportRpc
from services.billing.rpc.invoices import InvoiceRpc
from services.billing.rpc.listings import ListingRpc
from services.billing.rpc.orders import OrderRpc
from services.billing.rpc.portal import PortalRpc
from services.billing.rpc.products import ProductRpc
from services.billing.rpc.search import SearchRpc
from services.billing.rpc.subscriptions import SubscriptionRpc


class BillingService(
    AccountRpc,
    CreditRpc,
    DomainRpc,
    ImportRpc,
    InvoiceRpc,
    ListingRpc,
    OrderRpc,
    PortalRpc,
    ProductRpc,
    SearchRpc,
    SubscriptionRpc,
    RetentionJob,
    StreamRpc,
):
    """Accounts, products, orders, subscriptions, domains, invoices, payments, credit, totals."""

    name = "billing"
    forgets = FORGETS
    relay = Relay()

    def work_under_way(self):
        return work_under_way(self.session)

    @listen("billing.accounts", {"clients": listeners.NEW_CLIENTS})
    def open_accounts(self, events):
        listeners.open_accounts(self.session, events=events)
