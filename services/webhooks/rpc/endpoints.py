"""RPC methods of endpoints and of the deliveries to them."""

from nameko.dependency_providers import Config

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.webhooks import schemas
from services.webhooks.commands import endpoints as commands
from services.webhooks.commands.redeliver import redeliver_one, redeliver_since
from services.webhooks.queries import deliveries, endpoints

VIEW, MANAGE = Permission.WEBHOOKS_VIEW, Permission.WEBHOOKS_MANAGE


class EndpointRpc:
    """Where events are sent, and what became of them."""

    config = Config()

    @rpc(VIEW, response=schemas.EndpointList)
    def list_endpoints(self):
        """All endpoints, the oldest first."""
        return endpoints.endpoints(self.session)

    @rpc(VIEW, request=schemas.OneEndpoint, response=schemas.EndpointAnswer)
    def get_endpoint(self, endpoint_id):
        """One endpoint."""
        return endpoints.endpoint(self.session, endpoint_id)

    @rpc(MANAGE, request=schemas.OneEndpoint, response=schemas.SecretList, step_up=True)
    def list_secrets(self, endpoint_id):
        """What the endpoint's receiver verifies with, the newest first."""
        return endpoints.secrets(self.session, endpoint_id)

    @rpc(MANAGE, request=schemas.CreateEndpoint, response=schemas.EndpointAnswer)
    def create_endpoint(self, **given):
        """Make an endpoint with a fresh secret."""
        return commands.create_endpoint(self.open_uow, loopback=self._loopback, **given)

    @rpc(MANAGE, request=schemas.UpdateEndpoint, response=schemas.EndpointAnswer)
    def update_endpoint(self, **given):
        """Change what is given of an endpoint."""
        return commands.update_endpoint(self.open_uow, loopback=self._loopback, **given)

    @rpc(MANAGE, request=schemas.OneEndpoint, response=schemas.EndpointAnswer)
    def enable_endpoint(self, endpoint_id):
        """Send what waits for an endpoint, and what comes."""
        return commands.enable_endpoint(self.open_uow, endpoint_id=endpoint_id)

    @rpc(MANAGE, request=schemas.OneEndpoint, response=schemas.EndpointAnswer)
    def disable_endpoint(self, endpoint_id):
        """Send nothing more to an endpoint until it is enabled."""
        return commands.disable_endpoint(self.open_uow, endpoint_id=endpoint_id)

    @rpc(MANAGE, request=schemas.OneEndpoint, response=schemas.DeletedEndpoint)
    def delete_endpoint(self, endpoint_id):
        """Delete an endpoint with all that waits for it."""
        return commands.delete_endpoint(self.open_uow, endpoint_id=endpoint_id)

    @rpc(MANAGE, request=schemas.RotateSecret, response=schemas.EndpointAnswer)
    def rotate_secret(self, endpoint_id, overlap_hours):
        """Sign with a fresh secret from now on, for a while beside the one before."""
        return commands.rotate_secret(self.open_uow, endpoint_id=endpoint_id, overlap_hours=overlap_hours)

    @rpc(VIEW, request=schemas.DeliveryPage, response=schemas.DeliveryList)
    def list_deliveries(self, endpoint_id, status, **page):
        """A page of an endpoint's deliveries, the newest first, with counts by status."""
        return deliveries.deliveries(self.session, endpoint_id, status=status, **page)

    @rpc(VIEW, request=schemas.OneDelivery, response=schemas.DeliveryRecord)
    def get_delivery(self, endpoint_id, delivery_id):
        """A delivery with its attempts."""
        personal = self.caller.allows(Permission.ACTIVITY_EXPORT)
        return deliveries.delivery(self.session, endpoint_id, delivery_id, personal=personal)

    @rpc(MANAGE, request=schemas.OneDelivery, response=schemas.Redelivered)
    def redeliver(self, endpoint_id, delivery_id):
        """Send a delivery again."""
        return redeliver_one(self.open_uow, endpoint_id=endpoint_id, delivery_id=delivery_id)

    @rpc(MANAGE, request=schemas.RedeliverSince, response=schemas.Redelivered)
    def redeliver_since(self, endpoint_id, since, failed_only):
        """Send again what became an endpoint's since a time."""
        return redeliver_since(self.open_uow, endpoint_id=endpoint_id, since=since, failed_only=failed_only)

    @property
    def _loopback(self) -> bool:
        return self.config["settings"].webhook_loopback
