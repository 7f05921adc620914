"""RPC methods of subscriptions, "Services" on screen."""

from chassis.context import Caller
from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands.subscriptions.change_services import change_services
from services.billing.commands.subscriptions.lifecycle import move_subscription
from services.billing.commands.subscriptions.service_acts import ClientRow, dry_run
from services.billing.commands.subscriptions.suspend_all import suspend_all_subscriptions, unsuspend_all_subscriptions
from services.billing.queries import subscriptions, suspensions
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import subscriptions as schemas
from services.billing.schemas.values import ClientArguments

MOVE = {"request": schemas.MoveSubscription, "response": schemas.SubscriptionAnswer, "of_client": True}


class SubscriptionRpc(BillingRpc):
    """Subscriptions of one client: each alone, and all at once."""

    @rpc(
        Permission.SERVICES_VIEW,
        request=schemas.SubscriptionPage,
        response=schemas.SubscriptionPageAnswer,
        of_client=True,
    )
    def list_subscriptions(self, client_id, on_record, **page):
        """A page of subscriptions with `counts` by status, and the Suspend Alls that can be undone (`batches`)."""
        answer = subscriptions.list_subscriptions(self.session, client_id, **page)
        answer["batches"] = suspensions.open_batches(self.session, client_id)
        return self.on_record(on_record, client_id, answer)

    @rpc(
        Permission.SERVICES_VIEW,
        request=schemas.SubscriptionArguments,
        response=schemas.SubscriptionRecordAnswer,
        of_client=True,
    )
    def get_subscription(self, client_id, service_id):
        """One subscription, with what stopped it; its order and its invoices for whoever may view these."""
        may = {"orders": Permission.ORDERS_VIEW, "invoices": Permission.INVOICES_VIEW}
        views = {name: self.caller.allows(permission) for name, permission in may.items()}
        return subscriptions.get_subscription(self.session, client_id, parse_id(service_id), **views)

    @rpc(Permission.SERVICES_PROVISION, **MOVE)
    def activate_subscription(self, **given):
        """Makes a pending subscription active. Answers it."""
        return self._move("activate", **given)

    @rpc(Permission.SERVICES_MANAGE, **MOVE)
    def suspend_subscription(self, **given):
        """Suspends an active subscription. Answers it."""
        return self._move("suspend", **given)

    @rpc(Permission.SERVICES_MANAGE, **MOVE)
    def unsuspend_subscription(self, **given):
        """Makes a suspended subscription active again. Answers it."""
        return self._move("unsuspend", **given)

    @rpc(Permission.SERVICES_MANAGE, **MOVE)
    def cancel_subscription(self, **given):
        """Ends a subscription for the client's sake, for good. Answers it."""
        return self._move("cancel", **given)

    @rpc(Permission.SERVICES_MANAGE, **MOVE)
    def terminate_subscription(self, **given):
        """Ends a suspended subscription, for good. Answers it."""
        return self._move("terminate", **given)

    def _move(self, action, client_id, service_id, reason):
        return move_subscription(
            self.open_uow,
            action=action,
            client_id=client_id,
            subscription_id=parse_id(service_id),
            reason=reason,
            today=self.today(),
        )

    @rpc(Permission.SERVICES_VIEW, request=ClientArguments, response=schemas.SuspendableAnswer, of_client=True)
    def list_suspendable(self, client_id):
        """What Suspend All would suspend now, the first of them by name and all by their version; and how many
        subscriptions are in which state."""
        return suspensions.list_suspendable(self.session, client_id)

    @rpc(
        Permission.SERVICES_VIEW,
        request=schemas.BatchArguments,
        response=schemas.HoldingBatchAnswer,
        of_client=True,
    )
    def get_suspension_batch(self, client_id, batch_id):
        """One Suspend All, with the first of what it still holds suspended."""
        return suspensions.get_suspension_batch(self.session, client_id, parse_id(batch_id))

    @rpc(Permission.SERVICES_MANAGE, request=schemas.SuspendAll, response=schemas.SuspendedAnswer, of_client=True)
    def suspend_all_subscriptions(self, **given):
        """Suspends all active subscriptions at once; `list-changed` when they are not those of `expected`, or not at
        `version`."""
        return suspend_all_subscriptions(self.open_uow, **given)

    @rpc(
        Permission.SERVICES_MANAGE,
        request=schemas.UnsuspendAll,
        response=schemas.UnsuspendedAnswer,
        of_client=True,
    )
    def unsuspend_all_subscriptions(self, **which):
        """Makes active again exactly what one Suspend All still holds, once."""
        return unsuspend_all_subscriptions(self.open_uow, **which)

    @rpc(Access.SERVICE, request=schemas.ServiceAct, response=schemas.ServiceActAnswers)
    def dry_run_services_for_clients(self, act, rows):
        """What a service act of a bulk job would come to for each client; nothing is changed."""
        return dry_run(self.session, act=act, rows=[ClientRow(**row) for row in rows])

    @rpc(Access.SERVICE, request=schemas.ChangeServices, response=schemas.ServiceActAnswers)
    def change_services_for_clients(self, act, rows, reason, job_id, actor):
        """Does a service act of a bulk job to each client, in the name of who started the job; each row once."""
        caller = Caller(**actor, request_id=str(job_id), deadline=self.caller.deadline)
        rows = [ClientRow(**row) for row in rows]
        return change_services(self.session, caller, act=act, reason=reason, rows=rows)
