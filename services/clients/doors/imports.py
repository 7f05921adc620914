"""Doors of the import of clients, and the job behind them."""

from chassis.jobs import job
from chassis.permissions import Access, Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.commands import import_clients
from services.clients.commands import imports as import_commands
from services.clients.queries import imports

IMPORT_LOCK = 0x494D434C  # one number for "clients are imported"; any constant does


class ImportDoors:
    """Files on their way in."""

    @rpc(Access.SERVICE, takes=schemas.ResolveExternalIds)
    def external_ids_for_billing(self, source, external_ids):
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

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.ImportId)
    def get_import(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Access.SERVICE, takes=schemas.ImportId)
    def import_for_billing(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Permission.CLIENTS_CREATE, takes=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.failure_page(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return import_clients.import_step(self.session)
