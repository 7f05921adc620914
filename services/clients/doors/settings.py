"""Doors of groups and tags."""

from chassis.permissions import Access, Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.queries import settings


class SettingDoors:
    """What an admin has defined for all clients."""

    @rpc(Access.SIGNED_IN, takes=schemas.ListGroups)
    def list_groups(self, counts):
        self._require_staff_view()
        return settings.groups(self.session, counts=counts)

    @rpc(Access.SIGNED_IN)
    def list_tags(self):
        self._require_staff_view()
        return settings.tags(self.session)

    def _require_staff_view(self):
        """Groups and tags are part of the client list and of the settings: either permission opens them."""
        if not self.caller.allows(Permission.SETTINGS_VIEW):
            self.caller.require(Permission.CLIENTS_VIEW)
