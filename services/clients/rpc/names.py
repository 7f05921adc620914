"""Names of clients and staff by id: the RPC method for the log of all clients, which knows ids alone."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.queries import names
from services.clients.schemas import ClientIds
from services.clients.schemas.clients import Names


class NameRpc:
    """Names of clients and staff by id."""

    @rpc(Permission.ACTIVITY_VIEW, request=ClientIds, response=Names)
    def names_for_activity(self, client_ids):
        """The names of these clients, and of all staff, the disabled too: `{"clients": {id: name}, "staff": [{id,
        name}]}`."""
        return names.names(self.session, client_ids)
