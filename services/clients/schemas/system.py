"""System: schemas of what an admin orders about the running system."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer
from chassis.types.fields import Text


class ParkedMessageOrder(Schema):
    """What is to become of a parked message: it is sent to its listener again, or given up, with a reason."""

    queue = Text(100, required=True)
    message_id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    event_type = Text(200, required=True)
    act = fields.String(required=True, validate=validate.OneOf(["replay", "drop"]))
    reason = Text(500, load_default="")


class OrderedAct(Answer):
    """What was ordered."""

    act = fields.String()
