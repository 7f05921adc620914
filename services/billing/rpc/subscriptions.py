"""RPC methods of a client's services."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing import schemas
from services.billing.commands.subscriptions.lifecycle import move_subscription
from services.billing.commands.subscriptions.suspend_all import suspend_all_subscriptions, unsuspend_all_subscriptions
from services.billing.queries import subscriptions, suspensions
from services.billing.schemas import subscriptions as request


class SubscriptionRpc:
    """Services are the client's subscriptions."""

    @rpc(Permission.SERVICES_VIEW, request=schemas.SubscriptionPage)
    def list_subscriptions(self, client_id, **page):
        """A page of services with `counts` by status, and the Suspend Alls that can be undone (`batches`)."""
        answer = subscriptions.list_subscriptions(self.session, self.own(client_id), **page)
        return {**answer, "batches": suspensions.open_batches(self.session, client_id)}

    @rpc(Permission.SERVICES_VIEW, request=request.SubscriptionArguments)
    def get_subscription(self, client_id, service_id):
        return subscriptions.get_subscription(self.session, self.own(client_id), parse_id(service_id))

    @rpc(Permission.SERVICES_PROVISION, request=request.MoveSubscription)
    def activate_subscription(self, **given):
        return self._move("activate", **given)

    @rpc(Permission.SERVICES_MANAGE, request=request.MoveSubscription)
    def suspend_subscription(self, **given):
        return self._move("suspend", **given)

    @rpc(Permission.SERVICES_MANAGE, request=request.MoveSubscription)
    def unsuspend_subscription(self, **given):
        return self._move("unsuspend", **given)

    @rpc(Permission.SERVICES_MANAGE, request=request.MoveSubscription)
    def cancel_subscription(self, **given):
        return self._move("cancel", **given)

    @rpc(Permission.SERVICES_MANAGE, request=request.MoveSubscription)
    def terminate_subscription(self, **given):
        return self._move("terminate", **given)

    def _move(self, action, client_id, service_id, reason):
        return move_subscription(
            self.open_uow,
            action=action,
            client_id=self.own(client_id),
            service_id=parse_id(service_id),
            reason=reason,
            today=self.today(),
        )

    @rpc(Permission.SERVICES_VIEW, request=schemas.ClientArguments)
    def list_suspendable(self, client_id):
        """What Suspend All would suspend now, all of it, and how many services are in which state."""
        return suspensions.list_suspendable(self.session, self.own(client_id))

    @rpc(Permission.SERVICES_VIEW, request=request.BatchArguments)
    def get_suspension_batch(self, client_id, batch_id):
        """One Suspend All, with the services that it still holds suspended."""
        return suspensions.get_suspension_batch(self.session, self.own(client_id), parse_id(batch_id))

    @rpc(Permission.SERVICES_MANAGE, request=request.SuspendAll)
    def suspend_all_subscriptions(self, client_id, **given):
        return suspend_all_subscriptions(self.open_uow, client_id=self.own(client_id), **given)

    @rpc(Permission.SERVICES_MANAGE, request=request.UnsuspendAll)
    def unsuspend_all_subscriptions(self, client_id, batch_id):
        return unsuspend_all_subscriptions(self.open_uow, client_id=self.own(client_id), batch_id=batch_id)
