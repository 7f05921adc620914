"""System: RPC methods for those who run it."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands import parked_messages
from services.clients.queries import work
from services.clients.schemas import system as schemas


class SystemOrderRpc:
    """What is ordered about the running system; and the work that goes on in this service."""

    def work_under_way(self):
        return work.work_under_way(self.session)

    @rpc(Permission.SYSTEM_MANAGE, request=schemas.ParkedMessageOrder, response=schemas.OrderedAct)
    def order_parked_message(self, **given):
        """Write into the log what is to become of a parked message of any service, before that service does it."""
        return parked_messages.order_parked_message(self.open_uow, **given)
