"""RPC methods of the list and of one client."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.records import clients as commands
from services.clients.queries import client_list, clients


class ClientRpc:
    """Clients as people and billing ask for them."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ListClients)
    def list_clients(self, **wanted):
        return client_list.client_page(self.session, **wanted)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneClient)
    def get_client(self, client_id):
        return clients.client_record(self.session, client_id, with_notes=self.caller.allows(Permission.NOTES_VIEW))

    @rpc(Permission.CLIENTS_CREATE, request=schemas.CreateClient)
    def create_client(self, **given):
        return commands.create_client(self.write, **given)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.ChangeStatus)
    def change_client_status(self, **given):
        return commands.change_client_status(self.write, **given)

    @rpc(Access.SERVICE, request=schemas.ClientIds)
    def clients_for_billing(self, client_ids):
        return clients.for_billing(self.session, client_ids)
