"""Events of a client's contacts."""

from marshmallow import Schema, fields

from chassis.events import Event


class ContactAdded(Event):
    """A client got a further contact."""

    type = "contact.added.v1"
    personal_names = frozenset({"first_name", "last_name", "email", "phone"})

    class facts_schema(Schema):
        role = fields.String(required=True)
        status = fields.String(required=True)


class ContactSignedIn(Event):
    """A contact signed in to the portal; it moves the client's last login."""

    type = "contact.signed_in.v1"

    class facts_schema(Schema):
        method = fields.String(required=True)
