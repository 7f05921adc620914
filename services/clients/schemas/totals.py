"""Totals of clients: what billing says of its events."""

from marshmallow import Schema, fields

from chassis.types.answers import Answer, Moment
from chassis.types.fields import IdField


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
