"""Search of clients and contacts: this service's part of the search over all."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.search import SearchArguments, SearchHits
from services.clients.queries import search
from services.clients.schemas import ClientIds
from services.clients.schemas.clients import ClientNames, FoundClients, WantedName


class SearchRpc:
    """Search, and the names of the clients that other services' hits belong to."""

    @rpc(Permission.CLIENTS_VIEW, request=SearchArguments, response=SearchHits)
    def search(self, **wanted):
        """Clients and contacts by name, company, email, phone or tax id, in any notation and order of words."""
        return search.search(self.session, **wanted)

    @rpc(Permission.CLIENTS_VIEW, request=ClientIds, response=ClientNames)
    def client_names(self, client_ids):
        """The names of these clients by id."""
        return search.names_of(self.session, client_ids)

    @rpc(Permission.CLIENTS_VIEW, request=WantedName, response=FoundClients)
    def find_clients(self, q):
        """The ids of the first clients that `q` finds, for a list of what belongs to them."""
        return search.find_clients(self.session, q)
