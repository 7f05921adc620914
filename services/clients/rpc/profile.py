"""Profile: RPC methods that change a client's profile and tags."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import profile as commands
from services.clients.schemas import profile as schemas
from services.clients.schemas.clients import ClientRecord
from services.clients.schemas.settings import ClientTags


class ProfileRpc:
    """The profile as staff edit it."""

    @rpc(Permission.CLIENTS_EDIT, request=schemas.UpdateClient, response=ClientRecord)
    def update_client(self, **given):
        """Change the given fields of a profile, group among them; 412 unless `version` is the present one."""
        return commands.update_client(self.open_uow, **given)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.SetClientTags, response=ClientTags)
    def set_client_tags(self, **given):
        """Give a client exactly these tags; with `was`, only what differs from that is changed."""
        return commands.set_client_tags(self.open_uow, **given)
