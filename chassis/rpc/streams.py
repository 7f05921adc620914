"""Streams: how many events a service has published of one, for whoever has to know whether they have all arrived."""

from marshmallow import Schema, fields
from sqlalchemy import select

from chassis.db.tables import streams
from chassis.events.event import SYSTEM
from chassis.permissions import Permission
from chassis.rpc.server import IF_GIVEN, rpc
from chassis.types.answers import Answer
from chassis.types.fields import IdField


class StreamArguments(Schema):
    """A client's stream; without a client that of the system."""

    client_id = IdField(load_default=None, allow_none=True)


class StreamSequence(Answer):
    """The sequence of a stream's last event; 0 before the first."""

    sequence = fields.Integer()


class StreamRpc:
    """The streams of a service that publishes."""

    @rpc(Permission.CLIENTS_VIEW, request=StreamArguments, response=StreamSequence, of_client=IF_GIVEN)
    def get_stream_sequence(self, client_id):
        """The sequence of the last event of a client's stream, or of the system's."""
        stream = SYSTEM if client_id is None else str(client_id)
        return {"sequence": self.session.scalar(select(streams.c.sequence).filter_by(stream=stream)) or 0}
