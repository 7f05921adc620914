"""Doors of the import of invoices, and the job behind them."""

from chassis.jobs import job
from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.commands import imports as commands
from services.billing.commands.import_invoices import import_step
from services.billing.queries import imports

IMPORT_LOCK = 0x494D504F  # one number for "invoices are imported"; any constant does


class ImportDoors:
    """Files on their way in."""

    @rpc(Permission.INVOICES_CREATE, takes=schemas.OpenImport)
    def open_import(self, **given):
        return commands.open_import(self.write, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.StageImportRows)
    def stage_import_rows(self, **given):
        return commands.stage_import_rows(self.write, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.StartImport)
    def start_import(self, **given):
        return commands.start_import(self.write, caller=self.caller, **given)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.ImportArguments)
    def get_import(self, import_id):
        return imports.get_import(self.session, import_id)

    @rpc(Permission.INVOICES_CREATE, takes=schemas.ImportFailures)
    def list_import_failures(self, import_id, **page):
        return imports.list_import_failures(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return import_step(self.session, self.clients_for, today=self.today())
