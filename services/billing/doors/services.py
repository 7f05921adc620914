"""Doors of a client's services."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.queries import services


class ServiceDoors:
    """Services are the client's subscriptions."""

    @rpc(Permission.SERVICES_VIEW, takes=schemas.ServicePage)
    def list_services(self, client_id, **page):
        return services.list_services(self.session, self.own(client_id), **page)
