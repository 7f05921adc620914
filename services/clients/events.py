"""What the clients service says has happened. The personal part of a message is `{name: {"salt", "value"}}`."""

from marshmallow import Schema, fields

from chassis.events import Event

PROFILE_NAMES = frozenset({"first_name", "last_name", "email", "phone", "company", "address1", "address2", "city", "state",
                           "postcode", "country", "tax_id"})


class ClientFacts(Schema):
    """What is no personal value of a new client: its opening currency, status, group, tags."""

    currency = fields.String(required=True)
    status = fields.String(required=True)
    joined_at = fields.String(required=True)
    group_id = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    tax_exempt = fields.Boolean(required=True)
    language = fields.String(required=True)
    primary_contact_id = fields.String(required=True)


class ClientCreated(Event):
    """A client was made; it carries the opening currency, and all profile fields as personal values."""

    type = "client.created.v1"
    facts_schema = ClientFacts
    personal_names = PROFILE_NAMES


class ClientImported(Event):
    """A client came in with an import; the same as client.created, and where it came from."""

    type = "client.imported.v1"
    personal_names = PROFILE_NAMES

    class facts_schema(ClientFacts):
        import_id = fields.String(required=True)
        source = fields.String(required=True)
        external_id = fields.String(required=True, allow_none=True)


class ClientStatusChanged(Event):
    """A client became active, suspended or inactive, for the reason given."""

    type = "client.status_changed.v1"

    class facts_schema(Schema):
        status = fields.String(required=True)
        reason = fields.String(required=True)


class ClientCustomFieldsChanged(Event):
    """Values of a client's custom fields were changed; each old and new value is personal."""

    type = "client.custom_fields_changed.v1"

    class facts_schema(Schema):
        fields = fields.List(fields.String(), required=True)


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


class NoteAdded(Event):
    """Staff wrote a note about a client; a correction names the note that it supersedes."""

    type = "note.added.v1"
    personal_names = frozenset({"body"})

    class facts_schema(Schema):
        sticky = fields.Boolean(required=True)
        supersedes = fields.String(required=True, allow_none=True)


class GroupCreated(Event):
    """A client group was defined."""

    type = "group.created.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)
        colour = fields.String(required=True)
        description = fields.String(required=True)
        discount_percent = fields.String(required=True)


class TagCreated(Event):
    """A tag was defined."""

    type = "tag.created.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)
        colour = fields.String(required=True)


class CustomFieldCreated(Event):
    """A custom field was defined."""

    type = "custom_field.created.v1"
    system_stream = True

    class facts_schema(Schema):
        label = fields.String(required=True)
        type = fields.String(required=True)
        options = fields.List(fields.String(), required=True)
        required = fields.Boolean(required=True)
        order = fields.Integer(required=True)
        visibility = fields.String(required=True)


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
