"""Search of tickets: this service's part of the search over all."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.search import SearchArguments, SearchHits
from services.support.queries import search


class SearchRpc:
    """Tickets of all clients."""

    @rpc(Permission.TICKETS_VIEW, request=SearchArguments, response=SearchHits)
    def search(self, **wanted):
        """Tickets by number, or by the words of their subject."""
        return search.search(self.session, **wanted)
