"""RPC methods of the lists over all clients, and of what waits for staff in them."""

from functools import partial

from chassis.listings.arguments import RowCounts
from chassis.listings.counts import CachedCounts
from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.billing.queries import listing_pages, quoted, waiting
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import listings as schemas

VIEWED_BY = {
    "invoices": Permission.INVOICES_VIEW,
    "payments": Permission.INVOICES_VIEW,
    "orders": Permission.ORDERS_VIEW,
    "services": Permission.SERVICES_VIEW,
    "domains": Permission.DOMAINS_VIEW,
}


class ListingRpc(BillingRpc):
    """What billing has of all clients, list by list."""

    listing_counts = CachedCounts()

    @rpc(Permission.INVOICES_VIEW, request=schemas.AllInvoices, response=schemas.AllInvoicesAnswer)
    def list_all_invoices(self, **wanted):
        """A page of all invoices, newest first unless sorted otherwise."""
        return listing_pages.all_invoices(self.session, now=self.now(), **wanted)

    @rpc(Permission.INVOICES_VIEW, request=schemas.AllPayments, response=schemas.AllPaymentsAnswer)
    def list_all_payments(self, **wanted):
        """A page of all payments, those that came in last first unless sorted otherwise."""
        return listing_pages.all_payments(self.session, now=self.now(), **wanted)

    @rpc(Permission.ORDERS_VIEW, request=schemas.AllOrders, response=schemas.AllOrdersAnswer)
    def list_all_orders(self, **wanted):
        """A page of all orders, newest first unless sorted otherwise."""
        return listing_pages.all_orders(self.session, now=self.now(), **wanted)

    @rpc(Permission.SERVICES_VIEW, request=schemas.AllServices, response=schemas.AllServicesAnswer)
    def list_all_services(self, **wanted):
        """A page of all services, the next due first unless sorted otherwise."""
        return listing_pages.all_services(self.session, now=self.now(), **wanted)

    @rpc(Permission.DOMAINS_VIEW, request=schemas.AllDomains, response=schemas.AllDomainsAnswer)
    def list_all_domains(self, **wanted):
        """A page of all domains, the next to expire first unless sorted otherwise."""
        return listing_pages.all_domains(self.session, now=self.now(), **wanted)

    @rpc(Permission.INVOICES_VIEW, request=schemas.QuotingText, response=schemas.QuotedInvoices)
    def find_quoted_invoices(self, q):
        """The issued invoices whose numbers stand in a text, such as a payment's reference."""
        return quoted.quoted_invoices(self.session, q)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.CountListed, response=RowCounts)
    def count_listed(self, list, asked):
        """How many rows each of what is asked of a list has, half a minute old at most; for who may view that list."""
        self.caller.require(VIEWED_BY[list])
        count = partial(listing_pages.count_listed, self.session, list, now=self.now())
        return self.listing_counts.of_list(list, asked, count)

    @rpc(Permission.CLIENTS_VIEW, response=schemas.WaitingAnswer)
    def count_waiting(self):
        """How many invoices are overdue, orders pending and domains about to expire, for who may view these."""
        return waiting.count_waiting(self.session, self.caller.allows, self.today())
