"""Doors of a client's contacts."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.commands import contacts as commands
from services.clients.commands.invitations import invite_contact
from services.clients.queries import belongings, clients
from services.clients.schemas.contacts import AddContact, OneContact, UpdateContact


class ContactDoors:
    """The people of one client."""

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientPage)
    def list_contacts(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.contact_page(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_VIEW, takes=OneContact)
    def get_contact(self, client_id, contact_id):
        return belongings.one_contact(self.session, client_id, contact_id)

    @rpc(Permission.CLIENTS_EDIT, takes=AddContact)
    def add_contact(self, **given):
        return commands.add_contact(self.write, **given)

    @rpc(Permission.CLIENTS_EDIT, takes=UpdateContact)
    def update_contact(self, **given):
        return commands.update_contact(self.write, **given)

    @rpc(Permission.CLIENTS_EDIT, takes=OneContact)
    def make_primary_contact(self, **which):
        return commands.make_primary_contact(self.write, **which)

    @rpc(Permission.CLIENTS_EDIT, takes=OneContact)
    def remove_contact(self, **which):
        return commands.remove_contact(self.write, **which)

    @rpc(Permission.CLIENTS_EDIT, takes=OneContact)
    def invite_contact(self, **which):
        """A link's code for the contact, shown this once."""
        return invite_contact(self.write, **which)
