"""Events of a client's contacts."""

from marshmallow import Schema, fields

from chassis.events.event import SYSTEM, Event
from services.clients.profile_fields import PERSON

PERSON_NAMES = frozenset(PERSON)


class _ContactFacts(Schema):
    """The contact's role and status after the change; and whether an owner of the client has to confirm the contact."""

    role = fields.String(required=True)
    status = fields.String(required=True)
    waits_for_confirmation = fields.Boolean()


class ContactAdded(Event):
    """A client got a further contact."""

    type = "contact.added.v1"
    facts_schema = _ContactFacts
    personal_names = PERSON_NAMES


class ContactUpdated(Event):
    """A contact's names, email, phone, role or status were changed, or their access to the portal; the primary one's are
    the client's profile.

    `version` is the profile's afterwards.
    """

    type = "contact.updated.v1"
    personal_names = PERSON_NAMES | {"unconfirmed_email"}

    class facts_schema(_ContactFacts):
        primary = fields.Boolean(required=True)
        version = fields.Integer()


class ContactRemoved(Event):
    """A contact is one of the client's no longer."""

    type = "contact.removed.v1"
    facts_schema = _ContactFacts
    personal_names = PERSON_NAMES


class ContactMadePrimary(Event):
    """Another contact became the primary one, whose names, email and phone are the client's profile from then on."""

    type = "contact.made_primary.v1"
    personal_names = PERSON_NAMES

    class facts_schema(_ContactFacts):
        previous = fields.String(required=True)
        version = fields.Integer()


class ContactInvited(Event):
    """A contact was invited to the portal by a link, which no event holds; an older invitation ended."""

    type = "contact.invited.v1"
    personal_names = PERSON_NAMES

    class facts_schema(_ContactFacts):
        expires_at = fields.String(required=True)


class ContactSignedIn(Event):
    """A contact signed in to the portal; it moves the client's last login.

    `staff_change` is there for a contact whom staff added, or changed the email or access of, shortly before.
    """

    type = "contact.signed_in.v1"
    personal_names = frozenset({"user_agent", "staff_change"})

    class facts_schema(Schema):
        method = fields.String(required=True)
        session_id = fields.String()


class ContactSignInFailed(Event):
    """A sign-in to the portal failed: published for each client that has a contact with the email, of an unknown one in
    the stream `system`."""

    type = "contact.sign_in_failed.v1"
    personal_names = frozenset({"email", "user_agent"})

    class facts_schema(Schema):
        reason = fields.String(required=True)

    @property
    def stream(self) -> str:
        return SYSTEM if self.client_id is None else super().stream


class ContactPasswordChanged(Event):
    """A contact's password was set: by themselves (`own`), by a mailed link (`link`), or with the `invitation`.

    `sessions` is how many ended with it.
    """

    type = "contact.password_changed.v1"

    class facts_schema(Schema):
        how = fields.String(required=True)
        sessions = fields.Integer(required=True)


class ContactSecondFactorChanged(Event):
    """A contact's second factor was turned `on`, `replaced`, turned `off`, or got new `backup-codes`."""

    type = "contact.second_factor_changed.v1"

    class facts_schema(Schema):
        what = fields.String(required=True)


class ContactSignedOut(Event):
    """A contact signed out of the portal, or a session of theirs was ended (`how` is `ended`) by them or by staff, or was
    `replaced` in the same browser by a new sign-in."""

    type = "contact.signed_out.v1"

    class facts_schema(Schema):
        session_id = fields.String(required=True)
        how = fields.String()
