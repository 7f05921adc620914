"""Doors of a client's contacts."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.queries import belongings, clients


class ContactDoors:
    """The people of one client."""

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientPage)
    def list_contacts(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.contact_page(self.session, client_id, **page)
