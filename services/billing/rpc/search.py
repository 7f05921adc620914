"""Search of what billing has: its part of the search over all."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.search import SearchArguments, SearchHits
from services.billing.queries import search
from services.billing.rpc.base import BillingRpc


class SearchRpc(BillingRpc):
    """Invoices, orders, services and domains of all clients."""

    @rpc(Permission.CLIENTS_VIEW, request=SearchArguments, response=SearchHits)
    def search(self, **wanted):
        """Invoices and orders by number, services by number, product and domain, domains by name, each kind for whoever may
        view it."""
        return search.search(self.session, self.caller.allows, **wanted)
