"""Event of an export of the client list."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class ClientListExported(Event):
    """Somebody began to take the client list as a file, as it was filtered, with these columns. `rows` is how many it had
    then, about so many where it is not `exact`. What was searched for may name people."""

    type = "client_list.exported.v1"
    system_stream = True
    personal_names = frozenset({"filter", "q"})

    class facts_schema(Schema):
        format = fields.String(required=True)
        columns = fields.List(fields.String(), required=True)
        rows = fields.Integer(required=True)
        exact = fields.Boolean(required=True)
        group = fields.String(required=True, allow_none=True)
        status = fields.String(required=True, allow_none=True)
        tag = fields.String(required=True, allow_none=True)
        sort = fields.String(required=True)
