"""The billing service: its doors, what it hears, what all doors need."""

import uuid

from nameko.dependency_providers import Config

from chassis.calls import CallsProvider
from chassis.context import system_caller
from chassis.errors import not_found
from chassis.listen import listen
from chassis.relay import Relay
from chassis.service import Service
from services.billing import listeners
from services.billing.clients import Clients
from services.billing.commands.accounts import ensure_account
from services.billing.doors.accounts import AccountDoors
from services.billing.doors.credits import CreditDoors
from services.billing.doors.domains import DomainDoors
from services.billing.doors.imports import ImportDoors
from services.billing.doors.invoices import InvoiceDoors
from services.billing.doors.orders import OrderDoors
from services.billing.doors.portal import PortalDoors
from services.billing.doors.products import ProductDoors
from services.billing.doors.services import ServiceDoors
from services.billing.rules import business_today

JOB_CALL_SECONDS = 5


class BillingService(AccountDoors, CreditDoors, DomainDoors, ImportDoors, InvoiceDoors, OrderDoors, PortalDoors,
                     ProductDoors, ServiceDoors, Service):
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
        """`own`, and the client has its account from now on: the first write may come before its creation is heard of."""
        own, caller = self.own(client_id), system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining)
        ensure_account(self.session, caller, client_id=own, read_clients=self.clients().for_billing)
        return own

    def today(self):
        """The day it is for the business."""
        return business_today(self.config["settings"].timezone)

    def clients(self) -> Clients:
        """The clients service, asked in billing's own name on behalf of this request."""
        return Clients(self.calls, system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining))

    def clients_for(self, cause: str) -> Clients:
        """The clients service, asked for a job that `cause` set off."""
        return Clients(self.calls, system_caller("billing", cause=cause, seconds=JOB_CALL_SECONDS))
