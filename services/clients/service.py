"""The doors of the clients service."""

from contextlib import contextmanager

from chassis.errors import ServiceProblem
from chassis.events import SYSTEM
from chassis.jobs import job
from chassis.permissions import Access, Permission
from chassis.relay import Relay
from chassis.rpc import rpc
from chassis.service import Service
from chassis.unit_of_work import AnsweredBefore, unit_of_work
from services.clients import schemas
from services.clients.commands import clients as commands
from services.clients.commands import import_clients, sessions
from services.clients.commands import imports as import_commands
from services.clients.queries import belongings, client_list, clients, identity, imports, settings

IMPORT_LOCK = 0x494D434C  # one number for "clients are imported"; any constant does


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

    @rpc(Access.SERVICE, takes=schemas.ResolveExternalIds)
    def resolve_external_ids(self, source, external_ids):
        return imports.resolve_external_ids(self.session, source, external_ids)

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.OpenImport)
    def open_import(self, **given):
        return import_commands.open_import(self.write, **given)

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.StageImportRows)
    def stage_import_rows(self, import_id, rows):
        return import_commands.stage_import_rows(self.write, import_id=import_id, rows=rows)

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.StartImport)
    def start_import(self, import_id, mapping):
        return import_commands.start_import(self.write, self.caller, import_id=import_id, mapping=mapping)

    @rpc(Access.SERVICE, takes=schemas.ImportId)
    def get_import(self, import_id):
        self._require_importer()
        return imports.get_import(self.session, import_id)

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.failure_page(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return import_clients.import_step(self.session)

    def _require_importer(self):
        """Billing asks for an import's state in its own name; a person needs the permission."""
        if self.caller.kind != "system":
            self.caller.require(Permission.CLIENTS_CREATE)

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
