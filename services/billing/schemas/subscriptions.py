"""Schemas of subscriptions, "Services" on screen."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, counts_of, list_of, map_of
from chassis.types.fields import DayField, IdField, MoneyField, Text
from services.billing.rules import BILLING_CYCLES, INVOICE_STATUSES, ORDER_STATUSES, SUBSCRIPTION_STATUSES
from services.billing.schemas.record import TabArguments, tab_of
from services.billing.schemas.values import ActorAnswer, ClientArguments, count, one_of

MAX_ACT_ROWS = 500
MAX_EXPECTED = 6500  # what a body of 256 KiB holds; `version` stands for any number


class SubscriptionPage(TabArguments):
    """A page of a client's subscriptions, of one `status` where given."""

    status = one_of(SUBSCRIPTION_STATUSES, load_default=None, allow_none=True)


class SubscriptionArguments(ClientArguments):
    """One subscription of a client; a malformed id is like one that does not exist."""

    service_id = fields.String(required=True)


class MoveSubscription(SubscriptionArguments):
    """`suspend_subscription` and its like: which one, and why."""

    reason = Text(500, min_length=1, required=True)


class SuspendAll(ClientArguments):
    """`suspend_all_subscriptions`: why, and those that the caller saw active, each by its id or all by their version."""

    reason = Text(500, min_length=1, required=True)
    expected = fields.List(IdField(), load_default=None, allow_none=True, validate=validate.Length(max=MAX_EXPECTED))
    version = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))


class UnsuspendAll(ClientArguments):
    """`unsuspend_all_subscriptions`: the batch to undo."""

    batch_id = IdField(required=True)


class BatchArguments(ClientArguments):
    """One Suspend All of a client; a malformed id is like one that does not exist."""

    batch_id = fields.String(required=True)


class SubscriptionAnswer(Answer):
    """A subscription; `product` is the product's name when it was bought."""

    id = IdField()
    number = fields.String()
    product = fields.String()
    domain = fields.String(allow_none=True)
    billing_cycle = one_of(BILLING_CYCLES)
    price = MoneyField()
    status = one_of(SUBSCRIPTION_STATUSES)
    next_due_date = DayField(allow_none=True)
    created_at = Moment()
    suspended_reason = fields.String(allow_none=True)


class StopAnswer(Answer):
    """Who stopped a subscription, when and why."""

    at = Moment()
    by = fields.Nested(ActorAnswer)
    reason = fields.String()


class ListedSubscriptionAnswer(SubscriptionAnswer):
    """A subscription in the list: what does not run any more tells how it was `stopped`, where that is known."""

    stopped = fields.Nested(StopAnswer, allow_none=True)


class BillingInvoiceAnswer(Answer):
    """An invoice with a line for a subscription; `amount` is that line's, without tax."""

    id = IdField()
    number = fields.String(allow_none=True)
    status = one_of(INVOICE_STATUSES)
    issue_date = DayField(allow_none=True)
    amount = MoneyField()


class BringingOrderAnswer(Answer):
    """The order that brought a subscription."""

    id = IdField()
    number = fields.String()
    status = one_of(ORDER_STATUSES)


class SubscriptionRecordAnswer(ListedSubscriptionAnswer):
    """A subscription with its order and its invoices: null for who may not view these, and without an order."""

    order = fields.Nested(BringingOrderAnswer, allow_none=True)
    invoices = fields.List(fields.Nested(BillingInvoiceAnswer), allow_none=True)


class BatchAnswer(Answer):
    """A Suspend All: `suspended` subscriptions then, `held` of them suspended by it now."""

    id = IdField()
    reason = fields.String()
    actor = fields.Nested(ActorAnswer)
    made_at = Moment()
    undone_at = Moment(allow_none=True)
    suspended = count()
    held = count()


SubscriptionPageAnswer = tab_of(
    ListedSubscriptionAnswer, counts=counts_of(*SUBSCRIPTION_STATUSES), batches=fields.List(fields.Nested(BatchAnswer))
)


class SubscriptionNameAnswer(Answer):
    """What a subscription is called in a list to confirm."""

    id = IdField()
    number = fields.String()
    product = fields.String()
    domain = fields.String(allow_none=True)


SuspendableAnswer = list_of(SubscriptionNameAnswer, version=fields.String(), counts=counts_of(*SUBSCRIPTION_STATUSES))


class HoldingBatchAnswer(BatchAnswer):
    """A Suspend All with what it still holds."""

    services = fields.List(fields.Nested(SubscriptionNameAnswer))


class SuspendedAnswer(Answer):
    """How many were suspended, by which batch."""

    suspended = count()
    batch_id = IdField()


class UnsuspendedAnswer(Answer):
    """How many are active again, of which batch."""

    unsuspended = count()
    batch_id = IdField()


class HoldArguments(Schema):
    """What held a service suspended: why, and of which batch; nothing while it was active."""

    reason = fields.String(required=True, allow_none=True)
    batch_id = fields.String(required=True, allow_none=True)


class KeptServices(Schema):
    """What a service act keeps for its undo: the services that it moved, and the batch that holds them since."""

    services = fields.Dict(keys=fields.String(), values=fields.Nested(HoldArguments), required=True)
    batch_id = fields.String(required=True, allow_none=True)


class ServiceActRow(Schema):
    """A client of a bulk job, with the idempotency key of its row and what its act kept, where that is undone."""

    client_id = IdField(required=True)
    key = Text(255, min_length=16, required=True)
    undoes = fields.Nested(KeptServices, load_default=None, allow_none=True)


class ActingStaff(Schema):
    """Who started a bulk job."""

    kind = fields.String(required=True, validate=validate.Equal("staff"))
    id = Text(36, required=True)
    name = Text(500, required=True, allow_none=True)
    ip = fields.String(load_default=None, allow_none=True)


class ServiceAct(Schema):
    """`dry_run_services_for_clients`: the act, and the clients of one batch of a job."""

    act = one_of(("suspend", "unsuspend"), required=True)
    rows = fields.List(fields.Nested(ServiceActRow), required=True, validate=validate.Length(max=MAX_ACT_ROWS))


class ChangeServices(ServiceAct):
    """`change_services_for_clients`: the same, with the reason, the job that is its cause, and who started that."""

    reason = Text(500, min_length=1, required=True)
    job_id = IdField(required=True)
    actor = fields.Nested(ActingStaff, required=True)


class ServiceActAnswer(Answer):
    """What an act came to for a client: how many services it moves, what they cost a month, what an undo needs."""

    result = one_of(("changed", "unchanged", "refused"))
    code = fields.String()
    reason = fields.String()
    services = count()
    monthly = MoneyField(allow_none=True)
    kept = fields.Dict(keys=fields.String(), allow_none=True)


ServiceActAnswers = map_of(fields.Nested(ServiceActAnswer), keys=IdField())
