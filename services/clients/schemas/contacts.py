"""Contact: schemas of a client's people."""

from marshmallow import fields, validate

from chassis.types.answers import Answer, Moment, page_of
from chassis.types.fields import Flag, IdField, PathId
from services.clients import rules
from services.clients.profile_fields import PERSON
from services.clients.schemas import OneClient, profile_answer, profile_part

# `invited` is a state of older rows; a contact that is added or changed is one of these.
SETTABLE_STATUSES = ("active", "inactive")
PORTAL_ACCESS = ("not_invited", "invited", "waits_for_confirmation", "can_sign_in", "disabled")


class AddContact(profile_part(*PERSON), OneClient):
    """`add_contact`: a person of the client, and what they may do in the portal."""

    role = fields.String(required=True, validate=validate.OneOf(rules.CONTACT_ROLES))
    allow_duplicate_email = Flag(load_default=False)


class OneContact(OneClient):
    """One contact of a client."""

    contact_id = PathId(required=True)


class UpdateContact(profile_part(*PERSON, partial=True), OneContact):
    """`update_contact`: what is given changes, the rest stays."""

    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(SETTABLE_STATUSES))
    allow_duplicate_email = Flag(load_default=False)


class ContactAnswer(profile_answer(*PERSON)):
    """A contact. `invited_at`: an invitation is open; `can_sign_in`: a login stands behind the contact; `portal_access`:
    how far they have come into the portal."""

    id = IdField()
    phone_e164 = fields.String(allow_none=True)
    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(rules.CONTACT_STATUSES))
    primary = Flag()
    last_login_at = Moment(allow_none=True)
    invited_at = Moment(allow_none=True)
    can_sign_in = Flag()
    portal_access = fields.String(validate=validate.OneOf(PORTAL_ACCESS))


class ContactRemoved(Answer):
    """The id of a contact that was taken away."""

    removed = IdField()


class ContactInvitation(Answer):
    """An invitation that was mailed. `code`, shown this once, is for staff who may log in as the client alone."""

    code = fields.String(allow_none=True)
    expires_at = Moment()


ContactPage = page_of(ContactAnswer)
