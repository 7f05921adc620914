"""Streams of a service that publishes: how many events there are of one, and the history of all to be read again."""

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from chassis.db.paging import within_bytes
from chassis.db.tables import streams
from chassis.events.event import SYSTEM, plain_message_of
from chassis.events.history import read_part
from chassis.permissions import Permission
from chassis.rpc.server import IF_GIVEN, rpc
from chassis.types.answers import Answer
from chassis.types.fields import IdField, WholeNumber


class StreamArguments(Schema):
    """A client's stream; without a client that of the system."""

    client_id = IdField(load_default=None, allow_none=True)


class StreamSequence(Answer):
    """The sequence of a stream's last event; 0 before the first."""

    sequence = fields.Integer()


class EventArguments(Schema):
    """A part of the history: `limit` events after `position`, of `types` (with commas between) and of one client's stream
    where these are given."""

    position = WholeNumber(load_default=0, strict=False, validate=validate.Range(min=0, max=2**63 - 1))
    limit = WholeNumber(load_default=25, strict=False, validate=validate.Range(min=1, max=100))
    types = fields.String(load_default="", validate=validate.Length(max=5000))
    client = IdField(load_default=None, allow_none=True)


class PublishedEvent(Answer):
    """An event as it was published, with its position."""

    position = fields.Integer()
    event = fields.Dict()


class EventPart(Answer):
    """A part of the history, the position up to which it is whole, and whether more follows now."""

    data = fields.List(fields.Nested(PublishedEvent))
    position = fields.Integer()
    more = fields.Boolean()


class StreamRpc:
    """The streams of a service that publishes."""

    @rpc(Permission.ACTIVITY_VIEW, request=EventArguments, response=EventPart)
    def list_events(self, position, limit, types, client):
        """Events in the order in which they were published; personal values are for who may export the log."""
        wanted, stream = types.split(",") if types else [], None if client is None else str(client)
        part = read_part(self.session, after=position, limit=limit, types=wanted, stream=stream)
        personal = self.caller.allows(Permission.ACTIVITY_EXPORT)
        found = [
            {"position": row.position, "event": plain_message_of(row.body, row.personal if personal else None)}
            for row in part.rows
        ]
        shown = within_bytes(found)
        cut = len(shown) < len(found)
        return {
            "data": shown,
            "position": shown[-1]["position"] if cut else part.position,
            "more": cut or part.more,
        }

    @rpc(Permission.CLIENTS_VIEW, request=StreamArguments, response=StreamSequence, of_client=IF_GIVEN)
    def get_stream_sequence(self, client_id):
        """The sequence of the last event of a client's stream, or of the system's."""
        stream = SYSTEM if client_id is None else str(client_id)
        return {"sequence": self.session.scalar(select(streams.c.sequence).filter_by(stream=stream)) or 0}
