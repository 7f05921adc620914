"""RPC methods of the import of invoices, and the job behind them."""

from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.billing.commands.imports import open as commands
from services.billing.commands.imports.work_off import import_step
from services.billing.queries import imports
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import imports as schemas

IMPORT_LOCK = 0x494D504F  # one number for "invoices are imported"; any constant does


class ImportRpc(BillingRpc):
    """Files of an import: staged, started, worked off."""

    @rpc(Permission.INVOICES_CREATE, request=schemas.OpenImport, response=schemas.ImportAnswer)
    def open_import(self, **given):
        """Opens an import; again, it changes nothing. Answers it."""
        return commands.open_import(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.StageImportRows, response=schemas.StagedRowsAnswer)
    def stage_import_rows(self, **given):
        """Adds rows of a file to an import that has not begun."""
        return commands.stage_import_rows(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.RestageImport, response=schemas.ImportAnswer)
    def restage_import(self, **given):
        """Forgets the rows of a file, which is read again in another way."""
        return commands.restage_import(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.StartImport, response=schemas.ImportAnswer)
    def start_import(self, **given):
        """Starts an import; again, it changes nothing. Answers it."""
        return commands.start_import(self.open_uow, **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.ImportArguments, response=schemas.ImportAnswer)
    def get_import(self, import_id):
        """An import and how far it has come."""
        return imports.get_import(self.session, import_id)

    @rpc(Permission.INVOICES_CREATE, request=schemas.ImportFailures, response=schemas.ImportFailurePageAnswer)
    def list_import_failures(self, import_id, **page):
        """A page of the rows that failed."""
        return imports.list_import_failures(self.session, import_id, **page)

    @job(IMPORT_LOCK, idle=1.0)
    def run_imports(self):
        return import_step(self.session, clients_for=self.clients_for, seller=self.seller, today=self.today())
