"""The RPC method through which the log of all clients gets its names."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.queries import names


class NameRpc:
    """Names of clients and staff by id."""

    @rpc(Permission.ACTIVITY_VIEW, request=schemas.ClientIds)
    def names_for_activity(self, client_ids):
        """The names of these clients, and of all staff, the disabled too: `{"clients": {id: name}, "staff": [{id,
        name}]}`."""
        return names.names(self.session, client_ids)
