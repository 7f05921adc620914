"""The doors of billing."""

import uuid

from nameko.dependency_providers import Config

from chassis.calls import CallsProvider
from chassis.context import system_caller
from chassis.errors import not_found
from chassis.ids import parse_id
from chassis.jobs import job
from chassis.listen import listen
from chassis.permissions import Permission
from chassis.relay import Relay
from chassis.rpc import rpc
from chassis.service import Service
from services.billing import listeners, schemas
from services.billing.clients import Clients
from services.billing.commands import imports as commands
from services.billing.commands.import_invoices import import_step
from services.billing.queries import accounts, credits, domains, imports, invoices, orders, overview, services
from services.billing.rules import business_today

IMPORT_LOCK = 0x494D504F  # one number for "invoices are imported"; any constant does
JOB_CALL_SECONDS = 5


class BillingService(Service):
    """Accounts, products, orders, services, domains, invoices, payments, credit, totals."""

    name = "billing"
    relay = Relay()
    calls = CallsProvider()
    config = Config()

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientsArguments)
    def totals_for(self, client_ids):
        return accounts.totals_for(self.session, self.clients().for_billing, client_ids)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientArguments)
    def get_billing(self, client_id):
        return accounts.get_billing(self.session, self.clients().for_billing, self.own(client_id))

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientArguments)
    def get_overview(self, client_id):
        return overview.get_overview(self.session, self.clients().for_billing, self.own(client_id), self.today())

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

    @rpc(Permission.INVOICES_CREATE, takes=schemas.OpenImport)
    def open_import(self, **given):
        return commands.open_import(self.write, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.StageImportRows)
    def stage_import_rows(self, **given):
        return commands.stage_import_rows(self.write, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.StartImport)
    def start_import(self, **given):
        return commands.start_import(self.write, caller=self.caller, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.ImportArguments)
    def get_import(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.list_import_failures(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return import_step(self.session, self.clients_for, today=self.today())

    @listen("billing.accounts", {"clients": listeners.NEW_CLIENTS})
    def open_accounts(self, events):
        listeners.open_accounts(self.session, events)

    def own(self, client_id: uuid.UUID) -> uuid.UUID:
        """`client_id` when it is the client whose record this request is about, else not-found."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return client_id

    def today(self):
        """The day it is for the business."""
        return business_today(self.config["settings"].timezone)

    def clients(self) -> Clients:
        """The clients service, asked in billing's own name on behalf of this request."""
        return Clients(self.calls, system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining))

    def clients_for(self, cause: str) -> Clients:
        """The clients service, asked for a job that `cause` set off."""
        return Clients(self.calls, system_caller("billing", cause=cause, seconds=JOB_CALL_SECONDS))
