"""Totals of clients: what billing says of its events."""

from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.types.answers import Answer, Moment
from chassis.types.fields import IdField

COUNTS = ("services", "suspended_services", "pending_services", "invoices", "orders", "domains")
AMOUNTS = ("outstanding", "overdue", "credit_balance")


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1))


class EventAmount(Schema):
    """An amount of money as events carry it."""

    class Meta:
        unknown = EXCLUDE

    amount = fields.String(required=True, validate=validate.Length(max=40))
    currency = fields.String(required=True, validate=validate.Length(equal=3))


class EventTotals(Schema):
    """The totals of a client in billing's events, as far as they are kept here; more members are allowed."""

    class Meta:
        unknown = EXCLUDE

    active_services = _count()
    outstanding, overdue, credit_balance = (fields.Nested(EventAmount, required=True) for _ in range(3))
    oldest_due_on, next_due_on = (fields.Date(required=True, allow_none=True) for _ in range(2))
    counts = fields.Nested(Schema.from_dict({name: _count() for name in COUNTS})(unknown=EXCLUDE), required=True)


class PublishedUntil(Schema):
    """All that billing recorded before `at` is published; `event_id` is the last of it, null where there is none."""

    at = fields.AwareDateTime(required=True)
    event_id = IdField(required=True, allow_none=True)


class Noted(Answer):
    """An empty answer: it is noted."""


class ProgressAnswer(Answer):
    """How far the totals of a list are complete; `written` is whether what its reader wrote is among them."""

    known = fields.Boolean()
    late = fields.Boolean()
    as_of = Moment(allow_none=True)
    written = fields.Boolean()
