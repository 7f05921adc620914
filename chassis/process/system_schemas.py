"""Schemas of what a service says of itself to those who run it."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, map_of
from chassis.types.fields import Text

MOST_PARKED = 50


class Pool(Answer):
    """The connections to the database that the requests of a process use, keep, and may have at most."""

    in_use = fields.Integer()
    idle = fields.Integer()
    most = fields.Integer()


class ProcessAnswer(Answer):
    """A process: `ready`, `draining`, or `silent` where it was not heard for SILENT_SECONDS; `leads` are its jobs."""

    instance = fields.String()
    version = fields.String()
    migration = fields.String()
    started_at = Moment()
    seen_at = Moment()
    status = fields.String(validate=validate.OneOf(["ready", "draining", "silent"]))
    leads = fields.List(fields.String())
    pool = fields.Nested(Pool, allow_none=True)


class Outbox(Answer):
    """Events that wait to be published, 10,000 at most, and the age of the oldest of them in seconds."""

    waiting = fields.Integer()
    seconds = fields.Integer()


class Queue(Answer):
    """A queue: of calls, or of a listener's events; then also how many are parked, and the age of the oldest in hand."""

    name = fields.String()
    kind = fields.String(validate=validate.OneOf(["calls", "events"]))
    waiting = fields.Integer()
    parked = fields.Integer(allow_none=True)
    seconds = fields.Integer(allow_none=True)


class DatabaseAnswer(Answer):
    """The database: the server's version, the size of it on the disk, and how many connections all of the server's
    databases have, and may have at most."""

    version = fields.String()
    bytes = fields.Integer()
    in_use = fields.Integer()
    most = fields.Integer()


class Work(Answer):
    """Work that goes on in the background: how much of it is open, and since when, or when there was any last."""

    name = fields.String()
    open = fields.Integer()
    since = Moment(allow_none=True)


class SystemState(Answer):
    """How a service stands. `jobs` names who leads each, null where nobody does; `broker` is the broker's version, null
    while it does not answer; then there are no queues."""

    processes = fields.List(fields.Nested(ProcessAnswer))
    jobs = fields.Nested(map_of(fields.String(allow_none=True)))
    outbox = fields.Nested(Outbox, allow_none=True)
    queues = fields.List(fields.Nested(Queue))
    broker = fields.String(allow_none=True)
    database = fields.Nested(DatabaseAnswer)
    work = fields.List(fields.Nested(Work))


class OneQueue(Schema):
    """A listener's queue."""

    queue = Text(100, required=True)


class OneMessage(OneQueue):
    """A parked message, by its event's id, or its place where it has none."""

    message_id = fields.String(required=True, validate=validate.Length(min=1, max=100))


class ParkedMessageAnswer(Answer):
    """A parked message: `event_type` and the `reason` why it is; time and client of its event where it can be read."""

    id = fields.String()
    event_type = fields.String()
    reason = fields.String()
    recorded_at = fields.String(allow_none=True)
    client_id = fields.String(allow_none=True)


class ParkedMessages(Answer):
    """The first MOST_PARKED parked messages of a queue; `more` says whether there are others."""

    data = fields.List(fields.Nested(ParkedMessageAnswer))
    more = fields.Boolean()
