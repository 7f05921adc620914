"""The doors of billing."""

import uuid

from nameko.dependency_providers import Config

from chassis.calls import CallsProvider
from chassis.context import system_caller
from chassis.errors import not_found
from chassis.ids import parse_id
from chassis.permissions import Permission
from chassis.relay import Relay
from chassis.rpc import rpc
from chassis.service import Service
from services.billing import schemas
from services.billing.queries import accounts, credits, domains, invoices, orders, overview, services
from services.billing.rules import business_today


class BillingService(Service):
    """Accounts, products, orders, services, domains, invoices, payments, credit, totals."""

    name = "billing"
    relay = Relay()
    calls = CallsProvider()
    config = Config()

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientsArguments)
    def totals_for(self, client_ids):
        return accounts.totals_for(self.session, self.read_clients, client_ids)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientArguments)
    def get_billing(self, client_id):
        return accounts.get_billing(self.session, self.read_clients, self.own(client_id))

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientArguments)
    def get_overview(self, client_id):
        return overview.get_overview(self.session, self.read_clients, self.own(client_id), self.today())

    @rpc(Permission.SERVICES_VIEW, takes=schemas.ServicePage)
    def list_services(self, client_id, **page):
        return services.list_services(self.session, self.own(client_id), **page)

    @rpc(Permission.INVOICES_VIEW, takes=schemas.InvoicePage)
    def list_invoices(self, client_id, **page):
        return invoices.list_invoices(self.session, self.own(client_id), **page)

    @rpc(Permission.INVOICES_VIEW, takes=schemas.InvoiceArguments)
    def get_invoice(self, client_id, invoice_id):
        return invoices.get_invoice(self.session, self.own(client_id), parse_id(invoice_id))

    @rpc(Permission.ORDERS_VIEW, takes=schemas.ClientPageArguments)
    def list_orders(self, client_id, **page):
        return orders.list_orders(self.session, self.own(client_id), **page)

    @rpc(Permission.DOMAINS_VIEW, takes=schemas.ClientPageArguments)
    def list_domains(self, client_id, **page):
        return domains.list_domains(self.session, self.own(client_id), **page)

    @rpc(Permission.CREDITS_VIEW, takes=schemas.ClientPageArguments)
    def list_credits(self, client_id, **page):
        return credits.list_credits(self.session, self.own(client_id), **page)

    def own(self, client_id: uuid.UUID) -> uuid.UUID:
        """`client_id` when it is the client whose record this request is about, else not-found."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return client_id

    def today(self):
        """The day it is for the business."""
        return business_today(self.config["settings"].timezone)

    def read_clients(self, client_ids: list[str]) -> dict[str, dict]:
        """What the clients service knows of `client_ids` for an account; asked in billing's own name."""
        caller = system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining)
        return self.calls.call(caller, "clients.clients_for_billing", client_ids=client_ids)
