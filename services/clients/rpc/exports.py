"""Export of the client list: RPC methods."""

from datetime import datetime

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import exports as commands
from services.clients.queries import exports
from services.clients.schemas import exports as schemas


class ExportRpc:
    """The client list as a file: begun, then taken in parts."""

    @rpc(Permission.CLIENTS_EXPORT, request=schemas.StartExport, response=schemas.StartedExport)
    def start_export(self, **given):
        """Begin an export of the list as it is filtered; the log has it before its first row leaves."""
        return commands.start_export(self.open_uow, now=datetime.now(self.config["settings"].timezone), **given)

    @rpc(Permission.CLIENTS_EXPORT, request=schemas.TakePart, response=schemas.ExportPart)
    def take_export_part(self, **given):
        """The next part of one's own export's rows."""
        now = datetime.now(self.config["settings"].timezone)
        return commands.take_part(self.session, self.caller, now=now, **given)

    @rpc(Permission.CLIENTS_EXPORT, request=schemas.OneExport, response=schemas.ExportProgress)
    def get_export(self, export_id):
        """How far one's own export has come."""
        return exports.progress(self.session, self.caller, export_id)
