"""Client: RPC methods of the list and of the record."""

from datetime import datetime

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.records import clients as commands
from services.clients.queries import client_filters, client_list, clients
from services.clients.queries.impersonation import impersonations_of_client
from services.clients.schemas import clients as client_schemas


class ClientRpc:
    """Clients as people and billing ask for them."""

    @rpc(Permission.CLIENTS_VIEW, request=client_schemas.ListClients, response=client_schemas.ClientList)
    def list_clients(self, **wanted):
        now = datetime.now(self.config["settings"].timezone)
        return client_list.list_clients(self.session, now=now, **wanted)

    @rpc(Permission.CLIENTS_VIEW, response=client_schemas.FilterFields)
    def client_filter_fields(self):
        """The fields of the filter language, with all choices of groups, tags, staff and custom fields."""
        return client_filters.filter_fields(self.session)

    @rpc(Permission.CLIENTS_VIEW, request=client_schemas.GetClient, response=client_schemas.ClientRecord)
    def get_client(self, client_id, impersonations):
        """The record; with its newest `impersonations`, so many of them as are asked for, where any are."""
        record = clients.client_record(self.session, client_id, with_notes=self.caller.allows(Permission.NOTES_VIEW))
        if not impersonations:
            return record
        return {**record, "impersonations": impersonations_of_client(self.session, client_id, limit=impersonations)}

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneClient, response=client_schemas.ClientId)
    def check_client(self, client_id):
        """That the client exists: its id, for whoever needs nothing else of it."""
        clients.require_client(self.session, client_id)
        return {"id": str(client_id)}

    @rpc(Permission.CLIENTS_CREATE, request=client_schemas.CreateClient, response=client_schemas.ClientRecord)
    def create_client(self, **given):
        return commands.create_client(self.open_uow, **given)

    @rpc(Permission.CLIENTS_EDIT, request=client_schemas.ChangeStatus, response=client_schemas.ClientStatus)
    def change_client_status(self, **given):
        return commands.change_client_status(self.open_uow, **given)

    @rpc(Access.SERVICE, request=schemas.ClientIds, response=client_schemas.BillingTermsById)
    def clients_for_billing(self, client_ids):
        return clients.for_billing(self.session, client_ids)
