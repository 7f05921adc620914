"""Events of staff accounts."""

from marshmallow import Schema, fields

from chassis.events import Event


class StaffCreated(Event):
    """A staff account was made."""

    type = "staff.created.v1"
    system_stream = True
    personal_names = frozenset({"name", "email"})

    class facts_schema(Schema):
        role = fields.String(required=True)


class StaffTokenCreated(Event):
    """An API token was made for a staff account; the token itself is nowhere but with its owner."""

    type = "staff.token_created.v1"
    system_stream = True

    class facts_schema(Schema):
        token_id = fields.String(required=True)


class StaffSignedIn(Event):
    """A staff member signed in, by password or by a one-time link."""

    type = "staff.signed_in.v1"
    system_stream = True
    personal_names = frozenset({"user_agent"})

    class facts_schema(Schema):
        session_id = fields.String(required=True)
        method = fields.String(required=True)


class StaffSignInFailed(Event):
    """A sign-in to the admin failed; its entity is the account, where the email belongs to one."""

    type = "staff.sign_in_failed.v1"
    system_stream = True
    personal_names = frozenset({"email", "user_agent"})

    class facts_schema(Schema):
        reason = fields.String(required=True)


class StaffSignedOut(Event):
    """A staff member signed out."""

    type = "staff.signed_out.v1"
    system_stream = True

    class facts_schema(Schema):
        session_id = fields.String(required=True)
