"""RPC methods of the import of invoices, and the job behind them."""

from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.billing import schemas
from services.billing.commands.imports import open as commands
from services.billing.commands.imports.work_off import import_step
from services.billing.queries import imports

IMPORT_LOCK = 0x494D504F  # one number for "invoices are imported"; any constant does


class ImportRpc:
    """Files on their way in."""

    @rpc(Permission.INVOICES_CREATE, request=schemas.OpenImport)
    def open_import(self, **given):
        return commands.open_import(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.StageImportRows)
    def stage_import_rows(self, **given):
        return commands.stage_import_rows(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.StartImport)
    def start_import(self, **given):
        return commands.start_import(self.open_uow, caller=self.caller, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.ImportArguments)
    def get_import(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Permission.INVOICES_CREATE, request=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.list_import_failures(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return import_step(self.session, self.clients_for, today=self.today())
