"""Contact: RPC methods of a client's people."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.portal.invitations import invite_contact
from services.clients.commands.portal.sessions import end_contact_sessions
from services.clients.commands.records import contacts as commands
from services.clients.commands.records.confirmation import confirm_contact
from services.clients.queries import clients
from services.clients.queries import contacts as queries
from services.clients.schemas import ClientPage
from services.clients.schemas import contacts as schemas
from services.clients.schemas.sign_in import SessionsEnded


class ContactRpc:
    """The people of one client."""

    @rpc(Permission.CLIENTS_VIEW, request=ClientPage, response=schemas.ContactPage)
    def list_contacts(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return queries.contact_page(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneContact, response=schemas.ContactAnswer)
    def get_contact(self, client_id, contact_id):
        return queries.one_contact(self.session, client_id, contact_id)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.AddContact, response=schemas.ContactAnswer)
    def add_contact(self, **given):
        return commands.add_contact(self.open_uow, **given)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.UpdateContact, response=schemas.ContactAnswer)
    def update_contact(self, **given):
        return commands.update_contact(self.open_uow, **given)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.OneContact, response=schemas.ContactAnswer)
    def make_primary_contact(self, **which):
        return commands.make_primary_contact(self.open_uow, **which)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.OneContact, response=schemas.ContactRemoved)
    def remove_contact(self, **which):
        return commands.remove_contact(self.open_uow, **which)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.OneContact, response=SessionsEnded)
    def end_contact_sessions(self, **which):
        """Sign the contact out of the portal everywhere."""
        return end_contact_sessions(self.open_uow, **which)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.OneContact, response=schemas.ContactInvitation)
    def invite_contact(self, **which):
        """Mails the contact an invitation; its code is for those alone who may log in as the client anyway."""
        invited = invite_contact(self.open_uow, **which)
        return invited if self.caller.allows(Permission.CLIENTS_IMPERSONATE) else {**invited, "code": None}

    @rpc(Permission.CLIENTS_IMPERSONATE, request=schemas.OneContact, response=schemas.ContactAnswer)
    def confirm_contact(self, **which):
        """Confirm in the name of staff a contact that waits for an owner, where no owner can."""
        return confirm_contact(self.open_uow, **which)
