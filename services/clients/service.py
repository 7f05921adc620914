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
from services.clients.commands import sessions
from services.clients.queries import client_list, clients, identity


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

    @rpc(Access.SERVICE, takes=schemas.ClientIds)
    def clients_for_billing(self, client_ids):
        return clients.for_billing(self.session, client_ids)

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
