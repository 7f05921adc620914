"""The doors of the clients service."""

from contextlib import contextmanager

from chassis.errors import ServiceProblem
from chassis.events import SYSTEM
from chassis.permissions import Access, Permission
from chassis.relay import Relay
from chassis.rpc import rpc
from chassis.service import Service
from chassis.unit_of_work import AnsweredBefore, unit_of_work
from services.clients import schemas
from services.clients.commands import clients as commands
from services.clients.commands import sessions
from services.clients.queries import belongings, client_list, clients, identity, settings


class ClientsService(Service):
    """Clients, contacts, groups, tags, notes, custom fields, imports; and who may sign in."""

    name = "clients"
    relay = Relay()

    def authenticate(self, credential):
        self.credential = credential
        return identity.resolve(self.session, credential)

    @rpc(Access.PUBLIC, takes=schemas.SignIn)
    def sign_in(self, **given):
        return sessions.sign_in(self.session, self._secret_write("sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, takes=schemas.SignInOnce)
    def sign_in_once(self, **given):
        return sessions.sign_in_once(self.session, self._secret_write("sign_in_once"), self.caller, **given)

    @rpc(Access.SIGNED_IN)
    def sign_out(self):
        return sessions.sign_out(self.write, self.caller, credential=getattr(self, "credential", None))

    @rpc(Access.SIGNED_IN)
    def me(self):
        return identity.viewer(self.session, self.caller.id)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ListClients)
    def list_clients(self, **wanted):
        return client_list.client_page(self.session, **wanted)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.OneClient)
    def get_client(self, client_id):
        return clients.client_record(self.session, client_id, with_notes=self.caller.allows(Permission.NOTES_VIEW))

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.CreateClient)
    def create_client(self, **given):
        return commands.create_client(self.write, **given)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientPage)
    def list_contacts(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.contact_page(self.session, client_id, **page)

    @rpc(Permission.NOTES_VIEW, takes=schemas.ClientPage)
    def list_notes(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.note_page(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.OneClient)
    def get_custom_field_values(self, client_id):
        clients.require_client(self.session, client_id)
        return belongings.custom_field_values(self.session, client_id)

    @rpc(Access.SIGNED_IN, takes=schemas.ListGroups)
    def list_groups(self, counts):
        self._require_staff_view()
        return settings.groups(self.session, counts=counts)

    @rpc(Access.SIGNED_IN)
    def list_tags(self):
        self._require_staff_view()
        return settings.tags(self.session)

    @rpc(Permission.SETTINGS_VIEW)
    def list_custom_fields(self):
        return settings.custom_fields(self.session)

    @rpc(Access.SERVICE, takes=schemas.ClientIds)
    def clients_for_billing(self, client_ids):
        return clients.for_billing(self.session, client_ids)

    def _require_staff_view(self):
        """Groups and tags are part of the client list and of the settings: either permission opens them."""
        if not self.caller.allows(Permission.SETTINGS_VIEW):
            self.caller.require(Permission.CLIENTS_VIEW)

    def _secret_write(self, operation: str):
        """A unit of work for what carries a password or a token: its key is claimed without arguments, its answer not kept."""
        @contextmanager
        def write(caller):
            try:
                with unit_of_work(self.session, self.name, caller, SYSTEM, operation, {}) as work:
                    yield work
            except AnsweredBefore as before:
                raise ServiceProblem("outcome-unknown", "This sign-in was answered before. Sign in again.") from before

        return write
