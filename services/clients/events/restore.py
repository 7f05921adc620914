"""Events of the system itself."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class SystemRestored(Event):
    """A backup was restored: what all services had published after it is lost, and from now on their events have this
    `epoch`. Sequences go on from where they were in the backup, so one that was given after it is given anew."""

    type = "system.restored.v1"
    system_stream = True

    class facts_schema(Schema):
        epoch = fields.Integer(required=True)
