"""What the RPC methods of services take."""

from marshmallow import fields, validate

from chassis.types.fields import IdField, Text
from services.billing.schemas import ClientArguments

MAX_EXPECTED = 10_000


class SubscriptionArguments(ClientArguments):
    """One service of a client; a malformed id is like one that does not exist."""

    service_id = fields.String(required=True)


class MoveSubscription(SubscriptionArguments):
    """`suspend_subscription` and its like: which service, and why."""

    reason = Text(500, min_length=1, required=True)


class SuspendAll(ClientArguments):
    """`suspend_all_subscriptions`: why, and the services that the caller saw active."""

    reason = Text(500, min_length=1, required=True)
    expected = fields.List(IdField(), load_default=None, allow_none=True, validate=validate.Length(max=MAX_EXPECTED))


class UnsuspendAll(ClientArguments):
    """`unsuspend_all_subscriptions`: the batch to undo."""

    batch_id = IdField(required=True)


class BatchArguments(ClientArguments):
    """One Suspend All of a client; a malformed id is like one that does not exist."""

    batch_id = fields.String(required=True)
