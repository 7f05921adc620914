"""Events of impersonations (Login as Client)."""

from marshmallow import Schema, fields

from chassis.events.event import Event
from services.clients.events.contacts import PERSON_NAMES


class ImpersonationStarted(Event):
    """A staff member may enter the portal as a client's contact, for the reason given; published before any
    access exists."""

    type = "impersonation.started.v1"
    personal_names = PERSON_NAMES

    class facts_schema(Schema):
        contact_id = fields.String(required=True)
        reason = fields.String(required=True)
        expires_at = fields.String(required=True)


class ImpersonationEnded(Event):
    """Login as Client is over: one for each start, with its cause. `entered` is false when the portal was never
    reached."""

    type = "impersonation.ended.v1"

    class facts_schema(Schema):
        end_cause = fields.String(required=True)
        entered = fields.Boolean(required=True)
        seconds = fields.Integer(required=True)


class ImpersonationRefused(Event):
    """Something was refused to a staff member who is logged in as a client; or, with `handoff`, the one-time code itself."""

    type = "impersonation.refused.v1"

    class facts_schema(Schema):
        what = fields.String(required=True)
        handoff = fields.Boolean()
