"""RPC methods of a client's contacts."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.portal.invitations import invite_contact
from services.clients.commands.records import contacts as commands
from services.clients.queries import belongings, clients
from services.clients.schemas.contacts import AddContact, OneContact, UpdateContact


class ContactRpc:
    """The people of one client."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientPage)
    def list_contacts(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.contact_page(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_VIEW, request=OneContact)
    def get_contact(self, client_id, contact_id):
        return belongings.one_contact(self.session, client_id, contact_id)

    @rpc(Permission.CLIENTS_EDIT, request=AddContact)
    def add_contact(self, **given):
        return commands.add_contact(self.write, **given)

    @rpc(Permission.CLIENTS_EDIT, request=UpdateContact)
    def update_contact(self, **given):
        return commands.update_contact(self.write, **given)

    @rpc(Permission.CLIENTS_EDIT, request=OneContact)
    def make_primary_contact(self, **which):
        return commands.make_primary_contact(self.write, **which)

    @rpc(Permission.CLIENTS_EDIT, request=OneContact)
    def remove_contact(self, **which):
        return commands.remove_contact(self.write, **which)

    @rpc(Permission.CLIENTS_EDIT, request=OneContact)
    def invite_contact(self, **which):
        """A link's code for the contact, shown this once."""
        return invite_contact(self.write, **which)
