"""Events of staff accounts. Neither passwords nor codes, secrets or tokens are in any of them."""

from marshmallow import Schema, fields

from chassis.events.event import Event

STAFF_NAMES = frozenset({"name", "email"})


class StaffCreated(Event):
    """A staff account was made."""

    type = "staff.created.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        role = fields.String(required=True)


class StaffUpdated(Event):
    """A staff account's name, email, role or need of a second factor changed, it was enabled, or got a link for a
    password."""

    type = "staff.updated.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        role = fields.String(required=True)


class StaffPermissionsChanged(Event):
    """Single permissions were added to a staff account or taken away; each changed field is a permission."""

    type = "staff.permissions_changed.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        role = fields.String(required=True)


class StaffDisabled(Event):
    """A staff account was disabled; `sessions` and `tokens` are how many ended with it."""

    type = "staff.disabled.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        sessions = fields.Integer(required=True)
        tokens = fields.Integer(required=True)


class StaffPasswordChanged(Event):
    """A staff member's password changed: by themselves (`own`), by a link (`link`) or by another (`admin`). `sessions`
    and `tokens` are how many ended with it."""

    type = "staff.password_changed.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        how = fields.String(required=True)
        sessions = fields.Integer(required=True)
        tokens = fields.Integer()


class StaffSecondFactorChanged(Event):
    """A second factor was turned `on`, `replaced`, turned `off`, or got new `backup-codes`."""

    type = "staff.second_factor_changed.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        what = fields.String(required=True)


class StaffTokenCreated(Event):
    """An API token was made for a staff account; the token itself is nowhere but with its owner."""

    type = "staff.token_created.v1"
    system_stream = True

    class facts_schema(Schema):
        token_id = fields.String(required=True)


class StaffTokenRevoked(Event):
    """An API token of a staff account was revoked."""

    type = "staff.token_revoked.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        token_id = fields.String(required=True)


class StaffSignedIn(Event):
    """A staff member signed in: by password, with a second factor where they have one, or by a one-time link."""

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
    """A staff member signed out, or a session of theirs was ended (`how` is `ended`) by them or by another, or was
    `replaced` in the same browser by a new sign-in."""

    type = "staff.signed_out.v1"
    system_stream = True
    personal_names = STAFF_NAMES

    class facts_schema(Schema):
        session_id = fields.String(required=True)
        how = fields.String()
