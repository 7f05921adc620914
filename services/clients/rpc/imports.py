"""Import of clients: RPC methods, and the job behind them."""

from chassis.permissions import Access, Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients.commands.imports import kept, work_off
from services.clients.commands.imports import open as commands
from services.clients.queries import imports as queries
from services.clients.schemas import imports as schemas

IMPORT_LOCK = 0x494D434C  # one number for "clients are imported"; any constant does


class ImportRpc:
    """Files of clients, from their staging to their last row."""

    @rpc(Access.SERVICE, request=schemas.ResolveExternalIds, response=schemas.IdsByExternalId)
    def external_ids_for_billing(self, source, external_ids):
        return queries.resolve_external_ids(self.session, source, external_ids)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.OpenImport, response=schemas.ImportAnswer)
    def open_import(self, **given):
        return commands.open_import(self.open_uow, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.StageImportRows, response=schemas.StagedRows)
    def stage_import_rows(self, **given):
        return commands.stage_import_rows(self.open_uow, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.RestageImport, response=schemas.ImportAnswer)
    def restage_import(self, **given):
        return commands.restage_import(self.open_uow, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.KeepPart, response=schemas.KeptPartAnswer)
    def keep_import_file(self, **given):
        return kept.keep_import_file(self.open_uow, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.KeptPart, response=schemas.KeptPartAnswer)
    def kept_import_file(self, **given):
        return queries.kept_import_file(self.session, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.StartImport, response=schemas.ImportAnswer)
    def start_import(self, **given):
        return commands.start_import(self.open_uow, **given)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.ImportId, response=schemas.ImportAnswer)
    def get_import(self, import_id):
        return queries.get_import(self.session, import_id)

    @rpc(Access.SERVICE, request=schemas.ImportId, response=schemas.ImportAnswer)
    def import_for_billing(self, import_id):
        return queries.get_import(self.session, import_id)

    @rpc(Permission.CLIENTS_CREATE, request=schemas.ImportFailures, response=schemas.FailurePage)
    def list_import_failures(self, import_id, **page):
        return queries.failure_page(self.session, import_id, **page)

    @job(IMPORT_LOCK)
    def run_imports(self):
        return work_off.import_step(self.session)
