"""Settings: RPC methods of groups and tags."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import settings as commands
from services.clients.queries import settings
from services.clients.schemas import BadgeAnswer
from services.clients.schemas import settings as schemas


class SettingRpc:
    """What an admin has defined for all clients."""

    @rpc(Access.SIGNED_IN, request=schemas.Counted, response=schemas.GroupList)
    def list_groups(self, counts):
        """All client groups by name."""
        self._require_staff_view()
        return settings.groups(self.session, counts=counts)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.OneGroup, response=schemas.GroupAnswer)
    def get_group(self, group_id):
        """One client group."""
        return settings.group(self.session, group_id)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.CreateGroup, response=schemas.GroupAnswer)
    def create_group(self, **given):
        """Define a client group; 409 when one has its name."""
        return commands.create_group(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.UpdateGroup, response=schemas.GroupAnswer)
    def update_group(self, **given):
        """Change what is given of a client group."""
        return commands.update_group(self.open_uow, **given)

    @rpc(Access.SIGNED_IN, request=schemas.Counted, response=schemas.TagList)
    def list_tags(self, counts):
        """All tags by name."""
        self._require_staff_view()
        return settings.tags(self.session, counts=counts)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.OneTag, response=BadgeAnswer)
    def get_tag(self, tag_id):
        """One tag."""
        return settings.tag(self.session, tag_id)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.CreateTag, response=BadgeAnswer)
    def create_tag(self, **given):
        """Define a tag; 409 when one has its name."""
        return commands.create_tag(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.UpdateTag, response=BadgeAnswer)
    def update_tag(self, **given):
        """Change what is given of a tag."""
        return commands.update_tag(self.open_uow, **given)

    def _require_staff_view(self):
        """Groups and tags are part of the client list and of the settings: either permission is enough."""
        if not self.caller.allows(Permission.SETTINGS_VIEW):
            self.caller.require(Permission.CLIENTS_VIEW)
