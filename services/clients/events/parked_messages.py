"""Events of parked messages: what staff ordered to be done with what a listener could not use."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class ParkedMessageFacts(Schema):
    """The listener's queue, the type of the event that is parked, and why it was ordered."""

    queue = fields.String(required=True)
    event_type = fields.String(required=True)
    reason = fields.String(required=True)


class ParkedMessageReplayOrdered(Event):
    """A parked message was ordered to be sent to its listener again; the entity is its event."""

    type = "parked_message.replay_ordered.v1"
    system_stream = True
    facts_schema = ParkedMessageFacts


class ParkedMessageDropOrdered(Event):
    """A parked message was ordered to be given up for good; the entity is its event."""

    type = "parked_message.drop_ordered.v1"
    system_stream = True
    facts_schema = ParkedMessageFacts
