"""The billing service: its RPC methods, what it hears, what all RPC methods need."""

import uuid

from nameko.dependency_providers import Config

from chassis.context import system_caller
from chassis.errors import not_found
from chassis.events.listener import listen
from chassis.events.relay import Relay
from chassis.process.service import Service
from chassis.rpc.client import CallsProvider
from services.billing import listeners
from services.billing.clients_rpc_client import Clients
from services.billing.commands.accounts.open import ensure_account
from services.billing.rpc.accounts import AccountRpc
from services.billing.rpc.credits import CreditRpc
from services.billing.rpc.domains import DomainRpc
from services.billing.rpc.imports import ImportRpc
from services.billing.rpc.invoices import InvoiceRpc
from services.billing.rpc.orders import OrderRpc
from services.billing.rpc.portal import PortalRpc
from services.billing.rpc.products import ProductRpc
from services.billing.rpc.subscriptions import SubscriptionRpc
from services.billing.rules import business_today

JOB_CALL_SECONDS = 5


class BillingService(
    AccountRpc, CreditRpc, DomainRpc, ImportRpc, InvoiceRpc, OrderRpc, PortalRpc, ProductRpc, SubscriptionRpc, Service
):
    """Accounts, products, orders, services, domains, invoices, payments, credit, totals."""

    name = "billing"
    relay = Relay()
    calls = CallsProvider()
    config = Config()

    @listen("billing.accounts", {"clients": listeners.NEW_CLIENTS})
    def open_accounts(self, events):
        listeners.open_accounts(self.session, events)

    def own(self, client_id: uuid.UUID) -> uuid.UUID:
        """`client_id` when it is the client whose record this request is about, else not-found."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return client_id

    def account_of(self, client_id: uuid.UUID) -> uuid.UUID:
        """`own`, and the client has its account from now on: the first write may come before its creation is heard
        of."""
        own, caller = (
            self.own(client_id),
            system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining),
        )
        ensure_account(self.session, caller, client_id=own, read_clients=self.clients().for_billing)
        return own

    def today(self):
        """The day it is for the business."""
        return business_today(self.config["settings"].timezone)

    def clients(self) -> Clients:
        """The clients service, asked in billing's own name on behalf of this request."""
        return Clients(
            self.calls, system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining)
        )

    def clients_for(self, cause: str) -> Clients:
        """The clients service, asked for a job that `cause` set off."""
        return Clients(self.calls, system_caller("billing", cause=cause, seconds=JOB_CALL_SECONDS))
