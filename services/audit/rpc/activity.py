"""RPC methods of the log: a client's, and that of all clients and the system."""

from chassis.permissions import Permission
from chassis.rpc.server import IF_GIVEN, rpc
from services.audit import schemas
from services.audit.queries import activity, all_activity, export


class ActivityRpc:
    """The log as it is read."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ActivityArguments, response=schemas.EntryList, of_client=True)
    def list_activity(self, client_id, **page):
        """A page of the client's log, newest first, narrowed by `category`, `actor`, `from` and `to`."""
        return activity.activity(self.session, str(client_id), **page)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OverviewArguments, response=schemas.ActivityOverview, of_client=True)
    def get_overview(self, client_id, count_only):
        """The newest entries of the client, entries a day for 18 weeks, and how many there are."""
        return activity.overview(self.session, str(client_id), count_only=count_only)

    @rpc(Permission.ACTIVITY_VIEW, request=schemas.AllActivityArguments, response=schemas.AllEntryList)
    def list_all_activity(self, **page):
        """A page of the log of all clients and the system, newest first."""
        return all_activity.page(self.session, **page)

    @rpc(
        Permission.ACTIVITY_EXPORT,
        request=schemas.ExportArguments,
        response=schemas.ExportPart,
        of_client=IF_GIVEN,
    )
    def export_activity(self, client_id, **part):
        """A part of an export, chain by chain in order of `seq`: of one client, or of all chains."""
        chain = None if client_id is None else str(client_id)
        return export.part(self.session, chain, self.checkpoint_signer, **part)
