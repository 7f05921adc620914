"""Saved view: RPC methods of views of each list, and of how each person keeps the client list."""

from datetime import datetime

from chassis.listings.counts import CachedCounts
from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import views as commands
from services.clients.queries import views
from services.clients.queries.open_list import open_list
from services.clients.queries.view_counts import count_views
from services.clients.schemas import clients as client_schemas
from services.clients.schemas import views as schemas


class ViewRpc:
    """Views of a list: the caller's own, shared ones and ours."""

    view_counts = CachedCounts()

    @rpc(Permission.CLIENTS_VIEW, request=client_schemas.OpenClientList, response=client_schemas.OpenList)
    def open_client_list(self, **wanted):
        """The client list with a view, in the columns that the caller keeps, and with what stands around it."""
        return open_list(self.session, self.caller, now=datetime.now(self.config["settings"].timezone), **wanted)

    @rpc(Permission.CLIENTS_VIEW, response=schemas.ViewCounts)
    def count_views(self):
        """How many clients each view of the caller's bar has, half a minute old at most."""
        seen = views.views(self.session, self.caller, views.CLIENTS)["data"]
        pinned = [view for view in seen if view["pinned"]]
        return count_views(self.session, self.view_counts, pinned, datetime.now(self.config["settings"].timezone))

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneList, response=schemas.ViewList)
    def list_views(self, list):
        """All views of a list that the caller sees: those of their bar in its order, then the others by name."""
        return views.views(self.session, self.caller, list)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OpenView, response=schemas.OpenedView)
    def open_view(self, list, view):
        """The views of a list of another service, with the one that it opens with."""
        return views.open_view(self.session, self.caller, name=list, view_id=view)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneView, response=schemas.ViewAnswer)
    def get_view(self, view_id):
        """One view; whoever knows its id may open it."""
        return views.view(self.session, self.caller, view_id)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.CreateView, response=schemas.ViewAnswer)
    def create_view(self, **given):
        """Save a view; sharing it needs `views.share`."""
        return commands.create_view(self.open_uow, **given)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.UpdateView, response=schemas.ViewAnswer)
    def update_view(self, **given):
        """Change what is given of a view. `pinned`, `default` and `position` are the caller's own of every view."""
        return commands.update_view(self.open_uow, **given)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.OneView, response=schemas.DeletedView)
    def delete_view(self, view_id):
        """Delete a view, for all who see it."""
        return commands.delete_view(self.open_uow, view_id=view_id)

    @rpc(Permission.CLIENTS_VIEW, response=schemas.ListSettingsAnswer)
    def get_list_settings(self):
        """How the caller keeps the list: columns (none: the standard ones), widths in CSS pixels, density."""
        return views.list_settings(self.session, self.caller)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.KeepListSettings, response=schemas.ListSettingsAnswer)
    def keep_list_settings(self, **given):
        """Keep what is given of these for the caller; answers all."""
        return commands.keep_list_settings(self.open_uow, **given)
