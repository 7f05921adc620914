"""RPC methods of the import of clients, and the job behind them."""

from chassis.permissions import Access, Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.imports import open as import_commands
from services.clients.commands.imports import work_off
from services.clients.queries import imports

IMPORT_LOCK = 0x494D434C  # one number for "clients are imported"; any constant does


class ImportRpc:
    """Files on their way in."""

    @rpc(Access.SERVICE, request=schemas.ResolveExternalIds)
    def external_ids_for_billing(self, source, external_ids):
        return imports.resolve_external_ids(self.session, source, external_ids)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.OpenImport)
    def open_import(self, **given):
        return import_commands.open_import(self.write, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.StageImportRows)
    def stage_import_rows(self, import_id, rows):
        return import_commands.stage_import_rows(self.write, import_id=import_id, rows=rows)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.StartImport)
    def start_import(self, import_id, mapping):
        return import_commands.start_import(self.write, self.caller, import_id=import_id, mapping=mapping)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.ImportId)
    def get_import(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Access.SERVICE, request=schemas.ImportId)
    def import_for_billing(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.failure_page(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return work_off.import_step(self.session)
